/**
 * What every entry gets when it is published: its place in the order of the calls, and its time.
 */

/** The year 9999, but for its last day, which is the next year's somewhere: the names of days have four digits for it. */
const EPOCH_MS_MAX = Date.UTC(9999, 11, 31)
/** Kept from before anything could replace it: fake timers must not stop the log's clock. */
const realNow = Date.now

/** Counts the entries of one Spillway and tells the time. */
export class SeqClock {
  readonly #clock: (() => number) | null
  #lastSeq = 0
  /** How many entries were published. A field, not a method: nothing may throw between a publication and its count. */
  published = 0
  /** How many took a seq and found no room in a full ring, which is counted elsewhere. */
  refused = 0

  /** `clock` gives epoch milliseconds; what it gives that is no time is replaced by the real one. */
  constructor(clock: () => number = realNow) {
    this.#clock = clock === realNow ? null : clock
  }

  /** The seq of the last entry: how many there are. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  /** How many entries took a seq and were neither published nor refused. */
  get lost(): number {
    return this.#lastSeq - this.published - this.refused
  }

  /** The seq of the next entry, from 1. */
  nextSeq(): number {
    return ++this.#lastSeq
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#clock === null ? realNow() : this.#checkedNow(this.#clock)
  }

  #checkedNow(clock: () => number): number {
    try {
      const time: unknown = clock()
      if (typeof time === 'number' && time >= 0 && time <= EPOCH_MS_MAX) return time
    } catch {
      // A clock that throws is as good as one that tells no time.
    }
    return realNow()
  }
}
