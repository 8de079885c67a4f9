/**
 * Resident memory over time: at full speed, until all lines are in their files, and through two seconds of rest after
 * that; by spillway's file buffers and ring. It would lie if the peak fell between two samples (the kernel keeps it),
 * if what the process has before the first line were counted as the logger's (it stands beside), or if memory came back
 * only because the bench asked the engine for it: nothing here collects garbage.
 */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { peakRssBytes } from '../child/peak-memory.js'
import { type Contender, closeWritten, untilWritten } from '../contenders/contender.js'
import { type Bar, judge } from '../figures/bar.js'
import { spreadOf } from '../figures/spread.js'
import { measured, type ScenarioSummary } from '../figures/summary.js'
import { logBytesIn } from '../passes/log-files.js'
import { formatMegabytes } from '../report/figures.js'
import { categoriesOf } from '../workload/entries.js'
import { NO_TIMES, runAtFullSpeed } from '../workload/loops.js'
import { objectShape, shapeNamed } from '../workload/shapes.js'
import { type Course, startSampling } from './memory-samples.js'
import { loopCall } from './saturate.js'
import type { Cell, Parameters, Result, Scenario, ScenarioSettings, Task } from './scenario.js'

/** What is given back is given back by then: file buffers after a second at the latest. */
const REST_MS = 2000

/** Full speed lasts longer than one round of the garbage collector. */
const TIMES_THE_LINES = 1 / 2

const ROUNDS_MAX = 2

const BYTES_PER_MEGABYTE = 1e6
const KIB = 1024
const MIB = 1024 * KIB

/** Points of spillway alone: what is set apart from the defaults. */
const SIZES: readonly (readonly [name: string, title: string, parameters: Parameters])[] = [
  ['file-buffer-16k', 'file buffers of 16 KiB in the place of 64', { fileBufferBytes: 16 * KIB }],
  ['file-buffer-256k', 'file buffers of 256 KiB', { fileBufferBytes: 256 * KIB }],
  ['entries-10', 'a file is written every 10 entries in the place of 100', { maxBufferSize: 10 }],
  ['entries-1000', 'a file is written every 1,000 entries', { maxBufferSize: 1000 }],
  ['ring-1m', 'a ring of 1 MiB in the place of 4', { ringBytes: MIB }],
  ['ring-16m', 'a ring of 16 MiB', { ringBytes: 16 * MIB }],
]

export const scenario: Scenario = {
  name: 'memory',
  title: 'Resident memory over time',
  about:
    'Resident memory over time: at full speed, until all lines are in their files, and through two seconds of rest after' +
    " that; by spillway's file buffers and ring. It would lie if the peak fell between two samples (the kernel keeps it)," +
    " if what the process has before the first line were counted as the logger's (it stands beside), or if memory came" +
    ' back only because the bench asked the engine for it: nothing here collects garbage.',
  figures: [
    { name: 'peakRssBytes', title: 'peak RSS', unit: 'bytes', better: 'less', isShown: true },
    { name: 'beforeRssBytes', title: 'open', unit: 'bytes', better: 'less', isShown: true },
    { name: 'rssBytes', title: 'under load', unit: 'bytes', better: 'less', isShown: true },
    { name: 'afterRssBytes', title: 'after', unit: 'bytes', better: 'less', isShown: true },
    { name: 'heapBytes', title: 'heap under load', unit: 'bytes', better: 'less', isShown: true },
    { name: 'arenaRssBytes', title: 'in arenas', unit: 'bytes', better: 'less', isShown: true },
    { name: 'linesPerSecond', title: 'lines/s', unit: 'per second', better: 'more', isShown: true },
  ],
  keyFigures: ['peakRssBytes', 'rssBytes', 'afterRssBytes'],
  contenders: ['spillway'],
  cells: () => [
    {
      name: 'default',
      title: 'as they come',
      parameters: {},
      contenders: ['no-logging', 'spillway', 'pino-async', 'winston'],
    },
    ...SIZES.map(([name, title, parameters]): Cell => ({ name, title, parameters, contenders: ['spillway'] })),
  ],
  timeoutMs: ({ lines }: ScenarioSettings) => 60_000 + lines * TIMES_THE_LINES,
  rounds: (asked) => Math.min(asked, ROUNDS_MAX),
  run,
  bars: (summary) => [memoryBar(summary)],
}

async function run(task: Task, contender: Contender): Promise<Result> {
  const { directory, settings, cell } = task
  const { files } = settings
  const lines = Math.ceil(settings.lines * TIMES_THE_LINES)
  const shape = shapeNamed(objectShape(settings), settings.corpus)
  const open = await contender.load()
  const library = libraryOf(settings.library, cell.parameters)
  const session = await open({ directory, categories: categoriesOf(files), library })
  const way = loopCall(session.calls[shape.call], shape)
  const beforeRssBytes = process.memoryUsage.rss()

  const sampling = startSampling()
  const startMs = performance.now()
  await runAtFullSpeed(way, { firstEntry: 0, count: lines, files }, NO_TIMES)
  const loopEndSeconds = sampling.look()
  const arenaRssBytes = mappedArenaBytes()
  await untilWritten(session)
  const endMs = performance.now()
  const bytesAtEnd = logBytesIn(directory)
  await pause(REST_MS)
  const courses = sampling.stop()
  const peakBytes = peakRssBytes()
  await closeWritten(session)

  return {
    figures: {
      peakRssBytes: peakBytes,
      beforeRssBytes,
      rssBytes: medianUntil(courses.rssBytes, loopEndSeconds),
      afterRssBytes: courses.rssBytes.at(-1)![1],
      heapBytes: medianUntil(courses.heapBytes, loopEndSeconds),
      ...(arenaRssBytes === undefined ? {} : { arenaRssBytes }),
      linesPerSecond: (lines * 1000) / (endMs - startMs),
    },
    series: { rssBytes: courses.rssBytes, heapBytes: courses.heapBytes },
    logged: { lines, files, shape: shape.name },
    bytesAtEnd,
    details: session.details?.(),
  }
}

/** The options of a point, on top of those of the flags. The budget is raised with them: rings must fit into it. */
function libraryOf(library: Readonly<Record<string, unknown>>, parameters: Parameters): Record<string, unknown> {
  const { maxBufferSize, ...sizes } = parameters
  return {
    ...library,
    ...sizes,
    performance: { buffer: { maxMemoryUsage: 64 * MIB, ...(maxBufferSize === undefined ? {} : { maxBufferSize }) } },
  }
}

/** The second half of the load, when rings and buffers are full. */
function medianUntil(course: Course, endSeconds: number): number {
  const loaded = course.filter(([seconds]) => seconds <= endSeconds && seconds >= endSeconds / 2)
  return spreadOf(loaded.map(([, bytes]) => bytes))?.median ?? Number.NaN
}

/** What of the mapped arenas is resident; none where they are not mapped, or not Linux. */
function mappedArenaBytes(): number | undefined {
  try {
    const parts = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[\da-f]+-[\da-f]+ )/m)
    const sizes = parts
      .filter((part) => /^.*\.arena$/m.test(part))
      .map((part) => Number(/^Rss:\s+(\d+) kB$/m.exec(part)?.[1]))
    return sizes.length === 0 ? undefined : sizes.reduce((sum, kib) => sum + kib * KIB, 0)
  } catch {
    // No /proc: not Linux.
    return undefined
  }
}

function memoryBar(summary: ScenarioSummary): Bar {
  return judge({
    name: 'resident memory at full speed, peak',
    required: '<= 100 MB',
    aim: '80 MB',
    value: measured(summary, 'default', 'spillway')?.figures.peakRssBytes?.median,
    show: formatMegabytes,
    passes: (value) => value <= 100 * BYTES_PER_MEGABYTE,
    reachesAim: (value) => value <= 80 * BYTES_PER_MEGABYTE,
  })
}
