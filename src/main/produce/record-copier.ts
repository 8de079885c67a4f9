/**
 * Copies of a record for a second destination: the category's own file beside error.jsonl, or the terminal. The record
 * is copied out before it is published, for afterwards its space may be given away.
 */
import { URGENT_PUBLISHED } from '../../shared/arena-layout.js'
import {
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_SEQ,
  RECORD_TIME,
  recordHead,
  recordKind,
  recordLevel,
} from '../../shared/record-layout.js'
import type { Route, RouteCopy } from './log-context.js'
import type { RefusedEntries } from './refused-entries.js'
import { NO_ROOM } from './ring-producer.js'

const HEAD_WORD = RECORD_HEAD >> 2
/** What most records fit into. */
const WORDS_AT_FIRST = 1024
const NO_WORDS = new Int32Array(0)

/** Publishes records that have more than one destination. */
export class RecordCopier {
  readonly #refused: RefusedEntries
  #words: Int32Array = new Int32Array(WORDS_AT_FIRST)

  constructor(refused: RefusedEntries) {
    this.#refused = refused
  }

  /** Publishes the claimed record at `at` and `copies` of it, and sees to what its route asks for besides. */
  release(route: Route, at: number, bytes: number, copies: readonly RouteCopy[]): void {
    if (copies.length === 0) route.ring.publish(bytes)
    else this.#releaseWithCopies(route, at, bytes, copies)
    if (!route.urgent) return
    try {
      // After the publication, and before the bell: an owner that finds it counted finds the record.
      Atomics.add(route.ring.words, URGENT_PUBLISHED, 1)
      route.ring.ring()
    } catch {
      // As in RingProducer.publish().
    }
  }

  /** Publishes the record to its route and to those of the copies that want it. */
  #releaseWithCopies(route: Route, at: number, bytes: number, copies: readonly RouteCopy[]): void {
    const { words, doubles } = route.ring
    const timeMs = doubles[(at + RECORD_TIME) >> 3] as number
    const seq = doubles[(at + RECORD_SEQ) >> 3] as number
    const categoryId = (words[(at + RECORD_IDS) >> 2] as number) >>> 16
    const kind = recordKind(words[(at + RECORD_HEAD) >> 2] as number)
    const isPart = kind === KIND_FRAGMENT || kind === KIND_LAST_FRAGMENT
    // A line in parts is nothing for a terminal; it is counted with its last one.
    if (kind === KIND_LAST_FRAGMENT) for (const { budget } of copies) budget?.leaveOut()
    const wanted = copies.filter(({ budget }) => budget === null || (!isPart && budget.admits(timeMs)))
    const record = wanted.length > 0 ? this.#capture(route, at, bytes) : NO_WORDS
    route.ring.publish(bytes)
    for (const copy of wanted) {
      if (this.#deliver(copy, record, bytes, route.level, isPart)) continue
      if (copy.budget === null) this.#refused.addCopy(seq, copy, route.level, categoryId)
      else copy.budget.leaveOut()
    }
    if (wanted.length > 0) this.#words = record
  }

  /** The record's words, in memory that nothing else is copied into meanwhile: a ring's bell may be heard in between. */
  #capture(route: Route, at: number, bytes: number): Int32Array {
    const record = this.#words.length < bytes >> 2 ? new Int32Array(bytes >> 2) : this.#words
    this.#words = NO_WORDS
    const from = at >> 2
    for (let i = 0; i < bytes >> 2; i++) record[i] = route.ring.words[from + i] as number
    return record
  }

  /** False where there is no room. A copy with a budget never waits; parts always do, for their line is admitted. */
  #deliver(
    { ring, file, budget }: RouteCopy,
    record: Int32Array,
    bytes: number,
    level: number,
    isPart: boolean,
  ): boolean {
    const at =
      budget !== null
        ? ring.tryClaim(bytes, level)
        : isPart
          ? ring.claimWaiting(bytes, level)
          : ring.claim(bytes, level)
    if (at === null || at === NO_ROOM) return false
    const to = at >> 2
    for (let i = 0; i < bytes >> 2; i++) ring.words[to + i] = record[i] as number
    const head = record[HEAD_WORD] as number
    ring.words[to + HEAD_WORD] = recordHead(recordKind(head), recordLevel(head), file)
    ring.publish(bytes)
    return true
  }
}
