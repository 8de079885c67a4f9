import type { Logger } from '../../../../src/main/index.js'
import type { GameEvent, World } from '../../world.js'

type Handler = (event: GameEvent, world: World) => void

const HANDLERS: Readonly<Record<string, Handler>> = {
  moved: (event) => {
    event.actor.mood = Math.min(1, event.actor.mood + 0.02)
  },
  tired: (event, world) => world.tire(event.actor, -15),
  found: (event) => {
    if (event.actor.inventory.includes(event.detail)) throw new Error(`${event.detail} is already carried`)
    if (event.actor.inventory.push(event.detail) > 6) event.actor.inventory.shift()
  },
}

/** Hands every waiting event to its handler. A handler that fails costs its own event only. */
export function dispatchEvents(world: World, log: Logger): void {
  for (const event of world.events.splice(0)) {
    const handler = HANDLERS[event.type]
    if (handler === undefined) {
      log.trace('no handler for %s', event.type)
      continue
    }
    try {
      handler(event, world)
      log.debug({ event: event.type, actorId: event.actor.id, detail: event.detail }, 'event dispatched')
    } catch (cause) {
      log.error(new Error(`handler of ${event.type} failed`, { cause }), 'event lost')
    }
  }
}
