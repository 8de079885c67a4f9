/**
 * How many copies of records a terminal is given: it is slower than any log, and must never hold up the application.
 */
import type { Arena } from '../../shared/arena.js'
import { LINES_NOT_SHOWN_F64 } from '../../shared/arena-layout.js'

const WINDOW_MS = 1000

/** Admits so many copies a second, and counts the others where the terminal's owner can tell of them. */
export class CopyBudget {
  readonly #linesPerSecond: number
  readonly #arena: Arena
  #windowStartMs = Number.NEGATIVE_INFINITY
  #admitted = 0

  constructor(linesPerSecond: number, arena: Arena) {
    this.#linesPerSecond = linesPerSecond
    this.#arena = arena
  }

  /** Whether an entry of this time may be copied. */
  admits(timeMs: number): boolean {
    if (timeMs - this.#windowStartMs >= WINDOW_MS || timeMs < this.#windowStartMs) {
      this.#windowStartMs = timeMs
      this.#admitted = 0
    }
    if (this.#admitted < this.#linesPerSecond) {
      this.#admitted++
      return true
    }
    this.leaveOut()
    return false
  }

  /** Counts a copy that is not made. */
  leaveOut(): void {
    this.#arena.doubles[LINES_NOT_SHOWN_F64] = (this.#arena.doubles[LINES_NOT_SHOWN_F64] as number) + 1
  }
}
