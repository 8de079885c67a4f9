import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const WINDOW_TURNS = 20

/** Folds repeated narrations: says a thing once in a window of turns, and how often it was held back. */
export class NarrationFilter {
  readonly #world: World
  readonly #log: Logger
  readonly #seen = new Map<string, number>()
  #heldBack = 0

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const actor = this.#world.actorOfTurn(5)
    const narration = `${actor.name} looks ${actor.mood < 0 ? 'glum' : 'glad'} in the ${actor.room.title}`
    const count = this.#seen.get(narration) ?? 0
    this.#seen.set(narration, count + 1)
    if (count === 0) this.#log.info(narration)
    else this.#heldBack++

    if (this.#world.turn % WINDOW_TURNS === 0) {
      this.#log.info({ heldBack: this.#heldBack, distinct: this.#seen.size }, 'narrations folded')
      this.#seen.clear()
      this.#heldBack = 0
    }
  }
}
