import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const SLOTS = 4
const SAVE_EVERY = 25

interface Save {
  readonly turn: number
  readonly text: string
}

/** Saves the actors into a few slots in turn, and reads a slot back to see that it can. */
export class SaveSlots {
  readonly #world: World
  readonly #log: Logger
  readonly #slots: Save[] = []

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const { turn, actors } = this.#world
    if (turn % SAVE_EVERY !== 0) {
      this.#log.trace('next save in %d turns', SAVE_EVERY - (turn % SAVE_EVERY))
      return
    }
    const slot = (turn / SAVE_EVERY) % SLOTS
    const text = JSON.stringify(actors.map(({ id, room, energy, mood }) => ({ id, room: room.id, energy, mood })))
    this.#slots[slot] = { turn, text }
    this.#log.info({ slot, turn, bytes: Buffer.byteLength(text) }, 'game saved')

    const restored = JSON.parse(text) as readonly { id: number }[]
    if (restored.length === actors.length) this.#log.debug`slot ${{ slot }} reads back ${restored.length} actors`
    else this.#log.error({ slot, saved: actors.length, restored: restored.length }, 'save slot is damaged')
  }
}
