import type { Logger } from '../../../../src/main/index.js'
import type { Room, World } from '../../world.js'

/** Finds the shortest way from an actor to a room, by breadth-first search. */
export function findPath(world: World, log: Logger): void {
  const actor = world.actorOfTurn(10)
  const goal = world.pick(world.rooms)
  const cameFrom = new Map<Room, Room | undefined>([[actor.room, undefined]])
  for (const room of cameFrom.keys()) {
    if (room === goal) break
    for (const exit of room.exits) {
      const next = world.room(exit)
      if (!cameFrom.has(next)) cameFrom.set(next, room)
    }
  }
  if (!cameFrom.has(goal)) {
    log.warn({ from: actor.room.id, to: goal.id }, 'no way there')
    return
  }
  const path: string[] = []
  for (let at: Room | undefined = goal; at !== undefined; at = cameFrom.get(at)) path.unshift(at.id)
  log.debug({ actorId: actor.id, path, visited: cameFrom.size }, 'path found')
  log.trace`${actor.name} is ${{ steps: path.length - 1 }} steps from the ${goal.title}`
}
