/** What a child of a crash run is told, and what it tells: one JSON text as its argument, one word a line on its stdout. */
import type { Cause } from './causes.js'
import type { SinkSettings } from './sinks/sink.js'

/** Where a child is, in the order of its life; not every child comes to every place, and one may rotate many times. */
export const PLACES = ['started', 'constructed', 'logging', 'rotating', 'closing', 'closed'] as const
export type Place = (typeof PLACES)[number]

/**
 * How fast a child logs. `full`: without a pause but for turns of the event loop; `blocked`: without these, too; `bursts`:
 * with pauses between them; `trickle`: some at a time.
 */
export const PACES = ['full', 'blocked', 'bursts', 'trickle'] as const
export type Pace = (typeof PACES)[number]

/** How a child ends by itself: all of these write everything that was logged. */
export const ENDS = ['close', 'exit', 'return', 'throw'] as const
export type End = (typeof ENDS)[number]

export interface ChildSettings extends SinkSettings {
  readonly seed: number
  /** Path of the file through which it tells which calls have returned. */
  readonly acknowledgement: string
  /** It tells so after each `batch` calls. */
  readonly batch: number
  readonly pace: Pace
  readonly entriesMax: number
  /** Milliseconds of logging after which it comes to its end; `null`: at a SIGTERM, if it is not killed before. */
  readonly endAfterMs: number | null
  readonly end: End
  /** How it dies by itself, and after how many entries. */
  readonly death: { readonly cause: Cause; readonly atEntry: number; readonly inCall: boolean } | null
}
