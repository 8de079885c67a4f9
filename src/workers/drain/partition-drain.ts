/**
 * Stages 5 to 7 of one partition: everything published is drained in one pass, formatted into file buffers, and written
 * when due. Whoever owns the partition runs this code: its writer's loop, or the main thread that took over. Nothing of
 * value is kept in this object: a successor makes its own on the same arena and continues.
 *
 * A record is applied exactly once. Before its line goes into a buffer, the record's position and the buffer's pending
 * bytes are stored (APPLYING_...); the store of the buffer's new pending bytes makes the line count; then APPLIED moves
 * past the record. A successor that finds APPLYING_POSITION at APPLIED compares the pending bytes: changed means the
 * line counts and only APPLIED has to move; unchanged means the record is done anew, over the same bytes.
 *
 * All stores of one owner are seen by its successor in their order: the successor starts after the owner's thread ended,
 * or (a thread that cannot be ended) after the epoch was raised, which the owner checks before each pass.
 */
import { type Arena, NO_POSITION } from '../../shared/arena.js'
import {
  APPLIED,
  APPLYING_BASE_BYTES,
  APPLYING_FILE,
  APPLYING_POSITION,
  CONSUMED,
  DAMAGED_RECORDS_F64,
  distanceBytes,
  HANDLE_EVICTIONS_F64,
  HANDLE_HITS_F64,
  HANDLE_OPENS_F64,
  HANDLE_REQUESTS_F64,
  INTENT_BUFFER,
  INTENT_BYTES,
  INTENT_KIND,
  INTENT_NONE,
  INTENT_POSITION,
  INTENT_RECORD,
  PASSES_F64,
  PRODUCER_WAITING,
  PUBLISHED,
} from '../../shared/arena-layout.js'
import {
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  KIND_PAD,
  RECORD_ALIGNMENT_BYTES,
  RECORD_HEAD,
  RECORD_LENGTH,
  RECORD_TIME,
} from '../../shared/record-layout.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import { HandlePool } from '../files/handle-pool.js'
import { DayClock } from './day-clock.js'
import { DictionaryReader } from './dictionary-reader.js'
import { FileBuffers, NO_ROOM } from './file-buffers.js'
import { LineFormatter, type LineTarget, NOT_A_RECORD } from './line-formatter.js'
import { LineParts } from './line-parts.js'
import { WriteFaults } from './write-faults.js'

/** Space is handed back to the producer after this part of the ring, and at the end of a pass. */
const CONSUME_RATIO = 1 / 16

const HANDLE_COUNTERS = [HANDLE_REQUESTS_F64, HANDLE_HITS_F64, HANDLE_OPENS_F64, HANDLE_EVICTIONS_F64]

/** Drains one partition. One owner at a time. */
export class PartitionDrain {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #formatter: LineFormatter
  readonly #days: DayClock
  readonly #handles: HandlePool
  readonly #buffers: FileBuffers
  readonly #mask: number
  readonly #consumeBytes: number
  readonly #parts = new LineParts()
  /** For lines that are longer than a file buffer. */
  #scratch = lineTarget(new Uint8Array(0))
  readonly #target: LineTarget
  /** Counts of the owners before this one. */
  readonly #handleCountsBefore: readonly number[]
  /** Lines that this owner had dropped when all were written the last time. */
  #droppedBefore = 0

  constructor(arena: Arena, options: DrainOptions) {
    this.#arena = arena
    this.#words = arena.words
    this.#formatter = new LineFormatter(arena, new DictionaryReader(arena))
    this.#days = new DayClock(options.utc)
    this.#handles = new HandlePool({
      handlesMax: options.handlesMax,
      ttlMs: options.handleTtlMs,
      evictionRatio: options.evictionRatio,
      modes: { file: options.fileMode, directory: options.directoryMode },
    })
    this.#buffers = new FileBuffers(arena, options, this.#handles, new WriteFaults(options.retryDelayMs))
    this.#target = lineTarget(arena.bytes)
    this.#handleCountsBefore = HANDLE_COUNTERS.map((counter) => arena.doubles[counter] as number)
    this.#mask = arena.geometry.ringBytes - 1
    this.#consumeBytes = arena.geometry.ringBytes * CONSUME_RATIO
  }

  /** Bytes that are published and not yet applied. */
  get backlogBytes(): number {
    return distanceBytes(this.#words[APPLIED] as number, Atomics.load(this.#words, PUBLISHED))
  }

  /** How many files have pending bytes. */
  get pendingFiles(): number {
    return this.#buffers.pendingFiles
  }

  /** Finishes what an owner before this one had under way when it ended. To be called once, before the first pass. */
  resume(): void {
    const words = this.#words
    if (words[INTENT_KIND] === INTENT_BUFFER) this.#buffers.settleIntent()
    else if (words[INTENT_KIND] === INTENT_RECORD) this.#resumeRecord()
    if (words[APPLYING_POSITION] === words[APPLIED] && this.#buffers.has(words[APPLYING_FILE] as number)) {
      const applied = this.#buffers.pendingBytes(words[APPLYING_FILE] as number) !== words[APPLYING_BASE_BYTES]
      if (applied) words[APPLIED] = ((words[APPLIED] as number) + this.#recordLength(words[APPLIED] as number)) | 0
    }
    // Resolved: if this owner dies before its first record, its successor must not judge by these words again.
    words[APPLYING_POSITION] = NO_POSITION
    this.#consume(words[APPLIED] as number)
  }

  /** Drains all that is published. Gives the bytes drained. */
  pass(nowMs: number): number {
    const words = this.#words
    // Orders the loads of all records before `to` after it.
    const to = Atomics.load(words, PUBLISHED)
    const from = words[APPLIED] as number
    let position = from
    let consumed = from
    while (position !== to) {
      const length = this.#recordLength(position)
      if (!this.#isRecord(position, length, to)) {
        // Only a tampered or torn ring: what follows cannot be found again.
        this.#count(DAMAGED_RECORDS_F64)
        position = to
      } else {
        this.#apply(position, nowMs)
        position = (position + length) | 0
      }
      words[APPLIED] = position
      // Only now, and before the words of another intent are stored: a line past the buffer is done.
      if (words[INTENT_KIND] !== INTENT_NONE) words[INTENT_KIND] = INTENT_NONE
      if (distanceBytes(consumed, position) >= this.#consumeBytes) {
        this.#consume(position)
        consumed = position
      }
    }
    if (position !== consumed) this.#consume(position)
    this.#count(PASSES_F64)
    return distanceBytes(from, position)
  }

  /**
   * Writes the files that are due, or all. False where some of all are still pending, or lines were dropped since all were
   * written the last time.
   */
  writeDue(nowMs: number, everything: boolean): boolean {
    this.#buffers.writeDue(nowMs, everything)
    this.#publishHandleCounts()
    if (!everything) return true
    const { dropped } = this.#buffers
    const isWritten = this.#buffers.pendingFiles === 0 && dropped === this.#droppedBefore
    this.#droppedBefore = dropped
    return isWritten
  }

  /** When the next file is due by age, in milliseconds from now. */
  nextDueMs(nowMs: number): number {
    return this.#buffers.nextDueMs(nowMs)
  }

  /** Closes handles that were not used for their time to live. */
  closeStaleHandles(): void {
    this.#handles.closeStale()
  }

  /** Lines that are drained and not yet in their files. */
  get pendingLines(): number {
    return this.#buffers.pendingLines
  }

  /** Leaves no part of a line at the end of a file that could not be written. What is pending stays so. */
  takeBackTorn(): void {
    this.#buffers.takeBackTorn()
  }

  /** Closes all handles; the next write opens them anew. What is pending stays in the arena. */
  closeHandles(): void {
    this.#buffers.tellNotShown()
    this.#handles.close()
  }

  #apply(position: number, nowMs: number): void {
    const words = this.#words
    const at = this.#offsetOf(position)
    const head = words[(at + RECORD_HEAD) >> 2] as number
    const kind = head & 0xff
    if (kind === KIND_PAD) return
    const file = head >>> 16
    if (!this.#buffers.has(file)) {
      this.#count(DAMAGED_RECORDS_F64)
      return
    }
    const day = this.#days.dayOf(this.#arena.doubles[(at + RECORD_TIME) >> 3] as number)
    const bytesMax = this.#formatter.prepare(at)
    if (bytesMax === NOT_A_RECORD) {
      this.#count(DAMAGED_RECORDS_F64)
      return
    }
    if (kind === KIND_FRAGMENT || kind === KIND_LAST_FRAGMENT) {
      this.#applyPart(position, file, day, bytesMax, kind === KIND_LAST_FRAGMENT, nowMs)
      return
    }
    if (bytesMax > this.#arena.geometry.fileBufferBytes) {
      this.#applyPastBuffer(position, file, day, bytesMax)
      return
    }
    const offset = this.#buffers.reserve(file, day, bytesMax)
    if (offset !== NO_ROOM) this.#applyAt(offset, position, file, 1, nowMs)
    // Files that cannot be written may hold all buffers; those that can be are written past them.
    else if (this.#buffers.pendingBytes(file) === 0) this.#applyPastBuffer(position, file, day, bytesMax)
    else this.#buffers.drop()
  }

  /** Gives the bytes of the line, or of the part of one. */
  #applyAt(offset: number, position: number, file: number, lines: number, nowMs: number): number {
    const words = this.#words
    words[APPLYING_BASE_BYTES] = this.#buffers.pendingBytes(file)
    words[APPLYING_FILE] = file
    words[APPLYING_POSITION] = position
    const bytes = this.#formatter.write(this.#target, offset) - offset
    this.#buffers.append(file, bytes, lines, position, nowMs)
    return bytes
  }

  /** A part of a line that is longer than a record; it always fits into an empty buffer. */
  #applyPart(position: number, file: number, day: number, bytesMax: number, isLast: boolean, nowMs: number): void {
    if (this.#parts.passesOver(file, isLast)) return
    const offset = this.#buffers.reserve(file, day, bytesMax)
    if (offset === NO_ROOM) {
      this.#buffers.retract(file, this.#parts.bytes(file))
      this.#parts.drop(file, isLast)
      this.#buffers.drop()
      return
    }
    this.#parts.add(file, this.#applyAt(offset, position, file, isLast ? 1 : 0, nowMs), isLast)
  }

  /** A line that may be longer than a buffer is formatted aside; if it is short after all, it is buffered. */
  #applyPastBuffer(position: number, file: number, day: number, bytesMax: number): void {
    const length = this.#formatAside(bytesMax)
    if (
      !this.#buffers.write(file) ||
      !this.#buffers.writeThrough(file, day, this.#scratch.bytes, length, position, 0)
    ) {
      this.#buffers.drop()
    }
    // APPLIED moves past the record next; a successor that finds the intent before that looks at the file's size.
  }

  #resumeRecord(): void {
    const words = this.#words
    const position = words[INTENT_POSITION] as number
    const length = this.#recordLength(position)
    const at = this.#offsetOf(position)
    const file = (words[(at + RECORD_HEAD) >> 2] as number) >>> 16
    const isRecord = this.#isRecord(position, length, Atomics.load(words, PUBLISHED))
    if (position === words[APPLIED] && isRecord && this.#buffers.has(file)) {
      const day = this.#days.dayOf(this.#arena.doubles[(at + RECORD_TIME) >> 3] as number)
      const done = this.#buffers.intendedBytesWritten(day)
      if (done < (words[INTENT_BYTES] as number)) {
        const bytesMax = this.#formatter.prepare(at)
        const bytes = bytesMax === NOT_A_RECORD ? 0 : this.#formatAside(bytesMax)
        if (!this.#buffers.writeThrough(file, day, this.#scratch.bytes, bytes, position, done)) this.#buffers.drop()
      } else this.#buffers.countIntendedLines()
      words[APPLIED] = (position + length) | 0
    }
    words[INTENT_KIND] = INTENT_NONE
  }

  #formatAside(bytesMax: number): number {
    if (this.#scratch.bytes.length < bytesMax) this.#scratch = lineTarget(new Uint8Array(bytesMax))
    return this.#formatter.write(this.#scratch, 0)
  }

  /** Hands ring space back to the producer. */
  #consume(position: number): void {
    // Orders all loads of the records before `position` before it. Pairs with the producer's store of PRODUCER_WAITING
    // before its last look at CONSUMED.
    Atomics.store(this.#words, CONSUMED, position)
    if (Atomics.load(this.#words, PRODUCER_WAITING) !== 0) Atomics.notify(this.#words, CONSUMED)
  }

  /** Whether a record of this length can stand here: within what is published, and within the ring. */
  #isRecord(position: number, length: number, to: number): boolean {
    const { ringBytes } = this.#arena.geometry
    const published = distanceBytes(position, to)
    return (
      length > 0 &&
      length % RECORD_ALIGNMENT_BYTES === 0 &&
      length <= published &&
      published <= ringBytes &&
      (position & this.#mask) + length <= ringBytes
    )
  }

  #recordLength(position: number): number {
    return this.#words[(this.#offsetOf(position) + RECORD_LENGTH) >> 2] as number
  }

  #offsetOf(position: number): number {
    return this.#arena.offsets.ring + (position & this.#mask)
  }

  #publishHandleCounts(): void {
    const { requests, hits, opens, evictions } = this.#handles.counts
    const { doubles } = this.#arena
    const [requestsBefore = 0, hitsBefore = 0, opensBefore = 0, evictionsBefore = 0] = this.#handleCountsBefore
    doubles[HANDLE_REQUESTS_F64] = requestsBefore + requests
    doubles[HANDLE_HITS_F64] = hitsBefore + hits
    doubles[HANDLE_OPENS_F64] = opensBefore + opens
    doubles[HANDLE_EVICTIONS_F64] = evictionsBefore + evictions
  }

  #count(counter: number): void {
    this.#arena.doubles[counter] = (this.#arena.doubles[counter] as number) + 1
  }
}

function lineTarget(bytes: Uint8Array): LineTarget {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}
