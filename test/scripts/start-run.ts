/** Runs scripts/start.ts as a process of its own: what it prints, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { newDirectory } from '../support/new-directory.js'

const START = fileURLToPath(new URL('../../scripts/start.js', import.meta.url))
const KILL_AFTER_MS = 60_000

/** How it is run. */
export interface StartSettings {
  /** Besides those of the test's own process; its SPILLWAY_ variables are not handed on. */
  readonly env?: Readonly<Record<string, string>>
  /** What stands on standard input. */
  readonly input?: string
  /** A descriptor in the place of the pipe whose text is in the result. */
  readonly stdout?: number
  /** Called once the process is there. */
  readonly onStart?: (child: ChildProcess) => void
}

/** How it ended. */
export interface StartEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs it to its end, in a directory of its own. */
export function runStart(
  context: TestContext,
  args: readonly string[],
  { env, input, stdout = -1, onStart }: StartSettings = {},
): Promise<StartEnd> {
  const child = spawn(process.execPath, [START, ...args], {
    cwd: newDirectory(context),
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['pipe', stdout === -1 ? 'pipe' : stdout, 'pipe'],
    timeout: KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  })
  context.after(() => child.kill('SIGKILL'))
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  child.stdin?.end(input)
  onStart?.(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...texts }))
  })
}

function inheritedEnvironment(): NodeJS.ProcessEnv {
  const own = /^(SPILLWAY_|NODE_TEST_|NODE_OPTIONS$|FORCE_COLOR$|NO_COLOR$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}
