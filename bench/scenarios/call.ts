/**
 * How long a call holds its caller up, by the shape of what is logged: as many calls as go, and at 20,000 a second
 * from the instant at which each is due. It would lie if calls were cheap because their lines are still to be paid
 * for, or never come (the window ends when all are in their files, each is counted there, and they are several times
 * what a ring holds), if the cost of the timer stood on both sides of a ratio (the loop without logging is taken from
 * both), or if a logger that stops the loop were asked less often meanwhile (the paced calls count from when they were
 * due).
 */

import { type Bar, judge } from '../figures/bar.js'
import { formatFraction, fractionBar } from '../figures/fraction-bar.js'
import type { ContenderSummary, ScenarioSummary } from '../figures/summary.js'
import { measured, ratio } from '../figures/summary.js'
import { formatCount, formatMegabytes } from '../report/figures.js'
import { objectShape, SHAPES, type Shape, shapeNamed } from '../workload/shapes.js'
import { MAIN_PEERS } from './peers.js'
import { SATURATION_FIGURES, saturate } from './saturate.js'
import type { Cell, Result, Scenario, ScenarioSettings } from './scenario.js'

const TIMER = 'no-logging'
const OWN = 'spillway'
const PEER = 'pino-async'
/** The shape that all peers take part in. */
const OBJECT = 'fields-4'
const SHAPE_CONTENDERS = [TIMER, OWN, PEER]
const ALL_CONTENDERS = [TIMER, OWN, ...MAIN_PEERS]

/** Who doubles lines by the million, and is behind by more the longer it lasts, would take minutes at a pace. */
const NOT_PACED = ['seed']

/**
 * The part of the asked for lines where that is not all of them: errors are dear, and what is not logged costs little. All
 * else has several times what spillway's ring holds, or its calls would have no wait for the writer in them.
 */
const PART_OF_LINES: Readonly<Record<string, number>> = { error: 1 / 40, disabled: 1 / 4 }

const PACE_PER_SECOND = 20_000
const PACED_SECONDS = 2

/** What the paced loop burns while it waits for the next call is no cost of any logger. */
const NOT_OF_PACED = ['cpuNsPerLine', 'mainCpuNsPerLine']

const BYTES_PER_MEGABYTE = 1e6

export const scenario: Scenario = {
  name: 'call',
  title: 'Time in the call by the shape of what is logged',
  about:
    'How long a call holds its caller up, by the shape of what is logged: as many calls as go, and at 20,000 a' +
    ' second from the instant at which each is due. It would lie if calls were cheap because their lines are still' +
    ' to be paid for, or never come (the window ends when all are in their files, each is counted there, and they' +
    ' are several times what a ring holds), if the cost of the timer stood on both sides of a ratio (the loop' +
    ' without logging is taken from both), or if a logger that stops the loop were asked less often meanwhile (the' +
    ' paced calls count from when they were due).',
  figures: SATURATION_FIGURES,
  keyFigures: ['callMeanNs', 'callP50Ns', 'callP999Ns'],
  mainCell: OBJECT,
  contenders: SHAPE_CONTENDERS,
  cells: (settings) => [...shapesFor(settings).map((shape) => fullSpeedCell(shape, settings)), pacedCell(settings)],
  timeoutMs: ({ lines }: ScenarioSettings) => 60_000 + lines,
  async run(task, contender, tools) {
    const { shape, lines, perSecond } = task.cell.parameters
    const result = await saturate(task, contender, tools, {
      shape: String(shape),
      files: task.settings.files,
      lines: Number(lines),
      perSecond: Number(perSecond),
    })
    return perSecond === 0 ? result : withoutFigures(result, NOT_OF_PACED)
  },
  bars: (summary) => [
    callBar(summary, { name: 'time in the call', cell: OBJECT, bar: 8, aim: 12 }),
    tailBar(summary),
    callBar(summary, { name: 'time in the call, template', cell: 'template', bar: 20, aim: 30 }),
    cpuBar(summary),
    memoryBar(summary),
    faultsBar(summary),
  ],
}

/** A corpus takes the place of the one object; there are no other shapes of its lines. */
function shapesFor({ corpus }: ScenarioSettings): readonly Shape[] {
  return corpus === null ? SHAPES : SHAPES.filter(({ name }) => name === OBJECT)
}

function fullSpeedCell({ name, title }: Shape, settings: ScenarioSettings): Cell {
  const part = PART_OF_LINES[name] ?? 1
  return {
    name,
    title: `${name === OBJECT ? objectTitle(settings) : title}, at full speed`,
    parameters: {
      shape: name === OBJECT ? objectShape(settings) : name,
      lines: Math.ceil(settings.lines * part),
      perSecond: 0,
    },
    ...(name === OBJECT ? { contenders: ALL_CONTENDERS } : {}),
  }
}

function objectTitle({ corpus }: ScenarioSettings): string {
  return corpus === null ? shapeNamed(OBJECT).title : 'lines of the corpus'
}

function pacedCell(settings: ScenarioSettings): Cell {
  const lines = PACE_PER_SECOND * (settings.isQuick ? PACED_SECONDS / 10 : PACED_SECONDS)
  return {
    name: `${OBJECT}-paced`,
    title: `${objectTitle(settings)}, ${formatCount(PACE_PER_SECOND)} a second, from when each call was due`,
    parameters: { shape: objectShape(settings), lines, perSecond: PACE_PER_SECOND },
    contenders: ALL_CONTENDERS.filter((name) => !NOT_PACED.includes(name)),
  }
}

function withoutFigures(result: Result, names: readonly string[]): Result {
  const figures = Object.entries(result.figures).filter(([name]) => !names.includes(name))
  return { ...result, figures: Object.fromEntries(figures) }
}

interface CallRule {
  readonly name: string
  readonly cell: string
  readonly bar: number
  readonly aim: number
}

/** By the mean, net of the timer; the median call beside it, for waits for the writer are in the mean alone. */
function callBar(summary: ScenarioSummary, { name, cell, bar, aim }: CallRule): Bar {
  const [timer, own, peer] = SHAPE_CONTENDERS.map((contender) => measured(summary, cell, contender))
  const times = timer === undefined ? undefined : ratio('callMeanNs', own, peer, timer)
  const median = ratio('callP50Ns', own, peer, timer)
  const beside = median === undefined ? {} : { beside: `by the median call ${formatFraction(median.median)}` }
  return fractionBar({ name: `${name}, net of the timer`, peer: PEER, bar, aim, times, ...beside })
}

function tailBar(summary: ScenarioSummary): Bar {
  const times = ratio('callP999Ns', measured(summary, OBJECT, OWN), measured(summary, OBJECT, PEER))
  return fractionBar({ name: 'p99.9 in the call', peer: PEER, bar: 8, aim: 15, times })
}

function cpuBar(summary: ScenarioSummary): Bar {
  const times = ratio('cpuNsPerLine', measured(summary, OBJECT, OWN), measured(summary, OBJECT, PEER))
  return fractionBar({ name: 'CPU per line, all threads', peer: PEER, bar: 4, aim: 6, times })
}

/** The most of both ways of calling. */
function memoryBar(summary: ScenarioSummary): Bar {
  const peaks = [OBJECT, 'template'].map((cell) => measured(summary, cell, OWN)?.figures.peakRssBytes?.median)
  return judge({
    name: 'peak resident memory, object and template',
    required: '<= 100 MB',
    aim: '80 MB',
    value: peaks.includes(undefined) ? undefined : Math.max(...(peaks as number[])),
    show: formatMegabytes,
    passes: (value) => value <= 100 * BYTES_PER_MEGABYTE,
    reachesAim: (value) => value <= 80 * BYTES_PER_MEGABYTE,
  })
}

/** Over all points: one fault anywhere is one too many. */
function faultsBar({ cells }: ScenarioSummary): Bar {
  const own = cells.flatMap(({ contenders }) => contenders.filter(({ contender }) => contender === OWN))
  const isMeasured = own.length > 0 && own.every(({ failures }) => failures.length === 0)
  const sum = (count: (summary: ContenderSummary) => number): number =>
    own.reduce((total, summary) => total + count(summary), 0)
  return judge({
    name: 'lines lost, torn, doubled, out of order',
    required: '0',
    aim: '0',
    value: isMeasured ? sum(({ faultyLines, faults }) => Math.max(faultyLines, faults.length)) : undefined,
    show: (value) => `${formatCount(value)} of ${formatCount(sum(({ linesFound }) => linesFound))}`,
    passes: (value) => value === 0,
    reachesAim: (value) => value === 0,
  })
}
