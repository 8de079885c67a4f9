/** The report on the terminal: by scenario figures, bars and faults; then who was how configured. */
import type { Bar } from '../figures/bar.js'
import type { CellSummary, ContenderSummary } from '../figures/summary.js'
import { versionsOf } from '../machine.js'
import type { Figure } from '../scenarios/scenario.js'
import { formatCount, formatValue } from './figures.js'
import type { Outcome, ScenarioOutcome } from './outcome.js'
import { textTable } from './text-table.js'

const NOT_MEASURED = '-'

/** The whole report. */
export function terminalReport(outcome: Outcome): string {
  return [
    heading(outcome),
    ...outcome.scenarios.map(scenarioSection),
    section('Configurations', configurations(outcome)),
  ].join('\n\n')
}

function heading({ machine, options, tookSeconds }: Outcome): string {
  return [
    `${machine.cpuModel}, ${machine.cores} cores, load ${machine.loadAverage.toFixed(1)} before; ${machine.platform}`,
    [`Node.js ${machine.node}, libuv ${machine.libuv}`, ...versionsOf(machine)].join('; '),
    `Medians of ${options.runs} rounds; ${Math.round(tookSeconds)} s.${options.isQuick ? ' QUICK: these figures are worth nothing.' : ''}`,
  ].join('\n')
}

function section(title: string, body: string): string {
  return `${title}\n\n${body}`
}

function scenarioSection(outcome: ScenarioOutcome): string {
  const { title, scenario, figures } = outcome
  return [
    `== ${scenario}: ${title}`,
    ...outcome.cells.map((cell) => section(cell.cell.title, cellTable(cell, figures))),
    ...(outcome.bars.length === 0 ? [] : [section('Bars', barsTable(outcome.bars))]),
    ...(outcome.conclusion === undefined ? [] : [section('Conclusion', outcome.conclusion)]),
    ...alarms(outcome),
  ].join('\n\n')
}

function cellTable({ contenders }: CellSummary, figures: readonly Figure[]): string {
  const shown = figures.filter(
    ({ isShown, name }) => isShown && contenders.some((contender) => contender.figures[name] !== undefined),
  )
  return textTable(
    ['contender', ...shown.map(({ title }) => title), 'lines'],
    contenders.map((contender) => [
      contender.contender,
      ...shown.map(({ name, unit }) => {
        const figure = contender.figures[name]
        return figure === undefined ? NOT_MEASURED : formatValue(figure.median, unit)
      }),
      linesVerdict(contender),
    ]),
  )
}

function linesVerdict({ failures, faults, linesFound }: ContenderSummary): string {
  if (failures.length > 0) return 'FAILED'
  if (faults.length > 0) return 'FAULTS'
  return linesFound === 0 ? NOT_MEASURED : `all ${formatCount(linesFound)}`
}

function barsTable(bars: readonly Bar[]): string {
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

function alarms({ cells }: ScenarioOutcome): string[] {
  const lines = cells.flatMap(({ cell, contenders }) =>
    contenders.flatMap(({ contender, faults, failures }) =>
      [...failures, ...faults].map((text) => `${contender}, ${cell.title}: ${text}`),
    ),
  )
  return lines.length === 0 ? [] : [section('Not as it should be', lines.join('\n'))]
}

function configurations({ configurations }: Outcome): string {
  return Object.entries(configurations)
    .map(([name, configuration]) => `${name}: ${configuration}`)
    .join('\n')
}
