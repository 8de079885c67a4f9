/**
 * One search of the model: spin makes a program of it, the C compiler builds that, and the program goes through every
 * state. All of it happens in a directory of its own, which is gone afterwards.
 */
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ModelRun } from './model-runs.js'

const MODEL = fileURLToPath(new URL('../../../test/model/', import.meta.url))
const MAIN_FILE = 'arena.pml'
/** A path that is longer makes the search incomplete, and it says so. */
const DEPTH_MAX = 10_000
const MEMORY_MAX_MB = 2000
const SEARCH_MAX_MS = 300_000
const TRAIL_LINES = 60
/** What a search says that has not seen every state. */
const INCOMPLETE = /max search depth too small|Search not completed|out of memory|memory limit/i

const run = promisify(execFile)

/** What a search has found. */
export interface ModelResult {
  readonly states: number
  /** The longest path, in steps. */
  readonly depth: number
  readonly seconds: number
  readonly errors: number
  /** Whether every state was seen; never where an error ended the search. */
  readonly isComplete: boolean
  /** The check that failed first, or what spin calls the end that is none; `null` where all hold. */
  readonly violated: string | null
  /** The last steps that lead there, where nothing was to be found. */
  readonly trail: string
}

/** Says which tool is missing; `null` where a search can be made. */
export function missingTool(): string | null {
  // spin's own preprocessor is gcc.
  for (const [tool, flag] of [
    ['spin', '-V'],
    ['gcc', '--version'],
  ] as const) {
    if (spawnSync(tool, [flag]).status !== 0) return `${tool} is not installed`
  }
  return null
}

/**
 * Searches the model through.
 * @throws where a tool fails, or the search tells no outcome.
 */
export async function searchModel({ defines, violated }: ModelRun): Promise<ModelResult> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-model-'))
  try {
    cpSync(MODEL, directory, { recursive: true })
    const macros = defines.map((define) => `-D${define}`)
    await execute(directory, 'spin', ['-a', ...macros, MAIN_FILE])
    const isLiveness = defines.includes('LIVENESS')
    // A mistake is found soon: there the compiler is what takes time.
    const flags = [violated === null ? '-O1' : '-O0', '-w', '-DCOLLAPSE', `-DMEMLIM=${MEMORY_MAX_MB}`]
    const kind = isLiveness ? [] : ['-DSAFETY', '-DNOFAIR']
    await execute(directory, 'gcc', [...flags, ...kind, '-o', 'pan', 'pan.c'])
    // -a -f: cycles, under weak fairness.
    const search = [`-m${DEPTH_MAX}`, '-w22', ...(isLiveness ? ['-a', '-f'] : [])]
    const result = parseSearch(await execute(directory, './pan', search))
    if (violated !== null || result.errors === 0) return result
    const steps = await execute(directory, 'spin', ['-t', '-p', '-g', ...macros, MAIN_FILE])
    return { ...result, trail: steps.split('\n').slice(-TRAIL_LINES).join('\n') }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** What a search must not be; `null` where it is as it must be. */
export function searchFault(run: ModelRun, result: ModelResult): string | null {
  if (run.violated === null) {
    if (result.violated !== null || result.errors > 0) return `violates ${result.violated}\n${result.trail}`
    return result.isComplete ? null : 'not every state was seen'
  }
  if (result.violated === null) return `no counter-example, where ${run.violated} should be violated`
  return result.violated === run.violated ? null : `violates ${result.violated} in place of ${run.violated}`
}

/** Reads what a search prints. */
export function parseSearch(output: string): ModelResult {
  const errors = /depth reached (\d+), errors: (\d+)/.exec(output)
  const states = /(\d+) states, stored/.exec(output)
  if (errors === null || states === null) throw new Error(`a search without an outcome:\n${output}`)
  return {
    states: Number(states[1]),
    depth: Number(errors[1]),
    seconds: Number(/elapsed time ([\d.]+)/.exec(output)?.[1] ?? 0),
    errors: Number(errors[2]),
    isComplete: !INCOMPLETE.test(output),
    violated: violation(output),
    trail: '',
  }
}

/** An assertion is told by the name that stands first in it. */
function violation(output: string): string | null {
  const found = /^pan:\d+: (.*) \(at depth \d+\)/m.exec(output)?.[1]
  if (found === undefined) return null
  const name = /^assertion violated \(*(\w+)/.exec(found)?.[1]
  return name ?? found
}

async function execute(directory: string, tool: string, args: readonly string[]): Promise<string> {
  const options = { cwd: directory, timeout: SEARCH_MAX_MS, maxBuffer: 64 * 1024 * 1024 }
  try {
    return (await run(tool, args, options)).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${tool} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}
