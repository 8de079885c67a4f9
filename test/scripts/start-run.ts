/** Runs scripts/start.ts as a process of its own: what it prints, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type ChildEnd, endOfChild } from '../support/child-end.js'
import { inheritedEnvironment } from '../support/inherited-environment.js'
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

/** Runs it to its end, in a directory of its own. */
export function runStart(
  context: TestContext,
  args: readonly string[],
  { env, input, stdout = -1, onStart }: StartSettings = {},
): Promise<ChildEnd> {
  const child = spawn(process.execPath, [START, ...args], {
    cwd: newDirectory(context),
    env: { ...inheritedEnvironment(/^NO_COLOR$/), ...env },
    stdio: ['pipe', stdout === -1 ? 'pipe' : stdout, 'pipe'],
    timeout: KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  })
  context.after(() => child.kill('SIGKILL'))
  const ended = endOfChild(child)
  child.stdin?.end(input)
  onStart?.(child)
  return ended
}
