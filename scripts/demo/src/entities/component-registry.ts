import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const COMPONENTS = ['burning', 'hidden', 'blessed', 'armed', 'mounted'] as const
type Component = (typeof COMPONENTS)[number]

/** Which components each entity carries. */
export class ComponentRegistry {
  readonly #world: World
  readonly #log: Logger
  readonly #carried = new Map<number, Set<Component>>()

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const actor = this.#world.pick(this.#world.actors)
    const component = this.#world.pick(COMPONENTS)
    const carried = this.#carried.get(actor.id) ?? new Set<Component>()
    this.#carried.set(actor.id, carried)

    if (carried.delete(component)) {
      this.#log.info('entity %d lost %s', actor.id, component)
    } else {
      carried.add(component)
      this.#log.info('entity %d gained %s', actor.id, component)
    }
    this.#log.debug({ entityId: actor.id, components: [...carried] }, 'components changed')
    if (carried.size === COMPONENTS.length) this.#log.warn({ entityId: actor.id }, 'entity carries every component')
  }
}
