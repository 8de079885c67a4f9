/** The report on the terminal: figures, their spread, the comparison, the bars, the configurations. */

import { versionsOf } from '../machine.js'
import type { Spread } from '../spread.js'
import { type Advantage, BASELINE, type ContenderSummary, type FigureName, TIMER } from '../summary.js'
import { formatCount, formatDuration, formatMegabytes, formatRate, formatTimes } from './figures.js'
import type { Outcome } from './outcome.js'
import { textTable } from './text-table.js'

const NOT_MEASURED = '-'

interface Column {
  readonly title: string
  readonly figure: FigureName
  readonly format: (value: number) => string
}

const COLUMNS: readonly Column[] = [
  { title: 'in call', figure: 'callMeanNs', format: formatDuration },
  { title: 'p50', figure: 'callP50Ns', format: formatDuration },
  { title: 'p99', figure: 'callP99Ns', format: formatDuration },
  { title: 'p99.9', figure: 'callP999Ns', format: formatDuration },
  { title: 'max', figure: 'callMaxNs', format: formatDuration },
  { title: 'lines/s', figure: 'linesPerSecond', format: formatRate },
  { title: 'CPU/line', figure: 'cpuNsPerLine', format: formatDuration },
  { title: 'main', figure: 'mainThreadCpuNsPerLine', format: formatDuration },
  { title: 'pool', figure: 'poolCpuNsPerLine', format: formatDuration },
  { title: 'peak RSS', figure: 'peakRssBytes', format: formatMegabytes },
]

/** The figures whose spread tells how far to trust the medians. */
const SPREAD_COLUMNS = COLUMNS.filter(({ figure }) =>
  ['callMeanNs', 'callP999Ns', 'linesPerSecond', 'cpuNsPerLine', 'peakRssBytes'].includes(figure),
)

const ADVANTAGES: readonly { readonly title: string; readonly measure: keyof Advantage }[] = [
  { title: 'in call, net', measure: 'callNet' },
  { title: 'in call, raw', measure: 'callRaw' },
  { title: 'p99.9', measure: 'callP999' },
  { title: 'lines/s', measure: 'linesPerSecond' },
  { title: 'CPU/line', measure: 'cpuPerLine' },
]

/** The whole report. */
export function terminalReport(outcome: Outcome): string {
  return [
    heading(outcome),
    section(`Medians of ${rounds(outcome)}`, mediansTable(outcome.summaries)),
    ...(outcome.options.runs === 1 ? [] : [section('Least and most', spreadTable(outcome.summaries))]),
    section(`Times better than ${BASELINE}, round by round (median)`, advantageTable(outcome.summaries)),
    section('Bars', barsTable(outcome)),
    section('Configurations', configurations(outcome)),
    ...alarms(outcome.summaries),
  ].join('\n\n')
}

function heading({ machine, options, warmUpLines, poolJobsLines }: Outcome): string {
  return [
    `${machine.cpuModel}, ${machine.cores} cores, load ${machine.loadAverage.toFixed(1)} before; ${machine.platform}`,
    [`Node.js ${machine.node}, libuv ${machine.libuv}`, ...versionsOf(machine)].join('; '),
    `${formatCount(options.lines)} lines after ${formatCount(warmUpLines)} of warm-up, ${options.files} files;` +
      ` libuv jobs counted over ${formatCount(poolJobsLines)} other lines`,
    `Times in the call include the timer, whose cost is the line ${TIMER}. CPU is user and system time of all threads,`,
    `of which main: the main thread, and pool: libuv's pool.`,
  ].join('\n')
}

function rounds({ options }: Outcome): string {
  return options.runs === 1 ? 'one round' : `${options.runs} rounds`
}

function section(title: string, body: string): string {
  return `${title}\n\n${body}`
}

function mediansTable(summaries: readonly ContenderSummary[]): string {
  return textTable(
    ['contender', ...COLUMNS.map((column) => column.title), 'jobs/1k lines', 'lines'],
    summaries.map((summary) => [
      summary.name,
      ...cells(summary, COLUMNS, (spread, column) => column.format(spread.median)),
      jobsPerThousandLines(summary),
      linesVerdict(summary),
    ]),
  )
}

function spreadTable(summaries: readonly ContenderSummary[]): string {
  return textTable(
    ['contender', ...SPREAD_COLUMNS.map((column) => column.title)],
    summaries.map((summary) => [
      summary.name,
      ...cells(
        summary,
        SPREAD_COLUMNS,
        (spread, column) => `${column.format(spread.min)} - ${column.format(spread.max)}`,
      ),
    ]),
  )
}

function cells(
  summary: ContenderSummary,
  columns: readonly Column[],
  cell: (spread: Spread, column: Column) => string,
): string[] {
  return columns.map((column) => {
    const spread = summary.figures[column.figure]
    return spread === undefined ? NOT_MEASURED : cell(spread, column)
  })
}

function jobsPerThousandLines({ poolJobs }: ContenderSummary): string {
  if (poolJobs === undefined) return NOT_MEASURED
  return ((poolJobs.jobs * 1000) / poolJobs.lines).toFixed(poolJobs.jobs === 0 ? 0 : 1)
}

function linesVerdict({ name, failures, faults }: ContenderSummary): string {
  if (failures.length > 0) return 'FAILED'
  if (faults.length > 0) return 'FAULTS'
  return name === TIMER ? NOT_MEASURED : 'all there'
}

function advantageTable(summaries: readonly ContenderSummary[]): string {
  return textTable(
    ['contender', ...ADVANTAGES.map(({ title }) => title)],
    summaries
      .filter(({ name }) => name !== TIMER)
      .map(({ name, advantage }) => [
        name,
        ...ADVANTAGES.map(({ measure }) => {
          const spread = advantage[measure]
          return spread === undefined ? NOT_MEASURED : formatTimes(spread.median)
        }),
      ]),
  )
}

function barsTable({ bars }: Outcome): string {
  return textTable(
    ['spillway', 'required', 'aim', 'measured', 'outcome'],
    bars.map((bar) => [
      bar.name,
      bar.required,
      bar.aim,
      bar.measured,
      bar.outcome === 'passed' ? `passed${bar.aimReached ? ', aim too' : ''}` : bar.outcome.toUpperCase(),
    ]),
  )
}

function configurations({ configurations: texts }: Outcome): string {
  const width = Math.max(...Object.keys(texts).map((name) => name.length))
  return Object.entries(texts)
    .map(([name, text]) => `${name.padEnd(width)}  ${text}`)
    .join('\n')
}

/** Last, where the eye is when the bench ends. */
function alarms(summaries: readonly ContenderSummary[]): string[] {
  return summaries.flatMap(({ name, faults, failures }) => [
    ...(faults.length === 0 ? [] : [`!!! ${name.toUpperCase()} IS AT FAULT: ${faults.join(', ')}`]),
    ...[...new Set(failures)].map((failure) => `!!! ${name.toUpperCase()} FAILED: ${failure}`),
  ])
}
