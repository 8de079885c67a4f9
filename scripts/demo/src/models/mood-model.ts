import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const DECAY = 0.97
const CONTAGION = 0.1

/** Moods fade towards calm, and are catching: an actor leans to the mean mood of its room. */
export function driftMoods(world: World, log: Logger): void {
  const actor = world.pick(world.actors)
  const company = world.actors.filter((other) => other.room === actor.room)
  const mean = company.reduce((sum, other) => sum + other.mood, 0) / company.length
  const before = actor.mood
  const nudge = (world.random() - 0.5) * 0.4
  actor.mood = Math.min(1, Math.max(-1, before * DECAY + (mean - before) * CONTAGION + nudge))
  log.debug({ actorId: actor.id, before, after: actor.mood, company: company.length }, 'mood drifts')
  if (Math.sign(before) !== Math.sign(actor.mood)) {
    log.info('%s is %s now', actor.name, actor.mood > 0 ? 'cheerful' : 'gloomy')
  }
}
