/**
 * The pass that `call`, `fanout` and others have in common: warm-up, then the measured lines at full speed, then flush
 * and close. The measured window opens before the first measured call and ends when every line is in its file: when
 * flush() has resolved, or close() where there is no flush(). The files' bytes are taken at that moment, and nothing may
 * be added later. All that is read or computed besides stands outside the window.
 */
import { performance } from 'node:perf_hooks'
import { peakRssBytes } from '../child/peak-memory.js'
import { poolThreadIds, threadCpuNs } from '../child/thread-cpu.js'
import { type Contender, closeWritten, untilWritten } from '../contenders/contender.js'
import { CallTimes } from '../figures/call-times.js'
import { timeFigures, timesOf } from '../figures/curve.js'
import { atRest } from '../passes/at-rest.js'
import { logBytesIn } from '../passes/log-files.js'
import { categoriesOf } from '../workload/entries.js'
import { type LoopCall, runAtFullSpeed, runPaced } from '../workload/loops.js'
import { type Shape, shapeNamed } from '../workload/shapes.js'
import type { Figure, Result, Task, Tools } from './scenario.js'
import { warmUp } from './warm-up.js'

/** So long no file has grown when the measured window opens: who is behind then would pay for the warm-up in it. */
const QUIET_MS = 500

/** So long the measured calls go on at the most: who is slow logs fewer lines than were asked for. */
const FULL_SPEED_MS_MAX = 2500

const NANOSECONDS_PER_MICROSECOND = 1e3
const MILLISECONDS_PER_SECOND = 1e3

/** What is logged. */
export interface Saturation {
  readonly shape: string
  readonly files: number
  /** At the most. */
  readonly lines: number
  /** Calls a second; 0 for as many as go. */
  readonly perSecond?: number
}

/** The figures of such a pass. */
export const SATURATION_FIGURES: readonly Figure[] = Object.freeze([
  { name: 'callMeanNs', title: 'in call', unit: 'ns', better: 'less', isShown: true },
  { name: 'callP50Ns', title: 'p50', unit: 'ns', better: 'less', isShown: true },
  { name: 'callP99Ns', title: 'p99', unit: 'ns', better: 'less', isShown: true },
  { name: 'callP999Ns', title: 'p99.9', unit: 'ns', better: 'less', isShown: true },
  { name: 'callMaxNs', title: 'max', unit: 'ns', better: 'less', isShown: true },
  { name: 'linesPerSecond', title: 'lines/s', unit: 'per second', better: 'more', isShown: true },
  { name: 'cpuNsPerLine', title: 'CPU/line', unit: 'ns', better: 'less', isShown: true },
  { name: 'mainCpuNsPerLine', title: 'main', unit: 'ns', better: 'less', isShown: true },
  { name: 'poolCpuNsPerLine', title: 'pool', unit: 'ns', better: 'less', isShown: false },
  { name: 'peakRssBytes', title: 'peak RSS', unit: 'bytes', better: 'less', isShown: true },
])

export async function saturate(
  task: Task,
  contender: Contender,
  tools: Tools,
  { shape: shapeName, files, lines: linesMax, perSecond = 0 }: Saturation,
): Promise<Result> {
  const { directory, settings } = task
  const shape = shapeNamed(shapeName, settings.corpus)
  const open = await contender.load()
  const session = await open({ directory, categories: categoriesOf(files), library: settings.library })
  const way = loopCall(session.calls[shape.call], shape)
  const times = new CallTimes()
  const mainThread = [String(process.pid)]
  const poolThreads = poolThreadIds(tools.poolThreadIds)

  const warmUpLines = await warmUp(way, { files, isQuick: settings.isQuick })
  await atRest(directory, QUIET_MS)

  const range = { firstEntry: warmUpLines, count: linesMax, files }
  const poolBeforeNs = threadCpuNs(poolThreads)
  const mainBeforeNs = threadCpuNs(mainThread)
  const cpuBefore = process.cpuUsage()
  const startMs = performance.now()
  const lines =
    perSecond > 0
      ? await runPaced(way, range, perSecond, times)
      : await runAtFullSpeed(way, range, times, FULL_SPEED_MS_MAX)
  await untilWritten(session)
  const endMs = performance.now()
  const cpu = process.cpuUsage(cpuBefore)
  const mainCpuNs = differenceNs(mainBeforeNs, threadCpuNs(mainThread))
  const poolCpuNs = differenceNs(poolBeforeNs, threadCpuNs(poolThreads))
  const bytesAtEnd = logBytesIn(directory)
  await closeWritten(session)
  const peakBytes = peakRssBytes()
  const calls = await timesOf(times)

  return {
    figures: {
      ...timeFigures('call', calls),
      linesPerSecond: (lines / (endMs - startMs)) * MILLISECONDS_PER_SECOND,
      cpuNsPerLine: ((cpu.user + cpu.system) * NANOSECONDS_PER_MICROSECOND) / lines,
      ...(mainCpuNs === undefined ? {} : { mainCpuNsPerLine: mainCpuNs / lines }),
      ...(poolCpuNs === undefined ? {} : { poolCpuNsPerLine: poolCpuNs / lines }),
      peakRssBytes: peakBytes,
    },
    curves: { call: calls.curve },
    logged: { lines: shape.writesLines ? warmUpLines + lines : 0, files, shape: shapeName },
    bytesAtEnd,
    details: session.details?.(),
  }
}

/** The way that a shape goes; throws where the contender has none. */
export function loopCall(call: unknown, shape: Shape): LoopCall {
  if (call === undefined) throw new Error(`the contender has no call for the shape ${shape.name}`)
  return { call: call as LoopCall['call'], argument: shape.argument, message: shape.message }
}

function differenceNs(beforeNs: number | undefined, afterNs: number | undefined): number | undefined {
  return beforeNs === undefined || afterNs === undefined ? undefined : afterNs - beforeNs
}
