/** The bench's flags and environment variables: read, checked and completed in one place. */

import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDirectory } from '../scripts/start/make-directory.js'
import { CONTENDERS } from './contenders/index.js'

/** What a run of the bench needs to know. */
export interface BenchOptions {
  /** Measured lines of each contender in each round. */
  readonly lines: number
  readonly files: number
  readonly runs: number
  readonly contenders: readonly string[]
  /** Passed to spillway; undefined leaves its default. */
  readonly workers?: number
  readonly ringBytes?: number
  /** Where the contenders write. */
  readonly directory: string
  readonly keep: boolean
  readonly check: boolean
}

/** A wrong flag or variable; its message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const DEFAULTS = Object.freeze({ lines: 400_000, files: 48, runs: 3 })

const NAMES = CONTENDERS.map((contender) => contender.name)

export const HELP = `Usage: npm run bench -- [flags]

The same workload through spillway and through its peers, in this run, on this machine.

  --lines N          measured lines of each contender in each round (${DEFAULTS.lines}; SPILLWAY_BENCH_LINES)
  --files N          files, and categories (${DEFAULTS.files}; SPILLWAY_BENCH_FILES)
  --runs N           rounds; the median of each figure counts (${DEFAULTS.runs}; SPILLWAY_BENCH_RUNS)
  --contenders a,b   only these (SPILLWAY_BENCH_CONTENDERS):
                     ${NAMES.join(', ')}
  --workers N        spillway's writer threads (SPILLWAY_WORKERS)
  --ring-bytes N     spillway's ring size (SPILLWAY_RING_BYTES)
  --directory PATH   where the contenders write (the system's temporary directory)
  --keep             do not delete what they wrote
  --check            exit with 1 if a bar is missed or could not be measured
  --help             this text

Exits with 1 if spillway lost, doubled, tore or reordered a line, and with 2 for a wrong flag.

What finding out a call's place costs on this Node.js: node dist/bench/call-site-cost.js`

/** The options of a command line, or 'help' if it asks for that. Throws {@link UsageError}. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): BenchOptions | 'help' {
  const flags = parseFlags(args)
  if (flags.help) return 'help'
  const workers = parseCount('--workers', flags.workers, 1, 64)
  const ringBytes = parseCount('--ring-bytes', flags['ring-bytes'], 1, 2 ** 31 - 1)
  return {
    lines: parseSetting(flags.lines, '--lines', env, 'SPILLWAY_BENCH_LINES', 100_000_000) ?? DEFAULTS.lines,
    files: parseSetting(flags.files, '--files', env, 'SPILLWAY_BENCH_FILES', 1000) ?? DEFAULTS.files,
    runs: parseSetting(flags.runs, '--runs', env, 'SPILLWAY_BENCH_RUNS', 1000) ?? DEFAULTS.runs,
    contenders: parseContenders(flags.contenders, env.SPILLWAY_BENCH_CONTENDERS),
    ...(workers === undefined ? {} : { workers }),
    ...(ringBytes === undefined ? {} : { ringBytes }),
    directory: parseDirectory(flags.directory),
    keep: flags.keep ?? false,
    check: flags.check ?? false,
  }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        lines: { type: 'string' },
        files: { type: 'string' },
        runs: { type: 'string' },
        contenders: { type: 'string' },
        workers: { type: 'string' },
        'ring-bytes': { type: 'string' },
        directory: { type: 'string' },
        keep: { type: 'boolean' },
        check: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
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

function parseContenders(flag: string | undefined, variable: string | undefined): readonly string[] {
  const list = flag ?? (variable || undefined)
  if (list === undefined) return NAMES
  const wanted = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const unknown = wanted.filter((name) => !NAMES.includes(name))
  if (unknown.length > 0 || wanted.length === 0) {
    const source = flag === undefined ? 'SPILLWAY_BENCH_CONTENDERS' : '--contenders'
    throw new UsageError(
      unknown.length > 0
        ? `${source}: unknown contender ${unknown.join(', ')}; there are ${NAMES.join(', ')}`
        : `${source} must name at least one contender of ${NAMES.join(', ')}`,
    )
  }
  return NAMES.filter((name) => wanted.includes(name))
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
