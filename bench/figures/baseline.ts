/**
 * What changed against an earlier run, beyond the noise of both. A machine is faster or slower by the hour, so times and
 * rates are compared as ratios to a contender of the same round that ran in the same cell in both runs: what both of
 * them gained is the machine's. What is not of time (memory, counts) is compared as it is.
 *
 * A change is one where no round of the one run reaches into the rounds of the other, and the medians lie further apart
 * than 5 % and than a multiple of the wider of the two spreads. Simulated with normal and with heavy-tailed noise, equal
 * runs show a change in 1.0 to 1.6 % of their figures with three rounds, and in less than 0.4 % with five.
 */
import type { Outcome, ScenarioOutcome } from '../report/outcome.js'
import type { Figure, Unit } from '../scenarios/scenario.js'
import { isMaximum } from './curve.js'
import { type Spread, spreadOf } from './spread.js'
import type { CellSummary, ContenderSummary } from './summary.js'

/** With fewer rounds nobody knows the noise. */
export const ROUNDS_MIN = 3
const CHANGE_MIN = 0.05
/** From so many rounds on, ranges that are apart say nearly enough by themselves. */
const MANY_ROUNDS = 5
/** The share of figures that change by chance alone, with few rounds. */
export const CHANCE = 0.016
const SPREADS_WITH_FEW_ROUNDS = 1.5
const SPREADS_WITH_MANY_ROUNDS = 0.5

/** Who stands for the machine, the first that ran in both. */
const REFERENCES = ['pino-async', 'no-logging']
/** The loop alone: it is no logger that could become better. */
const TIMER = 'no-logging'
const UNITS_OF_TIME: readonly Unit[] = ['ns', 'ms', 'per second']

/** One figure that changed. */
export interface Change {
  readonly scenario: string
  readonly cell: string
  readonly contender: string
  readonly figure: Figure
  /** Medians, as they were measured. */
  readonly before: number
  readonly after: number
  /** Who stands for the machine; absent where the figures are compared as they are. */
  readonly reference?: string
  /** After by before, the machine's part taken out; `null` where there was nothing before. */
  readonly factor: number | null
  readonly verdict: 'better' | 'worse'
}

/** What the machine made of the reference itself: for the reader, judged by nobody. */
export interface Drift {
  readonly scenario: string
  readonly cell: string
  readonly reference: string
  readonly figure: Figure
  readonly factor: number
}

/** A run against an earlier one. */
export interface Comparison {
  readonly file: string
  readonly startedAt: string
  readonly commit?: string
  /** Why the runs are not alike. */
  readonly warnings: readonly string[]
  /** The largest first. */
  readonly changes: readonly Change[]
  readonly drifts: readonly Drift[]
  /** Figures that were compared. */
  readonly compared: number
  /** Figures in both runs that could not be, with the reason. */
  readonly notCompared: readonly string[]
}

/** What both runs have of a contender at one point. */
interface Both {
  readonly scenario: ScenarioOutcome
  readonly cell: string
  readonly before: ContenderSummary
  readonly after: ContenderSummary
  readonly reference: { readonly before: ContenderSummary; readonly after: ContenderSummary } | undefined
}

/** Compares `after` with `before`, which was read from `file`. */
export function compareRuns(before: Outcome, after: Outcome, file: string): Comparison {
  const pairs = pairsOf(before, after)
  const sound = pairs.filter((both) => reasonAgainst(both) === undefined)
  const compared = sound.flatMap((both) => comparableFigures(both).map((figure) => changeOf(both, figure)))
  const { commit } = before.machine
  return {
    file,
    startedAt: before.startedAt,
    ...(commit === undefined ? {} : { commit }),
    warnings: differencesOf(before, after),
    changes: compared.filter((change) => change !== undefined).sort((a, b) => sizeOf(b) - sizeOf(a)),
    drifts: driftsOf(pairs),
    compared: compared.length,
    notCompared: [...unsound(pairs), ...tooFewRounds(sound)],
  }
}

function unsound(pairs: readonly Both[]): string[] {
  return pairs.flatMap((both) => {
    const reason = reasonAgainst(both)
    return reason === undefined ? [] : [`${both.scenario.scenario}, ${both.cell}, ${both.after.contender}: ${reason}`]
  })
}

/** Scenarios of which nothing can be said: with so few rounds nobody knows the noise. */
function tooFewRounds(sound: readonly Both[]): string[] {
  const names = [...new Set(sound.map(({ scenario }) => scenario.scenario))]
  return names
    .filter((name) => sound.every((both) => both.scenario.scenario !== name || comparableFigures(both).length === 0))
    .map((name) => `${name}: fewer than ${ROUNDS_MIN} rounds, or nobody but those that the others are compared by`)
}

/** How far a change is from none, whether it went up or down. */
function sizeOf({ factor }: Change): number {
  return factor === null || factor <= 0 ? Number.POSITIVE_INFINITY : Math.abs(Math.log(factor))
}

function pairsOf(before: Outcome, after: Outcome): Both[] {
  return after.scenarios.flatMap((scenario) => {
    const earlier = before.scenarios.find((candidate) => candidate.scenario === scenario.scenario)
    return scenario.cells.flatMap((cell) => {
      const earlierCell = earlier?.cells.find((candidate) => candidate.cell.name === cell.cell.name)
      return earlierCell === undefined ? [] : pairsInCell(scenario, earlierCell, cell)
    })
  })
}

function pairsInCell(scenario: ScenarioOutcome, before: CellSummary, after: CellSummary): Both[] {
  const inBoth = after.contenders.flatMap((contender) => {
    const earlier = before.contenders.find((candidate) => candidate.contender === contender.contender)
    return earlier === undefined ? [] : [{ before: earlier, after: contender }]
  })
  const reference = REFERENCES.flatMap((name) => inBoth.filter((both) => both.after.contender === name)).find(
    (both) => soundness(both.before) === undefined && soundness(both.after) === undefined,
  )
  return inBoth.map((both) => ({ scenario, cell: after.cell.name, ...both, reference }))
}

function reasonAgainst({ before, after }: Both): string | undefined {
  const [earlier, now] = [soundness(before), soundness(after)]
  if (earlier !== undefined) return `${earlier} in the earlier run`
  return now === undefined ? undefined : `${now} in this run`
}

/** Whoever lost lines had less to do. */
function soundness({ failures, faults }: ContenderSummary): string | undefined {
  if (failures.length > 0) return 'failed'
  return faults.length > 0 ? 'had faults' : undefined
}

/** Not of the reference and the timer, by which others are compared; and no maxima. */
function comparableFigures({ scenario, before, after, reference }: Both): readonly Figure[] {
  if (after.contender === TIMER || after === reference?.after) return []
  return scenario.figures.filter(
    ({ name }) => !isMaximum(name) && roundsOf(before, name) >= ROUNDS_MIN && roundsOf(after, name) >= ROUNDS_MIN,
  )
}

function roundsOf({ figures }: ContenderSummary, figure: string): number {
  return Object.keys(figures[figure]?.byRound ?? {}).length
}

function changeOf({ scenario, cell, before, after, reference }: Both, figure: Figure): Change | undefined {
  const isOfTime = UNITS_OF_TIME.includes(figure.unit)
  const by = isOfTime ? reference : undefined
  const [earlier, now] = [valuesOf(before, figure, by?.before), valuesOf(after, figure, by?.after)]
  const isNormalized = by !== undefined && earlier.isNormalized && now.isNormalized
  const [was, is] = isNormalized ? [earlier, now] : [valuesOf(before, figure), valuesOf(after, figure)]
  if (!isApart(was, is)) return undefined
  const isMore = is.spread.median > was.spread.median
  return {
    scenario: scenario.scenario,
    cell,
    contender: after.contender,
    figure,
    before: before.figures[figure.name]!.median,
    after: after.figures[figure.name]!.median,
    ...(isNormalized ? { reference: by.after.contender } : {}),
    factor: was.spread.median === 0 ? null : is.spread.median / was.spread.median,
    verdict: isMore === (figure.better === 'more') ? 'better' : 'worse',
  }
}

interface Values {
  readonly spread: Spread
  readonly rounds: number
  readonly isNormalized: boolean
}

/** The figure by round; as a ratio to that of the reference in the same round, where each round has one. */
function valuesOf(contender: ContenderSummary, { name }: Figure, reference?: ContenderSummary): Values {
  const values = Object.entries(contender.figures[name]?.byRound ?? {}).map(([round, value]) => {
    const other = reference?.figures[name]?.byRound[Number(round)]
    return { value, ratio: other === undefined || other <= 0 ? undefined : value / other }
  })
  const ratios = values.flatMap(({ ratio }) => ratio ?? [])
  const isNormalized = ratios.length === values.length
  const spread = spreadOf(isNormalized ? ratios : values.map(({ value }) => value))!
  return { spread, rounds: values.length, isNormalized }
}

/** Whether two runs differ by more than their noise: see the head of the file. */
function isApart(was: Values, is: Values): boolean {
  const [a, b] = [was.spread, is.spread]
  if (a.min <= b.max && b.min <= a.max) return false
  const rounds = Math.min(was.rounds, is.rounds)
  const spreads = rounds < MANY_ROUNDS ? SPREADS_WITH_FEW_ROUNDS : SPREADS_WITH_MANY_ROUNDS
  const noise = spreads * Math.max(a.max - a.min, b.max - b.min)
  return Math.abs(b.median - a.median) > Math.max(CHANGE_MIN * Math.abs(a.median), noise)
}

/** One for each cell: of the scenario's first figure of time. */
function driftsOf(pairs: readonly Both[]): Drift[] {
  return pairs.flatMap(({ scenario, cell, after, reference }) => {
    if (reference?.after !== after) return []
    const names = scenario.keyFigures ?? scenario.figures.map(({ name }) => name)
    const figure = names
      .flatMap((name) => scenario.figures.find((candidate) => candidate.name === name) ?? [])
      .find(({ unit }) => UNITS_OF_TIME.includes(unit))
    if (figure === undefined) return []
    const factor = (after.figures[figure.name]?.median ?? 0) / (reference.before.figures[figure.name]?.median ?? 0)
    if (!(factor > 0 && factor < Number.POSITIVE_INFINITY)) return []
    return [{ scenario: scenario.scenario, cell, reference: after.contender, figure, factor }]
  })
}

/** What else than the code may have changed the figures. */
function differencesOf(before: Outcome, after: Outcome): string[] {
  const compared: readonly (readonly [string, unknown, unknown])[] = [
    ['processor', before.machine.cpuModel, after.machine.cpuModel],
    ['cores', before.machine.cores, after.machine.cores],
    ['system', before.machine.platform, after.machine.platform],
    ['Node.js', before.machine.node, after.machine.node],
    ...Object.keys(after.machine.packages)
      .filter((name) => before.machine.packages[name] !== undefined)
      .map((name) => [name, before.machine.packages[name], after.machine.packages[name]] as const),
    ['lines', before.options.lines, after.options.lines],
    ['files', before.options.files, after.options.files],
    ['quick', before.options.isQuick, after.options.isQuick],
    ['corpus', before.options.corpus, after.options.corpus],
    ["spillway's flags", JSON.stringify(before.options.library), JSON.stringify(after.options.library)],
    ["spillway's variables", libraryVariables(before), libraryVariables(after)],
  ]
  const differences = compared.flatMap(([name, was, is]) =>
    was === is ? [] : [`${name}: ${String(was || 'none')} then, ${String(is || 'none')} now`],
  )
  const areBothQuick = after.options.isQuick && before.options.isQuick
  return [...differences, ...(areBothQuick ? ['both runs are quick: their figures are worth nothing'] : [])]
}

/** Without those that say how much the bench does. */
function libraryVariables({ environment }: Outcome): string {
  const names = Object.keys(environment).filter((name) => !name.startsWith('SPILLWAY_BENCH_'))
  return names
    .sort()
    .map((name) => `${name}=${environment[name]}`)
    .join(' ')
}
