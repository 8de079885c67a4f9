/** `npm run bench`: reads the flags, runs the rounds, prints and keeps the report, and says by its exit code how it went. */

import { anyBarOpen, judgeBars, SPILLWAY_CONTENDERS } from './bars.js'
import { contenderNamed } from './contenders/index.js'
import { checkLibraryOptions } from './library-options.js'
import { describeMachine } from './machine.js'
import { type BenchOptions, HELP, parseOptions, UsageError } from './options.js'
import type { Outcome } from './report/outcome.js'
import { writeResults } from './report/results-directory.js'
import { terminalReport } from './report/terminal.js'
import { POOL_JOBS_LINES, runRounds, WARM_UP_LINES } from './rounds.js'
import { summarize } from './summary.js'

const EXIT_FAULT = 1
const EXIT_USAGE = 2

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options === 'help') {
    console.log(HELP)
    return
  }
  await checkLibraryOptions(options, process.env)
  const outcome = await bench(options)
  const report = terminalReport(outcome)
  console.log(report)
  console.log(`\nresults.json, report.txt and chart.svg: ${writeResults(outcome, report)}`)
  if (spillwayFailed(outcome) || (options.check && anyBarOpen(outcome.bars))) process.exitCode = EXIT_FAULT
}

async function bench(options: BenchOptions): Promise<Outcome> {
  const startedAt = new Date().toISOString()
  const contenders = options.contenders.map(contenderNamed)
  const machine = describeMachine(contenders.flatMap(({ packageName }) => packageName ?? []))
  const passes = await runRounds(options, (text) => process.stderr.write(text))
  const summaries = summarize(options.contenders, passes)
  // The directory is the machine's affair, and the two switches change no figure.
  const { directory: _directory, keep: _keep, check: _check, ...parameters } = options
  return {
    startedAt,
    machine,
    options: parameters,
    warmUpLines: WARM_UP_LINES,
    poolJobsLines: POOL_JOBS_LINES,
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        name.startsWith('SPILLWAY_') && value !== undefined ? [[name, value]] : [],
      ),
    ),
    configurations: Object.fromEntries(contenders.map(({ name, configuration }) => [name, configuration])),
    summaries,
    bars: judgeBars(summaries),
    passes,
  }
}

/** A line that is not as it was logged is a fault whatever the figures say, and so is a run that did not finish. */
function spillwayFailed({ summaries }: Outcome): boolean {
  return summaries.some(
    ({ name, faults, failures }) => SPILLWAY_CONTENDERS.includes(name) && (faults.length > 0 || failures.length > 0),
  )
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    console.error(error.message)
    process.exitCode = EXIT_USAGE
    return
  }
  throw error
})
