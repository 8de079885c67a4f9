/**
 * What the main thread does with its time. It is at work when it is outside the event loop's wait and not waiting for a
 * core, which neighbours take from it: a call that sleeps is work, for the application has to wait for it. A thread that
 * always has work, and a core of its own, answers as many requests as the inverse of its time for one.
 */
import { readFileSync } from 'node:fs'
import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import { threadCpuNs } from './thread-cpu.js'

const NANOSECONDS_PER_MILLISECOND = 1e6
const NAP_MS = 0.05
const NOTHING = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/** A stretch of time of the main thread. */
export interface MainThreadTime {
  readonly atWorkNs: number
  /** `undefined` where the kernel does not say. */
  readonly cpuNs: number | undefined
}

/** Measures from its making to end(). */
export class MainThreadClock {
  readonly #cpuNs: number | undefined
  readonly #waitedNs: number
  readonly #loop: EventLoopUtilization

  constructor() {
    this.#cpuNs = settledCpuNs()
    this.#waitedNs = waitedForCoreNs()
    this.#loop = performance.eventLoopUtilization()
  }

  end(): MainThreadTime {
    const { active } = performance.eventLoopUtilization(this.#loop)
    // Before the nap of the other, which waits for a core, too.
    const waitedNs = waitedForCoreNs() - this.#waitedNs
    const endCpuNs = settledCpuNs()
    const cpuNs = endCpuNs === undefined || this.#cpuNs === undefined ? undefined : endCpuNs - this.#cpuNs
    // The loop's wait has that for a core in it when an event has woken the thread, so too much can be taken off.
    return { atWorkNs: Math.max(active * NANOSECONDS_PER_MILLISECOND - waitedNs, cpuNs ?? 0), cpuNs }
  }
}

/**
 * What the thread has run. The kernel brings its account up to date at its ticks and when the thread gives its core up: so
 * it does, for a moment, or the account would be behind by up to a tick.
 */
function settledCpuNs(): number | undefined {
  Atomics.wait(NOTHING, 0, 0, NAP_MS)
  return threadCpuNs([String(process.pid)])
}

/** What the thread has waited for a core; nothing where the kernel does not say. */
function waitedForCoreNs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1])
  } catch {
    // Not Linux, or a kernel without these counts: neighbours are in the figures then.
    return 0
  }
}
