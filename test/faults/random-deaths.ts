/**
 * Writers that die at random instants under load: runs of test/fixtures/random-deaths.ts, each read back by the verifier.
 * The seed is told, though a run with the same seed has its deaths at other instants: threads are not repeatable.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { verifyRun } from '../../scripts/verify/verify-run.js'
import { type ChildEnd, endOfChild } from '../support/child-end.js'
import { inheritedEnvironment } from '../support/inherited-environment.js'

const FIXTURE = fileURLToPath(new URL('../fixtures/random-deaths.js', import.meta.url))
/** Each has four writers that die five times. */
const DEATHS_PER_INSTANCE = 20
const INSTANCES_PER_PROCESS = 5
/** A safety net under a process that hangs. */
const KILL_AFTER_MS = 180_000

/** What came of the deaths. */
export interface DeathsResult {
  readonly deaths: number
  readonly entries: number
  readonly problems: readonly string[]
}

/** Has at least so many writers die, in `jobs` processes at a time. */
export async function runRandomDeaths(deathsMin: number, jobs: number, seed: number): Promise<DeathsResult> {
  let instances = Math.ceil(deathsMin / DEATHS_PER_INSTANCE)
  let nextSeed = seed
  const results: DeathsResult[] = []
  const work = async (): Promise<void> => {
    while (instances > 0) {
      const count = Math.min(INSTANCES_PER_PROCESS, Math.ceil(instances / jobs))
      instances -= count
      results.push(await runProcess(nextSeed++, count))
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return {
    deaths: results.reduce((sum, { deaths }) => sum + deaths, 0),
    entries: results.reduce((sum, { entries }) => sum + entries, 0),
    problems: results.flatMap(({ problems }) => problems),
  }
}

async function runProcess(seed: number, instances: number): Promise<DeathsResult> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-deaths-'))
  try {
    const { code, signal, stdout, stderr } = await runFixture(directory, seed, instances)
    const told = stdout.split('\n').slice(0, -1)
    const runs = told.map((line) => JSON.parse(line) as { readonly logged: number; readonly deaths: number })
    const problems = runs.flatMap(({ logged }, index) =>
      verifyRun(join(directory, String(index)), new Map(), logged).problems.map(
        (problem) => `seed ${seed}: ${problem}`,
      ),
    )
    if (code !== 0 || runs.length < instances) {
      problems.push(
        `seed ${seed}: ended with ${signal ?? code} after ${runs.length} of ${instances} instances: ${stderr.slice(-500)}`,
      )
    }
    return {
      deaths: runs.reduce((sum, { deaths }) => sum + deaths, 0),
      entries: runs.reduce((sum, { logged }) => sum + logged, 0),
      problems,
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function runFixture(directory: string, seed: number, instances: number): Promise<ChildEnd> {
  const child = spawn(process.execPath, [FIXTURE, directory, String(seed), String(instances)], {
    env: inheritedEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  })
  return endOfChild(child)
}
