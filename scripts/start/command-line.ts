/** The command line of `npm start`: what it accepts, and a sentence for everything it does not. Touches no file. */
import { parseArgs } from 'node:util'
import { LEVELS, type LevelName } from '../replay/level-names.js'

const SECONDS_DEFAULT = 5
const SECONDS_MAX = 86_400
const WORKERS_MAX = 64

export const HELP = `Usage: npm start                                    run the demo: 48 modules of a game engine, each with its log file
       npm start -- --input FILE --by KEY          replay NDJSON into one file for each value of KEY

  --seconds N       how long the demo runs (default ${SECONDS_DEFAULT})
  --directory PATH  where the files go: PATH/YYYY-MM-DD/NAME.jsonl (SPILLWAY_DIRECTORY is stronger; without both, the
                    directory of the file that SPILLWAY_CONFIG names, or logs)
  --workers N       writer threads, 1 to ${WORKERS_MAX} (default: chosen by spillway)
  --level LEVEL     leave out entries below it: ${LEVELS.join(', ')} (default trace)
  --input FILE      NDJSON to replay; - is standard input; can be repeated
  --by KEY          the key of the input whose value is the category
  --help            this text

Two readable lines a second, from level info up, go to standard output, progress to standard error; the files have all.
In the end every file is read back: exit code 0 if all entries are there, whole and in order; 1 if not; 2 for a wrong
command line.
`

const OPTIONS = {
  seconds: { type: 'string' },
  directory: { type: 'string' },
  workers: { type: 'string' },
  level: { type: 'string' },
  input: { type: 'string', multiple: true },
  by: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** A command line that cannot be run; the message is one line for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What to do. */
export type Command =
  | { readonly kind: 'help' }
  | (RunSettings & { readonly kind: 'demo'; readonly seconds: number })
  | (RunSettings & { readonly kind: 'replay'; readonly inputs: readonly string[]; readonly by: string })

/** What the demo and a replay have in common. */
export interface RunSettings {
  /** Undefined where it is left to the environment, an options file and the default. */
  readonly directory: string | undefined
  readonly workers: number | undefined
  readonly level: LevelName
}

/** Reads the arguments, and nothing else. */
export function parseCommandLine(args: readonly string[]): Command {
  const values = parseValues(args)
  if (values.help === true) return { kind: 'help' }
  const settings: RunSettings = {
    directory: textOf('directory', values.directory),
    workers: values.workers === undefined ? undefined : workersOf(values.workers),
    level: values.level === undefined ? 'trace' : levelOf(values.level),
  }
  const inputs = values.input ?? []
  if (inputs.length === 0) {
    if (values.by !== undefined) throw new UsageError('--by needs --input FILE: it names a key of that file')
    return {
      ...settings,
      kind: 'demo',
      seconds: values.seconds === undefined ? SECONDS_DEFAULT : secondsOf(values.seconds),
    }
  }
  const by = textOf('by', values.by)
  if (by === undefined) throw new UsageError('--input needs --by KEY: the key whose value is the category')
  if (values.seconds !== undefined) throw new UsageError('--seconds is for the demo; a replay ends with its input')
  if (inputs.includes('')) throw new UsageError('--input must not be empty')
  if (inputs.filter((input) => input === '-').length > 1)
    throw new UsageError('--input -: standard input ends only once')
  return { ...settings, kind: 'replay', inputs, by }
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values
  } catch (error) {
    // The parser's first sentence says what is wrong; those after it explain a use of `--` that does not apply here.
    const [sentence = ''] = (error as Error).message.split(/\.(?:\s|$)/)
    const flagWithoutValue = /^Option '(--\w+).* argument (?:is ambiguous|missing)/.exec(sentence)
    throw new UsageError(flagWithoutValue === null ? sentence : `${flagWithoutValue[1]} needs a value`, {
      cause: error,
    })
  }
}

function textOf(name: string, value: string | undefined): string | undefined {
  if (value === '') throw new UsageError(`--${name} must not be empty`)
  return value
}

function secondsOf(text: string): number {
  const seconds = Number(text)
  if (text.trim() === '' || !(seconds > 0 && seconds <= SECONDS_MAX)) {
    throw new UsageError(`--seconds must be a number above 0, up to ${SECONDS_MAX}, not '${text}'`)
  }
  return seconds
}

function workersOf(text: string): number {
  const workers = Number(text)
  if (!/^\d+$/.test(text) || workers < 1 || workers > WORKERS_MAX) {
    throw new UsageError(`--workers must be a whole number from 1 to ${WORKERS_MAX}, not '${text}'`)
  }
  return workers
}

function levelOf(text: string): LevelName {
  const level = LEVELS.find((name) => name === text)
  if (level === undefined) throw new UsageError(`--level must be one of ${LEVELS.join(', ')}, not '${text}'`)
  return level
}
