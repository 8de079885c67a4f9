/** What the parent tells a child, as JSON in its first argument, and what the child answers, in one message. */

import type { Measurement } from './measure.js'
import type { PoolJobs } from './pool-jobs.js'

/** One pass of one contender. */
export interface ChildTask {
  readonly contender: string
  /** `measure` is timed; `pool-jobs` counts libuv jobs under hooks that would spoil a timed pass. */
  readonly pass: 'measure' | 'pool-jobs'
  /** Exists and is empty. */
  readonly directory: string
  readonly files: number
  readonly warmUpLines: number
  /** Logged after the warm-up. */
  readonly lines: number
  readonly workers?: number
  readonly ringBytes?: number
}

/** The one of the two that the pass was for, and what the contender's close promised. */
export interface ChildResult {
  readonly measurement?: Measurement
  readonly poolJobs?: PoolJobs
  /** Bytes in the contender's files at the moment it said that all were there. */
  readonly bytesAtClose: number
  /** The contender's own counters. */
  readonly details?: unknown
}
