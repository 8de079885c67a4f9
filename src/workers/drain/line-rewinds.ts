/**
 * Taking back: before a file's lines go elsewhere, or start anew in another file, what the file has of the line that is
 * cut in two goes back to the buffer; of a line in parts that no buffer has any more, it is lost and counted.
 *
 * A rewind is an intent of its own: a successor that finds it does the same once more.
 */
import { type Arena, fileEntryWord, fileWord } from '../../shared/arena.js'
import {
  FILE_DAY,
  FILE_PENDING_BYTES,
  FILE_PENDING_LINES,
  FILE_PENDING_PLACE,
  FILE_PENDING_START,
  INTENT_DROP,
  INTENT_REWIND,
  PARTS_ENDED,
  PARTS_OPEN,
  PLACE_DIRECTORY,
} from '../../shared/arena-layout.js'
import { bufferOffset, setPendingEnd } from '../../shared/file-buffers-layout.js'
import type { BufferLending } from './buffer-lending.js'
import type { DropBooks } from './drop-books.js'
import type { FileWriter } from './file-writer.js'
import type { LineParts } from './line-parts.js'
import type { Intent, WriteIntent } from './write-intent.js'

const NEWLINE = 0x0a

/** Takes lines back in one partition's files. */
export class LineRewinds {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #lending: BufferLending
  readonly #intent: WriteIntent
  readonly #files: FileWriter
  readonly #parts: LineParts
  readonly #drops: DropBooks

  constructor(
    arena: Arena,
    lending: BufferLending,
    intent: WriteIntent,
    of: { readonly files: FileWriter; readonly lineParts: LineParts; readonly drops: DropBooks },
  ) {
    this.#arena = arena
    this.#words = arena.words
    this.#lending = lending
    this.#intent = intent
    this.#files = of.files
    this.#parts = of.lineParts
    this.#drops = of.drops
  }

  /** The file has nothing pending; its buffer is free. */
  release(file: number): void {
    const entry = fileEntryWord(this.#arena, file)
    this.#words[entry + FILE_PENDING_LINES] = 0
    setPendingEnd(this.#words, entry, 0)
    this.#words[entry + FILE_PENDING_BYTES] = 0
    this.#lending.takeBack(file)
    if (this.#parts.state(file) === PARTS_ENDED) this.#parts.end(file)
  }

  /**
   * The place that has the beginning of a line in parts which no buffer has any more, while its rest is pending or to come;
   * `null` where there is no such line. Only there it can go on.
   */
  begunAt(file: number): number | null {
    const state = this.#parts.state(file)
    const partBytes = this.#parts.bytes(file)
    if (partBytes === 0 || (state !== PARTS_OPEN && state !== PARTS_ENDED)) return null
    const pending = fileWord(this.#arena, file, FILE_PENDING_BYTES)
    // Its end is the first line of the buffer, and may be in the file while lines behind it are pending.
    if (state === PARTS_ENDED && (pending === 0 || this.#hasLineBefore(file))) return null
    const buffered = this.#tornBytes(file) + (state === PARTS_OPEN ? pending : this.#tailBytes(file))
    return partBytes > buffered ? fileWord(this.#arena, file, FILE_PENDING_PLACE) : null
  }

  /** Drops a line in parts: what is of it in the buffer and, where it `cuts`, at the end of its place is taken away. */
  dropParts(file: number, cuts: boolean): void {
    const state = this.#parts.state(file)
    const partBytes = this.#parts.bytes(file)
    const place = fileWord(this.#arena, file, FILE_PENDING_PLACE)
    const start = fileWord(this.#arena, file, FILE_PENDING_START)
    const pending = fileWord(this.#arena, file, FILE_PENDING_BYTES)
    if (state === PARTS_OPEN) {
      const buffered = Math.min(partBytes, pending)
      this.#rewind(INTENT_DROP, file, place, start, pending - buffered, cuts ? partBytes - buffered : 0)
    } else if (state === PARTS_ENDED) {
      const tail = this.#tailBytes(file)
      this.#drops.drop(this.#parts.line(file))
      this.#parts.end(file)
      const entry = fileEntryWord(this.#arena, file)
      this.#words[entry + FILE_PENDING_LINES] = (this.#words[entry + FILE_PENDING_LINES] as number) - 1
      this.#rewind(INTENT_REWIND, file, place, start + tail, pending - tail, cuts ? partBytes - tail : 0)
    }
  }

  /** The file at the path is another one, or was cut: what the former one had of a line is to be in this one. */
  startLineAnew(file: number): void {
    if (fileWord(this.#arena, file, FILE_PENDING_PLACE) !== PLACE_DIRECTORY) return
    if (this.begunAt(file) !== null) this.dropParts(file, false)
    const torn = this.#tornBytes(file)
    if (torn > 0) this.#rewindTorn(file, torn, 0)
  }

  /** The line that a place has the beginning of is pending as a whole. */
  backToLineEnd(file: number): void {
    const torn = this.#tornBytes(file)
    if (torn > 0) this.#rewindTorn(file, torn, torn)
  }

  /** The pending lines of a file, each from its beginning to its end; others have one of them elsewhere. */
  wholeLines(file: number): Uint8Array {
    const offset = bufferOffset(this.#arena, file) + fileWord(this.#arena, file, FILE_PENDING_START)
    const pending = this.#arena.bytes.subarray(offset, offset + fileWord(this.#arena, file, FILE_PENDING_BYTES))
    const end = pending.lastIndexOf(NEWLINE) + 1
    // The file has the beginning of the first line, and no buffer does.
    if (this.begunAt(file) !== null) return pending.subarray(pending.indexOf(NEWLINE) + 1, end)
    return this.#arena.bytes.subarray(offset - this.#tornBytes(file), offset + end)
  }

  /** How many bytes before the pending ones are the beginning of the line that is cut in two. */
  #tornBytes(file: number): number {
    const start = fileWord(this.#arena, file, FILE_PENDING_START)
    if (start === 0 || fileWord(this.#arena, file, FILE_PENDING_BYTES) === 0) return 0
    const offset = bufferOffset(this.#arena, file)
    return start - 1 - this.#arena.bytes.subarray(offset, offset + start).lastIndexOf(NEWLINE)
  }

  /** Whether a line of the buffer ends before the pending bytes. */
  #hasLineBefore(file: number): boolean {
    const offset = bufferOffset(this.#arena, file)
    return this.#arena.bytes
      .subarray(offset, offset + fileWord(this.#arena, file, FILE_PENDING_START))
      .includes(NEWLINE)
  }

  #rewindTorn(file: number, torn: number, cutBytes: number): void {
    const start = fileWord(this.#arena, file, FILE_PENDING_START)
    const bytes = fileWord(this.#arena, file, FILE_PENDING_BYTES)
    const place = fileWord(this.#arena, file, FILE_PENDING_PLACE)
    this.#rewind(INTENT_REWIND, file, place, start - torn, bytes + torn, cutBytes)
  }

  /** Bytes of the first pending line. */
  #tailBytes(file: number): number {
    const from = bufferOffset(this.#arena, file) + fileWord(this.#arena, file, FILE_PENDING_START)
    return this.#arena.bytes.subarray(from, from + fileWord(this.#arena, file, FILE_PENDING_BYTES)).indexOf(NEWLINE) + 1
  }

  /** Cuts the end of a file off, and lets its pending bytes be these: can be done twice, and is by a successor. */
  #rewind(kind: number, file: number, place: number, start: number, bytes: number, cutBytes: number): void {
    const sizeBytes = cutBytes === 0 ? 0 : this.#files.sizeBytes(file, fileWord(this.#arena, file, FILE_DAY), place)
    const offset = Math.max(0, sizeBytes - cutBytes)
    this.#intent.openRewind(kind, { file, place, offset, start, bytes, lines: 0, position: sizeBytes - offset })
    this.finish(kind, this.#intent.read())
    this.#intent.clear()
  }

  /** Does once more what a thread that hung in it has done or not. Its intent, which was laid aside, is thawed. */
  repeat(frozen: Intent & { readonly kind: number }): void {
    this.#intent.openRewind(frozen.kind, { ...frozen, lines: 0 })
    this.#intent.thaw()
    this.finish(frozen.kind, this.#intent.read())
    this.#intent.clear()
  }

  /** Does what the intent of a rewind says; can be done twice. */
  finish(kind: number, { file, place, offset, start, bytes, position: cutBytes }: Intent): void {
    this.#files.cut(file, fileWord(this.#arena, file, FILE_DAY), place, offset + cutBytes, offset)
    const entry = fileEntryWord(this.#arena, file)
    if (this.#words[entry + FILE_PENDING_BYTES] !== 0) {
      if (bytes === 0) this.release(file)
      else {
        setPendingEnd(this.#words, entry, start + bytes)
        this.#words[entry + FILE_PENDING_START] = start
        this.#words[entry + FILE_PENDING_BYTES] = bytes
      }
    }
    // Dropped while it was under way: its parts to come are no line.
    if (kind === INTENT_DROP && this.#parts.state(file) === PARTS_OPEN) this.#parts.passOver(file)
  }
}
