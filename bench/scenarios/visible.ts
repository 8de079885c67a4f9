/**
 * The time from a call to the moment another process has read its line from the file, by priority: at full speed into 48
 * files, at 20,000 lines a second, and with hardly anything to do. It would lie if the watching process were slow (the
 * table has the time between two of its looks), if it were told where to look (it finds files and lines by itself, and
 * not seeing one is an error), if it read so much that it took the cores from the contender (it reads one file of 48, in
 * which the lines are as old as in the others, and those that take errors and warnings), if the end wrote lines early
 * (the last ones do not count), or if a paced call that is held up began when it is made (it begins when it is due).
 */
import { Watch } from '../child/watch.js'
import { type Calls, type Contender, closeWritten, untilWritten } from '../contenders/contender.js'
import { type Bar, judge } from '../figures/bar.js'
import { CallTimes } from '../figures/call-times.js'
import { timeFigures, timesOf } from '../figures/curve.js'
import { measured, type ScenarioSummary } from '../figures/summary.js'
import { logBytesIn } from '../passes/log-files.js'
import { categoriesOf, type Entry, entryNumberOf } from '../workload/entries.js'
import { type EntryRange, type LoopCall, runAtFullSpeed, runBurst, runPaced, type TimeSink } from '../workload/loops.js'
import { PRIORITIES, type Priority, priorityAt, type Watched, watchedNumberOf } from '../workload/priorities.js'
import { shapeNamed } from '../workload/shapes.js'
import type { Cell, Figure, Result, Scenario, ScenarioSettings, Task } from './scenario.js'
import { warmUp, warmUpLinesMax } from './warm-up.js'

const SHAPE = 'fields-4'
const FILES = 48

/** A full load takes so many times the lines of other scenarios, for of a thousand lines one is an error. */
const FULL_LINES_TIMES = 2
/** And as many more to warm up: what only errors run is compiled when there were some thousands of them. */
const FULL_WARM_UP_PARTS = 80
/** Contenders that are slower log less. */
const FULL_MS = 3000

const PACED_PER_SECOND = 20_000
const PACED_MS = 6000
const IDLE_LINES = 2500
const IDLE_PAUSE_MS = 2

/** The last lines do not count: as long as a line may wait for others. With a full load none waits for long. */
const FULL_END_MS = 100
const BUFFERED_END_MS = 1100

const SETTLE_MS = 500
const SEEN_WITHIN_MS = 10_000
const QUICK_DIVISOR = 10
const TIMEOUT_MS = 120_000

const NANOSECONDS_PER_MILLISECOND = 1e6

const FIGURES: readonly Figure[] = Object.freeze([
  ...PRIORITIES.flatMap((priority): Figure[] => {
    const isError = priority === 'error'
    return [
      { name: `${priority}P50Ns`, title: `${priority} p50`, unit: 'ns', better: 'less', isShown: true },
      { name: `${priority}P99Ns`, title: `${priority} p99`, unit: 'ns', better: 'less', isShown: true },
      { name: `${priority}P999Ns`, title: `${priority} p99.9`, unit: 'ns', better: 'less', isShown: isError },
      { name: `${priority}MaxNs`, title: `${priority} max`, unit: 'ns', better: 'less', isShown: isError },
      { name: `${priority}MeanNs`, title: `${priority} mean`, unit: 'ns', better: 'less', isShown: false },
    ]
  }),
  { name: 'callsPerSecond', title: 'calls/s', unit: 'per second', better: 'more', isShown: true },
  { name: 'lookP99Ns', title: 'look p99', unit: 'ns', better: 'less', isShown: true },
])

export const scenario: Scenario = {
  name: 'visible',
  title: 'From the call to the line that another process can read',
  about:
    'The time from a call to the moment another process has read its line from the file, by priority: at full speed into' +
    ' 48 files, at 20,000 lines a second, and with hardly anything to do. It would lie if the watching process were slow' +
    ' (the table has the time between two of its looks), if it were told where to look (it finds files and lines by' +
    ' itself, and not seeing one is an error), if it read so much that it took the cores from the contender (it reads one' +
    ' file of 48, in which the lines are as old as in the others, and those that take errors and warnings), if the end' +
    ' wrote lines early (the last ones do not count), or if a paced call that is held up began when it is made (it begins' +
    ' when it is due).',
  figures: FIGURES,
  keyFigures: ['errorP99Ns', 'infoP99Ns'],
  contenders: ['spillway', 'pino-async', 'pino-sync', 'winston'],
  cells: visibleCells,
  timeoutMs: () => TIMEOUT_MS,
  run: runVisible,
  bars: (summary) => [errorBar(summary, 'full'), errorBar(summary, 'paced'), errorBar(summary, 'idle')],
}

function visibleCells(): Cell[] {
  const paced = { load: 'paced', files: FILES, linesPerError: 4 }
  return [
    {
      name: 'full',
      title: 'At full speed, 48 files, one line in 960 an error',
      parameters: { load: 'full', files: FILES, linesPerError: 20 },
    },
    {
      name: 'paced',
      title: '20,000 lines a second, 48 files, one line in 192 an error',
      parameters: paced,
    },
    {
      name: 'paced-5ms',
      title: 'The same, with performance.buffer.flushInterval: 5',
      parameters: { ...paced, flushIntervalMs: 5 },
      contenders: ['spillway'],
    },
    {
      name: 'idle',
      title: 'A line every 2 ms, 1 file, one line in 4 an error',
      parameters: { load: 'idle', files: 1, linesPerError: 4 },
    },
  ]
}

/** How the lines of a cell are logged, and how many of the last do not count. */
interface Load {
  /** How long the warm-up is, where not as elsewhere. */
  readonly warmUpParts?: number
  readonly linesMax: number
  readonly endMs: number
  /** Returns how many lines it has logged. */
  run(way: LoopCall, range: EntryRange, times: TimeSink): Promise<number>
}

/** The time of each call. */
class TimeOfEach implements TimeSink {
  readonly #durationsNs: Float32Array

  constructor(calls: number) {
    this.#durationsNs = new Float32Array(calls)
  }

  add(index: number, durationNs: number): void {
    this.#durationsNs[index] = durationNs
  }

  at(index: number): number {
    return this.#durationsNs[index]!
  }
}

function loadOf(cell: Cell, { lines, isQuick }: ScenarioSettings): Load {
  const divisor = isQuick ? QUICK_DIVISOR : 1
  if (cell.parameters.load === 'full') {
    return {
      warmUpParts: FULL_WARM_UP_PARTS,
      linesMax: lines * FULL_LINES_TIMES,
      endMs: FULL_END_MS / divisor,
      run: (way, range, times) => runAtFullSpeed(way, range, times, FULL_MS),
    }
  }
  if (cell.parameters.load === 'paced') {
    return {
      linesMax: (PACED_PER_SECOND * PACED_MS) / 1000 / divisor,
      endMs: BUFFERED_END_MS / divisor,
      run: (way, range, times) => runPaced(way, range, PACED_PER_SECOND, times),
    }
  }
  // All its lines are watched.
  return { warmUpParts: 2, linesMax: IDLE_LINES / divisor, endMs: BUFFERED_END_MS / divisor, run: runIdle }
}

async function runIdle(way: LoopCall, range: EntryRange, times: TimeSink): Promise<number> {
  for (let index = 0; index < range.count; index++) {
    runBurst(way, range, index, index + 1, times)
    await new Promise((resolve) => setTimeout(resolve, IDLE_PAUSE_MS))
  }
  return range.count
}

async function runVisible(task: Task, contender: Contender): Promise<Result> {
  const { cell, directory, settings } = task
  const watched: Watched = {
    files: Number(cell.parameters.files),
    linesPerError: Number(cell.parameters.linesPerError),
  }
  const { files } = watched
  const load = loadOf(cell, settings)
  const open = await contender.load()
  const session = await open({ directory, categories: categoriesOf(files), library: libraryOf(cell, settings) })
  const length = { isQuick: settings.isQuick, parts: load.warmUpParts }
  const returnedNs = new Float64Array(Math.ceil((warmUpLinesMax(length) + load.linesMax) / files))
  const times = new TimeOfEach(load.linesMax)
  const way = watchedWay(session.calls, watched, returnedNs)
  const watch = new Watch({ directory, contender: contender.name, watched })

  const warmUpLines = await warmUp(way, { files, ...length })
  await session.flush?.()
  await watch.seen(Math.ceil(warmUpLines / files), SEEN_WITHIN_MS)
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

  const startNs = nowNs()
  const lines = await load.run(way, { firstEntry: warmUpLines, count: load.linesMax, files }, times)
  const endNs = nowNs()
  await untilWritten(session)
  const bytesAtEnd = logBytesIn(directory)
  const total = warmUpLines + lines
  const { seenNs, lookNs, scheduling } = await watch.seen(Math.ceil(total / files), SEEN_WITHIN_MS)
  await watch.end()
  await closeWritten(session)

  const untilNs = endNs - load.endMs * NANOSECONDS_PER_MILLISECOND
  const ages = agesOf({ watched, warmUpLines, total, untilNs, returnedNs, times, seenNs })
  return {
    ...(await agesResult(ages, lookNs, (lines / (endNs - startNs)) * 1e9)),
    logged: { lines: total, files, shape: SHAPE },
    bytesAtEnd,
    details: { contender: session.details?.(), watcher: scheduling },
  }
}

function libraryOf(cell: Cell, { library }: ScenarioSettings): Readonly<Record<string, unknown>> {
  const flushInterval = cell.parameters.flushIntervalMs
  return flushInterval === undefined ? library : { ...library, performance: { buffer: { flushInterval } } }
}

/** Calls by priority; of those that are watched the instant at which they returned is kept. */
function watchedWay(calls: Calls, watched: Watched, returnedNs: Float64Array): LoopCall {
  const { object: info, warn, urgent: error } = calls
  if (warn === undefined || error === undefined) throw new Error('the contender has no calls for warnings and errors')
  const byPriority: Readonly<Record<Priority, Calls['object']>> = { error, warn, info }
  const call = (fileIndex: number, entry: Entry, message: string): void => {
    const watchedNumber = watchedNumberOf(entryNumberOf(entry.userId), watched)
    if (watchedNumber === undefined) {
      info(fileIndex, entry, message)
      return
    }
    byPriority[priorityAt(watchedNumber, watched)](fileIndex, entry, message)
    returnedNs[watchedNumber] = nowNs()
  }
  return { call: call as LoopCall['call'], argument: shapeNamed(SHAPE).argument }
}

interface Instants {
  readonly watched: Watched
  readonly warmUpLines: number
  /** Lines logged in all. */
  readonly total: number
  /** Lines that came later do not count. */
  readonly untilNs: number
  /** By the number among the watched. */
  readonly returnedNs: Float64Array
  /** By the number behind the warm-up, from the call or the instant at which it was due. */
  readonly times: TimeOfEach
  readonly seenNs: Float64Array
}

/** How old the lines of each priority were when they were read. */
function agesOf({
  watched,
  warmUpLines,
  total,
  untilNs,
  returnedNs,
  times,
  seenNs,
}: Instants): Record<Priority, number[]> {
  const ages: Record<Priority, number[]> = { error: [], warn: [], info: [] }
  const first = Math.ceil(warmUpLines / watched.files)
  for (let number = first; number * watched.files < total; number++) {
    const beganNs = returnedNs[number]! - times.at(number * watched.files - warmUpLines)
    if (beganNs <= untilNs) ages[priorityAt(number, watched)].push(seenNs[number]! - beganNs)
  }
  return ages
}

async function agesResult(
  ages: Record<Priority, number[]>,
  lookNs: Float64Array,
  callsPerSecond: number,
): Promise<Pick<Result, 'figures' | 'curves'>> {
  const looks = await timesOf(CallTimes.of(lookNs))
  const times = await Promise.all(
    PRIORITIES.map(async (priority) => [priority, await timesOf(CallTimes.of(ages[priority]))] as const),
  )
  return {
    figures: {
      ...Object.assign({}, ...times.map(([priority, each]) => timeFigures(priority, each))),
      callsPerSecond,
      lookP99Ns: looks.p99Ns,
    },
    curves: Object.fromEntries(times.map(([priority, { curve }]) => [priority, curve])),
  }
}

function errorBar(summary: ScenarioSummary, cell: string): Bar {
  return judge({
    name: `errors that can be read, p99, ${cell}`,
    required: '< 10 ms',
    aim: '2 ms',
    value: measured(summary, cell, 'spillway')?.figures.errorP99Ns?.median,
    show: (value) => `${(value / NANOSECONDS_PER_MILLISECOND).toFixed(2)} ms`,
    passes: (value) => value < 10 * NANOSECONDS_PER_MILLISECOND,
    reachesAim: (value) => value <= 2 * NANOSECONDS_PER_MILLISECOND,
  })
}

/** On the clock of the watching process. */
function nowNs(): number {
  return Number(process.hrtime.bigint())
}
