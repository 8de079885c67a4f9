import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const PANELS = 3

/** Draws the rooms in a few panels, one a turn, and patches only the rows whose text has changed. */
export class PanelRenderer {
  readonly #world: World
  readonly #log: Logger
  readonly #rows = new Map<string, string>()

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const { rooms, turn } = this.#world
    let patched = 0
    for (let index = turn % PANELS; index < rooms.length; index += PANELS) {
      const room = rooms[index]
      if (room === undefined) continue
      const present = this.#world.actors.filter((actor) => actor.room === room)
      const row = `<li class="room"><b>${room.title}</b> ${present.map((actor) => actor.name).join(', ')}</li>`
      if (this.#rows.get(room.id) === row) continue
      this.#rows.set(room.id, row)
      this.#log.trace({ roomId: room.id, html: row }, 'row patched')
      patched++
    }
    if (patched > 0) this.#log.debug('patched %d of %d rows', patched, rooms.length / PANELS)
  }
}
