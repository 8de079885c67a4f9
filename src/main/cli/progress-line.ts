/** The progress of a verification on stderr: one line that is written over on a terminal, else a line now and then. */
import type { VerificationProgress } from '../verify/verify.js'

const TERMINAL_INTERVAL_MS = 100
const PLAIN_INTERVAL_MS = 2000
const CLEAR_LINE = '\r\x1b[K'
const BYTES_PER_MIB = 1 << 20

export class ProgressLine {
  readonly #isTerminal: boolean
  readonly #write: (text: string) => void
  readonly #now: () => number
  /** What is over at once has none. */
  #shownAtMs: number
  #isShown = false

  constructor(
    isTerminal: boolean,
    write: (text: string) => void,
    now: () => number = performance.now.bind(performance),
  ) {
    this.#isTerminal = isTerminal
    this.#write = write
    this.#now = now
    this.#shownAtMs = now()
  }

  show({ bytesRead, bytesToRead }: VerificationProgress): void {
    const now = this.#now()
    if (now - this.#shownAtMs < (this.#isTerminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)) return
    this.#shownAtMs = now
    this.#isShown = true
    const percent = Math.floor((bytesRead / Math.max(1, bytesToRead)) * 100)
    const mebibytes = Math.floor(bytesRead / BYTES_PER_MIB)
    const text = `${percent} %, ${mebibytes} of ${Math.ceil(bytesToRead / BYTES_PER_MIB)} MiB read`
    this.#write(this.#isTerminal ? `${CLEAR_LINE}${text}` : `${text}\n`)
  }

  /** What is printed next begins on a line of its own. */
  end(): void {
    if (this.#isShown && this.#isTerminal) this.#write(CLEAR_LINE)
  }
}
