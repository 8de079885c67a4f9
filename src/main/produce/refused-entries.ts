/**
 * Entries that found no room in a full ring: counted by category and level for good, and by file until a line in that
 * file has told of them. It runs on the application's thread and only where `onFull` says not to wait.
 *
 * Invariants: an entry that is refused has a seq, so the gap it leaves is inside the range that its file's line tells. A
 * file's line stands after everything that was published to the file before the first entry it tells of, and before
 * everything that is logged after it was published; in between are the entries that found room meanwhile, so lines of a
 * higher seq than its `seqTo` may stand before it. It is published when the ring is relieved (see FullRing), and by
 * `tell()`; a file that has no room for it keeps its counts.
 */
import type { FileId } from '../../shared/arena.js'
import type { Condition, ConditionHandler } from '../../shared/conditions.js'
import { dropLine, levelIndex, noLevels } from '../../shared/drop-line.js'
import { FATAL, WARN } from '../../shared/levels.js'
import { monotonicMs } from '../../shared/real-timers.js'
import { KIND_LINE, RECORD_SLOTS, recordBytes, recordHead } from '../../shared/record-layout.js'
import type { LogContext, Route, RouteCopy } from './log-context.js'
import { writeLineHeader } from './record-text.js'
import type { RingProducer } from './ring-producer.js'
import type { SeqClock } from './seq-clock.js'

const REASON = 'the ring was full'
/** A ring that is full again and again is reported so often at the most. */
const REPORT_INTERVAL_MS = 1000
/** Of a line that belongs to no category. */
const NO_IDS = 0

/** What a file is yet to be told. */
interface UntoldLines {
  readonly levels: number[]
  seqFrom: number
  seqTo: number
}

/** What is known of a ring that has refused something. */
interface RefusingRing {
  readonly ring: RingProducer
  readonly untold: Map<FileId, UntoldLines>
  /** Whether something was refused since the ring was relieved the last time, and whether that was reported. */
  isRefusing: boolean
  isReported: boolean
  reportedAtMs: number
}

/** The refused entries of one Spillway. */
export class RefusedEntries {
  readonly #seqClock: SeqClock
  readonly #onCondition: ConditionHandler
  readonly #byCategory = new Map<number, number[]>()
  readonly #rings = new Map<RingProducer, RefusingRing>()
  #lines = 0

  constructor(seqClock: SeqClock, onCondition: ConditionHandler) {
    this.#seqClock = seqClock
    this.#onCondition = onCondition
  }

  /** How many lines were refused: entries, and the copies that their category's file should have had. */
  get lines(): number {
    return this.#lines
  }

  /** The same by level (trace first), for each category's dictionary id. */
  get byCategory(): ReadonlyMap<number, readonly number[]> {
    return this.#byCategory
  }

  /** Counts an entry without a seq, which takes its own. It is done with: true. */
  add(context: LogContext, route: Route): true {
    this.addOf(this.#seqClock.nextSeq(), context, route)
    return true
  }

  /** Counts an entry that has its seq, with its copies. */
  addOf(seq: number, context: LogContext, route: Route): void {
    const categoryId = context.category.dictionaryId
    this.#seqClock.refused++
    this.#count(route.ring, route.file, route.level, categoryId, seq)
    for (const copy of route.copies) {
      if (copy.budget === null) this.addCopy(seq, copy, route.level, categoryId)
      else copy.budget.leaveOut()
    }
  }

  /** Counts a copy that is not made. */
  addCopy(seq: number, { ring, file }: RouteCopy, level: number, categoryId: number): void {
    this.#count(ring, file, level, categoryId, seq)
  }

  /**
   * Publishes what is untold, if need be into the room that is kept for errors. False where some of it found no room:
   * what is in the ring has to be drained first.
   */
  tell(): boolean {
    let isTold = true
    for (const state of this.#rings.values()) {
      if (!state.isRefusing) continue
      isTold = this.#tellRing(state, FATAL) && isTold
      if (state.ring.isRelieved) this.#end(state)
    }
    return isTold
  }

  #count(ring: RingProducer, file: FileId, level: number, categoryId: number, seq: number): void {
    const index = levelIndex(level)
    const state = this.#stateOf(ring)
    const untold = untoldOf(state, file, seq)
    const counts = this.#countsOf(categoryId)
    this.#lines++
    counts[index] = (counts[index] as number) + 1
    untold.levels[index] = (untold.levels[index] as number) + 1
    untold.seqFrom = Math.min(untold.seqFrom, seq)
    untold.seqTo = Math.max(untold.seqTo, seq)
    if (!state.isRefusing) this.#begin(state)
    if (!state.isReported) this.#reportBegin(state)
  }

  #countsOf(categoryId: number): number[] {
    const known = this.#byCategory.get(categoryId)
    if (known !== undefined) return known
    const counts = noLevels()
    this.#byCategory.set(categoryId, counts)
    return counts
  }

  #stateOf(ring: RingProducer): RefusingRing {
    const known = this.#rings.get(ring)
    if (known !== undefined) return known
    const reportedAtMs = Number.NEGATIVE_INFINITY
    const state = { ring, untold: new Map(), isRefusing: false, isReported: false, reportedAtMs }
    this.#rings.set(ring, state)
    return state
  }

  #begin(state: RefusingRing): void {
    state.isRefusing = true
    state.ring.whenRelieved(() => this.#end(state))
  }

  /** The ring is relieved: its files are told, and what found no room waits for the next time. */
  #end(state: RefusingRing): void {
    if (!this.#tellRing(state, WARN)) {
      state.ring.whenRelieved(() => this.#end(state))
      return
    }
    state.isRefusing = false
    if (!state.isReported) return
    state.isReported = false
    this.#report(state, 'recovered', 'has room again, and the files were told what they miss')
  }

  /** Publishes the lines of a ring's files. */
  #tellRing({ ring, untold }: RefusingRing, level: number): boolean {
    if (untold.size === 0) return true
    // Here, for a clock of the application's may do anything.
    const time = this.#seqClock.now()
    for (const [file, lines] of untold) {
      const text = dropLine(lines, time, REASON)
      const bytes = recordBytes(0, text.length)
      const at = ring.tryClaim(bytes, level)
      if (at === null) return false
      ring.buffer.utf8Write(text, at + RECORD_SLOTS)
      const head = recordHead(KIND_LINE, WARN, file)
      // Its seq is that of the last line it tells of: it has none of its own.
      writeLineHeader(ring, at, head, text.length, time, lines.seqTo, NO_IDS)
      // Before the publication: what is told twice is worse than what would be lost by a throw in between.
      untold.delete(file)
      ring.publish(bytes)
    }
    return true
  }

  #reportBegin(state: RefusingRing): void {
    const now = monotonicMs()
    if (now - state.reportedAtMs < REPORT_INTERVAL_MS) return
    state.reportedAtMs = now
    state.isReported = true
    this.#report(state, 'degraded', 'is full; entries are left out until it has room')
  }

  #report({ ring }: RefusingRing, kind: Condition['kind'], what: string): void {
    const { partition } = ring.arena
    this.#onCondition({
      kind,
      code: 'RING_FULL',
      message: `The ring of writer ${partition} ${what}.`,
      partition,
      path: null,
    })
  }
}

function untoldOf({ untold }: RefusingRing, file: FileId, seq: number): UntoldLines {
  const known = untold.get(file)
  if (known !== undefined) return known
  const lines = { levels: noLevels(), seqFrom: seq, seqTo: seq }
  untold.set(file, lines)
  return lines
}
