#!/usr/bin/env node
/** The command line of spillway: `spillway verify` and `spillway recover`. */
import { createRequire } from 'node:module'
import { SpillwayError } from '../../shared/errors.js'
import { printable } from '../verify/printable.js'
import { type Command, type CommandStreams, EXIT_FINE, EXIT_UNUSABLE } from './command.js'
import { unknownName } from './command-line.js'
import { UsageError } from './usage-error.js'

/** Loaded when it is asked for: to recover takes the writers' code, and to verify takes none of it. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  verify: async () => (await import('./verify-command.js')).verifyCommand,
  recover: async () => (await import('./recover-command.js')).recoverCommand,
}
const NAMES = Object.keys(COMMANDS)
const LAST_TURN_MS = 10
const USAGE = `spillway COMMAND

  verify DIR...   proves that nothing is missing in log files, and nothing is there twice
  recover DIR     writes what dead processes have left into the log files

spillway COMMAND --help tells more; --version is the version.
`

async function runCommand(args: readonly string[], streams: CommandStreams): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined) throw new UsageError(`a command is missing: one of ${NAMES.join(', ')}`)
  if (name === '--version') {
    streams.out(`${version()}\n`)
    return EXIT_FINE
  }
  const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined
  const isHelp = (each: string | undefined): boolean => each === '--help' || each === '-h'
  if (isHelp(name) || (command !== undefined && beforeTerminator(rest).some(isHelp))) {
    streams.out(command?.usage ?? USAGE)
    return EXIT_FINE
  }
  if (command !== undefined) return command.run(rest, streams)
  if (name.startsWith('-')) throw new UsageError(unknownName('option', name, ['--help', '--version']))
  throw new UsageError(`${unknownName('command', name, NAMES)}; there are ${NAMES.join(' and ')}`)
}

/** What stands behind `--` is no option. */
function beforeTerminator(args: readonly string[]): readonly string[] {
  const terminator = args.indexOf('--')
  return terminator === -1 ? args : args.slice(0, terminator)
}

function version(): string {
  const manifest: unknown = createRequire(import.meta.url)('../../../../package.json')
  return (manifest as { readonly version: string }).version
}

/** What went wrong, in words for whoever typed the command; a fault of the program shows where it is. */
function errorText(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}; spillway --help tells more`
  if (error instanceof SpillwayError) return printable(error.message)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

// A reader that goes away, as `head` does, has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const streams: CommandStreams = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  isErrorTerminal: process.stderr.isTTY === true,
}
try {
  process.exitCode = await runCommand(process.argv.slice(2), streams)
} catch (error) {
  process.stderr.write(`spillway: ${errorText(error)}\n`)
  process.exitCode = EXIT_UNUSABLE
}
// Node.js can wait for ever at its natural end, for a thread of V8's that in turn waits for the event loop
// (https://github.com/nodejs/node/issues/54918); such a thread has its turn here. Nothing printed is cut off.
process.stdout.write('', () => setTimeout(() => process.exit(), LAST_TURN_MS))
