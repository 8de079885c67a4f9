import type { Logger } from '../../../../src/main/index.js'
import type { Actor, World } from '../../world.js'

type Rule =
  | { readonly op: 'and' | 'or'; readonly of: readonly Rule[] }
  | { readonly op: '<' | '>'; readonly field: 'energy' | 'mood'; readonly value: number }

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['may-fight', { op: '>', field: 'energy', value: 30 }],
  [
    'wants-rest',
    {
      op: 'or',
      of: [
        { op: '<', field: 'energy', value: 20 },
        { op: '<', field: 'mood', value: -0.8 },
      ],
    },
  ],
  [
    'may-lead',
    {
      op: 'and',
      of: [
        { op: '>', field: 'mood', value: 0.3 },
        { op: '>', field: 'energy', value: 50 },
      ],
    },
  ],
])

/** Decides each rule of the game for the actor of the turn. */
export function evaluateRules(world: World, log: Logger): void {
  const actor = world.actorOfTurn(3)
  for (const [name, rule] of RULES) {
    const holds = decide(rule, actor)
    log.debug({ rule: name, actorId: actor.id, holds }, 'rule evaluated')
    if (holds && name === 'wants-rest') world.emit('tired', actor, name)
  }
}

function decide(rule: Rule, actor: Actor): boolean {
  switch (rule.op) {
    case 'and':
      return rule.of.every((part) => decide(part, actor))
    case 'or':
      return rule.of.some((part) => decide(part, actor))
    case '<':
      return actor[rule.field] < rule.value
    case '>':
      return actor[rule.field] > rule.value
  }
}
