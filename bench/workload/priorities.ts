/**
 * Which entries are logged as what, where it is watched when lines can be read: those of the first file are watched, and
 * some of them are errors and warnings, in turn; all others are information.
 */

export type Priority = 'error' | 'warn' | 'info'

export const PRIORITIES: readonly Priority[] = Object.freeze(['error', 'warn', 'info'])

/** The file that is watched. */
export const WATCHED_FILE = 0

/** What the watched lines are. */
export interface Watched {
  readonly files: number
  /** Of so many watched lines one is an error, and one a warning; an even number. */
  readonly linesPerError: number
}

/** Levels as contenders write them, in lower case. */
const WRITTEN_AS: Readonly<Record<Priority, readonly string[]>> = {
  error: ['50', 'error'],
  warn: ['40', 'warn', 'warning'],
  info: ['30', 'info'],
}

/** The number of a watched entry among the watched; `undefined` for one that is not. */
export function watchedNumberOf(entryNumber: number, { files }: Watched): number | undefined {
  return entryNumber % files === WATCHED_FILE ? Math.floor(entryNumber / files) : undefined
}

/** What the watched entry with this number among them is logged as. */
export function priorityAt(watchedNumber: number, { linesPerError }: Watched): Priority {
  const turn = watchedNumber % linesPerError
  if (turn === 0) return 'error'
  return turn === linesPerError / 2 ? 'warn' : 'info'
}

/** Whether a level that stands in a line is this one. */
export function isWrittenAs(priority: Priority, level: unknown): boolean {
  return WRITTEN_AS[priority].includes(String(level).toLowerCase())
}
