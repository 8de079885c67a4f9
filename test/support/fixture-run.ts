/**
 * Runs a module of test/fixtures as a process of its own: how a process ends, and what is in the files then, can only be
 * seen from outside. The process logs into a new directory, named by SPILLWAY_DIRECTORY, that goes with the test.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inheritedEnvironment } from './inherited-environment.js'
import { newDirectory } from './new-directory.js'

/** Beyond the 10 s an exit may wait, so that a late end is told apart from none. */
const KILL_AFTER_MS = 30_000

/** How a fixture is run. */
export interface FixtureSettings {
  readonly args?: readonly string[]
  readonly workers?: number
  /** What is put before node's own path: strace and its arguments. */
  readonly under?: readonly string[]
  /** Besides those of the test's own process; its SPILLWAY_ variables are not handed on. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether standard output is read to its end; otherwise nobody takes anything from the pipe. */
  readonly reads?: boolean
  /** How many descriptors it may have open (`ulimit -n`). */
  readonly descriptorsMax?: number
}

/** How a fixture ended. */
export interface FixtureEnd {
  readonly code: number | null
  /** SIGKILL where it did not end by itself. */
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
  readonly directory: string
}

/** A fixture under way. */
export interface RunningFixture {
  readonly child: ChildProcess
  readonly directory: string
  readonly ended: Promise<FixtureEnd>
}

/** Starts test/fixtures/NAME.js. It is killed when it does not end in time, or when the test ends before. */
export function startFixture(context: TestContext, name: string, settings: FixtureSettings = {}): RunningFixture {
  const directory = newDirectory(context)
  const path = fileURLToPath(new URL(`../fixtures/${name}.js`, import.meta.url))
  const env = { ...inheritedEnvironment(), SPILLWAY_DIRECTORY: directory, ...settings.env }
  const workers = settings.workers === undefined ? {} : { SPILLWAY_WORKERS: String(settings.workers) }
  const startMs = performance.now()
  const command = [...(settings.under ?? []), process.execPath, path, ...(settings.args ?? [])]
  const limit = settings.descriptorsMax
  const limited = limit === undefined ? command : ['/bin/sh', '-c', `ulimit -n ${limit}; exec "$0" "$@"`, ...command]
  const child = spawn(limited[0] as string, limited.slice(1), {
    env: { ...env, ...workers },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  })
  context.after(() => child.kill('SIGKILL'))
  const stdout: string[] = []
  const stderr: string[] = []
  if (settings.reads !== false) child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  const ended = new Promise<FixtureEnd>((resolve, reject) => {
    child.once('error', reject)
    let durationMs = 0
    child.once('exit', () => {
      durationMs = performance.now() - startMs
      // Node ends a child only when its pipes are read; what was left in this one is of no interest.
      if (settings.reads === false) child.stdout.destroy()
    })
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout: stdout.join(''), stderr: stderr.join(''), durationMs, directory })
    })
  })
  return { child, directory, ended }
}

/** Runs a fixture to its end. */
export function runFixture(context: TestContext, name: string, settings: FixtureSettings = {}): Promise<FixtureEnd> {
  return startFixture(context, name, settings).ended
}
