import type { Logger } from '../../../../src/main/index.js'
import type { Actor, World } from '../../world.js'

const INVARIANTS: readonly (readonly [string, (actor: Actor, world: World) => boolean])[] = [
  ['energy is a percentage', (actor) => actor.energy >= 0 && actor.energy <= 100],
  ['mood is within its scale', (actor) => actor.mood >= -1 && actor.mood <= 1],
  ['room is on the map', (actor, world) => world.rooms.includes(actor.room)],
  ['inventory is small', (actor) => actor.inventory.length <= 8],
]

/** Checks in the running game what must always be true. */
export function probeInvariants(world: World, log: Logger): void {
  let checked = 0
  for (const actor of world.actors) {
    for (const [invariant, holds] of INVARIANTS) {
      checked++
      if (!holds(actor, world)) log.fatal({ invariant, actor }, 'invariant broken')
    }
  }
  log.debug({ checked, turn: world.turn }, 'invariants hold')
}
