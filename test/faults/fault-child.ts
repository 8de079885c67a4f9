/** Runs test/fixtures/fault-run.js in a directory of its own, by itself or under strace, and reads what it prints. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endOfChild } from '../support/child-end.js'
import { inheritedEnvironment } from '../support/inherited-environment.js'
import type { DeathPlan, WriterCalls } from '../support/writer-calls.js'

/** A safety net under runs that hang; an undisturbed one takes less than a second. */
const KILL_AFTER_MS = 60_000
const FIXTURE = fileURLToPath(new URL('../fixtures/fault-run.js', import.meta.url))

/** The last line of a run that ended by itself. */
export interface RunEnd extends WriterCalls {
  readonly entries: number
  readonly dropped: number
  /** The codes with which flush() and close() rejected. */
  readonly failures: readonly string[]
  /** How many writers died, by partition. */
  readonly deaths: readonly number[]
  readonly memoryKb: number
}

/** What a run did, seen from outside. */
export interface RunOutcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
  /** `null` where the process did not come to its end. */
  readonly end: RunEnd | null
  /** The last entry that a flush has confirmed. */
  readonly flushed: number
  readonly hung: boolean
  readonly durationMs: number
}

/** How a run is started. */
export interface RunSettings {
  /** The category whose partition makes the directories. */
  readonly lead: string
  readonly fallback?: boolean
  readonly death?: DeathPlan
  /** A file that the run removes before its second day. */
  readonly ballast?: string
  /** What is put before node's own path: strace and its arguments. */
  readonly under?: readonly string[]
}

/** A directory that goes with the run: `logs` and `fallback` are made in it by whoever needs them. */
export class RunDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'spillway-fault-'))
  readonly logs = join(this.path, 'logs')
  readonly fallback = join(this.path, 'fallback')
  readonly trace = join(this.path, 'trace');

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** Runs the fixture to its end. */
export async function runChild(directory: RunDirectory, settings: RunSettings): Promise<RunOutcome> {
  const [command = process.execPath, ...args] = [...(settings.under ?? []), process.execPath, FIXTURE]
  const startMs = performance.now()
  const child = spawn(command, args, { env: environmentOf(directory, settings), stdio: ['ignore', 'pipe', 'pipe'] })
  let hung = false
  const killTimer = setTimeout(() => {
    hung = true
    child.kill('SIGKILL') // strace takes what it traces along.
  }, KILL_AFTER_MS)
  try {
    const { code, signal, stdout, stderr } = await endOfChild(child)
    return { code, signal, stderr, ...readTold(stdout), hung, durationMs: performance.now() - startMs }
  } finally {
    clearTimeout(killTimer)
  }
}

function environmentOf(directory: RunDirectory, { lead, fallback, death, ballast }: RunSettings): NodeJS.ProcessEnv {
  return {
    ...inheritedEnvironment(/^FAULT_/),
    SPILLWAY_DIRECTORY: directory.logs,
    ...(fallback === true ? { SPILLWAY_FALLBACK_DIRECTORY: directory.fallback } : {}),
    FAULT_LEAD: lead,
    ...(ballast === undefined ? {} : { FAULT_BALLAST: ballast }),
    ...(death === undefined ? {} : { FAULT_DEATH: JSON.stringify(death) }),
  }
}

function readTold(stdout: string): { readonly end: RunEnd | null; readonly flushed: number } {
  let end: RunEnd | null = null
  let flushed = 0
  // A line without its end is of a process that was killed in the middle of it.
  for (const line of stdout.split('\n').slice(0, -1)) {
    const told = JSON.parse(line) as { readonly flushed?: number; readonly ended?: boolean }
    if (told.flushed !== undefined) flushed = told.flushed
    if (told.ended === true) end = told as unknown as RunEnd
  }
  return { end, flushed }
}
