/**
 * The line in a file that tells of lines which are not in it: how many, of which levels, between which `seq`. It is no
 * entry and has no `seq` of its own. The producer makes it for what a full ring refused, an owner for what a file did.
 */
import { LEVEL_NUMBERS, type LevelName, WARN } from './levels.js'

/** The levels in the order of their counts. */
export const LEVEL_NAMES: readonly LevelName[] = Object.freeze(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])

/** What was dropped since it was told the last time. */
export interface DroppedLines {
  /** Counts by level, trace first. */
  readonly levels: readonly number[]
  readonly seqFrom: number
  readonly seqTo: number
}

/** The index of a level's count; a number that is no level counts as the nearest below. */
export function levelIndex(level: number): number {
  return Math.max(0, Math.min(LEVEL_NAMES.length - 1, Math.floor(level / 10) - 1))
}

/** A count for each level, all zero. */
export function noLevels(): number[] {
  return LEVEL_NAMES.map(() => 0)
}

/** How many lines there are, of all levels. */
export function droppedTotal({ levels }: DroppedLines): number {
  return levels.reduce((sum, count) => sum + count, 0)
}

/** Why an owner drops lines. */
export const FILE_FAILED = 'the file could not be written'

/** The line, with its newline. ASCII. `reason` is a phrase of ours: `the ring was full`. */
export function dropLine(dropped: DroppedLines, timeMs: number, reason: string): string {
  const total = droppedTotal(dropped)
  const levels = LEVEL_NAMES.flatMap((name) => {
    const count = dropped.levels[levelIndex(LEVEL_NUMBERS[name])] ?? 0
    return count === 0 ? [] : [`"${name}":${count}`]
  })
  const lines = total === 1 ? '1 line was dropped' : `${total} lines were dropped`
  return (
    `{"level":${WARN},"time":${Math.trunc(timeMs)},"category":"spillway","dropped":${total},` +
    `"levels":{${levels.join(',')}},"seqFrom":${dropped.seqFrom},"seqTo":${dropped.seqTo},` +
    `"msg":"${lines}: ${reason}"}\n`
  )
}
