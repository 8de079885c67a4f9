/**
 * What an operator should know of: conditions of files, writers and rings, as they begin and end. They go to the
 * application's listeners (`spillway.on`), and when they begin as one line to stderr. Plain data: it crosses threads.
 */

/**
 * `warning`: something happened and is dealt with. `degraded`: from now on something is worse than it should be.
 * `recovered`: that has ended.
 */
export type ConditionKind = 'warning' | 'degraded' | 'recovered'

/** A condition. */
export interface Condition {
  readonly kind: ConditionKind
  /** What it is, for programs: an error code of the system (`ENOSPC`), or one of spillway's (`WRITER_DIED`). */
  readonly code: string
  /** For people. */
  readonly message: string
  readonly partition: number
  /** The file it is about, if it is about one. */
  readonly path: string | null
}

/** Takes notice of a condition. Never throws. */
export type ConditionHandler = (condition: Condition) => void
