import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Hashes the state of the world (FNV-1a), so that two runs of one seed can be compared turn by turn. */
export function hashState(world: World, log: Logger): void {
  let hash = FNV_OFFSET
  for (const actor of world.actors) {
    for (const part of [actor.id, actor.energy, actor.room.x, actor.room.y, actor.inventory.length]) {
      hash = Math.imul(hash ^ part, FNV_PRIME) >>> 0
    }
  }
  log.debug({ turn: world.turn, hash: hash.toString(16).padStart(8, '0') }, 'state hashed')
}
