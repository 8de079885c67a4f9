import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const WINDOW = 32

/** Keeps the average energy of the world over the last turns, in a fixed window. */
export class MovingAverage {
  readonly #world: World
  readonly #log: Logger
  readonly #window = new Float64Array(WINDOW)
  #sum = 0
  #count = 0

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const energy = this.#world.actors.reduce((sum, actor) => sum + actor.energy, 0) / this.#world.actors.length
    const slot = this.#count++ % WINDOW
    this.#sum += energy - (this.#window[slot] ?? 0)
    this.#window[slot] = energy
    const average = this.#sum / Math.min(this.#count, WINDOW)
    this.#log.trace`energy ${{ energy }}, on average ${{ average }}`
    if (slot === WINDOW - 1) this.#log.info('average energy %d over %d turns', Math.round(average), WINDOW)
  }
}
