/**
 * The levels an entry can have: names, and the numbers pino gave them, so that every reader of pino's NDJSON
 * reads ours. Used by both sides; holds no state.
 */

/** A level an entry can be logged at. */
export type LevelName = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** A threshold: entries below it are not logged. `silent` logs nothing. */
export type LevelThreshold = LevelName | 'silent'

export const TRACE = 10
export const DEBUG = 20
export const INFO = 30
export const WARN = 40
export const ERROR = 50
export const FATAL = 60

/** Higher than any level an entry can have. */
export const SILENT = 100

/** The number of each threshold, as it stands in a line's `level`. */
export const LEVEL_NUMBERS: Readonly<Record<LevelThreshold, number>> = Object.freeze({
  trace: TRACE,
  debug: DEBUG,
  info: INFO,
  warn: WARN,
  error: ERROR,
  fatal: FATAL,
  silent: SILENT,
})

/** All thresholds, lowest first: what a `level` option accepts. */
export const LEVEL_THRESHOLDS: readonly LevelThreshold[] = Object.freeze([
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
])
