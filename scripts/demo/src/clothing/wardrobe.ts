import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const LAYERS = ['shirt', 'vest', 'coat', 'cloak'] as const

/** Dresses and undresses actors, layer by layer: only the outermost can come off. */
export class Wardrobe {
  readonly #world: World
  readonly #log: Logger
  readonly #wornBy = new Map<number, number>()

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const actor = this.#world.pick(this.#world.actors)
    const worn = this.#wornBy.get(actor.id) ?? 0
    const dresses = worn === 0 || (worn < LAYERS.length && this.#world.chance(0.5))
    const layer = LAYERS[dresses ? worn : worn - 1]
    this.#wornBy.set(actor.id, dresses ? worn + 1 : worn - 1)
    if (dresses) this.#log.info`${actor.name} puts on a ${{ layer }}`
    else this.#log.info`${actor.name} takes off the ${{ layer }}`
    this.#log.debug({ actorId: actor.id, worn: LAYERS.slice(0, this.#wornBy.get(actor.id)) }, 'layers now')
  }
}
