/**
 * The first Ctrl-C, or another signal that asks a process to end, ends the work early, and what is logged by then is
 * still written and verified. A second one ends the process, as it would have without this.
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens from its making until close(). */
export class Interruption {
  readonly #abort = new AbortController()
  readonly #beforeEnd: () => void
  readonly #onSignal = (name: NodeJS.Signals): void => this.#take(name)

  /** `beforeEnd` is called before a second signal ends the process: no exit handler would be. */
  constructor(beforeEnd: () => void) {
    this.#beforeEnd = beforeEnd
    for (const name of SIGNALS) process.on(name, this.#onSignal)
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** From now on signals do what they do by themselves. */
  close(): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal)
  }

  #take(name: NodeJS.Signals): void {
    if (!this.#abort.signal.aborted) {
      this.#abort.abort()
      return
    }
    this.#beforeEnd()
    this.close()
    process.kill(process.pid, name)
  }
}
