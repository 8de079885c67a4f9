/**
 * What of a results.json the README tells: few figures, kept in bench/published.json, from which the README's part and
 * its chart are made. So anybody can check that they say what was measured.
 */

import type { Machine } from '../machine.js'
import { UsageError } from '../options.js'
import type { Figure } from '../scenarios/scenario.js'
import { sweepsOf } from './charts/axis.js'
import { isOwn, keyFiguresOf, mainCellOf, ratioToPeer } from './key-figures.js'
import type { Outcome, ScenarioOutcome } from './outcome.js'

/** Fewer say nothing about the noise. */
const ROUNDS_MIN = 3

/** One contender's figure. */
export interface PublishedValue {
  readonly contender: string
  readonly median: number
  readonly min: number
  readonly max: number
  /** How many times better than the peer. */
  readonly times?: number
  /** It lost or doubled lines, or worse. */
  readonly isFaulty?: true
}

/** One figure at one point, of all who were measured there. */
export interface PublishedPoint {
  readonly scenario: string
  readonly cell: string
  /** The scenario's title. */
  readonly title: string
  /** The cell's title. */
  readonly where: string
  readonly figure: Pick<Figure, 'name' | 'title' | 'unit' | 'better'>
  readonly values: readonly PublishedValue[]
  /** Who could not do it. */
  readonly failed: readonly string[]
}

export interface Published {
  readonly startedAt: string
  readonly commit: string
  readonly machine: Pick<Machine, 'platform' | 'cpuModel' | 'cores' | 'node' | 'packages'>
  readonly runs: number
  readonly lines: number
  readonly files: number
  readonly configurations: Readonly<Record<string, string>>
  /** By the name of a column or a bar. */
  readonly main: Readonly<Record<string, PublishedPoint>>
  /** The main figure of each other scenario. */
  readonly others: readonly PublishedPoint[]
}

/** Where a column's figure is: the first of these that was measured. */
export type Source = readonly [scenario: string, cell: string, figure: string]

/** An object of four fields into the bench's files, by whichever scenario measures it. */
const OBJECT_CELLS = [
  ['call', 'fields-4'],
  ['fanout', 'files-48'],
] as const

function ofObjects(figure: string): readonly Source[] {
  return OBJECT_CELLS.map(([scenario, cell]) => [scenario, cell, figure] as const)
}

/** What is told of every contender, and where it is found. */
export const MAIN_SOURCES: Readonly<Record<string, readonly Source[]>> = Object.freeze({
  callMean: ofObjects('callMeanNs'),
  callP50: ofObjects('callP50Ns'),
  callP99: ofObjects('callP99Ns'),
  callP999: ofObjects('callP999Ns'),
  templateMean: [['call', 'template', 'callMeanNs']],
  rate: ofObjects('linesPerSecond'),
  cpu: ofObjects('cpuNsPerLine'),
  memory: ofObjects('peakRssBytes'),
})

/** One of these has the main figures. */
const MAIN_SCENARIOS: readonly string[] = OBJECT_CELLS.map(([scenario]) => scenario)
/** All of it is in the main figures. */
const CALL = 'call'

/** What of this run may be published; throws a {@link UsageError} where it may not. */
export function publishedOf(outcome: Outcome): Published {
  const reasons = reasonsAgainst(outcome)
  if (reasons.length > 0) throw new UsageError(`these results are not for the README: ${reasons.join('; ')}`)
  const { machine, options, startedAt, scenarios } = outcome
  const { platform, cpuModel, cores, node, packages } = machine
  const main = Object.entries(MAIN_SOURCES).flatMap(([name, candidates]) => {
    const point = candidates.flatMap((source) => pointAt(scenarios, source) ?? [])[0]
    return point === undefined ? [] : [[name, point] as const]
  })
  const others = scenarios.filter(({ scenario }) => scenario !== CALL).flatMap(mainPointsOf)
  const shown = new Set(
    [...main.map(([, point]) => point), ...others].flatMap(({ values }) => values.map(({ contender }) => contender)),
  )
  return {
    startedAt,
    commit: machine.commit ?? '',
    machine: { platform: withoutBuild(platform), cpuModel, cores, node, packages },
    runs: options.runs,
    lines: options.lines,
    files: options.files,
    configurations: Object.fromEntries(Object.entries(outcome.configurations).filter(([name]) => shown.has(name))),
    main: Object.fromEntries(main),
    others,
  }
}

/** What a contender has at this point. */
export function valueAt({ values }: PublishedPoint, contender: string): PublishedValue | undefined {
  return values.find((value) => value.contender === contender)
}

/** Why nobody should read these figures in a README. */
function reasonsAgainst({ machine, options, environment, scenarios }: Outcome): string[] {
  const variables = Object.keys(environment).filter((name) => !name.startsWith('SPILLWAY_BENCH_'))
  const faulty = scenarios.flatMap(({ scenario, cells }) =>
    cells.flatMap(({ cell, contenders }) =>
      contenders
        .filter(({ contender, faults, failures }) => isOwn(contender) && faults.length + failures.length > 0)
        .map(({ contender }) => `${contender} in ${scenario} ${cell.name}`),
    ),
  )
  const checks: readonly (readonly [boolean, string])[] = [
    [options.isQuick, 'a quick run'],
    [options.runs < ROUNDS_MIN, `fewer than ${ROUNDS_MIN} rounds`],
    [machine.commit === undefined, 'no commit'],
    [machine.commit?.includes(' ') === true, `not of a commit: ${machine.commit}`],
    [variables.length > 0, `spillway was set by ${variables.join(', ')}`],
    [Object.keys(options.library).length > 0, `spillway was set by flags: ${JSON.stringify(options.library)}`],
    [options.corpus !== null, 'lines of a corpus'],
    [faulty.length > 0, `faults or failures of ${faulty.join(', ')}`],
    [
      scenarios.every(({ scenario }) => !MAIN_SCENARIOS.includes(scenario)),
      `neither ${MAIN_SCENARIOS.join(' nor ')} ran`,
    ],
  ]
  return checks.flatMap(([is, reason]) => (is ? [reason] : []))
}

/** Its main figure in its main cell; along an axis also at both ends. */
function mainPointsOf(scenario: ScenarioOutcome): PublishedPoint[] {
  const [main, figure] = [mainCellOf(scenario), keyFiguresOf(scenario)[0]]
  if (main === undefined || figure === undefined) return []
  const [sweep, ...others] = sweepsOf(scenario.cells)
  const points = sweep === undefined || others.length > 0 ? [] : sweep.points.map(({ cell }) => cell)
  const cells = new Set([points[0] ?? main, main, points.at(-1) ?? main])
  return [...cells].flatMap(({ cell }) => pointAt([scenario], [scenario.scenario, cell.name, figure.name]) ?? [])
}

function pointAt(
  scenarios: readonly ScenarioOutcome[],
  [name, cellName, figureName]: Source,
): PublishedPoint | undefined {
  const scenario = scenarios.find((candidate) => candidate.scenario === name)
  const cell = scenario?.cells.find((candidate) => candidate.cell.name === cellName)
  const figure = scenario?.figures.find((candidate) => candidate.name === figureName)
  if (scenario === undefined || cell === undefined || figure === undefined) return undefined
  const { title, unit, better } = figure
  const values = cell.contenders.flatMap((contender): PublishedValue[] => {
    const summary = contender.figures[figureName]
    if (summary === undefined || contender.failures.length > 0) return []
    const { median, min, max } = summary
    const times = ratioToPeer(figure, contender, cell)?.median
    return [
      {
        contender: contender.contender,
        ...{ median: rounded(median), min: rounded(min), max: rounded(max) },
        ...(times === undefined ? {} : { times: rounded(times) }),
        ...(contender.faults.length === 0 ? {} : { isFaulty: true }),
      },
    ]
  })
  if (values.length === 0) return undefined
  return {
    scenario: name,
    cell: cellName,
    title: scenario.title,
    where: cell.cell.title,
    figure: { name: figureName, title, unit, better },
    values,
    failed: cell.contenders.filter(({ failures }) => failures.length > 0).map(({ contender }) => contender),
  }
}

/** More digits than anybody reads, so that they are rounded once. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}

/** `linux 6.1 x64`: the kernel's build says nothing to a reader. */
function withoutBuild(platform: string): string {
  return platform.replace(/(\d+\.\d+)\S*/, '$1')
}
