/**
 * `npm start`: runs the demo, or replays NDJSON, through spillway; shows what it costs while it goes on, and reads every
 * file back in the end. Wiring only: the work is in demo/, replay/ and verify/.
 */
import { performance } from 'node:perf_hooks'
import { Spillway, type SpillwayOptions } from '../src/main/index.js'
import { runEngine } from './demo/engine-run.js'
import { CallTimer } from './start/call-timer.js'
import { type Command, HELP, parseCommandLine, UsageError } from './start/command-line.js'
import { counted } from './start/counted.js'
import { checkInput } from './start/input-files.js'
import { Interruption } from './start/interruption.js'
import { checkDirectory } from './start/output-directory.js'
import { isColourless, ProgressLine } from './start/progress-line.js'
import { type ReplayOutcome, replayInputs } from './start/replay-inputs.js'
import { resolvedOptions } from './start/resolve-options.js'
import { renderProgress, renderSummary, renderVerification } from './start/run-summary.js'
import { guardStandardStreams } from './start/standard-streams.js'
import { markFiles } from './verify/file-marks.js'
import { verifyRun } from './verify/verify-run.js'

/** A sample to look at: few, for each has a row for every field, and none of the many that only a developer wants. */
const PRETTY = { level: 'info', linesPerSecond: 2 } as const
const MS_PER_SECOND = 1000

type RunCommand = Exclude<Command, { kind: 'help' }>

async function main(): Promise<void> {
  const command = parseCommandLine(process.argv.slice(2))
  if (command.kind === 'help') {
    process.stdout.write(HELP)
    return
  }
  if (command.kind === 'replay') command.inputs.forEach(checkInput)
  const options = optionsOf(command)
  const { directory, directoryMode } = resolvedOptions(options, process.env)
  checkDirectory(directory, directoryMode)
  const marks = markFiles(directory)
  const rssBeforeBytes = process.memoryUsage.rss()
  const spillway = new Spillway(options)
  const timer = new CallTimer()
  const { replayed, ...cost } = await runToEnd(command, spillway, timer)
  const closeFailure = await failureOf(spillway.close())
  const writeFailure = cost.flushFailure ?? closeFailure
  if (writeFailure !== null) process.stderr.write(`npm start: ${writeFailure}\n`)

  process.stderr.write('reading the files back ...\n')
  const verification = verifyRun(directory, marks, timer.entries, spillway.options)
  const counts = replayed?.counts
  const { dropped, categoryOverflows } = spillway.stats()
  const figures = { entries: timer.entries, times: timer.times, rssBeforeBytes, counts, categoryOverflows, ...cost }
  process.stdout.write(`\n${renderSummary(figures, verification)}\n${renderVerification(verification)}`)
  if (dropped > 0) process.stdout.write(`spillway itself counts ${counted(dropped, 'entry', 'entries')} as dropped\n`)
  const wrong = verification.problemCount > 0 || dropped > 0 || writeFailure !== null
  if (wrong || replayed?.complete === false) process.exitCode = 1
}

function optionsOf({ kind, directory, workers, level }: RunCommand): SpillwayOptions {
  const pretty = isColourless(process.env) ? { ...PRETTY, colorize: false } : PRETTY
  // A replay leaves entries out by itself, and keeps unparsed lines whatever the level is.
  return { directory, workers, pretty, level: kind === 'demo' ? level : 'trace' }
}

/** Logs all there is, or as much as there is before a signal, until it is written; shows how it goes. */
async function runToEnd(command: RunCommand, spillway: Spillway, timer: CallTimer) {
  const startMs = performance.now()
  let rssPeakBytes = 0
  const lookAtMemory = (): number => {
    const rssBytes = process.memoryUsage.rss()
    rssPeakBytes = Math.max(rssPeakBytes, rssBytes)
    return rssBytes
  }
  const progress = new ProgressLine(() => renderProgress(timer.entries, performance.now() - startMs, lookAtMemory()))
  const interruption = new Interruption(() => progress.close())
  try {
    const replayed = await run(command, spillway, timer, interruption.signal)
    const flushFailure = await failureOf(spillway.flush())
    const durationMs = performance.now() - startMs
    lookAtMemory()
    return { replayed, flushFailure, durationMs, rssPeakBytes }
  } finally {
    interruption.close()
    progress.close()
  }
}

/** A disk that is full is told in a line: what is in the files is verified all the same. */
async function failureOf(writing: Promise<void>): Promise<string | null> {
  try {
    await writing
    return null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code?.startsWith('ERR_SPILLWAY_')) return message
    throw error
  }
}

/** Logs all there is to log. Returns what became of the input of a replay. */
async function run(
  command: RunCommand,
  spillway: Spillway,
  timer: CallTimer,
  signal: AbortSignal,
): Promise<ReplayOutcome | undefined> {
  if (command.kind === 'replay') return replayInputs(command, spillway, timer, signal)
  const loggerOf = (category: string) => timer.wrap(spillway.logger(category))
  await runEngine({ durationMs: command.seconds * MS_PER_SECOND, loggerOf, signal })
  return undefined
}

guardStandardStreams(process.stdout, process.stderr, () => {
  process.exitCode = 1
})

main().catch((error: unknown) => {
  const usage = error instanceof UsageError
  process.stderr.write(
    `${usage ? `npm start: ${error.message} (--help tells more)` : String((error as Error).stack)}\n`,
  )
  process.exitCode = usage ? 2 : 1
})
