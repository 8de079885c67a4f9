import type { Logger } from '../../../../src/main/index.js'
import type { Actor, World } from '../../world.js'

interface Goal {
  readonly name: string
  readonly utility: (actor: Actor) => number
}

const GOALS: readonly Goal[] = [
  { name: 'rest', utility: (actor) => (100 - actor.energy) / 100 },
  { name: 'explore', utility: (actor) => (actor.energy / 100) * actor.room.light },
  { name: 'socialise', utility: (actor) => (1 - actor.mood) / 2 },
  { name: 'trade', utility: (actor) => Math.min(1, actor.inventory.length / 4) },
]

/** Gives every fourth actor the goal that is worth most to it now. */
export function planGoals(world: World, log: Logger): void {
  for (let index = world.turn % 4; index < world.actors.length; index += 4) {
    const actor = world.actors[index]
    if (actor === undefined) continue
    const scores: Record<string, number> = {}
    let best = GOALS[0] as Goal
    for (const goal of GOALS) {
      scores[goal.name] = Math.round(goal.utility(actor) * 1000) / 1000
      if (goal.utility(actor) > best.utility(actor)) best = goal
    }
    log.debug({ actorId: actor.id, goal: best.name, scores }, 'goal chosen')
    if (best.name === 'rest') world.tire(actor, -10)
  }
}
