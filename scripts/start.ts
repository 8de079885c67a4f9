/**
 * `npm start`: runs the demo, or replays NDJSON, through spillway; shows what it costs while it goes on, and reads every
 * file back in the end. Wiring only: the work is in demo/, replay/ and verify/.
 */
import { performance } from 'node:perf_hooks'
import { Spillway } from '../src/main/index.js'
import { runEngine } from './demo/engine-run.js'
import { Replay, type ReplayCounts } from './replay/replay.js'
import { CallTimer } from './start/call-timer.js'
import { type Command, HELP, parseCommandLine, UsageError } from './start/command-line.js'
import { checkInput, nameOfInput, openInput } from './start/input-files.js'
import { checkDirectory } from './start/output-directory.js'
import { ProgressLine } from './start/progress-line.js'
import { resolvedOptions } from './start/resolve-options.js'
import { renderProgress, renderSummary, renderVerification } from './start/run-summary.js'
import { markFiles } from './verify/file-marks.js'
import { verifyRun } from './verify/verify-run.js'

/** A sample to look at: few, for each has a row for every field, and none of the many that only a developer wants. */
const PRETTY = { level: 'info', linesPerSecond: 2 } as const
const UNPARSED_TOLD_MAX = 10
const MS_PER_SECOND = 1000

type RunCommand = Exclude<Command, { kind: 'help' }>

async function main(): Promise<void> {
  const command = parseCommandLine(process.argv.slice(2))
  if (command.kind === 'help') {
    process.stdout.write(HELP)
    return
  }
  if (command.kind === 'replay') command.inputs.forEach(checkInput)
  // A replay leaves entries out by itself: spillway has to keep unparsed lines whatever the level is.
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
  let counts: ReplayCounts | undefined
  let durationMs = 0
  try {
    counts = await untilInterrupted((signal) => run(command, spillway, timer, signal))
    await spillway.flush()
    durationMs = performance.now() - startMs
  } finally {
    rssPeakBytes = Math.max(rssPeakBytes, process.memoryUsage.rss())
    progress.close()
  }
  const { dropped } = spillway.stats()
  await spillway.close()

  process.stderr.write('reading the files back ...\n')
  const verification = verifyRun(directory, marks, timer.entries, spillway.options)
  const figures = { entries: timer.entries, durationMs, times: timer.times, rssBeforeBytes, rssPeakBytes, counts }
  process.stdout.write(`\n${renderSummary(figures, verification)}\n${renderVerification(verification)}`)
  if (dropped > 0) process.stdout.write(`spillway itself counts ${dropped} entries as dropped\n`)
  if (verification.problemCount > 0 || dropped > 0) process.exitCode = 1
}

/** Logs all there is to log. Returns what became of the input of a replay. */
async function run(
  command: RunCommand,
  spillway: Spillway,
  timer: CallTimer,
  signal: AbortSignal,
): Promise<ReplayCounts | undefined> {
  const loggerOf = (category: string) => timer.wrap(spillway.logger(category))
  if (command.kind === 'demo') {
    await runEngine({ durationMs: command.seconds * MS_PER_SECOND, loggerOf, signal })
    return undefined
  }
  let told = 0
  const replay = new Replay({
    by: command.by,
    level: command.level,
    loggerOf,
    onUnparsed: (input, lineNumber, reason) => {
      if (++told <= UNPARSED_TOLD_MAX) process.stderr.write(`${input}, line ${lineNumber}: ${printable(reason)}\n`)
    },
  })
  for (const input of command.inputs) {
    if (signal.aborted) break
    try {
      await replay.run(nameOfInput(input), openInput(input, signal))
    } catch (error) {
      if (signal.aborted) break
      process.stderr.write(`${nameOfInput(input)} could not be read to its end: ${(error as Error).message}\n`)
      process.exitCode = 1
    }
  }
  if (told > 0) process.stderr.write(`${told} lines in all could not be parsed; they are kept in unparsed.jsonl\n`)
  return replay.counts
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

/** A parser quotes its input: no terminal may act on what is in it. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
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
