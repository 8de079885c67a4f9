/** `spillway recover`: exit code 0 where all is done, 1 where something was damaged or could not be written, 2 for no use. */
import { recover } from '../recover.js'
import { requireDirectory } from '../verify/log-files.js'
import { type Command, EXIT_FINE, EXIT_PROBLEMS } from './command.js'
import { parseCommand } from './command-line.js'
import { recoveryText } from './recovery-text.js'
import { UsageError } from './usage-error.js'

const OPTIONS = { fallback: { type: 'string' }, json: { type: 'boolean' } } as const

const USAGE = `spillway recover DIR [--fallback DIR] [--json]

Writes the lines that processes have left in DIR/.spillway when they died into the files they belong to, each once and in
order. What belongs to a process that is alive is left alone. It can be interrupted, and repeated.

  --fallback DIR    the fallbackDirectory that the processes had
  --json            the report as one JSON object

Exit code: 0 done, 1 something was damaged or could not be written, 2 wrong usage or unreadable.
`

export const recoverCommand: Command = {
  usage: USAGE,
  run(args, streams) {
    const { values, positionals } = parseCommand(args, OPTIONS)
    const [directory, ...others] = positionals
    if (directory === undefined || directory === '' || others.length > 0) {
      throw new UsageError('recover needs one directory')
    }
    const { fallback } = values
    if (fallback === '') throw new UsageError('--fallback must not be empty')
    requireDirectory(directory)
    const report = recover(directory, typeof fallback === 'string' ? { fallbackDirectory: fallback } : {})
    streams.out(values.json === true ? `${JSON.stringify(report)}\n` : recoveryText(report))
    return report.isDone && report.damaged === 0 ? EXIT_FINE : EXIT_PROBLEMS
  },
}
