/** All scenarios, in the order of the report. The parent's list: a child imports the one module that it runs. */
import { scenario as call } from './call.js'
import { scenario as fanout } from './fanout.js'
import type { Scenario } from './scenario.js'

export const SCENARIOS: readonly Scenario[] = Object.freeze([call, fanout])

/** The scenario with this name; throws if there is none. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`there is no scenario named ${name}`)
  return found
}
