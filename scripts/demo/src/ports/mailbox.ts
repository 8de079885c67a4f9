import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const CAPACITY = 8

interface Letter {
  readonly to: string
  readonly sentTurn: number
}

/** A port with room for a few letters: senders are turned away when it is full, one delivery clears a few. */
export class Mailbox {
  readonly #world: World
  readonly #log: Logger
  readonly #letters: Letter[] = []

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const to = this.#world.pick(this.#world.actors).name
    if (this.#letters.length < CAPACITY) {
      this.#letters.push({ to, sentTurn: this.#world.turn })
      this.#log.debug('letter to %s posted, %d of %d', to, this.#letters.length, CAPACITY)
    } else {
      this.#log.info({ to, capacity: CAPACITY }, 'mailbox is full')
    }
    if (!this.#world.chance(0.2)) return
    for (const letter of this.#letters.splice(0, 4)) {
      this.#log.info`letter to ${letter.to} took ${{ turns: this.#world.turn - letter.sentTurn }} turns`
    }
  }
}
