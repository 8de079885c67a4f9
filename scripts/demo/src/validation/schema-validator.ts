import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

interface Rule {
  readonly path: string
  readonly type: 'string' | 'number' | 'boolean'
  readonly max?: number
}

const SCHEMA: readonly Rule[] = [
  { path: 'name', type: 'string', max: 6 },
  { path: 'energy', type: 'number', max: 95 },
  { path: 'armed', type: 'boolean' },
]

/** Validates a record against its schema and reports every problem, not only the first. */
export function validateRecord(world: World, log: Logger): void {
  const actor = world.actorOfTurn(8)
  const record: Readonly<Record<string, unknown>> = { name: actor.name, energy: actor.energy, armed: actor.energy > 50 }
  const problems = SCHEMA.flatMap((rule) => check(rule, record[rule.path]))
  if (problems.length === 0) {
    log.debug('record of %s is valid', actor.name)
    return
  }
  log.info({ actorId: actor.id, problems, record }, 'record is not valid')
}

function check({ path, type, max }: Rule, value: unknown): { path: string; problem: string }[] {
  if (typeof value !== type) return [{ path, problem: `is not a ${type}` }]
  const size = typeof value === 'string' ? value.length : Number(value)
  return max !== undefined && size > max ? [{ path, problem: `${size} is above ${max}` }] : []
}
