/**
 * Lines that are lost, by category and level: what full rings refused on this thread, and what owners dropped, which
 * their arenas' drop tables hold.
 */
import type { Arena } from '../../shared/arena.js'
import {
  DROP_ROW_BYTES,
  DROP_ROW_CATEGORY_F64,
  DROP_ROW_LEVELS_F64,
  DROP_ROWS,
  LEVEL_COUNT,
} from '../../shared/arena-layout.js'
import { LEVEL_NAMES, noLevels } from '../../shared/drop-line.js'
import type { LevelName } from '../../shared/levels.js'

/** Counts by level; levels that lost nothing are left out. */
export type DroppedByLevel = Readonly<Partial<Record<LevelName, number>>>
/** The same for each category that lost something. `other` has also the lines whose category is not known any more. */
export type DroppedByCategory = Readonly<Record<string, DroppedByLevel>>

/** The category of lines that are counted under none. */
const OTHER = 'other'

/** What was lost, and how many lines that is. */
export interface DroppedLinesStats {
  readonly lines: number
  readonly byCategory: DroppedByCategory
}

/** Adds up what was refused and what the drop tables hold. `nameOf` gives the category of a dictionary id. */
export function readDroppedLines(
  arenas: readonly Arena[],
  refused: ReadonlyMap<number, readonly number[]>,
  nameOf: (dictionaryId: number) => string | null,
): DroppedLinesStats {
  const sums = new Map<string, number[]>()
  let lines = 0
  const add = (dictionaryId: number, countOf: (level: number) => number): void => {
    for (let level = 0; level < LEVEL_COUNT; level++) {
      const count = countOf(level)
      if (count === 0) continue
      const name = nameOf(dictionaryId) ?? OTHER
      const counts = sums.get(name) ?? noLevels()
      counts[level] = (counts[level] as number) + count
      sums.set(name, counts)
      lines += count
    }
  }
  for (const [dictionaryId, counts] of refused) add(dictionaryId, (level) => counts[level] as number)
  for (const { doubles, offsets } of arenas) {
    for (let row = 0; row < DROP_ROWS; row++) {
      const at = (offsets.dropTable + row * DROP_ROW_BYTES) / 8
      const dictionaryId = (doubles[at + DROP_ROW_CATEGORY_F64] as number) - 1
      add(dictionaryId, (level) => doubles[at + DROP_ROW_LEVELS_F64 + level] as number)
    }
  }
  // Own members whatever the category is called.
  return { lines, byCategory: Object.fromEntries([...sums].map(([name, counts]) => [name, byLevel(counts)])) }
}

function byLevel(counts: readonly number[]): DroppedByLevel {
  const named = LEVEL_NAMES.map((name, level) => [name, counts[level] as number] as const)
  return Object.fromEntries(named.filter(([, count]) => count > 0))
}
