/**
 * Which day an entry belongs to, by its own time: local time or UTC. A Date is made once a minute, not once a line.
 */

const MINUTE_MS = 60_000

/** Days as numbers: year * 10,000 + month * 100 + day. */
export class DayClock {
  readonly #utc: boolean
  #day = 0
  #startMs = 0
  #endMs = 0

  constructor(utc: boolean) {
    this.#utc = utc
  }

  /** The day of the last time that was asked for, and from when to when it lasts; of no time before that. */
  get day(): number {
    return this.#day
  }

  get startMs(): number {
    return this.#startMs
  }

  /** The first millisecond behind it. */
  get endMs(): number {
    return this.#endMs
  }

  /** The day of a time in epoch milliseconds. */
  dayOf(timeMs: number): number {
    if (timeMs >= this.#startMs && timeMs < this.#endMs) return this.#day
    return this.#look(timeMs)
  }

  #look(timeMs: number): number {
    const date = new Date(timeMs)
    if (Number.isNaN(date.getTime())) return this.#look(0) // Only a tampered record has such a time.
    const [year, month, day] = this.#utc
      ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
      : [date.getFullYear(), date.getMonth(), date.getDate()]
    const startMs = this.#utc ? Date.UTC(year, month, day) : new Date(year, month, day).getTime()
    const endMs = this.#utc ? Date.UTC(year, month, day + 1) : new Date(year, month, day + 1).getTime()
    // A minute at most: where clocks were set back over midnight, a day is not all between two midnights.
    const minuteMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS
    this.#startMs = Math.max(startMs, minuteMs)
    this.#endMs = Math.min(endMs, minuteMs + MINUTE_MS)
    this.#day = year * 10_000 + (month + 1) * 100 + day
    return this.#day
  }
}

/** `2026-11-23`, as a directory's name. */
export function dayName(day: number): string {
  const year = String(Math.trunc(day / 10_000)).padStart(4, '0')
  const month = String(Math.trunc(day / 100) % 100).padStart(2, '0')
  return `${year}-${month}-${String(day % 100).padStart(2, '0')}`
}
