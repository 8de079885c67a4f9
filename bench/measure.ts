/**
 * The timed pass, in the child: warm-up, then the measured lines, then flush and close. The measured window opens before
 * the first measured call and ends when every line is in its file: when flush() has resolved, or close() where there is
 * no flush(). The files' bytes are taken at that moment, and nothing may be added later. All that is read or computed
 * besides stands outside the window.
 */

import { performance } from 'node:perf_hooks'
import { type CallTimes, callTimesOf } from './call-times.js'
import type { ChildResult, ChildTask } from './child-task.js'
import type { Open } from './contenders/contender.js'
import { logBytesIn } from './log-files.js'
import { peakRssBytes } from './peak-memory.js'
import { poolThreadIds, threadCpuNs } from './thread-cpu.js'
import { categoriesOf, runLoop } from './workload.js'

/** What buffers and queues of the warm-up's lines have to get to rest. */
const SETTLE_MS = 500

const NANOSECONDS_PER_MICROSECOND = 1e3
const MILLISECONDS_PER_SECOND = 1e3

/** The figures of one timed pass. */
export interface Measurement {
  readonly call: CallTimes
  /** Measured lines over the time until all were in their files. */
  readonly linesPerSecond: number
  /** From the first measured call to the end of the loop, and to the last line in its file. */
  readonly loopMs: number
  readonly totalMs: number
  /** User and system time of all threads over the measured window. */
  readonly cpuNsPerLine: number
  /** The same of the main thread, and of libuv's pool, where the kernel says. */
  readonly mainThreadCpuNsPerLine?: number
  readonly poolCpuNsPerLine?: number
  /** Of the whole life of the process. */
  readonly peakRssBytes: number
}

export async function measure(task: ChildTask, open: Open, seenPoolThreads: readonly string[]): Promise<ChildResult> {
  const { directory, files, warmUpLines, lines } = task
  const session = await open({ ...task, categories: categoriesOf(files) })
  const warmUpNs = new Float32Array(warmUpLines)
  const durationsNs = new Float32Array(lines)
  const mainThread = [String(process.pid)]
  const poolThreads = poolThreadIds(seenPoolThreads)

  await runLoop(session.log, { firstEntry: 0, count: warmUpLines, files }, warmUpNs)
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

  const poolBeforeNs = threadCpuNs(poolThreads)
  const mainBeforeNs = threadCpuNs(mainThread)
  const cpuBefore = process.cpuUsage()
  const startMs = performance.now()
  await runLoop(session.log, { firstEntry: warmUpLines, count: lines, files }, durationsNs)
  const loopEndMs = performance.now()
  await (session.flush === undefined ? session.close() : session.flush())
  const endMs = performance.now()
  const cpu = process.cpuUsage(cpuBefore)
  const mainCpuNs = differenceNs(mainBeforeNs, threadCpuNs(mainThread))
  const poolCpuNs = differenceNs(poolBeforeNs, threadCpuNs(poolThreads))
  const bytesAtClose = logBytesIn(directory)
  if (session.flush !== undefined) await session.close()
  const peakBytes = peakRssBytes()

  return {
    measurement: {
      call: await callTimesOf(durationsNs),
      linesPerSecond: (lines / (endMs - startMs)) * MILLISECONDS_PER_SECOND,
      loopMs: loopEndMs - startMs,
      totalMs: endMs - startMs,
      cpuNsPerLine: ((cpu.user + cpu.system) * NANOSECONDS_PER_MICROSECOND) / lines,
      ...(mainCpuNs === undefined ? {} : { mainThreadCpuNsPerLine: mainCpuNs / lines }),
      ...(poolCpuNs === undefined ? {} : { poolCpuNsPerLine: poolCpuNs / lines }),
      peakRssBytes: peakBytes,
    },
    bytesAtClose,
    details: session.details?.(),
  }
}

function differenceNs(beforeNs: number | undefined, afterNs: number | undefined): number | undefined {
  return beforeNs === undefined || afterNs === undefined ? undefined : afterNs - beforeNs
}
