/**
 * `npm start`: runs the demo, or replays NDJSON, through spillway; shows what it costs while it goes on, and reads every
 * file back in the end. Wiring only: the work is in demo/, replay/ and verify/.
 */
import { performance } from 'node:perf_hooks'
import { Spillway } from '../src/main/index.js'
import { runEngine } from './demo/engine-run.js'
import { CallTimer } from './start/call-timer.js'
import { type Command, HELP, parseCommandLine, UsageError } from './start/command-line.js'
import { counted } from './start/counted.js'
import { checkInput } from './start/input-files.js'
import { checkDirectory } from './start/output-directory.js'
import { ProgressLine } from './start/progress-line.js'
import { type ReplayOutcome, replayInputs } from './start/replay-inputs.js'
import { resolvedOptions } from './start/resolve-options.js'
import { renderProgress, renderSummary, renderVerification } from './start/run-summary.js'
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
  // A replay leaves entries out by itself, and keeps unparsed lines whatever the level is.
  const level = command.kind === 'demo' ? command.level : 'trace'
  const options = { directory: command.directory, level, workers: command.workers, pretty: PRETTY }
  const { directory, directoryMode } = resolvedOptions(options, process.env)
  checkDirectory(directory, directoryMode)
  const marks = markFiles(directory)
  const rssBeforeBytes = process.memoryUsage.rss()
  const spillway = new Spillway(options)
  const timer = new CallTimer()
  const startMs = performance.now()
  let rssPeakBytes = 0
  const progress = new ProgressLine(() => {
    const rssBytes = process.memoryUsage.rss()
    rssPeakBytes = Math.max(rssPeakBytes, rssBytes)
    return renderProgress(timer.entries, performance.now() - startMs, rssBytes)
  })
  let replayed: ReplayOutcome | undefined
  let durationMs = 0
  try {
    replayed = await untilInterrupted((signal) => run(command, spillway, timer, signal))
    await spillway.flush()
    durationMs = performance.now() - startMs
  } finally {
    rssPeakBytes = Math.max(rssPeakBytes, process.memoryUsage.rss())
    progress.close()
  }
  const { dropped, categoryOverflows } = spillway.stats()
  await spillway.close()

  process.stderr.write('reading the files back ...\n')
  const verification = verifyRun(directory, marks, timer.entries, spillway.options)
  const figures = {
    entries: timer.entries,
    durationMs,
    times: timer.times,
    rssBeforeBytes,
    rssPeakBytes,
    counts: replayed?.counts,
    categoryOverflows,
  }
  process.stdout.write(`\n${renderSummary(figures, verification)}\n${renderVerification(verification)}`)
  if (dropped > 0) process.stdout.write(`spillway itself counts ${counted(dropped, 'entry', 'entries')} as dropped\n`)
  if (verification.problemCount > 0 || dropped > 0 || replayed?.complete === false) process.exitCode = 1
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

/** The first Ctrl-C ends the work early, and what is logged by then is still verified; a second one ends the process. */
async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController()
  const onInterrupt = (): void => interrupt.abort()
  process.once('SIGINT', onInterrupt)
  try {
    return await work(interrupt.signal)
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

// Whoever reads the lines may stop reading (a `| head`): the run goes on, and its exit code still tells how it went.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

main().catch((error: unknown) => {
  const usage = error instanceof UsageError
  process.stderr.write(
    `${usage ? `npm start: ${error.message} (--help tells more)` : String((error as Error).stack)}\n`,
  )
  process.exitCode = usage ? 2 : 1
})
