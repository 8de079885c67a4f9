import type { Logger } from '../../../../src/main/index.js'
import type { Room, World } from '../../world.js'

const REGION_ROOMS = 5

/** Boots one region of the map a turn: its rooms in the order they are reached from its first. */
export function bootRegion(world: World, log: Logger): void {
  const start = world.rooms[world.turn % world.rooms.length] as Room
  const regionLog = log.child({ region: start.id })
  const reached = new Set<Room>([start])
  for (const room of reached) {
    for (const exit of room.exits) {
      if (reached.size < REGION_ROOMS) reached.add(world.room(exit))
    }
    regionLog.trace(
      { roomId: room.id, occupants: world.actors.filter((actor) => actor.room === room).length },
      'room up',
    )
  }
  regionLog.info('region is up with %d rooms', reached.size)
}
