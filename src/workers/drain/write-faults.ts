/**
 * What is known of files that cannot be written: when to try again, and whether it was said. A failing file is tried
 * again after a pause that doubles; its condition is told on stderr once, and once more when it is over.
 */
import { writeStandardError } from '../files/log-file.js'

/** The pause never grows beyond this many times the first. */
const BACK_OFF_MAX = 8

interface Fault {
  attempts: number
  retryAtMs: number
  code: string
}

/** The failing files of one partition. */
export class WriteFaults {
  readonly #retryDelayMs: number
  readonly #faults = new Map<number, Fault>()

  constructor(retryDelayMs: number) {
    this.#retryDelayMs = retryDelayMs
  }

  /** How long a file should be left alone, in milliseconds; 0 or less where it may be tried. */
  waitMs(file: number, nowMs: number): number {
    if (this.#faults.size === 0) return 0
    const fault = this.#faults.get(file)
    // A clock that was set back must not make the pause longer than it can be.
    if (fault === undefined || fault.retryAtMs - nowMs > this.#retryDelayMs * BACK_OFF_MAX) return 0
    return fault.retryAtMs - nowMs
  }

  /** Takes note of a failed open or write. */
  failed(file: number, path: string, error: unknown, nowMs: number): void {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const fault = this.#faults.get(file) ?? { attempts: 0, retryAtMs: 0, code: '' }
    fault.retryAtMs = nowMs + this.#retryDelayMs * Math.min(2 ** fault.attempts, BACK_OFF_MAX)
    fault.attempts++
    if (fault.code !== code) {
      const reason = error instanceof Error ? error.message : String(error)
      writeStandardError(
        `spillway: ${path} cannot be written (${reason}); its lines wait in memory, and it is tried again.`,
      )
    }
    fault.code = code
    this.#faults.set(file, fault)
  }

  /** Takes note that a file could be written. */
  succeeded(file: number): void {
    if (this.#faults.size === 0) return
    this.#faults.delete(file)
  }
}
