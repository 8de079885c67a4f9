/** All that a bench has found out: what is kept as results.json. */
import type { Bar } from '../figures/bar.js'
import type { Comparison } from '../figures/baseline.js'
import type { ScenarioSummary } from '../figures/summary.js'
import type { Machine } from '../machine.js'
import type { BenchOptions } from '../options.js'
import type { Pass } from '../passes/run-pass.js'
import type { Scenario } from '../scenarios/scenario.js'

/** Raised with every change of what results.json holds, so that no comparison reads what is not there. */
export const RESULTS_VERSION = 2

/** What of a scenario its report needs: kept with the figures, so that a file tells what they are. */
type Described = Pick<Scenario, 'title' | 'about' | 'figures' | 'keyFigures' | 'mainCell'>

/** One scenario and how spillway did. */
export interface ScenarioOutcome extends ScenarioSummary, Described {
  readonly bars: readonly Bar[]
  /** What follows from the figures; absent where the scenario draws none. */
  readonly conclusion?: string
}

export interface Outcome {
  readonly version: typeof RESULTS_VERSION
  readonly startedAt: string
  readonly tookSeconds: number
  readonly machine: Machine
  readonly options: Omit<BenchOptions, 'directory' | 'keep' | 'check'>
  /** What SPILLWAY_ variables the library saw. */
  readonly environment: Readonly<Record<string, string>>
  /** By contender. */
  readonly configurations: Readonly<Record<string, string>>
  readonly scenarios: readonly ScenarioOutcome[]
  readonly passes: readonly Pass[]
  /** With an earlier run, where one was asked for. */
  readonly comparison?: Comparison
}
