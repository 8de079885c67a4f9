import { performance } from 'node:perf_hooks'
import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const SLOW_TURN_MS = 50
const REPORT_TURNS = 100

/** Opens each turn, and watches how long the last one took. */
export class TurnClock {
  readonly #world: World
  readonly #log: Logger
  #openedAtMs = performance.now()
  #slowestMs = 0

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const nowMs = performance.now()
    const turnMs = nowMs - this.#openedAtMs
    this.#openedAtMs = nowMs
    this.#slowestMs = Math.max(this.#slowestMs, turnMs)

    const turn = ++this.#world.turn
    this.#log.info`turn ${{ turn }} opened after ${{ turnMs }} ms`
    if (turnMs > SLOW_TURN_MS) this.#log.warn({ turn, turnMs, limitMs: SLOW_TURN_MS }, 'slow turn')
    if (turn % REPORT_TURNS === 0) {
      this.#log.info({ turn, slowestMs: this.#slowestMs, actors: this.#world.actors.length }, 'turns so far')
      this.#slowestMs = 0
    }
  }
}
