import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const MOVE_ENERGY = 3

/** Moves the actor of the turn through an exit of its room, if it has the energy. */
export function resolveMove(world: World, log: Logger): void {
  const actor = world.actorOfTurn()
  const from = actor.room
  const to = world.room(world.pick(from.exits))

  if (actor.energy < MOVE_ENERGY) {
    log.warn({ userId: actor.id, energy: actor.energy, needed: MOVE_ENERGY }, 'too tired to move')
    world.tire(actor, -25)
    return
  }

  actor.room = to
  world.tire(actor, MOVE_ENERGY)
  world.emit('moved', actor, to.id)
  log.info`user ${{ userId: actor.id }} moved to ${to.title}`
  log.debug({ userId: actor.id, from: from.id, to: to.id, energy: actor.energy }, 'move resolved')
  if (to.light < 0.2) log.info`user ${{ userId: actor.id }} stumbles in the dark of ${{ room: to.id }}`
}
