/**
 * The order of all passes: first one untimed pass a contender that counts libuv jobs, then the timed rounds, each of
 * them starting with another contender, so that none is always first on a quiet machine or last on a warm one.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from './contenders/contender.js'
import { contenderNamed } from './contenders/index.js'
import { lineFaultsOf } from './count-lines.js'
import type { BenchOptions } from './options.js'
import { type Pass, type PassPlan, runPass } from './run-pass.js'

/** Enough for the optimising compiler to be done with every contender. */
export const WARM_UP_LINES = 100_000

/** Enough to see jobs that come with each line, with each buffer, or with the files. */
export const POOL_JOBS_LINES = 10_000

/** Runs everything and returns what came of every pass. */
export async function runRounds(options: BenchOptions, progress: (text: string) => void): Promise<Pass[]> {
  const contenders = options.contenders.map(contenderNamed)
  const parentDirectory = mkdtempSync(join(options.directory, 'spillway-bench-'))
  const removeFiles = (): void => {
    if (!options.keep) rmSync(parentDirectory, { recursive: true, force: true })
  }
  const interrupted = (): never => {
    removeFiles()
    process.exit(130)
  }
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    if (options.keep) progress(`the files stay in ${parentDirectory}\n`)
    const passes: Pass[] = []
    for (const [contender, plan] of passPlans(contenders, options, parentDirectory)) {
      progress(`${plan.round === 0 ? 'libuv jobs' : `round ${plan.round}/${options.runs}`}  ${contender.name} ... `)
      const pass = await runPass(contender, plan)
      progress(`${describe(pass)}\n`)
      passes.push(pass)
    }
    return passes
  } finally {
    process.removeListener('SIGINT', interrupted)
    process.removeListener('SIGTERM', interrupted)
    removeFiles()
  }
}

function* passPlans(
  contenders: readonly Contender[],
  options: BenchOptions,
  parentDirectory: string,
): Generator<readonly [Contender, PassPlan]> {
  const { lines, files, keep, workers, ringBytes } = options
  const common = {
    files,
    keep,
    parentDirectory,
    ...(workers === undefined ? {} : { workers }),
    ...(ringBytes === undefined ? {} : { ringBytes }),
  }
  for (const contender of contenders) {
    yield [contender, { ...common, pass: 'pool-jobs', round: 0, warmUpLines: 0, lines: POOL_JOBS_LINES }]
  }
  for (let round = 1; round <= options.runs; round += 1) {
    for (const contender of rotated(contenders, round - 1)) {
      yield [contender, { ...common, pass: 'measure', round, warmUpLines: WARM_UP_LINES, lines }]
    }
  }
}

/** The same items, starting with another one. */
export function rotated<T>(items: readonly T[], steps: number): T[] {
  const first = items.length === 0 ? 0 : steps % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

function describe({ failure, result, lineCount }: Pass): string {
  if (failure !== undefined) return `FAILED: ${failure}`
  const faults = lineCount === undefined ? 0 : lineFaultsOf(lineCount)
  const figures =
    result?.measurement === undefined
      ? `${result?.poolJobs?.jobs ?? 0} jobs`
      : `${Math.round(result.measurement.call.meanNs)} ns in the call, ${Math.round(result.measurement.linesPerSecond)} lines/s`
  return faults === 0 ? figures : `${figures}, ${faults} FAULTY LINES`
}
