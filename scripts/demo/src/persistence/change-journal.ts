import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const COMPACT_AT = 128

interface Change {
  readonly key: string
  readonly value: number
}

/** Journals each change of an actor's energy, and compacts the journal to the last change of each key. */
export class ChangeJournal {
  readonly #world: World
  readonly #log: Logger
  readonly #known = new Map<string, number>()
  #journal: Change[] = []

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log.child({ journal: 'energy' })
  }

  step(): void {
    for (const actor of this.#world.actors) {
      const key = `actor:${actor.id}`
      if (this.#known.get(key) === actor.energy) continue
      this.#known.set(key, actor.energy)
      this.#journal.push({ key, value: actor.energy })
      this.#log.trace({ key, value: actor.energy }, 'journaled')
    }
    if (this.#journal.length >= COMPACT_AT) this.#compact()
  }

  #compact(): void {
    const before = this.#journal.length
    this.#journal = [...this.#known].map(([key, value]) => ({ key, value }))
    this.#log.info`journal compacted from ${{ before }} to ${{ after: this.#journal.length }} changes`
  }
}
