/**
 * How many writer threads are best here: lines a second and time in the call with 1 to 8 of them, where the disk only
 * has to take the bytes, and where each pass waits for it (info synced). It would lie if the fastest of noisy rounds
 * were recommended (fewer writers win where more of them are not clearly faster), or if the time in the call decided,
 * for more rings hold more before a call waits: lines a second do, until all are in their files.
 */
import { spreadOf } from '../figures/spread.js'
import { type ContenderSummary, type FigureSummary, measured, type ScenarioSummary } from '../figures/summary.js'
import { formatDuration, formatMegabytes, formatRate } from '../report/figures.js'
import { objectShape } from '../workload/shapes.js'
import { SATURATION_FIGURES, saturate } from './saturate.js'
import type { Cell, Scenario, ScenarioSettings } from './scenario.js'

const WRITERS = [1, 2, 3, 4, 8]

/** Room for the rings of eight. */
const MEMORY_BYTES = 128 * 1024 * 1024

/** So many have room in the memory that spillway takes where nobody says how much. */
const DEFAULT_ROOM = 5

/** The part of the asked for lines: a slow disk takes a second for what a cached one takes at once. */
const PART_OF_LINES = 1 / 4
const PART_OF_SYNCED = 1 / 80

/** What more writers must be faster by to be worth their memory and their share of the processor. */
const WORTH_TIMES = 1.05

const SHOWN = ['callMeanNs', 'callP50Ns', 'callP999Ns', 'linesPerSecond', 'cpuNsPerLine', 'peakRssBytes']

/** The two kinds of disk; a name of each is the beginning of its points' names. */
const DISKS = [
  { name: 'cached', title: 'lines at full speed', library: {} },
  { name: 'synced', title: 'each pass waits for the disk', library: { durability: { info: 'sync' } } },
] as const

export const scenario: Scenario = {
  name: 'writers',
  title: 'How many writer threads are best here',
  about:
    'How many writer threads are best here: lines a second and time in the call with 1 to 8 of them, where the' +
    ' disk only has to take the bytes, and where each pass waits for it (info synced). It would lie if the fastest' +
    ' of noisy rounds were recommended (fewer writers win where more of them are not clearly faster), or if the' +
    ' time in the call decided, for more rings hold more before a call waits: lines a second do, until all are in' +
    ' their files.',
  figures: SATURATION_FIGURES.map((figure) => ({ ...figure, isShown: SHOWN.includes(figure.name) })),
  keyFigures: ['linesPerSecond', 'callP999Ns'],
  contenders: ['spillway'],
  cells: (settings) =>
    DISKS.flatMap(({ name, title }) => WRITERS.map((writers) => cellOf(name, title, writers, settings))),
  timeoutMs: ({ lines }: ScenarioSettings) => 60_000 + lines,
  run(task, contender, tools) {
    const { disk, workers, lines } = task.cell.parameters
    const { library } = DISKS.find(({ name }) => name === disk)!
    const performance = { buffer: { maxMemoryUsage: MEMORY_BYTES } }
    const settings = { ...task.settings, library: { ...task.settings.library, ...library, workers, performance } }
    return saturate({ ...task, settings }, contender, tools, {
      shape: objectShape(settings),
      files: settings.files,
      lines: Number(lines),
    })
  },
  conclusion,
}

function cellOf(disk: string, title: string, workers: number, { lines }: ScenarioSettings): Cell {
  const own = Math.ceil(lines * (disk === 'synced' ? PART_OF_SYNCED : PART_OF_LINES))
  return {
    name: `${disk}-${workers}`,
    title: `${title}, ${workers} ${workers === 1 ? 'writer' : 'writers'}`,
    parameters: { disk, workers, lines: own },
    contenders: ['spillway'],
  }
}

/** A number of writers, and how it did. */
export interface WritersResult {
  readonly writers: number
  readonly linesPerSecond: Pick<FigureSummary, 'median' | 'byRound'>
}

/** The fewest writers that are not clearly slower than the best, round by round; `undefined` where none was measured. */
export function recommendedWriters(results: readonly WritersResult[]): WritersResult | undefined {
  const bestRate = Math.max(...results.map(({ linesPerSecond }) => linesPerSecond.median))
  const best = results.find(({ linesPerSecond }) => linesPerSecond.median === bestRate)
  return best === undefined ? undefined : results.find((result) => timesFaster(best, result) <= WORTH_TIMES)
}

function timesFaster(best: WritersResult, other: WritersResult): number {
  const times = Object.entries(best.linesPerSecond.byRound).flatMap(([round, rate]) => {
    const against = other.linesPerSecond.byRound[Number(round)]
    return against === undefined ? [] : [rate / against]
  })
  return spreadOf(times)?.median ?? Number.POSITIVE_INFINITY
}

function conclusion(summary: ScenarioSummary): string | undefined {
  const texts = DISKS.flatMap(({ name, title }) => {
    const found = recommendedWriters(resultsOf(summary, name))
    return found === undefined ? [] : [recommendation(title, found.writers, pointOf(summary, name, found.writers)!)]
  })
  return texts.length === 0 ? undefined : texts.join('\n')
}

/** Who lost lines is not recommended. */
function resultsOf(summary: ScenarioSummary, disk: string): WritersResult[] {
  return WRITERS.flatMap((writers) => {
    const point = pointOf(summary, disk, writers)
    const linesPerSecond = point?.figures.linesPerSecond
    return linesPerSecond === undefined || point?.faults.length !== 0 ? [] : [{ writers, linesPerSecond }]
  })
}

function pointOf(summary: ScenarioSummary, disk: string, writers: number): ContenderSummary | undefined {
  return measured(summary, `${disk}-${writers}`, 'spillway')
}

function recommendation(title: string, writers: number, { figures }: ContenderSummary): string {
  const shown = [
    `${formatRate(figures.linesPerSecond?.median ?? Number.NaN)} lines/s`,
    `${formatDuration(figures.callMeanNs?.median ?? Number.NaN)} in the call`,
    `${formatMegabytes(figures.peakRssBytes?.median ?? Number.NaN)} resident`,
  ]
  const variables = [
    `SPILLWAY_WORKERS=${writers}`,
    ...(writers > DEFAULT_ROOM ? [`SPILLWAY_MAX_MEMORY_USAGE=${MEMORY_BYTES}`] : []),
  ]
  return `${title}: ${variables.join(' ')} (${shown.join(', ')})`
}
