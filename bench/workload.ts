/**
 * The work every contender does, byte for byte the same: which entry the nth call logs, into which category, and the
 * loop that makes the calls and times each of them. Runs in the child's main thread; knows nothing of any contender.
 *
 * Invariant: an entry is known by its number alone, so a line on disk tells which call wrote it and where it belongs.
 */

import { performance } from 'node:perf_hooks'

/** Calls between two yields to the event loop, as a server yields between requests. */
const CALLS_BETWEEN_YIELDS = 100

const NANOSECONDS_PER_MILLISECOND = 1e6

/** The message of every entry logged as an object and a message. */
export const MESSAGE = 'user moved to another room'

/** The four fields of an entry. */
export interface Entry {
  readonly userId: number
  readonly action: string
  readonly durationMs: number
  readonly ok: boolean
}

/** One call into a contender: what is timed. */
export type LogCall = (fileIndex: number, entry: Entry, message: string) => void

/** Which entries a loop logs. */
export interface EntryRange {
  readonly firstEntry: number
  readonly count: number
  readonly files: number
}

/** The entry the call with this number logs. */
export function entryAt(entryNumber: number): Entry {
  return {
    userId: entryNumber * 7,
    action: `move${entryNumber & 63}`,
    durationMs: entryNumber * 1.5,
    ok: true,
  }
}

/** The number of the call that logged this user id; not a whole number if none did. */
export function entryNumberOf(userId: number): number {
  return userId / 7
}

/** The category, and the file's base name, with this index. */
export function categoryAt(fileIndex: number): string {
  return `cat${fileIndex}`
}

/** All categories of a run. */
export function categoriesOf(files: number): string[] {
  return Array.from({ length: files }, (_, fileIndex) => categoryAt(fileIndex))
}

/**
 * Logs a range of entries and stores the duration of each call, in nanoseconds, in `durationsNs`, which the caller has
 * allocated: a Float32Array holds up to 16 ms exactly and seven digits beyond, more than the histogram keeps. The
 * histogram is filled after the measured window, so that neither lines/s nor CPU carries its cost.
 */
export async function runLoop(log: LogCall, range: EntryRange, durationsNs: Float32Array): Promise<void> {
  for (let done = 0; done < range.count; done += CALLS_BETWEEN_YIELDS) {
    runBurst(log, range, done, Math.min(done + CALLS_BETWEEN_YIELDS, range.count), durationsNs)
    await new Promise(setImmediate)
  }
}

/** A function of its own, without await, so that V8 optimises it as it would an application's request handler. */
function runBurst(log: LogCall, range: EntryRange, from: number, to: number, durationsNs: Float32Array): void {
  for (let index = from; index < to; index += 1) {
    const entryNumber = range.firstEntry + index
    const entry = entryAt(entryNumber)
    const fileIndex = entryNumber % range.files
    const startMs = performance.now()
    log(fileIndex, entry, MESSAGE)
    durationsNs[index] = (performance.now() - startMs) * NANOSECONDS_PER_MILLISECOND
  }
}
