import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const TRAITS = ['strength', 'wit', 'grace', 'nerve', 'charm'] as const
const POINTS = 30
const TRAIT_MAX = 10

/** Rolls a character: spends a fixed number of points on traits, none above its limit. */
export function rollCharacter(world: World, log: Logger): void {
  const traits = Object.fromEntries(TRAITS.map((trait) => [trait, 1]))
  let points = POINTS - TRAITS.length
  let refused = 0
  while (points > 0) {
    const trait = world.pick(TRAITS)
    const value = traits[trait] ?? 0
    if (value === TRAIT_MAX) {
      refused++
      continue
    }
    traits[trait] = value + 1
    points--
  }
  log.info({ traits, total: POINTS }, 'character rolled')
  if (refused > 0) log.debug('%d rolls went to traits that were full', refused)
}
