import type { Logger } from '../../../../src/main/index.js'
import type { Actor, World } from '../../world.js'

/** Decides who acts first: by energy and luck, drawn anew in every round. */
export class InitiativeOrder {
  readonly #world: World
  readonly #log: Logger
  #waiting: Actor[] = []
  #round = 0

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const next = this.#waiting.pop()
    if (next === undefined) {
      this.#draw()
      return
    }
    this.#log.info({ round: this.#round, actorId: next.id, waiting: this.#waiting.length }, 'turn given')
    if (next.energy === 0) this.#log.warn`${{ actorId: next.id }} passes: no energy left`
  }

  #draw(): void {
    this.#round++
    this.#waiting = this.#world.actors
      .map((actor) => ({ actor, initiative: actor.energy + this.#world.random() * 20 }))
      .sort((a, b) => a.initiative - b.initiative)
      .map(({ actor }) => actor)
    this.#log.info('round %d: %s begins', this.#round, this.#waiting.at(-1)?.name)
  }
}
