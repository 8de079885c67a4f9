/**
 * The bridge from stage 6 to stage 7: one write(2) takes all that is pending for a file.
 *
 * Exactly once: an intent (place, file, size of the file before, bytes) is stored before each write and cleared after its
 * outcome is stored. Files are opened for appending and have one owner, so the file's size tells a successor how much of
 * an intended write happened.
 *
 * What a file does not take stays pending as long as there is room. What cannot wait goes to the fallback directory, else
 * to stderr, in whole lines: what the file has of a line is taken back first. Lines that can wait, for their disk is full
 * or read-only, are rather dropped than sent to stderr; errors are not.
 */
import { type Arena, fileEntryWord, fileWord } from '../../shared/arena.js'
import {
  FILE_DAY,
  FILE_KIND,
  FILE_KIND_TERMINAL,
  FILE_PENDING_BYTES,
  FILE_PENDING_LINES,
  FILE_PENDING_PLACE,
  FILE_PENDING_START,
  FILE_PRIORITY,
  INTENT_BUFFER,
  INTENT_DROP,
  INTENT_REWIND,
  LINES_F64,
  LINES_FALLBACK_F64,
  LINES_STDERR_F64,
  PARTS_DROPPED,
  PARTS_OPEN,
  PLACE_DIRECTORY,
  PLACE_FALLBACK,
  PLACE_STDERR,
} from '../../shared/arena-layout.js'
import { bufferOffset, roomBytes, setPendingEnd } from '../../shared/file-buffers-layout.js'
import { URGENT_PRIORITY } from '../../shared/priorities.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import type { BufferLending } from './buffer-lending.js'
import type { DropBooks } from './drop-books.js'
import type { FileWriter } from './file-writer.js'
import type { KnownFiles } from './known-files.js'
import type { LineParts } from './line-parts.js'
import { LineRewinds } from './line-rewinds.js'
import { TerminalLines } from './terminal-lines.js'
import type { WriteFaults } from './write-faults.js'
import { type Intent, WriteIntent } from './write-intent.js'

const NEWLINE = 0x0a

/** What the buffers work with, of the same owner. */
export interface BufferParts {
  readonly known: KnownFiles
  readonly files: FileWriter
  readonly faults: WriteFaults
  readonly lineParts: LineParts
  readonly drops: DropBooks
}

/** A line that is longer than a file buffer. */
export interface LongLine {
  readonly file: number
  readonly day: number
  readonly bytes: Uint8Array
  readonly length: number
  /** Of its record. */
  readonly position: number
}

/** Writes the file buffers of one partition. */
export class BufferWrites {
  readonly intent: WriteIntent
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #known: KnownFiles
  readonly #files: FileWriter
  readonly #faults: WriteFaults
  readonly #parts: LineParts
  readonly #rewinds: LineRewinds
  readonly #terminal: TerminalLines
  /** The file that a former owner's thread may still be writing; -1 for none. */
  #frozenFile: number
  /** Bytes of its line in parts that was given up meanwhile, in buffer and file: taken back when that thread has ended. */
  #frozenPartBytes = 0

  constructor(arena: Arena, options: DrainOptions, lending: BufferLending, parts: BufferParts) {
    this.#arena = arena
    this.#words = arena.words
    this.#doubles = arena.doubles
    this.#known = parts.known
    this.#files = parts.files
    this.#faults = parts.faults
    this.#parts = parts.lineParts
    this.#terminal = new TerminalLines(arena, options.terminal)
    this.intent = new WriteIntent(arena)
    this.#rewinds = new LineRewinds(arena, lending, this.intent, parts)
    this.#frozenFile = this.intent.frozen()?.file ?? -1
  }

  /** Whether a file could be written the last time it was tried. */
  isSound(file: number): boolean {
    return !this.#faults.has(file) && file !== this.#frozenFile
  }

  /** Whether a file is one, and not the terminal. */
  isLog(file: number): boolean {
    return fileWord(this.#arena, file, FILE_KIND) !== FILE_KIND_TERMINAL
  }

  /** Whether there is a file that a former owner's thread may still be writing. */
  get hasFrozen(): boolean {
    return this.#frozenFile >= 0
  }

  /** Whether a former owner's thread may still be writing a file. */
  isFrozen(file: number): boolean {
    return file === this.#frozenFile
  }

  /** Whether lines may be added behind a file's pending bytes: not where those are, or will be, taken back. */
  takesLines(file: number): boolean {
    if (file !== this.#frozenFile) return true
    return this.#frozenPartBytes === 0 && this.intent.frozen()?.kind === INTENT_BUFFER
  }

  /** Writes all that is pending for a file; `anyway` also where it is to be left alone. False where it stays pending. */
  write(file: number, anyway: boolean): boolean {
    if (fileWord(this.#arena, file, FILE_PENDING_BYTES) === 0) return true
    if (file === this.#frozenFile) return false
    if (!this.isLog(file)) return this.#print(file)
    if (this.#goesOnElsewhere(file)) return true
    if (anyway || !this.#isResting(file)) {
      if (this.#writeTo(file, PLACE_DIRECTORY)) return true
      if (this.#faults.triesAtOnce(file) && this.#writeTo(file, PLACE_DIRECTORY)) return true
    }
    return this.#faults.isGivenUp(file) && this.makeRoom(file)
  }

  /** Somebody needs the room that a file's lines take, which cannot be written. False where they keep it. */
  makeRoom(file: number): boolean {
    return this.isLog(file) && this.divert(file, this.#maySeeStandardError(file))
  }

  /** What a file does not take goes to the fallback directory, else to stderr. False where it stays pending. */
  divert(file: number, alsoToStandardError: boolean): boolean {
    if (file === this.#frozenFile) return false
    if (this.#goesOnElsewhere(file)) return true
    if (!alsoToStandardError && !this.#files.hasFallback) return false
    this.takeBackTorn(file)
    for (const place of alsoToStandardError ? [PLACE_FALLBACK, PLACE_STDERR] : [PLACE_FALLBACK]) {
      // Others write there as well: a line that is not at its end would be torn.
      if (place === PLACE_STDERR && this.#parts.state(file) === PARTS_OPEN) this.dropParts(file)
      if (fileWord(this.#arena, file, FILE_PENDING_BYTES) === 0 || this.#writeTo(file, place)) return true
      this.#rewinds.backToLineEnd(file)
    }
    return false
  }

  /**
   * Writes one line past the buffer; what is pending before it must have been written. False where the line is lost: then
   * no part of it stays in a file. The intent stays open until the caller is past the record.
   */
  writeThrough(line: LongLine): boolean {
    const { file } = line
    if (!this.isLog(file)) {
      this.#terminal.print(line.bytes, 0, line.length)
      return true
    }
    if (!this.#isResting(file) && file !== this.#frozenFile) {
      if (this.finishLine(line, PLACE_DIRECTORY, 0)) return true
      if (this.#faults.triesAtOnce(file) && this.finishLine(line, PLACE_DIRECTORY, 0)) return true
    }
    if (this.finishLine(line, PLACE_FALLBACK, 0)) return true
    return this.#maySeeStandardError(file) && this.finishLine(line, PLACE_STDERR, 0)
  }

  /** Writes one line to one place, which has `done` bytes of it already. False where no part of it stays there. */
  finishLine(line: LongLine, place: number, done: number): boolean {
    const { file, day, length } = line
    if (place === PLACE_STDERR) {
      this.intent.openRecord(file, place, 0, length, line.position)
      return this.#files.writeToStandardError(line.bytes, 0, length) === length && this.#counted(LINES_STDERR_F64, 1)
    }
    const handle = this.#files.open(file, day, place)
    if (handle === null) {
      const { offset } = this.intent.read()
      if (done > 0) this.#files.cut(file, day, place, offset + done, offset)
      return false
    }
    const offset = handle.sizeBytes - done
    // With a part of the line in the file the intent of it stands, and must never not stand.
    if (done === 0) this.intent.openRecord(file, place, offset, length, line.position)
    const written = done + this.#files.write(file, place, handle, line.bytes, done, length - done)
    if (written === length) {
      this.intent.countLines()
      return place === PLACE_DIRECTORY || this.#counted(LINES_FALLBACK_F64, 1)
    }
    this.#files.cut(file, day, place, offset + written, offset)
    return false
  }

  /** Drops the line in parts that is under way: what is in buffer and file of it is taken back. */
  dropParts(file: number): void {
    if (this.#parts.state(file) === PARTS_OPEN) {
      if (file === this.#frozenFile) this.#frozenPartBytes = this.#parts.bytes(file)
      else this.#rewinds.dropParts(file, true)
    }
    this.#parts.passOver(file)
  }

  /** Another line in parts begins: nothing has to be known of the one before. */
  endParts(file: number): void {
    const isWritten = this.write(file, false) || file === this.#frozenFile
    if (!isWritten && this.#rewinds.begunAt(file) !== null) this.#rewinds.dropParts(file, true)
    this.#parts.end(file)
  }

  /** Leaves no part of a line at the end of a file: the line is pending as a whole, or dropped. */
  takeBackTorn(file: number): void {
    if (file === this.#frozenFile) return
    if (this.#rewinds.begunAt(file) !== null) this.#rewinds.dropParts(file, true)
    this.#rewinds.backToLineEnd(file)
  }

  /** How many bytes of an intended write are in the file: for a successor, before anything else is written. */
  intendedBytesWritten({ file, place, bytes, offset }: Intent, day: number): number {
    // What stderr took cannot be told: it counts as done, for nothing must be there twice.
    if (place === PLACE_STDERR) return bytes
    // By its path, for no handle may be had.
    return Math.max(0, Math.min(this.#files.sizeBytes(file, day, place) - offset, bytes))
  }

  /** Finishes the books of a write, or of a taking back, that a dead owner had under way. */
  settleIntent(): void {
    const intent = this.intent.read()
    const { file, start, bytes } = intent
    if (start >= 0 && bytes >= 0 && this.#known.has(file) && start + bytes <= roomBytes(this.#arena, file)) {
      const { kind } = this.intent
      if (kind === INTENT_REWIND || kind === INTENT_DROP) {
        if (file === this.#frozenFile) this.#frozenFile = -1 // It was the end of `thaw`.
        this.#rewinds.finish(kind, intent)
        if (this.intent.frozen()?.file === file) this.intent.thaw()
      } else if (bytes > 0 && fileWord(this.#arena, file, FILE_PENDING_BYTES) > 0) {
        const written = this.intendedBytesWritten(intent, fileWord(this.#arena, file, FILE_DAY))
        this.#settle(file, intent.place, start, bytes, written)
      }
    }
    this.intent.clear()
  }

  /** The write of the open intent may still be under way: its file is left alone until `thaw`. */
  freeze(): void {
    const { file } = this.intent.read()
    if (this.#known.has(file)) {
      this.intent.freeze()
      this.#frozenFile = file
    }
    this.intent.clear()
  }

  /** That write has ended, and its thread. `line` is what was being written past the buffer; false where it is lost. */
  thaw(line: { readonly day: number } | null): boolean {
    const frozen = this.intent.frozen()
    this.#frozenFile = -1
    if (frozen === null) return true
    let isThere = true
    if (frozen.kind === INTENT_BUFFER) this.#thawBuffer(frozen)
    else if (frozen.kind === INTENT_REWIND || frozen.kind === INTENT_DROP) this.#rewinds.repeat(frozen)
    else if (line !== null) {
      const done = this.intendedBytesWritten(frozen, line.day)
      isThere = done === frozen.bytes
      if (isThere) this.#counted(LINES_F64, 1)
      else this.#files.cut(frozen.file, line.day, frozen.place, frozen.offset + done, frozen.offset)
    }
    this.intent.thaw()
    this.#dropFrozenParts(frozen)
    return isThere
  }

  /** Tells on the terminal, where there is one, how many lines it was not shown. */
  tellNotShown(): void {
    this.#terminal.tellNotShown()
  }

  /** The line in parts that was given up while its file was left alone is taken back, where that was not under way. */
  #dropFrozenParts({ file, kind }: { readonly file: number; readonly kind: number }): void {
    const bytes = this.#frozenPartBytes
    this.#frozenPartBytes = 0
    if (bytes === 0 || kind === INTENT_DROP) return
    const isPassedOver = this.#parts.state(file) === PARTS_DROPPED
    this.#parts.reopen(file, bytes)
    this.#rewinds.dropParts(file, true)
    if (!isPassedOver) this.#parts.end(file)
  }

  #print(file: number): boolean {
    const bytes = fileWord(this.#arena, file, FILE_PENDING_BYTES)
    const start = fileWord(this.#arena, file, FILE_PENDING_START)
    this.#terminal.print(this.#arena.bytes, bufferOffset(this.#arena, file) + start, bytes)
    this.#counted(LINES_F64, fileWord(this.#arena, file, FILE_PENDING_LINES))
    this.#rewinds.release(file)
    return true
  }

  /** A line in parts that has begun in another place goes on there, and what is behind it. False where it does not. */
  #goesOnElsewhere(file: number): boolean {
    const place = this.#rewinds.begunAt(file)
    if (place === null || place === PLACE_DIRECTORY) return false
    if (this.#writeTo(file, place)) return true
    this.#rewinds.dropParts(file, true)
    return fileWord(this.#arena, file, FILE_PENDING_BYTES) === 0
  }

  /** One write(2) of all that is pending for a file to one place. False where some of it stays pending. */
  #writeTo(file: number, place: number): boolean {
    // The rest of a line goes where its beginning is, or all of it here.
    if (fileWord(this.#arena, file, FILE_PENDING_PLACE) !== place) this.#rewinds.backToLineEnd(file)
    let offset = 0
    let handle = null
    if (place !== PLACE_STDERR) {
      handle = this.#files.open(file, fileWord(this.#arena, file, FILE_DAY), place)
      if (handle === null) return false
      if (place === PLACE_DIRECTORY && this.#files.wasReplaced(file)) this.#rewinds.startLineAnew(file)
      offset = handle.sizeBytes
    }
    const lines = fileWord(this.#arena, file, FILE_PENDING_LINES)
    const start = fileWord(this.#arena, file, FILE_PENDING_START)
    const bytes = fileWord(this.#arena, file, FILE_PENDING_BYTES)
    if (bytes === 0) return true
    const at = bufferOffset(this.#arena, file) + start
    this.intent.openBuffer(file, place, offset, place === PLACE_STDERR ? 0 : lines)
    const { buffer } = this.#arena
    const written =
      handle === null
        ? this.#files.writeToStandardError(buffer, at, bytes)
        : this.#files.write(file, place, handle, buffer, at, bytes)
    this.#settle(file, place, start, bytes, written)
    this.intent.clear()
    if (written < bytes) return false
    if (place === PLACE_DIRECTORY) return true
    // Those before `start` are in the file, which took a part.
    const before = Math.min(lines, linesIn(buffer.subarray(at - start, at)))
    if (place === PLACE_STDERR) this.#counted(LINES_F64, before)
    return this.#counted(place === PLACE_FALLBACK ? LINES_FALLBACK_F64 : LINES_STDERR_F64, lines - before)
  }

  /** Stores the outcome of a write; computed from the intent alone, so it can be done twice. */
  #settle(file: number, place: number, start: number, bytes: number, written: number): void {
    const entry = fileEntryWord(this.#arena, file)
    if (written < bytes) {
      if (written > 0) this.#words[entry + FILE_PENDING_PLACE] = place
      setPendingEnd(this.#words, entry, start + bytes)
      this.#words[entry + FILE_PENDING_START] = start + written
      this.#words[entry + FILE_PENDING_BYTES] = bytes - written
      return
    }
    // A line in parts that is not at its end goes on where it has begun.
    this.#words[entry + FILE_PENDING_PLACE] = place
    this.intent.countLines()
    this.#rewinds.release(file)
  }

  /** As `#settle`, of a write behind whose bytes more lines were added since. */
  #thawBuffer(frozen: Intent): void {
    const { file, start, bytes, lines } = frozen
    const entry = fileEntryWord(this.#arena, file)
    const written = this.intendedBytesWritten(frozen, fileWord(this.#arena, file, FILE_DAY))
    const left = Math.max(0, (this.#words[entry + FILE_PENDING_BYTES] as number) - written)
    if (written > 0) this.#words[entry + FILE_PENDING_PLACE] = frozen.place
    // An intent of its own, for to settle the frozen one twice would take more away.
    this.intent.openRewind(INTENT_REWIND, { ...frozen, start: start + written, bytes: left, lines: 0, position: 0 })
    this.intent.thaw()
    if (written === bytes) {
      this.#counted(LINES_F64, lines)
      this.#words[entry + FILE_PENDING_LINES] = (this.#words[entry + FILE_PENDING_LINES] as number) - lines
    }
    this.#rewinds.finish(INTENT_REWIND, this.intent.read())
    this.intent.clear()
  }

  /** Lines whose file is broken have no other place; those that can wait are not worth a flood, but for errors. */
  #maySeeStandardError(file: number): boolean {
    if (fileWord(this.#arena, file, FILE_PRIORITY) === URGENT_PRIORITY) return true
    return file !== this.#frozenFile && !this.#faults.canWait(file)
  }

  /** Whether a file that could not be written is to be left alone for now. */
  #isResting(file: number): boolean {
    return this.#faults.waitMs(file, Date.now()) > 0
  }

  #counted(counter: number, by: number): true {
    this.#doubles[counter] = (this.#doubles[counter] as number) + by
    return true
  }
}

function linesIn(bytes: Uint8Array): number {
  return bytes.reduce((lines, byte) => (byte === NEWLINE ? lines + 1 : lines), 0)
}
