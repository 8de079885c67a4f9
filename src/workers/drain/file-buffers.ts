/**
 * Stage 6, second half, and the bridge to stage 7: lines wait in their file's buffer until the file is due, then one
 * write(2) takes all of them.
 *
 * Buffers and what is known of them are in the arena. A buffer belongs to a file only while it has pending bytes, so few
 * buffers serve many files; when all are in use, the fullest file is written. What is kept outside the arena (which
 * buffers are free, which files have pending bytes) is read from it when an owner attaches.
 *
 * Exactly once: an intent (file, size of the file before, bytes) is stored before each write and cleared after its
 * outcome is stored. Files are opened for appending and have one owner, so the file's size tells a successor how much of
 * an intended write happened.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import {
  APPLIED,
  COMMITTED,
  DAMAGED_RECORDS_F64,
  distanceBytes,
  FILE_BUFFER,
  FILE_DAY,
  FILE_KIND,
  FILE_KIND_TERMINAL,
  FILE_OLDEST_POSITION,
  FILE_PENDING_BYTES,
  FILE_PENDING_LINES,
  FILE_PENDING_SINCE_F64,
  FILE_PENDING_START,
  FILE_PRIORITY,
  INTENT_BUFFER,
  INTENT_BYTES,
  INTENT_FILE,
  INTENT_KIND,
  INTENT_LINES_F64,
  INTENT_NONE,
  INTENT_OFFSET_F64,
  INTENT_POSITION,
  INTENT_RECORD,
  INTENT_START,
  LINES_DROPPED_F64,
  LINES_F64,
} from '../../shared/arena-layout.js'
import { WRITE_PRIORITIES } from '../../shared/priorities.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import type { HandlePool } from '../files/handle-pool.js'
import { DueRule } from './due-rule.js'
import { FilePaths } from './file-paths.js'
import { FileWriter } from './file-writer.js'
import { KnownFiles } from './known-files.js'
import { TerminalLines } from './terminal-lines.js'
import type { WriteFaults } from './write-faults.js'

/** Given in place of an offset where a line finds no room: its file cannot be written, and its buffer is full. */
export const NO_ROOM = -1
const NEWLINE = 0x0a

/** The file buffers of one partition, in the hands of its owner. */
export class FileBuffers {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #due: DueRule
  readonly #faults: WriteFaults
  readonly #bufferBytes: number
  /** Buffers that no file has, the last used on top: it is still in the cache. */
  readonly #free: number[] = []
  /** Files with pending bytes, and for the rest of a pass those that were written in it. */
  #listed: number[] = []
  readonly #isListed: Uint8Array
  readonly #known: KnownFiles
  readonly #files: FileWriter
  readonly #terminal: TerminalLines
  #dropped = 0

  constructor(arena: Arena, options: DrainOptions, handles: HandlePool, faults: WriteFaults) {
    this.#arena = arena
    this.#words = arena.words
    this.#doubles = arena.doubles
    this.#due = new DueRule(arena, options, faults)
    this.#faults = faults
    const paths = new FilePaths(arena, options.directory)
    this.#known = new KnownFiles(arena, paths)
    this.#files = new FileWriter(arena, paths, handles, faults)
    this.#terminal = new TerminalLines(arena, options.terminal)
    this.#bufferBytes = arena.geometry.fileBufferBytes
    this.#isListed = new Uint8Array(arena.geometry.fileCapacity)
    this.#attach()
  }

  /** How many files have pending bytes. */
  get pendingFiles(): number {
    return this.#listed.length
  }

  /** How many lines found no room so far. */
  get dropped(): number {
    return this.#dropped
  }

  /** How many lines they hold. */
  get pendingLines(): number {
    return this.#listed.reduce(
      (lines, file) => lines + (this.#words[fileEntryWord(this.#arena, file) + FILE_PENDING_LINES] as number),
      0,
    )
  }

  /** Whether the producer has announced this file, with a name that is one. */
  has(file: number): boolean {
    return this.#known.has(file)
  }

  /** The pending bytes of a file: what tells a successor whether a record was applied. */
  pendingBytes(file: number): number {
    return this.#words[fileEntryWord(this.#arena, file) + FILE_PENDING_BYTES] as number
  }

  /** Where in the arena the next line of `file` goes, with at least `bytes` of space; `NO_ROOM` where there is none. */
  reserve(file: number, day: number, bytes: number): number {
    const words = this.#words
    const entry = fileEntryWord(this.#arena, file)
    const pending = words[entry + FILE_PENDING_BYTES] as number
    if (pending > 0) {
      const end = (words[entry + FILE_PENDING_START] as number) + pending
      if (words[entry + FILE_DAY] === day && this.#bufferBytes - end >= bytes) {
        return this.#bufferOffset((words[entry + FILE_BUFFER] as number) - 1) + end
      }
      if (this.#isResting(file) || !this.write(file)) return NO_ROOM
    }
    if (words[entry + FILE_BUFFER] === 0) {
      const buffer = this.#takeFreeBuffer()
      if (buffer === null) return NO_ROOM
      words[entry + FILE_BUFFER] = buffer + 1
    }
    words[entry + FILE_DAY] = day
    words[entry + FILE_PENDING_START] = 0
    return this.#bufferOffset((words[entry + FILE_BUFFER] as number) - 1)
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
    // The one store that makes the line count; everything a successor compares is decided by it.
    words[entry + FILE_PENDING_BYTES] = (words[entry + FILE_PENDING_BYTES] as number) + bytes
  }

  /** Writes the files that are due, by priority; all of them where `everything` is asked for. */
  writeDue(nowMs: number, everything: boolean): void {
    if (this.#listed.length > 0) {
      for (const priority of WRITE_PRIORITIES) {
        for (const file of this.#listed) {
          const entry = fileEntryWord(this.#arena, file)
          if (this.#words[entry + FILE_PRIORITY] !== priority || this.#words[entry + FILE_PENDING_BYTES] === 0) continue
          if (everything || this.#due.isDue(file, priority, nowMs)) this.write(file)
        }
      }
      this.#unlistWritten()
    }
    this.#commit()
  }

  /** When the next file is due by age, in milliseconds from now; `Infinity` where none is pending. */
  nextDueMs(nowMs: number): number {
    return this.#due.nextMs(this.#listed, nowMs)
  }

  /** One write(2) of all that is pending for a file. False where it stays pending. */
  write(file: number): boolean {
    const words = this.#words
    const entry = fileEntryWord(this.#arena, file)
    const bytes = words[entry + FILE_PENDING_BYTES] as number
    if (bytes === 0) return true
    const start = words[entry + FILE_PENDING_START] as number
    const offset = this.#bufferOffset((words[entry + FILE_BUFFER] as number) - 1) + start
    if (words[entry + FILE_KIND] === FILE_KIND_TERMINAL) {
      this.#terminal.print(this.#arena.bytes, offset, bytes)
      this.#intendLines(words[entry + FILE_PENDING_LINES] as number)
      this.#settle(entry, start, bytes, bytes)
      return true
    }
    const day = words[entry + FILE_DAY] as number
    const handle = this.#files.open(file, day)
    if (handle === null) return false
    words[INTENT_FILE] = file
    words[INTENT_START] = start
    words[INTENT_BYTES] = bytes
    this.#doubles[INTENT_OFFSET_F64] = handle.sizeBytes
    this.#intendLines(words[entry + FILE_PENDING_LINES] as number)
    words[INTENT_KIND] = INTENT_BUFFER
    const written = this.#files.write(file, day, handle, this.#arena.buffer, offset, bytes)
    this.#settle(entry, start, bytes, written)
    words[INTENT_KIND] = INTENT_NONE
    return written === bytes
  }

  /**
   * Writes one line past the buffer, for it is longer than one; what is pending before it must have been written.
   * `done` bytes of it are in the file already. False where the line is lost: then no part of it stays in the file.
   */
  writeThrough(file: number, day: number, line: Uint8Array, length: number, position: number, done: number): boolean {
    const words = this.#words
    if (words[fileEntryWord(this.#arena, file) + FILE_KIND] === FILE_KIND_TERMINAL) {
      this.#terminal.print(line, 0, length)
      return true
    }
    const handle = this.#files.open(file, day)
    if (handle === null) return false
    const offset = handle.sizeBytes - done
    words[INTENT_FILE] = file
    words[INTENT_BYTES] = length
    words[INTENT_POSITION] = position
    this.#doubles[INTENT_OFFSET_F64] = offset
    this.#intendLines(1)
    words[INTENT_KIND] = INTENT_RECORD
    const written = this.#files.write(file, day, handle, line, done, length - done)
    if (written === length - done) {
      this.countIntendedLines()
      return true
    }
    if (written + done > 0) this.#files.cutBack(file, day, written + done)
    return false
  }

  /** Takes the last `bytes` of a file back, where they are in its buffer and where they are written. */
  retract(file: number, bytes: number): void {
    const words = this.#words
    const entry = fileEntryWord(this.#arena, file)
    const pending = words[entry + FILE_PENDING_BYTES] as number
    const buffered = Math.min(bytes, pending)
    if (buffered > 0 && buffered < pending) words[entry + FILE_PENDING_BYTES] = pending - buffered
    else if (buffered > 0) this.#release(entry)
    if (bytes > buffered) this.#files.cutBack(file, words[entry + FILE_DAY] as number, bytes - buffered)
  }

  /** Takes parts of lines back that a write left at the ends of files: of an owner that nobody may follow. */
  takeBackTorn(): void {
    const words = this.#words
    for (const file of this.#listed) {
      const entry = fileEntryWord(this.#arena, file)
      const start = words[entry + FILE_PENDING_START] as number
      if (start === 0 || words[entry + FILE_PENDING_BYTES] === 0) continue
      const offset = this.#bufferOffset((words[entry + FILE_BUFFER] as number) - 1)
      const torn = start - 1 - this.#arena.bytes.subarray(offset, offset + start).lastIndexOf(NEWLINE)
      if (torn === 0 || !this.#files.cutBack(file, words[entry + FILE_DAY] as number, torn)) continue
      words[entry + FILE_PENDING_BYTES] = (words[entry + FILE_PENDING_BYTES] as number) + torn
      words[entry + FILE_PENDING_START] = start - torn
    }
  }

  /** How many bytes of the intended write are in the file: for a successor, before anything else is written. */
  intendedBytesWritten(day: number): number {
    const words = this.#words
    // By its path, for no handle may be had.
    const sizeBytes = this.#files.sizeBytes(words[INTENT_FILE] as number, day)
    const written = sizeBytes - (this.#doubles[INTENT_OFFSET_F64] as number)
    return Math.max(0, Math.min(written, words[INTENT_BYTES] as number))
  }

  /** Finishes the books of a buffer's write that a dead owner had under way. */
  settleIntent(): void {
    const words = this.#words
    const file = words[INTENT_FILE] as number
    const start = words[INTENT_START] as number
    const bytes = words[INTENT_BYTES] as number
    const isInBuffer = start >= 0 && bytes > 0 && start + bytes <= this.#bufferBytes
    if (isInBuffer && this.has(file) && this.pendingBytes(file) > 0) {
      const entry = fileEntryWord(this.#arena, file)
      this.#settle(entry, start, bytes, this.intendedBytesWritten(words[entry + FILE_DAY] as number))
    }
    words[INTENT_KIND] = INTENT_NONE
  }

  /** The lines of the intended write are in their file: doing this twice counts them once. */
  countIntendedLines(): void {
    this.#doubles[LINES_F64] = this.#doubles[INTENT_LINES_F64] as number
  }

  /** Tells on the terminal, where there is one, how many lines it was not shown. */
  tellNotShown(): void {
    this.#terminal.tellNotShown()
  }

  /** Counts a line that found no room. */
  drop(): void {
    this.#dropped++
    this.#count(LINES_DROPPED_F64, 1)
  }

  /** Finds the pending bytes of a former owner; bytes that no buffer holds are somebody's tampering, and counted. */
  #attach(): void {
    const taken = new Set<number>()
    for (let file = 0; file < this.#known.count; file++) {
      const entry = fileEntryWord(this.#arena, file)
      const buffer = (this.#words[entry + FILE_BUFFER] as number) - 1
      if (this.#words[entry + FILE_PENDING_BYTES] === 0) this.#words[entry + FILE_BUFFER] = 0
      else if (this.has(file) && this.#holdsPending(entry, buffer) && !taken.has(buffer)) {
        taken.add(buffer)
        this.#isListed[file] = 1
        this.#listed.push(file)
      } else {
        this.#words[entry + FILE_PENDING_BYTES] = 0
        this.#words[entry + FILE_BUFFER] = 0
        this.#count(DAMAGED_RECORDS_F64, 1)
      }
    }
    for (let buffer = this.#arena.geometry.fileBufferCount - 1; buffer >= 0; buffer--) {
      if (!taken.has(buffer)) this.#free.push(buffer)
    }
  }

  #holdsPending(entry: number, buffer: number): boolean {
    const start = this.#words[entry + FILE_PENDING_START] as number
    const bytes = this.#words[entry + FILE_PENDING_BYTES] as number
    const isBuffer = buffer >= 0 && buffer < this.#arena.geometry.fileBufferCount
    return isBuffer && start >= 0 && bytes > 0 && bytes <= this.#bufferBytes - start
  }

  /** Everything before the oldest pending line is in files. */
  #commit(): void {
    const words = this.#words
    let committed = words[APPLIED] as number
    for (const file of this.#listed) {
      const oldest = words[fileEntryWord(this.#arena, file) + FILE_OLDEST_POSITION] as number
      if (distanceBytes(oldest, committed) > 0) committed = oldest
    }
    Atomics.store(words, COMMITTED, committed)
  }

  #intendLines(lines: number): void {
    this.#doubles[INTENT_LINES_F64] = (this.#doubles[LINES_F64] as number) + lines
  }

  /** Stores the outcome of a write; computed from the intent alone, so it can be done twice. */
  #settle(entry: number, start: number, bytes: number, written: number): void {
    const words = this.#words
    if (written < bytes) {
      words[entry + FILE_PENDING_START] = start + written
      words[entry + FILE_PENDING_BYTES] = bytes - written
      return
    }
    this.countIntendedLines()
    this.#release(entry)
  }

  /** The file has nothing pending; its buffer is free. */
  #release(entry: number): void {
    const words = this.#words
    const buffer = (words[entry + FILE_BUFFER] as number) - 1
    words[entry + FILE_PENDING_LINES] = 0
    words[entry + FILE_PENDING_BYTES] = 0
    words[entry + FILE_BUFFER] = 0
    if (buffer >= 0) this.#free.push(buffer)
  }

  #takeFreeBuffer(): number | null {
    if (this.#free.length === 0) this.#writeFullest()
    return this.#free.pop() ?? null
  }

  /** Makes a buffer free by writing: the fullest file first, for it gives the most for one write. */
  #writeFullest(): void {
    const pending = this.#listed.filter((file) => this.pendingBytes(file) > 0)
    pending.sort((left, right) => this.pendingBytes(right) - this.pendingBytes(left))
    for (const file of pending) if (!this.#isResting(file) && this.write(file)) break
  }

  /** Whether a file that could not be written is to be left alone for now. */
  #isResting(file: number): boolean {
    return this.#faults.waitMs(file, Date.now()) > 0
  }

  #unlistWritten(): void {
    let kept = 0
    for (const file of this.#listed) {
      if (this.pendingBytes(file) > 0) this.#listed[kept++] = file
      else this.#isListed[file] = 0
    }
    this.#listed.length = kept
  }

  #bufferOffset(buffer: number): number {
    return this.#arena.offsets.fileBuffers + buffer * this.#bufferBytes
  }

  #count(counter: number, by: number): void {
    this.#doubles[counter] = (this.#doubles[counter] as number) + by
  }
}
