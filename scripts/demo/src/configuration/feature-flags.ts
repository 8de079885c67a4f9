import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

/** Percentage of the players for whom a feature is on. */
const ROLLOUT: Readonly<Record<string, number>> = {
  'night-market': 50,
  'fast-travel': 10,
  'new-dialogue': 100,
  duels: 0,
}
const FLAGS = Object.keys(ROLLOUT)

/** Decides whether a feature is on for a player: the same player always gets the same answer. */
export function decideFlag(world: World, log: Logger): void {
  const flag = FLAGS[world.turn % FLAGS.length] as string
  const actor = world.actorOfTurn(9)
  const bucket = bucketOf(flag, actor.id)
  const enabled = bucket < (ROLLOUT[flag] ?? 0)
  log.debug({ flag, userId: actor.id, bucket, enabled }, 'flag decided')
  if (enabled && flag === 'fast-travel') log.info`user ${{ userId: actor.id }} may travel fast`
}

/** 0 to 99, spread evenly over the players (Knuth's multiplicative hash). */
function bucketOf(flag: string, userId: number): number {
  return Math.floor(((Math.imul(userId + flag.length * 131, 2_654_435_761) >>> 0) / 0x1_0000_0000) * 100)
}
