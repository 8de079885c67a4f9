import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

/** Energy an activity costs, and the least an actor must have for it. */
const BALANCE = Object.freeze({
  climb: { cost: 8, least: 30 },
  fish: { cost: 2, least: 5 },
  read: { cost: 1, least: 0 },
  row: { cost: 6, least: 20 },
  spar: { cost: 12, least: 45 },
})
type Activity = keyof typeof BALANCE
const ACTIVITIES = Object.keys(BALANCE) as Activity[]

/** Charges an actor for an activity by the table. */
export function chargeActivity(world: World, log: Logger): void {
  const actor = world.actorOfTurn(11)
  const activity = world.pick(ACTIVITIES)
  const { cost, least } = BALANCE[activity]
  if (actor.energy < least) {
    log.debug('%s cannot %s below %d energy', actor.name, activity, least)
    world.tire(actor, -cost)
    return
  }
  world.tire(actor, cost)
  log.info({ actorId: actor.id, activity, cost, energyLeft: actor.energy }, 'activity charged')
}
