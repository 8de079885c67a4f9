import type { Logger } from '../../../../src/main/index.js'
import type { Actor, World } from '../../world.js'

const CROWD = 6

/** Indexes the actors by room, and answers who is where without a look at everyone. */
export function queryRooms(world: World, log: Logger): void {
  const byRoom = new Map<string, Actor[]>()
  for (const actor of world.actors) {
    const present = byRoom.get(actor.room.id)
    if (present === undefined) byRoom.set(actor.room.id, [actor])
    else present.push(actor)
  }
  const asked = world.pick(world.rooms)
  const answer = byRoom.get(asked.id) ?? []
  log.debug({ query: { room: asked.id }, rows: answer.length, indexed: byRoom.size }, 'query answered')
  if (answer.length >= CROWD) log.info({ room: asked.id, names: answer.map((actor) => actor.name) }, 'a crowd')
}
