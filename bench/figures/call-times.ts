/**
 * The times of many calls, counted by nanosecond while they are made: an array of all of them would be a good part of
 * the memory that is measured beside them, and keep windows short.
 */

/** Times below this have a counter for each nanosecond; there are few others where calls are cheap. */
const COUNTED_NS = 8192

const TOTAL = 0
const MOST = 1

/** Each time's value, to the nanosecond, and how many had it. */
export type TimeVisitor = (valueNs: number, count: number) => void

/** Times in nanoseconds. Mean and maximum are exact. */
export class CallTimes {
  readonly #counts = new Uint32Array(COUNTED_NS + 1)
  readonly #longer: number[] = []
  /** In an array: a field would be a new object for each number. */
  readonly #sums = new Float64Array(2)
  #count = 0

  static of(durationsNs: Iterable<number>): CallTimes {
    const times = new CallTimes()
    for (const durationNs of durationsNs) times.add(0, durationNs)
    return times
  }

  /** A time of at least 0; which call it was makes no difference. */
  add(_index: number, durationNs: number): void {
    this.#count++
    this.#sums[TOTAL]! += durationNs
    if (durationNs > this.#sums[MOST]!) this.#sums[MOST] = durationNs
    if (durationNs < COUNTED_NS) this.#counts[(durationNs + 0.5) | 0]!++
    else this.#longer.push(durationNs)
  }

  get meanNs(): number {
    return this.#sums[TOTAL]! / this.#count
  }

  get maxNs(): number {
    return this.#sums[MOST]!
  }

  forEach(visit: TimeVisitor): void {
    for (const [valueNs, count] of this.#counts.entries()) if (count > 0) visit(valueNs, count)
    for (const durationNs of this.#longer) visit(Math.round(durationNs), 1)
  }
}
