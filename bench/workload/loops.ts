/**
 * The loops that make the calls and time each of them. They run in the child's main thread and know nothing of any
 * contender.
 */
import { performance } from 'node:perf_hooks'
import { MESSAGE } from './entries.js'
import type { Shape, ShapedCall } from './shapes.js'

/** Calls between two turns of the event loop, as a server turns it between requests. */
export const CALLS_PER_TURN = 100

const NANOSECONDS_PER_MILLISECOND = 1e6

/** Which entries a loop logs. */
export interface EntryRange {
  readonly firstEntry: number
  readonly count: number
  readonly files: number
}

/** How a loop makes its calls. */
export interface LoopCall {
  readonly call: ShapedCall
  readonly argument: Shape['argument']
  readonly message?: Shape['message'] | undefined
}

/** Where a loop puts the time of each call, by its index in the range. */
export interface TimeSink {
  add(index: number, durationNs: number): void
}

/** Of loops whose times nobody asks for. */
export const NO_TIMES: TimeSink = { add() {} }

/**
 * Logs a range of entries as fast as it can, and has the time of each call kept, in nanoseconds. It ends after `msMax` at
 * the latest, and gives how many were logged.
 */
export async function runAtFullSpeed(
  way: LoopCall,
  range: EntryRange,
  times: TimeSink,
  msMax = Number.POSITIVE_INFINITY,
): Promise<number> {
  const endMs = performance.now() + msMax
  let done = 0
  while (done < range.count && performance.now() < endMs) {
    const next = Math.min(done + CALLS_PER_TURN, range.count)
    runBurst(way, range, done, next, times)
    done = next
    await new Promise(setImmediate)
  }
  return done
}

/**
 * Logs a range of entries at a rate. Each call has an instant at which it is due, whatever became of those before it, and
 * its time counts from there to its return: a logger that holds the event loop up pays for every call that it delays
 * (coordinated omission: Gil Tene, "How NOT to Measure Latency"). Gives how many were logged: all.
 */
export async function runPaced(way: LoopCall, range: EntryRange, perSecond: number, times: TimeSink): Promise<number> {
  const intervalMs = 1000 / perSecond
  const startMs = performance.now()
  for (let done = 0; done < range.count; ) {
    const due = Math.min(range.count, Math.floor((performance.now() - startMs) / intervalMs) + 1)
    if (due > done) runDue(way, range, done, due, { startMs, intervalMs, times })
    done = Math.max(done, due)
    await new Promise(setImmediate)
  }
  return range.count
}

/** A function of its own, without await, so that V8 optimises it as it would an application's request handler. */
export function runBurst(
  { call, argument, message }: LoopCall,
  range: EntryRange,
  from: number,
  to: number,
  times: TimeSink,
): void {
  for (let index = from; index < to; index += 1) {
    const entryNumber = range.firstEntry + index
    const given = argument(entryNumber) as never
    const text = message === undefined ? MESSAGE : message(entryNumber)
    const fileIndex = entryNumber % range.files
    const startMs = performance.now()
    call(fileIndex, given, text)
    times.add(index, (performance.now() - startMs) * NANOSECONDS_PER_MILLISECOND)
  }
}

function runDue(
  { call, argument, message }: LoopCall,
  range: EntryRange,
  from: number,
  to: number,
  pace: { readonly startMs: number; readonly intervalMs: number; readonly times: TimeSink },
): void {
  for (let index = from; index < to; index += 1) {
    const entryNumber = range.firstEntry + index
    const text = message === undefined ? MESSAGE : message(entryNumber)
    call(entryNumber % range.files, argument(entryNumber) as never, text)
    pace.times.add(index, (performance.now() - pace.startMs - index * pace.intervalMs) * NANOSECONDS_PER_MILLISECOND)
  }
}
