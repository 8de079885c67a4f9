/** The report on the terminal: by scenario figures, bars and faults; then who was how configured, and what changed. */
import type { Bar } from '../figures/bar.js'
import type { CellSummary, ContenderSummary } from '../figures/summary.js'
import { versionsOf } from '../machine.js'
import type { Figure } from '../scenarios/scenario.js'
import { comparisonText } from './comparison-text.js'
import { formatCount, formatRange, formatTimes, formatValue } from './figures.js'
import { keyFiguresOf, PEER, ratioToPeer } from './key-figures.js'
import type { Outcome, ScenarioOutcome } from './outcome.js'
import { textTable, textTableWidth } from './text-table.js'
import { wrapped } from './text-wrap.js'

const NOT_MEASURED = '-'
const WIDTH = 130

/** The whole report. */
export function terminalReport(outcome: Outcome): string {
  const { scenarios, comparison } = outcome
  return [
    heading(outcome),
    ...scenarios.map(scenarioSection),
    ...(scenarios.every(({ bars }) => bars.length === 0) ? [] : [section('== All bars', allBars(outcome))]),
    section('== Configurations', configurations(outcome)),
    ...(comparison === undefined ? [] : [section('== Changes', comparisonText(comparison, WIDTH))]),
  ].join('\n\n')
}

function heading({ machine, options, tookSeconds, startedAt }: Outcome): string {
  return [
    `${machine.cpuModel}, ${machine.cores} cores, load ${machine.loadAverage.toFixed(1)} before; ${machine.platform}`,
    [`Node.js ${machine.node}, libuv ${machine.libuv}`, ...versionsOf(machine)].join('; '),
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${Math.round(tookSeconds)} s; medians of ${countOf(options.runs, 'round')}, in brackets the least and the most of them`,
    `x ${PEER}: how many times better by the figure before it; the median of the rounds' ratios`,
    ...(options.isQuick ? ['QUICK: these figures are worth nothing.'] : []),
  ]
    .map((line) => wrapped(line, WIDTH))
    .join('\n')
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function section(title: string, body: string): string {
  return `${title}\n\n${body}`
}

function scenarioSection(outcome: ScenarioOutcome): string {
  const { title, scenario, cells, bars, conclusion } = outcome
  return [
    `== ${scenario}: ${title}`,
    ...groupsOf(cells).map(({ title, first, rows }) => section(title, figuresTable(first, rows, outcome))),
    ...(bars.length === 0 ? [] : [section('Bars', barsTable(bars))]),
    ...alarms(outcome),
    ...(conclusion === undefined
      ? []
      : [
          conclusion
            .split('\n')
            .map((line) => wrapped(line, WIDTH))
            .join('\n'),
        ]),
  ].join('\n\n')
}

/** One column of a cell's table, at its widest first: where the table is too wide it shrinks, or goes if nothing is left. */
interface Column {
  readonly title: string
  readonly texts: readonly string[]
  /** Narrower texts that say less. */
  readonly shorter?: readonly string[]
  /** Whether it may go. */
  readonly isSpare: boolean
}

/** One row: a contender at a point. */
interface Row {
  readonly label: string
  readonly contender: ContenderSummary
  readonly cell: CellSummary
}

/** The rows of one table. */
interface Group {
  readonly title: string
  /** Heading of the first column. */
  readonly first: string
  readonly rows: readonly Row[]
}

/** A table for each cell; those of one contender alone are rows of one table. */
function groupsOf(cells: readonly CellSummary[]): Group[] {
  const lone = new Map<string, Row[]>()
  const groups: Group[] = []
  for (const cell of cells) {
    const rows = cell.contenders.map((contender) => ({ label: contender.contender, contender, cell }))
    const name = rows[0]?.label ?? ''
    const group = rows.length === 1 ? lone.get(name) : undefined
    if (group !== undefined) {
      group.push({ ...rows[0]!, label: cell.cell.title })
    } else if (rows.length === 1 && cells.length > 1) {
      const started = [{ ...rows[0]!, label: cell.cell.title }]
      lone.set(name, started)
      groups.push({ title: `${name} alone`, first: 'point', rows: started })
    } else groups.push({ title: cell.cell.title, first: 'contender', rows })
  }
  return groups
}

/** As much as the width has room for; the rest is in the page. */
function figuresTable(first: string, rows: readonly Row[], outcome: ScenarioOutcome): string {
  const { columns, left } = fitting(columnsOf(first, rows, outcome))
  const table = textTable(titlesOf(columns), rowsOf(columns))
  return left.length === 0 ? table : `${table}\n${wrapped(`only in report.html: ${left.join(', ')}`, WIDTH)}`
}

function columnsOf(first: string, rows: readonly Row[], outcome: ScenarioOutcome): readonly Column[] {
  const contenders = rows.map(({ contender }) => contender)
  const keys = keyFiguresOf(outcome)
  const shown = outcome.figures.filter(
    (figure) =>
      (figure.isShown || keys.includes(figure)) && contenders.some(({ figures }) => figures[figure.name] !== undefined),
  )
  const verdicts = contenders.map(linesVerdict)
  const shorter = verdicts.map((verdict) => verdict.replace(/^all .*/, 'all'))
  return [
    { title: first, texts: rows.map(({ label }) => label), isSpare: false },
    ...shown.flatMap((figure) => [
      figureColumn(figure, contenders, keys),
      ...(figure === keys[0] ? ratioColumn(rows, figure) : []),
    ]),
    ...(verdicts.every((text) => text === NOT_MEASURED)
      ? []
      : [{ title: 'lines', texts: verdicts, shorter, isSpare: false }]),
  ]
}

function figureColumn(figure: Figure, contenders: readonly ContenderSummary[], keys: readonly Figure[]): Column {
  const { name, title, unit } = figure
  const summaries = contenders.map(({ figures }) => figures[name])
  const medians = summaries.map((summary) => (summary === undefined ? NOT_MEASURED : formatValue(summary.median, unit)))
  if (!keys.includes(figure)) return { title, texts: medians, isSpare: true }
  const ranges = summaries.map((summary) => {
    const range = summary === undefined ? undefined : formatRange(summary, unit)
    return range === undefined ? '' : ` (${range})`
  })
  const width = Math.max(...ranges.map((range) => range.length))
  const texts = medians.map((median, row) => `${median}${ranges[row]!.padEnd(width)}`)
  // The main figure never goes without its spread.
  return figure === keys[0] ? { title, texts, isSpare: false } : { title, texts, shorter: medians, isSpare: false }
}

function ratioColumn(rows: readonly Row[], figure: Figure): readonly Column[] {
  const ratios = rows.map(({ contender, cell }) => ratioToPeer(figure, contender, cell))
  if (ratios.every((times) => times === undefined)) return []
  const texts = ratios.map((times) => (times === undefined ? NOT_MEASURED : formatTimes(times.median)))
  return [{ title: `x ${PEER}`, texts, isSpare: false }]
}

/** Shortens what can be, then leaves out what is spare, the last first, until the table fits. */
function fitting(columns: readonly Column[]): { readonly columns: readonly Column[]; readonly left: string[] } {
  const isTooWide = (some: readonly Column[]): boolean => textTableWidth(titlesOf(some), rowsOf(some)) > WIDTH
  const kept = [...columns]
  for (let index = kept.length - 1; index >= 0 && isTooWide(kept); index--) {
    const column = kept[index]!
    kept[index] = { ...column, texts: column.shorter ?? column.texts }
  }
  const left: string[] = []
  while (isTooWide(kept)) {
    const index = kept.findLastIndex(({ isSpare }) => isSpare)
    if (index < 0) break
    left.unshift(...kept.splice(index, 1).map(({ title }) => title))
  }
  return { columns: kept, left }
}

function titlesOf(columns: readonly Column[]): string[] {
  return columns.map(({ title }) => title)
}

function rowsOf(columns: readonly Column[]): string[][] {
  return (columns[0]?.texts ?? []).map((_, row) => columns.map(({ texts }) => texts[row] ?? ''))
}

function linesVerdict({ failures, faults, linesFound }: ContenderSummary): string {
  if (failures.length > 0) return 'FAILED'
  if (faults.length > 0) return 'FAULTS'
  return linesFound === 0 ? NOT_MEASURED : `all ${formatCount(linesFound)}`
}

function barsTable(bars: readonly Bar[]): string {
  return textTable(
    ['spillway', 'required', 'aim', 'measured', 'outcome'],
    bars.map((bar) => [bar.name, bar.required, bar.aim, bar.measured, outcomeText(bar)]),
    ['left', 'left', 'left', 'left', 'left'],
  )
}

function outcomeText({ outcome, aimReached }: Bar): string {
  return outcome === 'passed' ? `passed${aimReached ? ', aim too' : ''}` : outcome.toUpperCase()
}

/** How many passed, and each that did not. */
function allBars({ scenarios }: Outcome): string {
  const bars = scenarios.flatMap(({ scenario, bars }) => bars.map((bar) => ({ scenario, bar })))
  const open = bars.filter(({ bar }) => bar.outcome !== 'passed')
  const tally = `${bars.length - open.length} of ${countOf(bars.length, 'bar')} passed`
  const lines = open.map(
    ({ scenario, bar }) => `${outcomeText(bar)}  ${scenario}: ${bar.name}: ${bar.measured}, required ${bar.required}`,
  )
  return [tally, ...lines].join('\n')
}

function alarms({ cells }: ScenarioOutcome): string[] {
  const lines = cells.flatMap(({ cell, contenders }) =>
    contenders.flatMap(({ contender, faults, failures }) =>
      [...failures, ...faults].map((text) => `${contender}, ${cell.title}: ${text}`),
    ),
  )
  return lines.length === 0 ? [] : [section('Not as it should be', lines.join('\n'))]
}

function configurations({ configurations }: Outcome): string {
  const names = Object.keys(configurations)
  const width = Math.max(0, ...names.map((name) => name.length)) + 2
  return names
    .map((name) => {
      const text = wrapped(configurations[name] ?? '', WIDTH, ' '.repeat(width))
      return `${name.padEnd(width)}${text.slice(width)}`
    })
    .join('\n')
}
