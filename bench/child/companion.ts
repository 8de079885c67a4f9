/**
 * A process beside the one that is measured, which loads or watches it: told what to do by messages, and ended with it.
 * One that ends before its time fails the pass.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export class Companion<Order extends object, Answer> {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  readonly #failure: Promise<never>
  #isEnding = false

  /**
   * @param module its entry, beside this file
   * @param flags of its Node, besides those of this process
   */
  constructor(module: string, flags: readonly string[] = []) {
    const path = fileURLToPath(new URL(module, import.meta.url))
    this.#process = fork(path, [], {
      execArgv: [...process.execArgv, ...flags],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()))
    // While nobody waits for an answer its rejection is unhandled, which ends the measured process: so it shall be.
    this.#failure = new Promise((_resolve, reject) => {
      this.#process.once('exit', (code) => {
        if (!this.#isEnding) reject(new Error(`${module} has ended with code ${code}`))
      })
    })
  }

  tell(order: Order): void {
    this.#process.send(order)
  }

  /** The next answer. */
  ask(order: Order): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => {
      this.#process.once('message', (message) => resolve(message as Answer))
    })
    this.tell(order)
    return Promise.race([answer, this.#failure])
  }

  /** Ends it; resolves when it is gone. */
  async end(): Promise<void> {
    this.#isEnding = true
    if (this.#process.connected) this.#process.disconnect()
    await this.#ended
  }
}
