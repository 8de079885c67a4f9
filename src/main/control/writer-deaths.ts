/**
 * The deaths of a partition's writers, and the breaker they open: after too many of them in a short time each further
 * writer is a probe, started after a pause that doubles, until one of them has lived for a while.
 */
import { monotonicMs } from '../../shared/real-timers.js'

/** More deaths than this within the window open the breaker. */
const DEATHS_MAX = 5
const WINDOW_MS = 60_000
const PAUSE_MS_MIN = 1000
const PAUSE_MS_MAX = 30_000

/** Counts one partition's. */
export class WriterDeaths {
  /** All of them. */
  count = 0
  #recentAt: number[] = []
  /** The pause before the next probe; 0 while the breaker is closed. */
  #pauseMs = 0

  /** Whether the next writer is a probe. */
  get isOpen(): boolean {
    return this.#pauseMs > 0
  }

  /** How long to wait before the next writer is started. */
  get pauseMs(): number {
    return this.#pauseMs
  }

  /** Counts a death. */
  add(): void {
    const now = monotonicMs()
    this.count++
    this.#recentAt = this.#recentAt.filter((at) => now - at < WINDOW_MS)
    this.#recentAt.push(now)
    if (this.isOpen || this.#recentAt.length > DEATHS_MAX) this.open()
  }

  /** Opens the breaker; where it is open, the pause doubles. */
  open(): void {
    this.#pauseMs = this.isOpen ? Math.min(this.#pauseMs * 2, PAUSE_MS_MAX) : PAUSE_MS_MIN
  }

  /** A probe has lived: what was before does not count any more. */
  close(): void {
    this.#pauseMs = 0
    this.#recentAt = []
  }
}
