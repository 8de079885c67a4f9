import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const TOKENS_PER_MINUTE = 4_000
const MINUTE_TURNS = 60

/** Spends a budget of tokens on requests to a language model; a request beyond it waits for the next minute. */
export class RequestBudget {
  readonly #world: World
  readonly #log: Logger
  #left = TOKENS_PER_MINUTE
  #requests = 0

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    if (this.#world.turn % MINUTE_TURNS === 0) {
      this.#log.info('%d requests in the last minute, %d tokens left', this.#requests, this.#left)
      this.#left = TOKENS_PER_MINUTE
      this.#requests = 0
    }
    const requestLog = this.#log.child({ requestId: `r-${this.#world.turn.toString(36)}` })
    const tokens = 20 + Math.floor(this.#world.random() * 100)
    if (tokens > this.#left) {
      requestLog.debug({ tokens, left: this.#left }, 'request waits')
      return
    }
    this.#left -= tokens
    this.#requests++
    requestLog.info({ model: 'narrator-small', tokens, left: this.#left, temperature: 0.7 }, 'request sent')
    if (this.#left < TOKENS_PER_MINUTE * 0.01) requestLog.warn`only ${{ left: this.#left }} tokens left this minute`
  }
}
