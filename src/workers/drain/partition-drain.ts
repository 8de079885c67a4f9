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
 * Urgent records (of error.jsonl) do not wait for what was published before them: urgent-records.ts.
 *
 * All stores of one owner are seen by its successor in their order: the successor starts after the owner's thread ended,
 * or, where a thread cannot be ended, for it is in a system call, behind the fence that it finds on its way out (fence.ts).
 */
import type { Arena } from '../../shared/arena.js'
import {
  APPLIED,
  CONSUMED,
  DAMAGED_RECORDS_F64,
  EMERGENCIES_F64,
  INTENT_NONE,
  INTENT_RECORD,
  PARTS_DROPPED,
  PARTS_ENDED,
  PARTS_OPEN,
  PASSES_F64,
  PRODUCER_WAITING,
  PUBLISHED,
  WRITES_F64,
} from '../../shared/arena-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import { KIND_FRAGMENT, KIND_LAST_FRAGMENT, KIND_PAD, recordFile, recordKind } from '../../shared/record-layout.js'
import type { DrainOptions, DrainOwner } from '../../shared/writer-protocol.js'
import type { HandlePool } from '../files/handle-pool.js'
import { DayClock } from './day-clock.js'
import { DictionaryReader } from './dictionary-reader.js'
import { makeDrainParts } from './drain-parts.js'
import type { DropBooks } from './drop-books.js'
import { DropTelling } from './drop-telling.js'
import { type FileBuffers, NO_ROOM } from './file-buffers.js'
import type { FileSyncs } from './file-syncs.js'
import { HandleCounters } from './handle-counters.js'
import type { Journal } from './journal.js'
import type { KnownFiles } from './known-files.js'
import { LineFormatter, type LineTarget, NOT_A_RECORD } from './line-formatter.js'
import { type LineKernel, lineKernel } from './line-kernel.js'
import type { LineParts } from './line-parts.js'
import { LongLines } from './long-lines.js'
import { PlainRecords } from './plain-records.js'
import { RecordUnderWay } from './record-under-way.js'
import { RingRecords } from './ring-records.js'
import { UrgentRecords } from './urgent-records.js'

/** Space is handed back to the producer after this part of the ring, and at the end of a pass. */
const CONSUME_RATIO = 1 / 16
/** Urgent records are looked for after so much of a pass: a fraction of a millisecond. */
const URGENT_LOOK_BYTES = 64 * 1024

/** Drains one partition. One owner at a time. */
export class PartitionDrain {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #records: RingRecords
  readonly #formatter: LineFormatter
  readonly #days: DayClock
  readonly #handles: HandlePool
  readonly #handleCounters: HandleCounters
  readonly #known: KnownFiles
  readonly #parts: LineParts
  readonly #drops: DropBooks
  readonly #buffers: FileBuffers
  readonly #syncs: FileSyncs
  readonly #journal: Journal | null
  readonly #consumeBytes: number
  readonly #flushIntervalMs: number
  readonly #applying: RecordUnderWay
  readonly #long: LongLines
  readonly #telling: DropTelling
  readonly #plain: PlainRecords
  readonly #target: LineTarget
  /** Many files take their time: what is logged meanwhile is journaled, and not written, for then it would not be synced. */
  readonly #afterSync = (): void => this.#journal?.appendMeanwhile()
  /** Lines that this owner had dropped when all were written the last time. */
  #droppedBefore = 0
  readonly #urgent: UrgentRecords

  constructor(
    arena: Arena,
    options: DrainOptions,
    owner: Partial<DrainOwner> = {},
    kernel: LineKernel | null = lineKernel(arena),
  ) {
    this.#arena = arena
    this.#words = arena.words
    this.#records = new RingRecords(arena)
    this.#formatter = new LineFormatter(arena, new DictionaryReader(arena))
    this.#days = new DayClock(options.utc)
    const parts = makeDrainParts(arena, options, owner)
    this.#handles = parts.handles
    this.#handleCounters = new HandleCounters(arena)
    this.#known = parts.known
    this.#parts = parts.lineParts
    this.#drops = parts.drops
    this.#buffers = parts.buffers
    this.#syncs = parts.syncs
    this.#journal = parts.journal
    this.#applying = new RecordUnderWay(arena, this.#records, parts)
    this.#telling = new DropTelling(arena, this.#applying, this.#days, parts)
    this.#long = new LongLines(arena, {
      records: this.#records,
      formatter: this.#formatter,
      days: this.#days,
      known: this.#known,
      drops: this.#drops,
      writes: this.#buffers.writes,
    })
    this.#plain = new PlainRecords(arena, kernel, { days: this.#days, known: this.#known, buffers: this.#buffers })
    this.#target = this.#formatter.target
    this.#flushIntervalMs = options.flushIntervalMs
    this.#consumeBytes = arena.geometry.ringBytes * CONSUME_RATIO
    this.#urgent = new UrgentRecords(arena, {
      records: this.#records,
      formatter: this.#formatter,
      days: this.#days,
      known: this.#known,
      buffers: this.#buffers,
      journal: this.#journal,
      applyAt: (offset, position, file, nowMs) =>
        this.#applyAt(offset, position, file, 1, nowMs, this.#applying.beforeApplied),
      applied: () => this.#applying.end(),
    })
  }

  /** Bytes that are published and not yet applied. */
  get backlogBytes(): number {
    return this.#records.backlogBytes
  }

  /** Whether so much of that waits that the next pass should follow at once. */
  get isBehind(): boolean {
    return this.#records.isBehind
  }

  get pendingFiles(): number {
    return this.#buffers.pendingFiles
  }

  /** How many files lack lines and have not been told. */
  get untoldFiles(): number {
    return this.#drops.untold.size
  }

  get pendingLines(): number {
    return this.#buffers.pendingLines
  }

  /**
   * Finishes what an owner before this one had under way when it ended. To be called once, before the first pass. Where
   * its thread could not be ended, for it is in a system call, that call `mayStillHappen`: its file is left alone until
   * `writerEnded()`.
   */
  resume(mayStillHappen = false): void {
    this.#journal?.resume(mayStillHappen)
    // Read once: a thread that comes out of an open may store an intent before it finds the fence.
    const { kind } = this.#buffers.writes.intent
    this.#syncs.resume(mayStillHappen)
    if (mayStillHappen && kind !== INTENT_NONE) this.#long.freeze()
    else if (kind === INTENT_RECORD) this.#long.resume()
    else if (kind !== INTENT_NONE) this.#buffers.writes.settleIntent()
    this.#applying.resume()
    this.#consume(this.#words[APPLIED] as number)
  }

  /** The former owner's thread has ended after all: the file it was writing goes on. */
  writerEnded(): void {
    this.#journal?.writerEnded()
    this.#long.thaw()
    this.#syncs.writerEnded()
  }

  /** Drains what is published, or about `bytesMax` of it. Gives the bytes drained. */
  pass(nowMs: number, bytesMax = Number.POSITIVE_INFINITY): number {
    const words = this.#words
    // Orders the loads of all records before `to` after it.
    const to = this.#journal === null ? Atomics.load(words, PUBLISHED) : this.#journal.append(true)
    const from = words[APPLIED] as number
    let position = from
    let consumed = from
    let looked = from
    this.#urgent.pass(nowMs)
    while (position !== to && distanceBytes(from, position) < bytesMax) {
      const bytes = Math.min(
        bytesMax - distanceBytes(from, position),
        this.#consumeBytes - distanceBytes(consumed, position),
        URGENT_LOOK_BYTES - distanceBytes(looked, position),
      )
      const plain = this.#plain.apply(position, to, bytes)
      if (plain !== position) position = plain
      else {
        const writes = this.#arena.doubles[WRITES_F64]
        position = this.#applyNext(position, to, nowMs)
        // A write takes long; and where all files fill evenly the next records have all of them written, one after the other.
        if (this.#arena.doubles[WRITES_F64] !== writes) this.#urgent.pass(nowMs)
      }
      if (distanceBytes(consumed, position) >= this.#consumeBytes) {
        this.#consume(position)
        consumed = position
      }
      if (distanceBytes(looked, position) >= URGENT_LOOK_BYTES) {
        this.#journal?.appendMeanwhile()
        this.#urgent.pass(nowMs)
        looked = position
      }
    }
    if (position !== consumed) this.#consume(position)
    this.#urgent.passed(position)
    this.#count(PASSES_F64)
    return distanceBytes(from, position)
  }

  /**
   * Writes the files that are due, or all. False where some of all are still pending, or lines were dropped since all were
   * written the last time.
   */
  writeDue(nowMs: number, everything: boolean): boolean {
    const lookForUrgent = (): void => {
      this.#journal?.appendMeanwhile()
      this.#urgent.pass(nowMs)
    }
    this.#handles.heed()
    this.#buffers.writeDue(nowMs, everything, lookForUrgent)
    if (this.#drops.untold.size > 0 && this.#telling.tell(nowMs, false)) {
      this.#buffers.writeDue(nowMs, everything, lookForUrgent)
    }
    if (!everything && this.#buffers.isPressed) this.relieve()
    this.#syncs.syncDurable(this.#afterSync)
    this.#handleCounters.publish(this.#handles.counts)
    if (!everything) return true
    const { dropped } = this.#drops
    const isWritten = this.#buffers.pendingFiles === 0 && dropped === this.#droppedBefore
    this.#droppedBefore = dropped
    return isWritten
  }

  /** Brings all files to the disk. Gives the paths of those of which it is not known that all of them is there. */
  sync(): readonly string[] {
    return this.#syncs.syncAll(this.#afterSync)
  }

  /** An emergency drain of the file buffers, in the order of priorities. */
  relieve(): void {
    this.#count(EMERGENCIES_F64)
    this.#buffers.relieve()
  }

  /** How old a pending line may become. */
  get flushIntervalMs(): number {
    return this.#flushIntervalMs
  }

  nextDueMs(nowMs: number): number {
    return this.#buffers.nextDueMs(nowMs)
  }

  /** Takes the descriptor that is kept in reserve, before the application has taken them all. */
  keepReserve(): void {
    this.#handles.keepReserve()
  }

  /** Whether nothing is applied before it is in a journal. */
  get hasJournal(): boolean {
    return this.#journal !== null
  }

  /** The owner is going to sleep for longer: handles that were not used for long are closed. */
  rest(): void {
    this.#handles.closeStale()
    this.#journal?.rest()
  }

  /** Leaves no part of a line at the end of a file that could not be written. What is pending stays so. */
  takeBackTorn(): void {
    this.#buffers.takeBackTorn()
  }

  /** The process ends: what its files do not take goes to the fallback directory, else to stderr. */
  divertAll(nowMs: number): void {
    // A thread that still hangs in a write will not be waited for: what is not in its file now goes elsewhere, and should
    // the write happen after all it is in both places.
    this.writerEnded()
    this.#buffers.divertAll()
    if (this.#drops.untold.size > 0) {
      this.#telling.tell(nowMs, true)
      this.#buffers.divertAll()
    }
    this.#syncs.syncDurable(this.#afterSync)
  }

  /** Closes all handles; the next write opens them anew. What is pending stays in the arena. */
  closeHandles(): void {
    this.#buffers.writes.tellNotShown()
    this.#handles.close()
    this.#journal?.close()
  }

  /** Gives the position behind the record, or behind all where none stands here. */
  #applyNext(position: number, to: number, nowMs: number): number {
    const length = this.#records.length(position)
    let next = to
    if (this.#records.isRecord(position, length, to)) {
      this.#apply(position, nowMs)
      next = (position + length) | 0
    } else {
      // Only a tampered or torn ring: what follows cannot be found again.
      this.#count(DAMAGED_RECORDS_F64)
    }
    this.#records.setApplied(next)
    // Only now, and before the words of another one are stored: a line past the buffer, or one that was dropped, is done.
    this.#buffers.writes.intent.clear()
    this.#drops.settled()
    return next
  }

  #apply(position: number, nowMs: number): void {
    const head = this.#records.head(position)
    const kind = recordKind(head)
    if (kind === KIND_PAD) return
    const at = this.#records.offsetOf(position)
    const file = recordFile(head)
    const bytesMax = this.#known.has(file) ? this.#formatter.prepare(at) : NOT_A_RECORD
    if (bytesMax === NOT_A_RECORD) {
      this.#count(DAMAGED_RECORDS_F64)
      return
    }
    const day = this.#days.dayOf(this.#records.timeMs(position))
    if (kind === KIND_FRAGMENT || kind === KIND_LAST_FRAGMENT) {
      this.#applyPart(position, file, day, bytesMax, kind === KIND_LAST_FRAGMENT, nowMs)
      return
    }
    if (bytesMax > this.#arena.geometry.fileBufferBytes) {
      this.#long.apply(position, file, day, bytesMax)
      return
    }
    const offset = this.#buffers.reserve(file, day, bytesMax)
    if (offset !== NO_ROOM) this.#applyAt(offset, position, file, 1, nowMs)
    // Files that cannot be written may hold all buffers; those that can be are written past them. What comes for a file
    // that a hanging thread is in goes elsewhere.
    else if (this.#buffers.pendingBytes(file) === 0 || this.#buffers.writes.isFrozen(file))
      this.#long.apply(position, file, day, bytesMax)
    else this.#drops.drop(this.#records.line(position))
  }

  /** Gives the bytes of the line, or of the part of one. */
  #applyAt(
    offset: number,
    position: number,
    file: number,
    lines: number,
    nowMs: number,
    oldestPosition = position,
  ): number {
    this.#applying.begin(position, file)
    const bytes = this.#formatter.write(this.#target, offset) - offset
    this.#buffers.append(file, bytes, lines, oldestPosition, nowMs)
    return bytes
  }

  /** A part of a line that is longer than a record; it always fits into an empty buffer. */
  #applyPart(position: number, file: number, day: number, bytesMax: number, isLast: boolean, nowMs: number): void {
    const parts = this.#parts
    if (parts.state(file) === PARTS_ENDED) this.#buffers.writes.endParts(file)
    const offset = parts.state(file) === PARTS_DROPPED ? NO_ROOM : this.#buffers.reserve(file, day, bytesMax)
    // The beginning may have been dropped to make room.
    if (offset === NO_ROOM || parts.state(file) === PARTS_DROPPED) {
      if (parts.state(file) !== PARTS_DROPPED) this.#buffers.writes.dropParts(file)
      if (!isLast) return
      this.#drops.drop(this.#records.line(position))
      parts.end(file)
      return
    }
    const before = parts.state(file) === PARTS_OPEN ? parts.bytes(file) : 0
    this.#applying.beginPart(before)
    const bytes = this.#applyAt(offset, position, file, isLast ? 1 : 0, nowMs)
    parts.note(this.#records.line(position), before + bytes, isLast)
  }

  /** Hands ring space back to the producer. */
  #consume(position: number): void {
    // Orders all loads of the records before `position` before it. Pairs with the producer's store of PRODUCER_WAITING
    // before its last look at CONSUMED.
    Atomics.store(this.#words, CONSUMED, position)
    if (Atomics.load(this.#words, PRODUCER_WAITING) !== 0) Atomics.notify(this.#words, CONSUMED)
  }

  #count(counter: number): void {
    this.#arena.doubles[counter] = (this.#arena.doubles[counter] as number) + 1
  }
}
