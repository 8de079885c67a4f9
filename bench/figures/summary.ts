/**
 * From all passes of a scenario to one summary: by cell and contender the spread of each figure over the rounds, what
 * became of its lines, and its median curves. Ratios are taken round by round, because a noisy machine is noisy for both
 * in a round.
 */
import { faultyLinesOf, LINE_FAULTS } from '../passes/count-lines.js'
import type { Pass } from '../passes/run-pass.js'
import type { Cell, Scenario } from '../scenarios/scenario.js'
import type { CurvePoint } from './curve.js'
import { type Spread, spreadOf } from './spread.js'

/** A figure over the rounds. */
export interface FigureSummary extends Spread {
  /** By round, for ratios. */
  readonly byRound: Readonly<Record<number, number>>
}

/** One contender at one point. */
export interface ContenderSummary {
  readonly contender: string
  readonly figures: Readonly<Record<string, FigureSummary>>
  /** The median of each percentile over the rounds. */
  readonly curves: Readonly<Record<string, readonly CurvePoint[]>>
  /** Of the last round. */
  readonly series: Readonly<Record<string, readonly (readonly [number, number])[]>>
  /** Empty if every line was there, whole, once, in order, and the promises of its close() were kept. */
  readonly faults: readonly string[]
  readonly faultyLines: number
  /** Lines that were counted on disk. */
  readonly linesFound: number
  /** Why passes of it have no figures. */
  readonly failures: readonly string[]
  /** The contender's own counters, of the last round. */
  readonly details?: unknown
}

/** All contenders at one point. */
export interface CellSummary {
  readonly cell: Cell
  readonly contenders: readonly ContenderSummary[]
}

/** All points of a scenario. */
export interface ScenarioSummary {
  readonly scenario: string
  readonly cells: readonly CellSummary[]
}

/** Summarizes the passes of one scenario; cells and contenders in the order in which they first came. */
export function summarize(scenario: Pick<Scenario, 'name'>, passes: readonly Pass[]): ScenarioSummary {
  const own = passes.filter((pass) => pass.scenario === scenario.name)
  const cells = new Map(own.map(({ cell }) => [cell.name, cell]))
  return {
    scenario: scenario.name,
    cells: [...cells.values()].map((cell) => cellSummary(cell, own)),
  }
}

function cellSummary(cell: Cell, passes: readonly Pass[]): CellSummary {
  const own = passes.filter((pass) => pass.cell.name === cell.name)
  const names = [...new Set(own.filter(({ round }) => round === 1).map(({ contender }) => contender))]
  return {
    cell,
    contenders: names.map((name) =>
      contenderSummary(
        name,
        own.filter(({ contender }) => contender === name),
      ),
    ),
  }
}

function contenderSummary(contender: string, passes: readonly Pass[]): ContenderSummary {
  const results = passes.flatMap(({ round, result }) => (result === undefined ? [] : [{ round, result }]))
  const last = results.at(-1)?.result
  const figureNames = [...new Set(results.flatMap(({ result }) => Object.keys(result.figures)))]
  const curveNames = [...new Set(results.flatMap(({ result }) => Object.keys(result.curves ?? {})))]
  return {
    contender,
    figures: Object.fromEntries(
      figureNames.map((name) => [
        name,
        figureSummary(results.map(({ round, result }) => [round, result.figures[name]])),
      ]),
    ),
    curves: Object.fromEntries(
      curveNames.map((name) => [name, medianCurve(results.map(({ result }) => result.curves?.[name] ?? []))]),
    ),
    series: last?.series ?? {},
    faults: faultsOf(passes),
    faultyLines: passes.reduce(
      (sum, { lineCount }) => sum + (lineCount === undefined ? 0 : faultyLinesOf(lineCount)),
      0,
    ),
    linesFound: passes.reduce((sum, { lineCount }) => sum + (lineCount?.found ?? 0), 0),
    failures: passes.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    ...(last?.details === undefined ? {} : { details: last.details }),
  }
}

function figureSummary(values: readonly (readonly [round: number, value: number | undefined])[]): FigureSummary {
  const known = values.flatMap(([round, value]) => (value === undefined ? [] : [[round, value] as const]))
  const spread = spreadOf(known.map(([, value]) => value)) ?? { median: Number.NaN, min: Number.NaN, max: Number.NaN }
  return { ...spread, byRound: Object.fromEntries(known) }
}

function medianCurve(curves: readonly (readonly CurvePoint[])[]): readonly CurvePoint[] {
  const percentiles = curves[0]?.map(([percentile]) => percentile) ?? []
  return percentiles.map((percentile, index) => {
    const values = curves.flatMap((curve) => curve[index]?.[1] ?? [])
    return [percentile, spreadOf(values)?.median ?? Number.NaN] as const
  })
}

/** One contender at one point; `undefined` where it did not run there, or failed in some round. */
export function measured(summary: ScenarioSummary, cell: string, contender: string): ContenderSummary | undefined {
  const found = summary.cells
    .find((candidate) => candidate.cell.name === cell)
    ?.contenders.find((candidate) => candidate.contender === contender)
  return found === undefined || found.failures.length > 0 ? undefined : found
}

/**
 * How many times the other's figure one has, round by round; `baseline` is taken from both where it is given. `undefined`
 * where one was not measured, or the other lost lines: whoever loses lines has less to do.
 */
export function ratio(
  figure: string,
  own: ContenderSummary | undefined,
  other: ContenderSummary | undefined,
  baseline?: ContenderSummary,
): Spread | undefined {
  if (own === undefined || other === undefined || other.faults.length > 0) return undefined
  const base = (round: string): number => baseline?.figures[figure]?.byRound[Number(round)] ?? 0
  const ratios = Object.entries(own.figures[figure]?.byRound ?? {}).flatMap(([round, value]) => {
    const against = other.figures[figure]?.byRound[Number(round)]
    return against === undefined ? [] : [(value - base(round)) / Math.max(Number.MIN_VALUE, against - base(round))]
  })
  return spreadOf(ratios)
}

/** Everything about a contender's passes that is not as it was promised, in words. */
function faultsOf(passes: readonly Pass[]): string[] {
  return passes.flatMap(({ round, lineCount, lateBytes, endedByItself }) => {
    const where = `round ${round}`
    const faults = LINE_FAULTS.flatMap((fault) => {
      const count = lineCount?.[fault] ?? 0
      return count === 0 ? [] : [`${count} lines ${fault === 'outOfOrder' ? 'out of order' : fault} (${where})`]
    })
    if (lateBytes !== undefined && lateBytes !== 0)
      faults.push(`${lateBytes} bytes came after all were said to be there (${where})`)
    if (endedByItself === false) faults.push(`kept its process alive after close (${where})`)
    return faults
  })
}
