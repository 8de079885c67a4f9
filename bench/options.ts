/** The bench's flags and environment variables: read, checked and completed in one place. */
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDirectory } from '../scripts/start/make-directory.js'
import { CONTENDERS } from './contenders/index.js'
import { SCENARIOS } from './scenarios/index.js'
import { readCorpus } from './workload/corpus.js'

/** What a run of the bench needs to know. */
export interface BenchOptions {
  /** Names, in the order of the report. */
  readonly scenarios: readonly string[]
  /** Measured lines of a pass at full speed. */
  readonly lines: number
  readonly files: number
  readonly runs: number
  /** `null` for each scenario's own. */
  readonly contenders: readonly string[] | null
  /** A tenth of everything. */
  readonly isQuick: boolean
  /** Options of spillway; what is not set keeps its default. */
  readonly library: { readonly workers?: number; readonly ringBytes?: number }
  readonly corpus: string | null
  /** results.json of an earlier run. */
  readonly baseline: string | null
  /** The success criteria alone. */
  readonly criteria: boolean
  /** Where the contenders write. */
  readonly directory: string
  readonly keep: boolean
  readonly check: boolean
}

/** A wrong flag or variable; its message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What is measured where nothing else is asked for. */
export const DEFAULTS = Object.freeze({ lines: 2_400_000, files: 48, runs: 3 })

export const SCENARIO_NAMES: readonly string[] = SCENARIOS.map(({ name }) => name)
export const CONTENDER_NAMES: readonly string[] = CONTENDERS.map(({ name }) => name)

const QUICK_DIVISOR = 10

/** The options of a command line, or 'help' if it asks for that. Throws {@link UsageError}. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): BenchOptions | 'help' {
  const { values: flags, positionals } = parseFlags(args)
  if (flags.help) return 'help'
  const workers = parseCount('--workers', flags.workers, 1, 64)
  const ringBytes = parseCount('--ring-bytes', flags['ring-bytes'], 1, 2 ** 31 - 1)
  const isQuick = flags.quick ?? false
  const lines = parseSetting(flags.lines, '--lines', env, 'SPILLWAY_BENCH_LINES', 100_000_000) ?? DEFAULTS.lines
  return {
    scenarios: namesOf('scenario', 'scenarios', positionals, SCENARIO_NAMES) ?? SCENARIO_NAMES,
    lines: isQuick ? Math.ceil(lines / QUICK_DIVISOR) : lines,
    files: parseSetting(flags.files, '--files', env, 'SPILLWAY_BENCH_FILES', 1000) ?? DEFAULTS.files,
    runs: parseSetting(flags.runs, '--runs', env, 'SPILLWAY_BENCH_RUNS', 1000) ?? DEFAULTS.runs,
    contenders: parseContenders(flags.contenders, env.SPILLWAY_BENCH_CONTENDERS),
    isQuick,
    library: {
      ...(workers === undefined ? {} : { workers }),
      ...(ringBytes === undefined ? {} : { ringBytes }),
    },
    corpus: parseCorpus(flags.corpus),
    baseline: parseBaseline(flags.baseline),
    criteria: flags.criteria ?? false,
    directory: parseDirectory(flags.directory),
    keep: flags.keep ?? false,
    check: flags.check ?? false,
  }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        lines: { type: 'string' },
        files: { type: 'string' },
        runs: { type: 'string' },
        contenders: { type: 'string' },
        quick: { type: 'boolean' },
        workers: { type: 'string' },
        'ring-bytes': { type: 'string' },
        corpus: { type: 'string' },
        baseline: { type: 'string' },
        criteria: { type: 'boolean' },
        directory: { type: 'string' },
        keep: { type: 'boolean' },
        check: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (--help lists the flags)`)
  }
}

/** A flag wins over its variable; an empty variable is none. */
function parseSetting(
  value: string | undefined,
  flag: string,
  env: NodeJS.ProcessEnv,
  variable: string,
  max: number,
): number | undefined {
  return parseCount(flag, value, 1, max) ?? parseCount(variable, env[variable] || undefined, 1, max)
}

function parseCount(name: string, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined) return undefined
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (!(count >= min && count <= max)) {
    throw new UsageError(`${name} must be a whole number from ${min} to ${max}, not '${value}'`)
  }
  return count
}

function parseContenders(flag: string | undefined, variable: string | undefined): readonly string[] | null {
  const list = flag ?? (variable || undefined)
  if (list === undefined) return null
  const source = flag === undefined ? 'SPILLWAY_BENCH_CONTENDERS' : '--contenders'
  const wanted = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (wanted.includes('all')) return CONTENDER_NAMES
  const names = namesOf('contender', source, wanted, CONTENDER_NAMES)
  if (names === null)
    throw new UsageError(`${source} must name at least one contender of ${CONTENDER_NAMES.join(', ')}`)
  return names
}

/** Those of the known names that are wanted; `null` where none is. */
function namesOf(
  kind: string,
  source: string,
  wanted: readonly string[],
  known: readonly string[],
): readonly string[] | null {
  const unknown = wanted.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new UsageError(`${source}: unknown ${kind} ${unknown.join(', ')}; there are ${known.join(', ')}`)
  }
  return wanted.length === 0 ? null : known.filter((name) => wanted.includes(name))
}

/** Read here for its faults alone: a child reads it again. */
function parseCorpus(flag: string | undefined): string | null {
  if (flag === undefined) return null
  const directory = resolve(flag)
  try {
    readCorpus(directory)
  } catch (error) {
    throw new UsageError(`--corpus: ${(error as Error).message}`)
  }
  return directory
}

function parseBaseline(flag: string | undefined): string | null {
  if (flag === undefined) return null
  if (!existsSync(flag)) throw new UsageError(`--baseline: there is no file ${flag}`)
  return resolve(flag)
}

function parseDirectory(flag: string | undefined): string {
  if (flag === undefined) return tmpdir()
  const directory = resolve(flag)
  try {
    makeDirectory(directory, 0o777)
    // Tried, not asked for: root may write below /proc, but nothing can be made there.
    rmdirSync(mkdtempSync(join(directory, 'spillway-bench-')))
  } catch (error) {
    throw new UsageError(`--directory: cannot use ${directory}: ${(error as Error).message}`)
  }
  return directory
}
