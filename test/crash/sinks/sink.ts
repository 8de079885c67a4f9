/** What a child logs through: spillway or a peer, called in the way of each. */
import type { EntryPlan } from '../entry-plan.js'
import type { Mode } from '../modes.js'

/** How a spillway is set up, beyond its mode; of no meaning to the peers. */
export interface SinkSettings {
  readonly mode: Mode
  readonly directory: string
  readonly run: number
  readonly workers: number
  readonly ringBytes: number
  readonly fileBufferBytes: number
  readonly linesMax: number
  readonly flushIntervalMs: number
  readonly handlesMax: number
  readonly utc: boolean
  readonly alsoInCategoryFile: boolean
  /** Milliseconds from midnight to midnight, by a clock of the child's own; 0 for the real one. */
  readonly dayMs: number
}

/** Something to log through. */
export interface Sink {
  /** Logs one entry; throws nothing. */
  log(n: number, entry: EntryPlan): void
  /** Milliseconds until the sink's clock is past midnight; infinite for a real clock. */
  midnightInMs(): number
  /** Logs an entry whose own code dies in the middle of the call. */
  logDying?(n: number, die: () => string): void
  flush?(): Promise<void>
  close?(): Promise<void>
}
