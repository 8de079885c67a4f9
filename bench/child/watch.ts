/** The watch on a contender's files, as the contender's process commands it: a process of its own, see line-watcher.ts. */
import type { Watched } from '../workload/priorities.js'
import { Companion } from './companion.js'

const NANOSECONDS_PER_MILLISECOND = 1e6

/** What is watched. */
export interface WatchPlan {
  readonly directory: string
  readonly contender: string
  readonly watched: Watched
}

/** What the watcher is told. `await` is answered when so many lines were seen, or at that time. */
export type WatchOrder =
  | ({ readonly kind: 'watch' } & WatchPlan)
  | { readonly kind: 'await'; readonly lines: number; readonly untilNs: number }

/** What it has seen. */
export interface Seen {
  /** How many lines. */
  readonly lines: number
  /** When a line was read, by its number among the watched, on the clock of process.hrtime; NaN for none. */
  readonly seenNs: Float64Array
  /** The time between two looks, of all looks. */
  readonly lookNs: Float64Array
  /** What keeps the watcher from waiting for a core. */
  readonly scheduling: 'real time' | 'niceness' | 'ordinary'
}

export class Watch {
  readonly #watcher = new Companion<WatchOrder, Seen>('./line-watcher.js', ['--single-threaded'])

  constructor(plan: WatchPlan) {
    this.#watcher.tell({ kind: 'watch', ...plan })
  }

  /** What has been seen when it is so many lines; rejects where they do not come within that time. */
  async seen(lines: number, withinMs: number): Promise<Seen> {
    const untilNs = Number(process.hrtime.bigint()) + withinMs * NANOSECONDS_PER_MILLISECOND
    const seen = await this.#watcher.ask({ kind: 'await', lines, untilNs })
    if (seen.lines !== lines) throw new Error(`${seen.lines} of ${lines} watched lines could be read`)
    return seen
  }

  end(): Promise<void> {
    return this.#watcher.end()
  }
}
