/**
 * What the cells of a scenario have in common: one numeric parameter that varies makes an axis; what else varies tells
 * apart the charts over that axis.
 */
import type { CellSummary } from '../../figures/summary.js'

/** Two points make a line, but a chart of it says no more than two rows. */
const POINTS_MIN = 3

/** The cells of one chart, by the axis. */
export interface Sweep {
  readonly parameter: string
  /** What its cells share besides the scenario's constants; empty where there is one sweep. */
  readonly title: string
  readonly points: readonly { readonly value: number; readonly cell: CellSummary }[]
}

/** The sweeps of these cells; none where no number varies. */
export function sweepsOf(cells: readonly CellSummary[]): Sweep[] {
  const varying = [...new Set(cells.flatMap(({ cell }) => Object.keys(cell.parameters)))].filter(
    (name) => valuesOf(cells, name).size > 1,
  )
  const parameter = varying
    .filter((name) => cells.every(({ cell }) => Number.isFinite(cell.parameters[name])))
    .sort((a, b) => valuesOf(cells, b).size - valuesOf(cells, a).size)[0]
  if (parameter === undefined) return []
  const groups = groupedBy(
    cells,
    tellingApart(
      cells,
      varying.filter((name) => name !== parameter),
    ),
  )
  const sweeps = [...groups].map(([title, members]) => ({ parameter, title, points: pointsOf(members, parameter) }))
  return sweeps.every(({ points }) => points.length >= POINTS_MIN) ? sweeps : []
}

/** Without those that only follow from the others: lines by which a slow disk takes fewer, say. */
function tellingApart(cells: readonly CellSummary[], names: readonly string[]): readonly string[] {
  const count = groupedBy(cells, names).size
  const isNumeric = (name: string): boolean => cells.every(({ cell }) => typeof cell.parameters[name] === 'number')
  // Words say more than numbers.
  const candidates = [...names].sort((a, b) => Number(isNumeric(b)) - Number(isNumeric(a)))
  return candidates.reduce((kept: readonly string[], name) => {
    const fewer = kept.filter((other) => other !== name)
    return groupedBy(cells, fewer).size === count ? fewer : kept
  }, names)
}

function groupedBy(cells: readonly CellSummary[], names: readonly string[]): ReadonlyMap<string, CellSummary[]> {
  const groups = new Map<string, CellSummary[]>()
  for (const cell of cells) {
    const title = names.map((name) => `${inWords(name)} ${String(cell.cell.parameters[name] ?? '-')}`).join(', ')
    groups.set(title, [...(groups.get(title) ?? []), cell])
  }
  return groups
}

/** `linesPerSecond` as `lines per second`. */
export function inWords(parameter: string): string {
  return parameter.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function valuesOf(cells: readonly CellSummary[], name: string): ReadonlySet<unknown> {
  return new Set(cells.map(({ cell }) => cell.parameters[name]))
}

function pointsOf(cells: readonly CellSummary[], parameter: string): Sweep['points'] {
  return cells
    .map((cell) => ({ value: Number(cell.cell.parameters[parameter]), cell }))
    .sort((a, b) => a.value - b.value)
}
