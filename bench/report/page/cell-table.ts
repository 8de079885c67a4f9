/** The table of one cell: all figures that were measured there, the shown ones first. */
import type { CellSummary, ContenderSummary } from '../../figures/summary.js'
import type { Figure } from '../../scenarios/scenario.js'
import { formatCount, formatRange, formatTimes, formatValue } from '../figures.js'
import { isOwn, keyFiguresOf, PEER, peerIn, ratioToPeer, TIMER } from '../key-figures.js'
import { escaped, slug } from '../markup.js'
import type { ScenarioOutcome } from '../outcome.js'
import { type CellMarkup, type Column, table } from './table.js'

const NONE: CellMarkup = { content: '<span class="soft">–</span>' }

export function cellTable(cell: CellSummary, outcome: ScenarioOutcome): string {
  const { contenders } = cell
  const main = keyFiguresOf(outcome)[0]
  const figures = [...outcome.figures]
    .sort((a, b) => Number(b.isShown) - Number(a.isShown))
    .filter(({ name }) => contenders.some((contender) => contender.figures[name] !== undefined))
  const hasRatio = main !== undefined && peerIn(cell)?.figures[main.name] !== undefined
  const columns: Column[] = [
    { title: 'contender', isNumber: false },
    ...figures.flatMap((figure) => [
      { title: figure.title, isNumber: true, isSoft: !figure.isShown },
      ...(hasRatio && figure === main ? [{ title: `x ${PEER}`, isNumber: true }] : []),
    ]),
  ]
  const best = new Map(figures.map((figure) => [figure.name, bestOf(contenders, figure)]))
  return table(
    columns,
    contenders.map((contender) => ({
      contender: contender.contender,
      ...(isOwn(contender.contender) ? { style: 'own' } : {}),
      cells: [
        nameCell(contender),
        ...figures.flatMap((figure) => [
          figureCell(contender, figure, best.get(figure.name)),
          ...(hasRatio && figure === main ? [ratioCell(contender, cell, main)] : []),
        ]),
      ],
    })),
  )
}

/** The name, and below it what became of its lines. */
function nameCell({ contender, failures, faults, linesFound }: ContenderSummary): CellMarkup {
  const name = `<span class="swatch c-${slug(contender)}"></span>${escaped(contender)}`
  if (failures.length > 0) return { content: `${name}<small class="alarm">FAILED</small>` }
  if (faults.length > 0) return { content: `${name}<small class="alarm">FAULTS</small>` }
  return { content: linesFound === 0 ? name : `${name}<small>all ${formatCount(linesFound)} lines</small>` }
}

function figureCell({ figures }: ContenderSummary, { name, unit }: Figure, best: number | undefined): CellMarkup {
  const summary = figures[name]
  if (summary === undefined) return NONE
  const { median } = summary
  const range = formatRange(summary, unit)
  const text = escaped(formatValue(median, unit))
  return {
    content: range === undefined ? text : `${text}<small>${escaped(range)}</small>`,
    value: median,
    ...(median === best ? { style: 'best' } : {}),
  }
}

function ratioCell(contender: ContenderSummary, cell: CellSummary, main: Figure): CellMarkup {
  const times = ratioToPeer(main, contender, cell)
  if (times === undefined) return NONE
  const range = formatRange(times, 'times')
  const text = formatTimes(times.median)
  return {
    content: range === undefined ? text : `${text}<small>${escaped(range)}</small>`,
    value: times.median,
    style: 'ratio',
  }
}

/** The best median of all that logged without a fault, where only one has it. */
function bestOf(contenders: readonly ContenderSummary[], { name, better }: Figure): number | undefined {
  const medians = contenders
    .filter(({ contender, faults }) => contender !== TIMER && faults.length === 0)
    .flatMap(({ figures }) => figures[name]?.median ?? [])
  const best = better === 'less' ? Math.min(...medians) : Math.max(...medians)
  return medians.length > 1 && medians.filter((median) => median === best).length === 1 ? best : undefined
}
