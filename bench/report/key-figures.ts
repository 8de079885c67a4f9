/** What of a scenario the report looks at first: its key figures, its main cell, and the ratios to the peer of them all. */

import type { Spread } from '../figures/spread.js'
import { type CellSummary, type ContenderSummary, ratio } from '../figures/summary.js'
import type { Figure } from '../scenarios/scenario.js'
import type { ScenarioOutcome } from './outcome.js'

/** Whom the others are compared with, where it ran. */
export const PEER = 'pino-async'

/** The loop alone, which is no logger. */
export const TIMER = 'no-logging'

/** Beyond it one of the two is as good as nothing, and the ratio tells of the clock. */
const RATIO_MAX = 1e6

type KeyFigures = Pick<ScenarioOutcome, 'figures' | 'keyFigures'>

/** The key figures in their order; the first shown one where the scenario names none. */
export function keyFiguresOf({ figures, keyFigures }: KeyFigures): readonly Figure[] {
  const named = (keyFigures ?? []).flatMap((name) => figures.find((figure) => figure.name === name) ?? [])
  if (named.length > 0) return named
  const first = figures.find(({ isShown }) => isShown) ?? figures[0]
  return first === undefined ? [] : [first]
}

/** The cell that is looked at first. */
export function mainCellOf({ cells, mainCell }: Pick<ScenarioOutcome, 'cells' | 'mainCell'>): CellSummary | undefined {
  return cells.find(({ cell }) => cell.name === mainCell) ?? cells[0]
}

/** The peer in this cell; `undefined` where it did not run or failed. */
export function peerIn({ contenders }: CellSummary): ContenderSummary | undefined {
  return contenders.find(({ contender, failures }) => contender === PEER && failures.length === 0)
}

/**
 * How many times better than the peer in its cell a contender is, by the figure, round by round; `undefined` for the peer
 * itself, for the loop alone, and where it would say nothing.
 */
export function ratioToPeer(figure: Figure, own: ContenderSummary, cell: CellSummary): Spread | undefined {
  const peer = peerIn(cell)
  return own === peer || own.contender === TIMER ? undefined : timesBetter(figure, own, peer)
}

/** The same for any other. */
export function timesBetter(
  figure: Figure,
  own: ContenderSummary,
  other: ContenderSummary | undefined,
): Spread | undefined {
  const times = ratio(figure.name, own, other)
  if (times === undefined) return undefined
  const { median, min, max } = times
  const better = figure.better === 'more' ? times : { median: 1 / median, min: 1 / max, max: 1 / min }
  return better.median > 1 / RATIO_MAX && better.median < RATIO_MAX ? better : undefined
}

/** Whether it is spillway itself, in whatever way. */
export function isOwn(contender: string): boolean {
  return contender === 'spillway' || contender.startsWith('spillway-')
}
