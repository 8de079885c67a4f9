import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

/** Gathers what the actor of the turn can see. A child logger puts turn and actor on each of its lines. */
export function gatherContext(world: World, log: Logger): void {
  const actor = world.actorOfTurn()
  const turnLog = log.child({ turn: world.turn, actorId: actor.id })
  const neighbours = world.actors.filter((other) => other !== actor && other.room === actor.room)

  turnLog.debug({ room: actor.room.id, exits: actor.room.exits }, 'surroundings')
  for (const neighbour of neighbours) {
    turnLog.trace({ sees: neighbour.id, friendly: neighbour.mood > 0 }, 'neighbour')
  }
  if (neighbours.length === 0) turnLog.debug('alone')
  else turnLog.info`${actor.name} is among ${{ neighbours: neighbours.length }} others`
}
