/**
 * What is logged before anything is measured: until the compilers of all threads are done. They work beside the threads
 * that log, on machines with two cores in their place; so the lines come in parts, with rests between them.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { CallTimes } from '../figures/call-times.js'
import { type LoopCall, runAtFullSpeed } from '../workload/loops.js'

const PART_LINES = 25_000
const PARTS = 20
const REST_MS = 40
/** Who is slower logs fewer. */
const PART_MS_MAX = 100
const QUICK_DIVISOR = 10

/** What is warmed up. */
export interface WarmUp {
  readonly files: number
  readonly isQuick: boolean
  /** Fewer than elsewhere where each line is dear, more where some of the calls are rare. */
  readonly parts?: number | undefined
}

/** The most lines that it can log. */
export function warmUpLinesMax({ isQuick, parts = PARTS }: Omit<WarmUp, 'files'>): number {
  return Math.ceil(isQuick ? parts / QUICK_DIVISOR : parts) * PART_LINES
}

/** Logs the first entries, from 0 on. Gives how many. */
export async function warmUp(way: LoopCall, { files, ...length }: WarmUp): Promise<number> {
  const linesMax = warmUpLinesMax(length)
  const times = new CallTimes()
  const endMs = performance.now() + (linesMax / PART_LINES) * PART_MS_MAX
  let lines = 0
  while (lines < linesMax && performance.now() < endMs) {
    lines += await runAtFullSpeed(
      way,
      { firstEntry: lines, count: PART_LINES, files },
      times,
      endMs - performance.now(),
    )
    await pause(REST_MS)
  }
  return lines
}
