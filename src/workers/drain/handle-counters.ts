/**
 * The pool's counts, added to those of the owners before, where stats can read them.
 */
import type { Arena } from '../../shared/arena.js'
import {
  HANDLE_EVICTIONS_F64,
  HANDLE_HITS_F64,
  HANDLE_OPENS_F64,
  HANDLE_REQUESTS_F64,
  HANDLES_EXHAUSTED_F64,
} from '../../shared/arena-layout.js'
import type { HandleCounts } from '../files/handle-pool.js'

const COUNTERS: readonly (readonly [keyof HandleCounts, number])[] = [
  ['requests', HANDLE_REQUESTS_F64],
  ['hits', HANDLE_HITS_F64],
  ['opens', HANDLE_OPENS_F64],
  ['evictions', HANDLE_EVICTIONS_F64],
  ['exhausted', HANDLES_EXHAUSTED_F64],
]

/** The counters of one partition. */
export class HandleCounters {
  readonly #doubles: Float64Array
  readonly #before: readonly number[]

  constructor(arena: Arena) {
    this.#doubles = arena.doubles
    this.#before = COUNTERS.map(([, counter]) => arena.doubles[counter] as number)
  }

  publish(counts: HandleCounts): void {
    for (let i = 0; i < COUNTERS.length; i++) {
      const [name, counter] = COUNTERS[i] as (typeof COUNTERS)[number]
      this.#doubles[counter] = (this.#before[i] as number) + counts[name]
    }
  }
}
