/** All scenarios, in the order of the report. The parent's list: a child imports the one module that it runs. */
import { scenario as burst } from './burst.js'
import { scenario as call } from './call.js'
import { scenario as fanout } from './fanout.js'
import { scenario as handles } from './handles.js'
import { scenario as idle } from './idle.js'
import { scenario as memory } from './memory.js'
import type { Scenario } from './scenario.js'
import { scenario as service } from './service.js'
import { scenario as startup } from './startup.js'
import { scenario as threadpool } from './threadpool.js'
import { scenario as visible } from './visible.js'
import { scenario as ways } from './ways.js'
import { scenario as writers } from './writers.js'

export const SCENARIOS: readonly Scenario[] = Object.freeze([
  call,
  fanout,
  service,
  visible,
  burst,
  memory,
  handles,
  startup,
  idle,
  writers,
  ways,
  threadpool,
])

/** The scenario with this name; throws if there is none. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`there is no scenario named ${name}`)
  return found
}
