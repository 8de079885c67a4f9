import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const RAISE_BELOW = 0.15
const CLEAR_ABOVE = 0.35

/** Raises an alert for a room that grows dark, and clears it later than it raised it, so that it does not flap. */
export class ThresholdAlert {
  readonly #world: World
  readonly #log: Logger
  readonly #raisedAtTurn = new Map<string, number>()

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    for (const room of this.#world.rooms) {
      const raisedAtTurn = this.#raisedAtTurn.get(room.id)
      if (raisedAtTurn === undefined && room.light < RAISE_BELOW) {
        this.#raisedAtTurn.set(room.id, this.#world.turn)
        this.#log.warn({ roomId: room.id, light: room.light, limit: RAISE_BELOW }, 'room is getting dark')
      } else if (raisedAtTurn !== undefined && room.light > CLEAR_ABOVE) {
        this.#raisedAtTurn.delete(room.id)
        this.#log.info('%s is lit again after %d turns', room.title, this.#world.turn - raisedAtTurn)
      }
    }
    this.#log.trace({ open: this.#raisedAtTurn.size }, 'alerts checked')
  }
}
