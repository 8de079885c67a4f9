/**
 * The order of all passes: scenario by scenario, round by round, at each point all contenders one after the other, each
 * round starting with another one, so that none is always first on a quiet machine or last on a warm one.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from '../contenders/contender.js'
import { contenderNamed } from '../contenders/index.js'
import type { Cell, Scenario, ScenarioSettings } from '../scenarios/scenario.js'
import { type Pass, runPass } from './run-pass.js'

/** What is run. */
export interface Rounds {
  readonly scenarios: readonly Scenario[]
  /** `null` for each scenario's own. */
  readonly contenders: readonly string[] | null
  readonly runs: number
  readonly settings: ScenarioSettings
  readonly directory: string
  readonly keep: boolean
}

/** One pass that is to be. */
export interface PlannedPass {
  readonly scenario: Scenario
  readonly cell: Cell
  readonly contender: Contender
  readonly round: number
}

/** Who is told how far it is. */
export interface RoundsProgress {
  note(text: string): void
  begins(planned: readonly PlannedPass[], index: number): void
  ends(planned: readonly PlannedPass[], index: number, pass: Pass): void
}

/** Runs everything and returns what came of every pass. */
export async function runRounds(rounds: Rounds, progress: RoundsProgress): Promise<Pass[]> {
  const parentDirectory = mkdtempSync(join(rounds.directory, 'spillway-bench-'))
  const removeFiles = (): void => {
    if (!rounds.keep) rmSync(parentDirectory, { recursive: true, force: true })
  }
  const interrupted = (signal: NodeJS.Signals): never => {
    removeFiles()
    progress.note(`ended by ${signal}`)
    process.exit(130)
  }
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    if (rounds.keep) progress.note(`the files stay in ${parentDirectory}`)
    const planned = plannedPasses(rounds)
    const passes: Pass[] = []
    for (const [index, { scenario, cell, contender, round }] of planned.entries()) {
      progress.begins(planned, index)
      const pass = await runPass(scenario, contender, { cell, round, parentDirectory, ...rounds })
      progress.ends(planned, index, pass)
      passes.push(pass)
    }
    return passes
  } finally {
    process.removeListener('SIGINT', interrupted)
    process.removeListener('SIGTERM', interrupted)
    removeFiles()
  }
}

/** All passes in their order. */
export function plannedPasses({
  scenarios,
  contenders,
  runs,
  settings,
}: Omit<Rounds, 'directory' | 'keep'>): PlannedPass[] {
  return scenarios.flatMap((scenario) =>
    Array.from({ length: scenario.rounds?.(runs) ?? runs }, (_, index) => index + 1).flatMap((round) =>
      scenario.cells(settings).flatMap((cell) => {
        const own = cell.contenders ?? scenario.contenders
        const names = contenders === null ? own : contenders.filter((name) => isFit(scenario, cell, name))
        return rotated(names, round - 1).map((name) => ({ scenario, cell, contender: contenderNamed(name), round }))
      }),
    ),
  )
}

/**
 * Who is asked for takes part at every point that is not for certain contenders alone; but who writes no lines only where
 * there is something to measure without them.
 */
function isFit(scenario: Scenario, cell: Cell, name: string): boolean {
  const isOwn = cell.contenders?.includes(name) === true || scenario.contenders.includes(name)
  return isOwn || (cell.contenders === undefined && contenderNamed(name).writesLines !== false)
}

/** The same items, starting with another one. */
export function rotated<T>(items: readonly T[], steps: number): T[] {
  const first = items.length === 0 ? 0 : steps % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}
