/** What is asked for on the command line: a command, its directories and options. What cannot be meant is an error. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearestName } from '../../shared/option-rules.js'
import { printable } from '../verify/printable.js'
import { UsageError } from './usage-error.js'

type CommandOptions = NonNullable<ParseArgsConfig['options']>
type OptionValues = Readonly<Record<string, string | boolean | undefined>>

const ARGUMENT_CHARACTERS_MAX = 100

/** The values of a command's options, and its other arguments. */
export function parseCommand(
  args: readonly string[],
  options: CommandOptions,
): { readonly values: OptionValues; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
    return { values: values as OptionValues, positionals }
  } catch (error) {
    throw new UsageError(parseFault(error as NodeJS.ErrnoException, options), { cause: error })
  }
}

/** What was found where one of some names has to be. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return `there is no ${what} ${shownArgument(name)}${nearest === null ? '' : `; did you mean ${nearest}?`}`
}

/** An argument in a message. */
export function shownArgument(argument: string): string {
  const isCut = argument.length > ARGUMENT_CHARACTERS_MAX
  return `'${printable(isCut ? `${argument.slice(0, ARGUMENT_CHARACTERS_MAX)}...` : argument)}'`
}

function parseFault({ code, message }: NodeJS.ErrnoException, options: CommandOptions): string {
  const [, name = ''] = /'(-[^' =]*)/s.exec(message) ?? []
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const known = Object.keys(options).map((option) => `--${option}`)
    return unknownName('option', name, known)
  }
  return /does not take an argument/.test(message) ? `${name} takes no value` : `${name} needs a value`
}
