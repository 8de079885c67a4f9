/**
 * Stage 6, second half: lines wait in their file's buffer until the file is due. Which file gets a buffer, which is
 * written when, and what happens where there is no room; how a buffer is written is in buffer-writes.ts.
 *
 * Buffers and what is known of them are in the arena. When all are in use, the fullest file is written. What is kept
 * outside the arena (which buffers are free, which files have pending bytes) is read from it when an owner attaches.
 */
import { type Arena, fileEntryWord, fileWord } from '../../shared/arena.js'
import {
  APPLIED,
  COMMITTED,
  DAMAGED_RECORDS_F64,
  FILE_BUFFER,
  FILE_DAY,
  FILE_OLDEST_POSITION,
  FILE_PENDING_BYTES,
  FILE_PENDING_LINES,
  FILE_PENDING_SINCE_F64,
  FILE_PENDING_START,
  FILE_PRIORITY,
  INTENT_BUFFER,
  INTENT_REWIND,
  PARTS_ENDED,
} from '../../shared/arena-layout.js'
import {
  type BufferRange,
  bufferBytes,
  bufferIndex,
  bufferOffset,
  checkedRange,
  setBuffer,
  setPendingEnd,
} from '../../shared/file-buffers-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import { URGENT_PRIORITY, WRITE_PRIORITIES } from '../../shared/priorities.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import { BufferLending } from './buffer-lending.js'
import { type BufferParts, BufferWrites } from './buffer-writes.js'
import { DueRule } from './due-rule.js'
import { LineRewinds } from './line-rewinds.js'
import { WriteIntent } from './write-intent.js'

/** What files have of one buffer. */
interface TakenSlices {
  readonly bytes: number
  readonly offsets: Set<number>
}

/** Given in place of an offset where a line finds no room: its file cannot be written, and its buffer is full. */
export const NO_ROOM = -1
/** Above this part of all buffers' bytes files are written before they are due, by priority, until below the other. */
const PRESSED_RATIO = 0.85
const RELIEVED_RATIO = 0.7
/** A file's oldest pending record goes along at this distance: left behind for 2^31 bytes it would be ahead of everything. */
const OLDEST_BEHIND_MAX_BYTES = 2 ** 30

/** The file buffers of one partition, in the hands of its owner. */
export class FileBuffers {
  /** How they are written. */
  readonly writes: BufferWrites
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #due: DueRule
  readonly #parts: BufferParts
  readonly #lending: BufferLending
  readonly #rewinds: LineRewinds
  /** Files with pending bytes, and for the rest of a pass those that were written in it. */
  #listed: number[] = []
  readonly #isListed: Uint8Array

  constructor(arena: Arena, options: DrainOptions, parts: BufferParts) {
    this.#arena = arena
    this.#words = arena.words
    this.#doubles = arena.doubles
    this.#due = new DueRule(arena, options, parts.faults)
    this.#parts = parts
    this.#isListed = new Uint8Array(arena.geometry.fileCapacity)
    this.#lending = new BufferLending(arena, this.#attach())
    this.writes = new BufferWrites(arena, options, this.#lending, parts)
    this.#rewinds = new LineRewinds(arena, this.#lending, this.writes.intent, parts)
  }

  /** How many files have pending bytes. */
  get pendingFiles(): number {
    return this.#listed.length
  }

  /** How many lines they hold. */
  get pendingLines(): number {
    return this.#sum(FILE_PENDING_LINES)
  }

  /** Whether so much is pending that files have to be written before they are due. */
  get isPressed(): boolean {
    return this.#listed.length > 0 && this.#sum(FILE_PENDING_BYTES) > this.#capacityBytes * PRESSED_RATIO
  }

  /** The pending bytes of a file: what tells a successor whether a record was applied. */
  pendingBytes(file: number): number {
    return fileWord(this.#arena, file, FILE_PENDING_BYTES)
  }

  pendingLinesOf(file: number): number {
    return fileWord(this.#arena, file, FILE_PENDING_LINES)
  }

  /** What a dead owner had counted and not appended does not count. */
  setPendingLines(file: number, lines: number): void {
    if (this.pendingBytes(file) > 0) this.#words[fileEntryWord(this.#arena, file) + FILE_PENDING_LINES] = lines
  }

  /** Where in the arena the next line of `file` goes, with at least `bytes` of space; `NO_ROOM` where there is none. */
  reserve(file: number, day: number, bytes: number): number {
    const words = this.#words
    const entry = fileEntryWord(this.#arena, file)
    const pending = words[entry + FILE_PENDING_BYTES] as number
    if (!this.writes.takesLines(file)) return NO_ROOM
    if (pending > 0) {
      const end = (words[entry + FILE_PENDING_START] as number) + pending
      if (words[entry + FILE_DAY] === day && bufferBytes(this.#arena, file) - end >= bytes) {
        return bufferOffset(this.#arena, file) + end
      }
      if (!this.writes.write(file, false) && !this.writes.makeRoom(file)) return NO_ROOM
    }
    // It has one if a line found room, and was not appended.
    if (words[entry + FILE_BUFFER] !== 0 && bufferBytes(this.#arena, file) < bytes) this.#lending.takeBack(file)
    if (words[entry + FILE_BUFFER] === 0 && !this.#lend(file, bytes)) return NO_ROOM
    words[entry + FILE_DAY] = day
    words[entry + FILE_PENDING_START] = 0
    return bufferOffset(this.#arena, file)
  }

  /** Makes `bytes` with so many line ends, written where `reserve` said, part of the file's pending bytes. */
  append(file: number, bytes: number, lines: number, position: number, nowMs: number): void {
    const words = this.#words
    const entry = fileEntryWord(this.#arena, file)
    if (this.#isListed[file] === 0) {
      this.#isListed[file] = 1
      this.#listed.push(file)
    }
    if (words[entry + FILE_PENDING_BYTES] === 0) {
      words[entry + FILE_PENDING_LINES] = 0
      words[entry + FILE_OLDEST_POSITION] = position
      this.#doubles[(entry >> 1) + FILE_PENDING_SINCE_F64] = nowMs
    }
    words[entry + FILE_PENDING_LINES] = (words[entry + FILE_PENDING_LINES] as number) + lines
    const pending = (words[entry + FILE_PENDING_BYTES] as number) + bytes
    setPendingEnd(words, entry, (words[entry + FILE_PENDING_START] as number) + pending)
    // The one store that makes the line count; everything a successor compares is decided by it.
    words[entry + FILE_PENDING_BYTES] = pending
  }

  /**
   * Writes the files that are due, by priority; all of them where `everything` is asked for. `afterEach` write it is looked
   * whether something urgent has come, which may add and write lines.
   */
  writeDue(nowMs: number, everything: boolean, afterEach: () => void): void {
    this.#lending.passed(this.#listed.length)
    if (this.#listed.length > 0) {
      this.#parts.files.looksAlways = everything
      for (const priority of WRITE_PRIORITIES) this.#writePriority(priority, nowMs, everything, afterEach)
      this.#parts.files.looksAlways = false
    }
    this.#finishWrites()
  }

  /** Writes urgent files alone: in the middle of a pass. */
  writeUrgent(nowMs: number): void {
    this.#writePriority(URGENT_PRIORITY, nowMs, false, () => {})
  }

  /** Writes all files, due or not, but those that are left alone after a failure. */
  writeAll(): void {
    for (const priority of WRITE_PRIORITIES) {
      for (const file of this.#listed) if (this.#priority(file) === priority) this.writes.write(file, false)
    }
    this.#finishWrites()
  }

  /** The whole lines that are pending, by file. */
  pendingFilesLines(): { readonly file: number; readonly bytes: Uint8Array }[] {
    return this.#listed
      .filter((file) => this.pendingBytes(file) > 0 && this.writes.isLog(file))
      .map((file) => ({ file, bytes: this.#rewinds.wholeLines(file) }))
      .filter(({ bytes }) => bytes.length > 0)
  }

  /** Writes files by priority, due or not, until 30 % of the buffers' bytes are free, or no file can be written. */
  relieve(): void {
    let left = this.#sum(FILE_PENDING_BYTES) - this.#capacityBytes * RELIEVED_RATIO
    for (const priority of WRITE_PRIORITIES) {
      for (const file of this.#listed) {
        const bytes = this.pendingBytes(file)
        if (left <= 0 || bytes === 0 || this.#priority(file) !== priority) continue
        if (this.writes.write(file, false)) left -= bytes
      }
    }
    this.#finishWrites()
  }

  /** When the next file is due by age, in milliseconds from now; `Infinity` where none is pending. */
  nextDueMs(nowMs: number): number {
    return this.#due.nextMs(this.#listed, nowMs)
  }

  /** What is still pending goes to the fallback directory, else to stderr: of an owner that nobody will follow. */
  divertAll(): void {
    for (const file of this.#listed) if (this.writes.isLog(file)) this.writes.divert(file, true)
    this.#finishWrites()
  }

  /** Takes parts of lines back that a write left at the ends of files: of an owner that nobody may follow. */
  takeBackTorn(): void {
    for (const file of this.#listed) if (this.writes.isLog(file)) this.writes.takeBackTorn(file)
    this.#finishWrites()
  }

  /** Finds the pending bytes of a former owner; bytes that no buffer holds are somebody's tampering, and counted. */
  #attach(): Map<number, BufferRange> {
    const { known, lineParts } = this.#parts
    const taken = new Map<number, BufferRange>()
    const slices = new Map<number, TakenSlices>()
    for (let file = 0; file < known.count; file++) {
      const entry = fileEntryWord(this.#arena, file)
      if (this.#words[entry + FILE_PENDING_BYTES] === 0) {
        setPendingEnd(this.#words, entry, 0)
        setBuffer(this.#arena, file, null)
        if (lineParts.state(file) === PARTS_ENDED) lineParts.end(file)
        continue
      }
      const range = known.has(file) ? checkedRange(this.#arena, file) : null
      if (range !== null && this.#holdsPending(file, range) && this.#take(range, slices)) {
        taken.set(file, range)
        // A former owner may have stored the end of what it did not come to append: it will be formatted anew.
        setPendingEnd(this.#words, entry, this.#pendingEnd(file, entry))
        this.#isListed[file] = 1
        this.#listed.push(file)
      } else {
        setPendingEnd(this.#words, entry, 0)
        this.#words[entry + FILE_PENDING_BYTES] = 0
        setBuffer(this.#arena, file, null)
        this.#doubles[DAMAGED_RECORDS_F64] = (this.#doubles[DAMAGED_RECORDS_F64] as number) + 1
      }
    }
    return taken
  }

  /** False where another file has bytes of it, or a slice of another size in the same buffer. */
  #take({ offset, bytes }: BufferRange, slices: Map<number, TakenSlices>): boolean {
    const buffer = bufferIndex(this.#arena.geometry, offset)
    const others = slices.get(buffer)
    if (others === undefined) slices.set(buffer, { bytes, offsets: new Set([offset]) })
    else if (others.bytes !== bytes || others.offsets.has(offset)) return false
    else others.offsets.add(offset)
    return true
  }

  /** Start and bytes are the two stores of a write's outcome: between them the intent tells. */
  #pendingEnd(file: number, entry: number): number {
    const start = this.#words[entry + FILE_PENDING_START] as number
    const bytes = this.#words[entry + FILE_PENDING_BYTES] as number
    const intent = new WriteIntent(this.#arena)
    const open = intent.read()
    const isHalf = intent.kind === INTENT_BUFFER && open.file === file && start > open.start && bytes === open.bytes
    return isHalf ? open.start + open.bytes : start + bytes
  }

  #holdsPending(file: number, range: BufferRange): boolean {
    const start = fileWord(this.#arena, file, FILE_PENDING_START)
    const bytes = fileWord(this.#arena, file, FILE_PENDING_BYTES)
    if (start < 0 || bytes <= 0) return false
    return bytes <= range.bytes - start || this.#isHalfStored(file, start, bytes)
  }

  /** Start and bytes are two stores: an owner that died between them has left an intent, which stores both once more. */
  #isHalfStored(file: number, start: number, bytes: number): boolean {
    const intent = new WriteIntent(this.#arena)
    const open = intent.read()
    const end = open.start + open.bytes
    if (open.file !== file || open.start < 0 || open.bytes < 0 || end > bufferBytes(this.#arena, file)) return false
    if (intent.kind === INTENT_REWIND) return start === open.start
    return intent.kind === INTENT_BUFFER && start >= open.start && start <= end && bytes === open.bytes
  }

  #writePriority(priority: number, nowMs: number, everything: boolean, afterEach: () => void): void {
    for (const file of this.#listed) {
      if (this.#priority(file) !== priority || this.pendingBytes(file) === 0) continue
      if (!everything && !this.#due.isDue(file, priority, nowMs)) continue
      this.writes.write(file, everything || this.#parts.faults.waitMs(file, nowMs) <= 0)
      afterEach()
    }
  }

  /** Lends a file a buffer; where none is free, files are written for it. */
  #lend(file: number, bytes: number): boolean {
    if (this.#lending.lend(file, bytes)) return true
    const coarse = this.#lending.coarse()
    if (coarse.length === 0) this.#writeFullest()
    else this.#writeBuffer(this.#fullestBuffer(coarse))
    if (this.#lending.lend(file, bytes)) return true
    // Its files cannot be written, or what is free now is too small.
    this.#writeFullest()
    if (this.#lending.lend(file, bytes)) return true
    this.#writeBuffer(this.#fullestBuffer())
    return this.#lending.lend(file, bytes)
  }

  /** Makes a buffer free by writing: the fullest file first, for it gives the most for one write. */
  #writeFullest(): void {
    let fullest = -1
    let mostBytes = 0
    for (const file of this.#listed) {
      const bytes = this.pendingBytes(file)
      if (bytes > mostBytes) {
        fullest = file
        mostBytes = bytes
      }
    }
    if (fullest < 0 || this.writes.write(fullest, false)) return
    const pending = this.#listed.filter((file) => this.pendingBytes(file) > 0)
    pending.sort((left, right) => this.pendingBytes(right) - this.pendingBytes(left))
    if (pending.some((file) => this.writes.write(file, false))) return
    pending.some((file) => this.writes.makeRoom(file))
  }

  /** Makes a whole buffer free by writing the files that have a slice of it. */
  #writeBuffer(buffer: number): void {
    for (const file of this.#listed) {
      if (this.pendingBytes(file) > 0 && this.#bufferOf(file) === buffer) this.writes.write(file, false)
    }
  }

  /** Of these buffers, or of all, the one in which files have the most pending bytes; -1 where none has any. */
  #fullestBuffer(buffers?: readonly number[]): number {
    const bytes = new Map<number, number>()
    for (const file of this.#listed) {
      const pending = this.pendingBytes(file)
      if (pending > 0) bytes.set(this.#bufferOf(file), (bytes.get(this.#bufferOf(file)) ?? 0) + pending)
    }
    let fullest = -1
    let mostBytes = 0
    for (const buffer of buffers ?? bytes.keys()) {
      const pending = bytes.get(buffer) ?? 0
      if (pending <= mostBytes) continue
      fullest = buffer
      mostBytes = pending
    }
    return fullest
  }

  #bufferOf(file: number): number {
    const { geometry, offsets } = this.#arena
    return bufferIndex(geometry, bufferOffset(this.#arena, file) - offsets.fileBuffers)
  }

  /** Everything before the oldest pending line is in files. */
  #finishWrites(): void {
    const words = this.#words
    let committed = words[APPLIED] as number
    let kept = 0
    for (const file of this.#listed) {
      if (this.pendingBytes(file) === 0) {
        this.#isListed[file] = 0
        continue
      }
      this.#listed[kept++] = file
      const oldest = this.#oldestPosition(file, words[APPLIED] as number)
      if (distanceBytes(oldest, committed) > 0) committed = oldest
    }
    this.#listed.length = kept
    Atomics.store(words, COMMITTED, committed)
  }

  /** The position of a file's oldest pending record, or one that is far enough behind. */
  #oldestPosition(file: number, applied: number): number {
    const oldest = fileWord(this.#arena, file, FILE_OLDEST_POSITION)
    if (distanceBytes(oldest, applied) <= OLDEST_BEHIND_MAX_BYTES) return oldest
    const moved = (applied - OLDEST_BEHIND_MAX_BYTES) | 0
    this.#words[fileEntryWord(this.#arena, file) + FILE_OLDEST_POSITION] = moved
    return moved
  }

  get #capacityBytes(): number {
    return this.#arena.geometry.fileBufferBytes * this.#arena.geometry.fileBufferCount
  }

  #sum(word: number): number {
    return this.#listed.reduce((sum, file) => sum + fileWord(this.#arena, file, word), 0)
  }

  #priority(file: number): number {
    return fileWord(this.#arena, file, FILE_PRIORITY)
  }
}
