/** The chart that fits a figure of a scenario: lines over the axis of its cells, or else a panel of rows for each. */
import type { CellSummary, ContenderSummary } from '../../figures/summary.js'
import type { Figure } from '../../scenarios/scenario.js'
import { formatCount, formatTimes } from '../figures.js'
import { PEER, ratioToPeer, TIMER } from '../key-figures.js'
import { inWords, type Sweep, sweepsOf } from './axis.js'
import { lineChart } from './line-chart.js'
import { type Row, rowChart } from './row-chart.js'
import { type Scale, scaleFor } from './scale.js'
import { alarmOf, type TitledChart } from './titled-chart.js'

/** From so many times between its ends on, an axis of parameters is logarithmic. */
const LOG_AXIS_FROM = 10

/** The figure at all points: lines over their axis, or a panel for each. */
export function overviewCharts(cells: readonly CellSummary[], figure: Figure): TitledChart[] {
  const shown = cells
    .map((cell) => withoutTimer(cell, figure))
    .filter(({ contenders }) => contenders.some((contender) => medianOf(contender, figure) !== undefined))
  if (shown.length === 0) return []
  const scale = scaleFor(
    shown.flatMap(({ contenders }) =>
      contenders.flatMap(({ figures }) => [
        figures[figure.name]?.min ?? Number.NaN,
        figures[figure.name]?.max ?? Number.NaN,
      ]),
    ),
    figure.unit,
  )
  const sweeps = sweepsOf(shown)
  if (sweeps.length > 0) return sweeps.map((sweep) => sweepChart(sweep, figure, scale))
  const lone = shown.filter(({ contenders }) => contenders.length === 1)
  const panels = [
    ...shown.filter((cell) => !lone.includes(cell)).map((cell) => panel(cell, figure, scale)),
    ...(lone.length > 0 ? [lonePanel(lone, figure, scale)] : []),
  ]
  // Where there is one chart, what matters is the figure.
  return panels.length === 1 ? panels.map((only) => ({ ...only, title: figure.title })) : panels
}

/** The loop alone writes nothing: its rate says nothing, and its time is the floor of the others'. */
function withoutTimer(cell: CellSummary, { better }: Figure): CellSummary {
  if (better === 'less') return cell
  return { ...cell, contenders: cell.contenders.filter(({ contender }) => contender !== TIMER) }
}

/** The median; `undefined` where there is none. */
function medianOf(contender: ContenderSummary | undefined, { name }: Figure): number | undefined {
  const median = contender?.figures[name]?.median
  return Number.isFinite(median) ? median : undefined
}

function hintOf({ better }: Figure, { isLog }: Scale): string {
  return `${better === 'less' ? 'less' : 'more'} is better${isLog ? ', log scale' : ''}`
}

function sweepChart({ parameter, title, points }: Sweep, figure: Figure, scale: Scale): TitledChart {
  const values = points.map(({ value }) => value)
  const positions = axisPositions(values)
  const labels = values.map((value) => formatCount(value))
  const names = [...new Set(points.flatMap(({ cell }) => cell.contenders.map(({ contender }) => contender)))]
  const summaryAt = (name: string, { cell }: Sweep['points'][number]): ContenderSummary | undefined =>
    cell.contenders.find(({ contender }) => contender === name)
  return {
    title: `${figure.title} by ${inWords(parameter)}${title === '' ? '' : `: ${title}`}`,
    hint: hintOf(figure, scale),
    width: 'whole',
    svg: lineChart({
      label: `${figure.title} by ${inWords(parameter)}, by contender`,
      places: points.map(({ cell }, index) => ({ position: positions[index]!, label: cell.cell.title })),
      xTicks: labels.map((label, index) => ({ position: positions[index]!, label })),
      xTitle: inWords(parameter),
      scale,
      unit: figure.unit,
      courses: names.map((contender) => ({
        contender,
        alarm: points.map((point) => alarmOf(summaryAt(contender, point))).find((alarm) => alarm !== undefined),
        values: points.map((point) => medianOf(summaryAt(contender, point), figure)),
        ranges: points.map((point) => {
          const summary = summaryAt(contender, point)?.figures[figure.name]
          return summary === undefined ? undefined : ([summary.min, summary.max] as const)
        }),
      })),
      hasDots: true,
    }),
  }
}

/** Logarithmic where the parameters span decades. */
function axisPositions(values: readonly number[]): number[] {
  const [first, last] = [values[0]!, values.at(-1)!]
  const isLog = first > 0 && last / first >= LOG_AXIS_FROM
  const of = (value: number): number => (isLog ? Math.log(value) : value)
  return values.map((value) => (last === first ? 0.5 : (of(value) - of(first)) / (of(last) - of(first))))
}

function panel(cell: CellSummary, figure: Figure, scale: Scale): TitledChart {
  const rows = cell.contenders.flatMap((contender) => rowOf(contender, cell, figure))
  const ratios = rows.some(({ note }) => note !== '') ? `; x ${PEER}` : ''
  return {
    title: `${cell.cell.title}: ${figure.title}`,
    hint: `${hintOf(figure, scale)}${ratios}`,
    width: 'half',
    svg: rowChart({
      label: `${figure.title}, ${cell.cell.title}, by contender`,
      rows,
      scale,
      unit: figure.unit,
      width: 'half',
    }),
  }
}

/** Cells with one contender each: a row for each cell. */
function lonePanel(cells: readonly CellSummary[], figure: Figure, scale: Scale): TitledChart {
  const names = [...new Set(cells.flatMap(({ contenders }) => contenders.map(({ contender }) => contender)))]
  const rows = cells.flatMap((cell) => {
    const label = names.length === 1 ? cell.cell.title : `${cell.contenders[0]!.contender}, ${cell.cell.title}`
    return rowOf(cell.contenders[0]!, cell, figure).map((row) => ({ ...row, label }))
  })
  const title = `${names.join(', ')} alone: ${figure.title}`
  return {
    title,
    hint: hintOf(figure, scale),
    width: 'whole',
    svg: rowChart({ label: title, rows, scale, unit: figure.unit, width: 'whole' }),
  }
}

function rowOf(contender: ContenderSummary, cell: CellSummary, figure: Figure): Row[] {
  const value = medianOf(contender, figure)
  if (value === undefined) return []
  const { min, max } = contender.figures[figure.name]!
  const times = ratioToPeer(figure, contender, cell)
  const note = times === undefined ? '' : formatTimes(times.median)
  return [{ contender: contender.contender, value, min, max, note, alarm: alarmOf(contender) }]
}
