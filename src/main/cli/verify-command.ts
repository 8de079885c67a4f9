/** `spillway verify`: exit code 0 where all is sound, 1 where something is wrong, 2 where there is nothing to work on. */
import { verify } from '../verify/verify.js'
import { type Command, type CommandStreams, EXIT_FINE, EXIT_PROBLEMS } from './command.js'
import { parseCommand, shownArgument } from './command-line.js'
import { ProgressLine } from './progress-line.js'
import { UsageError } from './usage-error.js'
import { verificationText } from './verification-text.js'

const OPTIONS = {
  day: { type: 'string' },
  complete: { type: 'boolean' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  progress: { type: 'boolean' },
} as const

const USAGE = `spillway verify DIR... [--day YYYY-MM-DD] [--complete] [--json] [--quiet] [--progress]

Reads the log files in DIR (a log directory, or one day's), and checks that each line is whole, that seq rises in each
file, and that over all files of a run none is missing and none is there twice. Give a fallback directory as well.

  --day YYYY-MM-DD  only this day
  --complete        also a run whose first line is not there is a problem
  --json            the report as one JSON object, with all problems (1000 at the most)
  --quiet           print nothing but problems
  --progress        tell how far it is also where stderr is no terminal

Exit code: 0 sound (gaps that lines in the files give a reason for are), 1 not sound, 2 wrong usage or unreadable.
`

export const verifyCommand: Command = {
  usage: USAGE,
  run(args, streams) {
    const { values, positionals } = parseCommand(args, OPTIONS)
    if (positionals.length === 0) throw new UsageError('verify needs a directory')
    if (positionals.includes('')) throw new UsageError('the name of a directory is empty')
    const { day } = values
    if (typeof day === 'string' && !isDay(day)) {
      throw new UsageError(`--day must be a day, YYYY-MM-DD, not ${shownArgument(day)}`)
    }
    const progress = progressLine(values.progress === true, streams)
    const report = verify(positionals, {
      complete: values.complete === true,
      ...(typeof day === 'string' ? { day } : {}),
      ...(progress === null ? {} : { onProgress: (state) => progress.show(state) }),
    })
    progress?.end()
    if (values.json === true) streams.out(`${JSON.stringify(report)}\n`)
    else streams.out(verificationText(report, values.quiet === true))
    return report.isSound ? EXIT_FINE : EXIT_PROBLEMS
  },
}

function progressLine(isForced: boolean, { error, isErrorTerminal }: CommandStreams): ProgressLine | null {
  return isForced || isErrorTerminal ? new ProgressLine(isErrorTerminal, error) : null
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}
