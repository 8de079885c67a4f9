/** A scenario in the page: what it measures, its charts, its cells with their tables, bars, faults and conclusion. */
import type { Bar } from '../../figures/bar.js'
import { cellCharts } from '../charts/cell-charts.js'
import { overviewCharts } from '../charts/overview-charts.js'
import type { TitledChart } from '../charts/titled-chart.js'
import { keyFiguresOf, mainCellOf } from '../key-figures.js'
import { escaped, slug } from '../markup.js'
import type { ScenarioOutcome } from '../outcome.js'
import { cellTable } from './cell-table.js'
import { table } from './table.js'
import { tabs } from './tabs.js'

export function scenarioSection(outcome: ScenarioOutcome): string {
  const { scenario, title, about, bars, conclusion } = outcome
  return [
    `<section id="${slug(scenario)}">`,
    `<h2>${escaped(title)} <code>${escaped(scenario)}</code></h2>`,
    `<p class="about">${escaped(about)}</p>`,
    ...(conclusion === undefined
      ? []
      : conclusion.split('\n').map((line) => `<p class="conclusion">${escaped(line)}</p>`)),
    overview(outcome),
    ...(bars.length === 0 ? [] : [`<h3>Bars</h3>\n${barsTable(bars.map((bar) => ({ bar })))}`]),
    cells(outcome),
    ...alarms(outcome),
    '</section>',
  ].join('\n')
}

/** Each key figure at all cells: beside each other where each is one panel, else one at a time. */
function overview(outcome: ScenarioOutcome): string {
  const figures = keyFiguresOf(outcome)
    .map((figure) => ({ title: figure.title, charts: overviewCharts(outcome.cells, figure) }))
    .filter(({ charts }) => charts.length > 0)
  if (figures.length === 0) return ''
  if (figures.every(({ charts }) => charts.length === 1 && charts[0]!.width === 'half')) {
    return chartsMarkup(figures.flatMap(({ charts }) => charts))
  }
  const items = figures.map(({ title, charts }) => ({ title, content: chartsMarkup(charts) }))
  return tabs(`${slug(outcome.scenario)}-figure`, 'Figure', items, 0)
}

/** One cell at a time: its percentiles and courses, and all its figures. */
function cells(outcome: ScenarioOutcome): string {
  if (outcome.cells.length === 0) return ''
  const items = outcome.cells.map((cell) => ({
    title: cell.cell.title,
    content: `${chartsMarkup(cellCharts(cell, outcome.figures))}\n${cellTable(cell, outcome)}`,
  }))
  const selected = outcome.cells.indexOf(mainCellOf(outcome) ?? outcome.cells[0]!)
  return `<h3>All figures</h3>\n${tabs(`${slug(outcome.scenario)}-cell`, 'Point', items, selected)}`
}

function chartsMarkup(charts: readonly TitledChart[]): string {
  if (charts.length === 0) return ''
  const figures = charts.map(
    ({ title, hint, svg, width }) =>
      `<figure class="${width}"><figcaption>${escaped(title)} <span class="soft">${escaped(hint)}</span></figcaption>\n<div class="scroll">${svg}</div></figure>`,
  )
  return `<div class="charts">\n${figures.join('\n')}\n</div>`
}

/** Bars, with a way to their scenario where it is given. */
export function barsTable(bars: readonly { readonly bar: Bar; readonly scenario?: string }[]): string {
  return table(
    ['bar', 'required', 'aim', 'measured', 'outcome'].map((title) => ({ title, isNumber: false })),
    bars.map(({ bar, scenario }) => ({
      cells: [
        { content: `${scenario === undefined ? '' : linkTo(scenario)}${escaped(bar.name)}` },
        { content: escaped(bar.required) },
        { content: escaped(bar.aim) },
        { content: `<b>${escaped(bar.measured)}</b>` },
        { content: outcomeBadge(bar) },
      ],
    })),
  )
}

function linkTo(scenario: string): string {
  return `<a href="#${slug(scenario)}">${escaped(scenario)}</a>: `
}

function outcomeBadge({ outcome, aimReached }: Bar): string {
  if (outcome === 'passed') return `<span class="badge passed">✓ passed${aimReached ? ', aim too' : ''}</span>`
  if (outcome === 'missed') return '<span class="badge missed">✗ missed</span>'
  return '<span class="badge open">not measured</span>'
}

function alarms({ cells }: ScenarioOutcome): string[] {
  const items = cells.flatMap(({ cell, contenders }) =>
    contenders.flatMap(({ contender, faults, failures }) =>
      [...failures, ...faults].map((text) => `<li>${escaped(`${contender}, ${cell.title}: ${text}`)}</li>`),
    ),
  )
  if (items.length === 0) return []
  return [`<div class="alarms"><h3>Not as it should be</h3>\n<ul>\n${items.join('\n')}\n</ul></div>`]
}
