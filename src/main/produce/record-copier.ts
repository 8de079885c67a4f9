/**
 * Copies of a record for a second destination: the category's own file beside error.jsonl, or the terminal. The record
 * is copied out before it is published, for afterwards its space may be given away.
 */
import { KIND_FRAGMENT, KIND_LAST_FRAGMENT, RECORD_HEAD, RECORD_TIME, recordHead } from '../../shared/record-layout.js'
import type { Route, RouteCopy } from './log-context.js'

const HEAD_WORD = RECORD_HEAD >> 2

/** Publishes records that have more than one destination. */
export class RecordCopier {
  #words = new Int32Array(1024)

  /** Publishes the claimed record at `at`, and sees to what its route asks for besides. */
  release(route: Route, at: number, bytes: number): void {
    if (route.copies.length === 0) route.ring.publish(bytes)
    else this.#releaseWithCopies(route, at, bytes)
    try {
      if (route.urgent) route.ring.ring()
    } catch {
      // As in RingProducer.publish().
    }
  }

  /** Publishes the record to its route and to those of the route's copies that want it. */
  #releaseWithCopies(route: Route, at: number, bytes: number): void {
    const timeMs = route.ring.doubles[(at + RECORD_TIME) >> 3] as number
    const kind = (route.ring.words[(at + RECORD_HEAD) >> 2] as number) & 0xff
    const isPart = kind === KIND_FRAGMENT || kind === KIND_LAST_FRAGMENT
    // A line in parts is nothing for a terminal; it is counted with its last one.
    if (kind === KIND_LAST_FRAGMENT) for (const { budget } of route.copies) budget?.leaveOut()
    const wanted = route.copies.filter(({ budget }) => budget === null || (!isPart && budget.admits(timeMs)))
    if (wanted.length > 0) this.#capture(route, at, bytes)
    route.ring.publish(bytes)
    for (const copy of wanted) this.#deliver(copy, bytes)
  }

  #capture(route: Route, at: number, bytes: number): void {
    if (this.#words.length < bytes >> 2) this.#words = new Int32Array(bytes >> 2)
    const from = at >> 2
    for (let i = 0; i < bytes >> 2; i++) this.#words[i] = route.ring.words[from + i] as number
  }

  /** Waits where the ring is full, unless the copy has a budget: then it is left out. */
  #deliver({ ring, file, budget }: RouteCopy, bytes: number): void {
    const at = budget === null ? ring.claim(bytes) : ring.tryClaim(bytes)
    if (at === null) {
      budget?.leaveOut()
      return
    }
    const to = at >> 2
    for (let i = 0; i < bytes >> 2; i++) ring.words[to + i] = this.#words[i] as number
    const head = this.#words[HEAD_WORD] as number
    ring.words[to + HEAD_WORD] = recordHead(head & 0xff, (head >> 8) & 0xff, file)
    ring.publish(bytes)
  }
}
