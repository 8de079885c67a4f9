import type { Logger } from '../../../../src/main/index.js'
import type { Actor, World } from '../../world.js'

const EXPRESSIONS = ['room:here energy>40', 'mood<0', 'room:hall', 'energy<30 mood>0', 'room:here mood>0.5', 'magic>1']

type Predicate = (candidate: Actor) => boolean

/** Evaluates a scope expression, terms that must all hold, to the actors inside the scope. */
export function evaluateScope(world: World, log: Logger): void {
  const actor = world.actorOfTurn(7)
  const expression = EXPRESSIONS[world.turn % EXPRESSIONS.length] as string
  const predicates: Predicate[] = []
  for (const term of expression.split(' ')) {
    const predicate = compile(term, actor)
    if (predicate === undefined) {
      if (world.turn % 120 < EXPRESSIONS.length) log.warn({ expression, term }, 'unknown term in scope')
      return
    }
    predicates.push(predicate)
  }
  const scope = world.actors.filter((candidate) => predicates.every((holds) => holds(candidate)))
  log.debug`scope ${{ expression }} holds ${{ matches: scope.length }} actors for ${actor.name}`
  if (scope.length > 0) log.trace({ expression, ids: scope.map((member) => member.id) }, 'scope resolved')
}

function compile(term: string, actor: Actor): Predicate | undefined {
  const match = /^(room:|energy|mood)([<>]?)(.+)$/.exec(term)
  if (match === null) return undefined
  const [, subject, operator, operand = ''] = match
  if (subject === 'room:') return (candidate) => candidate.room.id === (operand === 'here' ? actor.room.id : operand)
  const field = subject === 'energy' ? 'energy' : 'mood'
  const limit = Number(operand)
  return operator === '<' ? (candidate) => candidate[field] < limit : (candidate) => candidate[field] > limit
}
