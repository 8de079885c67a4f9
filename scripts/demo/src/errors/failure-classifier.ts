import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const TRANSIENT = new Set(['EAGAIN', 'ETIMEDOUT', 'ECONNRESET'])
const CODES = ['EAGAIN', 'ETIMEDOUT', 'ENOENT', 'ECONNRESET'] as const
const FAILURE_EVERY = 25

/** Decides whether a failed fetch is worth another try; one that is not is an error with its cause. */
export class FailureClassifier {
  readonly #world: World
  readonly #log: Logger
  readonly #counts = new Map<string, number>()

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    if (this.#world.turn % FAILURE_EVERY !== 0) {
      this.#log.trace('no failure in turn %d', this.#world.turn)
      return
    }
    const code = this.#world.pick(CODES)
    const count = (this.#counts.get(code) ?? 0) + 1
    this.#counts.set(code, count)
    const cause = Object.assign(new Error(`fetch of a portrait failed: ${code}`), { code })
    if (TRANSIENT.has(code)) this.#log.info({ code, count }, 'transient failure, trying again')
    else this.#log.error(new Error('portrait is missing', { cause }), 'permanent failure')
  }
}
