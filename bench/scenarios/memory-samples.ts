/**
 * Samples of this process's memory, taken by a timer of the event loop: so a main thread that stands still has none for
 * that long, which the series then shows as a gap.
 */
import { performance } from 'node:perf_hooks'

const SAMPLE_EVERY_MS = 20

/** Seconds since sampling began, and bytes. */
export type Course = readonly (readonly [seconds: number, bytes: number])[]

export interface Courses {
  readonly rssBytes: Course
  /** Of the main thread's heap, what is in use. */
  readonly heapBytes: Course
}

/** A sampling under way. */
export interface Sampling {
  /** Takes a sample at once; seconds since it began. */
  look(): number
  /** Takes a last sample and ends. */
  stop(): Courses
}

export function startSampling(): Sampling {
  const rssBytes: (readonly [number, number])[] = []
  const heapBytes: (readonly [number, number])[] = []
  const startMs = performance.now()
  const look = (): number => {
    const { rss, heapUsed } = process.memoryUsage()
    const seconds = (performance.now() - startMs) / 1000
    rssBytes.push([seconds, rss])
    heapBytes.push([seconds, heapUsed])
    return seconds
  }
  look()
  const timer = setInterval(look, SAMPLE_EVERY_MS)
  return {
    look,
    stop() {
      clearInterval(timer)
      look()
      return { rssBytes, heapBytes }
    },
  }
}
