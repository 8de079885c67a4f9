import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  clock: [],
  store: ['clock'],
  mapper: ['store'],
  narrator: ['mapper', 'clock'],
  judge: ['narrator', 'store'],
  oracle: ['prophet'],
  prophet: ['oracle'],
}

/** Builds a service after everything it needs, once a turn; a circle of needs is an error, not a stack overflow. */
export class ServiceContainer {
  readonly #world: World
  readonly #log: Logger
  readonly #names = Object.keys(NEEDS)

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const circular = this.#world.turn % 150 === 0
    const name = circular ? 'oracle' : (this.#names[this.#world.turn % 5] as string)
    const built: string[] = []
    try {
      this.#build(name, built, [])
      this.#log.debug({ service: name, built }, 'service resolved')
    } catch (cause) {
      this.#log.error(new Error(`cannot build ${name}`, { cause }), 'service left out')
    }
  }

  #build(name: string, built: string[], path: readonly string[]): void {
    if (built.includes(name)) return
    if (path.includes(name)) throw new Error(`circle: ${[...path, name].join(' -> ')}`)
    for (const need of NEEDS[name] ?? []) this.#build(need, built, [...path, name])
    built.push(name)
    this.#log.trace('built %s for %s', name, path[0] ?? name)
  }
}
