/** What each command is to the entry, and what it prints to. */

/** Nothing is wrong; something is; the command line or the directory is nothing to work on. */
export const EXIT_FINE = 0
export const EXIT_PROBLEMS = 1
export const EXIT_UNUSABLE = 2

/** The streams of a command; each takes a text as it stands. */
export interface CommandStreams {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  readonly isErrorTerminal: boolean
}

export interface Command {
  readonly usage: string
  /** Does it; gives the exit code. Throws a UsageError, or a SpillwayError for what cannot be read. */
  run(args: readonly string[], streams: CommandStreams): number
}
