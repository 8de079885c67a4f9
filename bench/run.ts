/** `npm run bench`: reads the flags, runs the rounds, prints and keeps the report, and says by its exit code how it went. */
import { contenderNamed } from './contenders/index.js'
import { busyNote, criteriaTable, measureCriteria } from './criteria.js'
import { anyBarOpen } from './figures/bar.js'
import { compareRuns } from './figures/baseline.js'
import { summarize } from './figures/summary.js'
import { helpText } from './help.js'
import { checkLibraryOptions } from './library-options.js'
import { describeMachine } from './machine.js'
import { type BenchOptions, parseOptions, UsageError } from './options.js'
import { runRounds } from './passes/rounds.js'
import { type Outcome, RESULTS_VERSION } from './report/outcome.js'
import { Progress } from './report/progress.js'
import { writeResults } from './report/results-directory.js'
import { readResults } from './report/results-file.js'
import { terminalReport } from './report/terminal.js'
import { scenarioNamed } from './scenarios/index.js'

const EXIT_FAULT = 1
const EXIT_USAGE = 2

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options === 'help') {
    console.log(await helpText())
    return
  }
  await checkLibraryOptions(options.library, process.env)
  if (options.criteria) {
    const note = busyNote()
    const progress = new Progress(process.stderr)
    const criteria = await measureCriteria(options, progress).finally(() => progress.close())
    console.log([criteriaTable(criteria), ...(note === undefined ? [] : [note])].join('\n'))
    if (criteria.some(({ outcome }) => outcome !== 'passed')) process.exitCode = EXIT_FAULT
    return
  }
  // Read before anything runs: a wrong file is not told of after an hour.
  const earlier = options.baseline === null ? undefined : readResults(options.baseline, '--baseline')
  const measured = await bench(options)
  const outcome =
    earlier === undefined
      ? measured
      : { ...measured, comparison: compareRuns(earlier, measured, options.baseline ?? '') }
  const report = terminalReport(outcome)
  console.log(report)
  console.log(`\nresults.json, report.txt and report.html: ${writeResults(outcome, report)}`)
  const isMissed = options.check && outcome.scenarios.some(({ bars }) => anyBarOpen(bars))
  if (spillwayFailed(outcome) || isMissed) process.exitCode = EXIT_FAULT
}

async function bench(options: BenchOptions): Promise<Outcome> {
  const started = new Date()
  const { directory, keep, check: _check, ...parameters } = options
  const scenarios = options.scenarios.map(scenarioNamed)
  const settings = { ...parameters, corpus: options.corpus }
  const progress = new Progress(process.stderr)
  const rounds = { scenarios, contenders: options.contenders, runs: options.runs, settings, directory, keep }
  const passes = await runRounds(rounds, progress).finally(() => progress.close())
  const contenders = [...new Set(passes.map(({ contender }) => contender))].map(contenderNamed)
  return {
    version: RESULTS_VERSION,
    startedAt: started.toISOString(),
    tookSeconds: (Date.now() - started.getTime()) / 1000,
    machine: describeMachine(contenders.flatMap(({ packages }) => packages ?? [])),
    options: parameters,
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        name.startsWith('SPILLWAY_') && value !== undefined ? [[name, value]] : [],
      ),
    ),
    configurations: Object.fromEntries(contenders.map(({ name, configuration }) => [name, configuration])),
    scenarios: scenarios.map((scenario) => {
      const { title, about, figures, keyFigures, mainCell } = scenario
      const summary = summarize(scenario, passes)
      const conclusion = scenario.conclusion?.(summary)
      return {
        ...summary,
        title,
        about,
        figures,
        ...(keyFigures === undefined ? {} : { keyFigures }),
        ...(mainCell === undefined ? {} : { mainCell }),
        bars: scenario.bars?.(summary) ?? [],
        ...(conclusion === undefined ? {} : { conclusion }),
      }
    }),
    passes,
  }
}

/** A line that is not as it was logged is a fault whatever the figures say, and so is a run that did not finish. */
function spillwayFailed({ scenarios }: Outcome): boolean {
  return scenarios.some(({ cells }) =>
    cells.some(({ contenders }) =>
      contenders.some(
        ({ contender, faults, failures }) =>
          contender.startsWith('spillway') && (faults.length > 0 || failures.length > 0),
      ),
    ),
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
