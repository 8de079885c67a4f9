/** All that a bench found, as the reports show it and as results.json keeps it. */

import type { Bar } from '../bars.js'
import type { Machine } from '../machine.js'
import type { BenchOptions } from '../options.js'
import type { Pass } from '../run-pass.js'
import type { ContenderSummary } from '../summary.js'

export interface Outcome {
  /** When the bench began, ISO 8601 in UTC. */
  readonly startedAt: string
  readonly machine: Machine
  readonly options: Omit<BenchOptions, 'directory' | 'keep' | 'check'>
  readonly warmUpLines: number
  readonly poolJobsLines: number
  /** What SPILLWAY_ variables the library saw. */
  readonly environment: Readonly<Record<string, string>>
  readonly configurations: Readonly<Record<string, string>>
  readonly summaries: readonly ContenderSummary[]
  readonly bars: readonly Bar[]
  readonly passes: readonly Pass[]
}
