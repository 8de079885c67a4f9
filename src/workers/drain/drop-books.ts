/**
 * The books of lines that an owner had to drop, in the arena: by category and level since the beginning, and by file and
 * level since they were told in it. Dropping the same record twice counts it once: before the counters change, the
 * record's position and their values are stored, and a successor that drops it anew counts from those.
 */
import { type Arena, fileEntryWord, NO_POSITION } from '../../shared/arena.js'
import {
  DROP_ROW_BYTES,
  DROP_ROW_CATEGORY_F64,
  DROP_ROW_LEVELS_F64,
  DROP_ROWS,
  DROPPING_FILE_BASE_F64,
  DROPPING_POSITION,
  DROPPING_ROW_BASE_F64,
  FILE_DROPPED_FROM_F64,
  FILE_DROPPED_LEVELS_F64,
  FILE_DROPPED_TO_F64,
  LEVEL_COUNT,
} from '../../shared/arena-layout.js'
import { dropLine, FILE_FAILED, levelIndex } from '../../shared/drop-line.js'

/** A line that is dropped. */
export interface DroppedLine {
  readonly file: number
  readonly level: number
  readonly seq: number
  /** The dictionary id of its category. */
  readonly category: number
  /** Of its record; `NO_POSITION` where that is gone. */
  readonly position: number
}

const ROW_DOUBLES = DROP_ROW_BYTES / 8

/** The books of one partition. */
export class DropBooks {
  readonly #arena: Arena
  readonly #doubles: Float64Array
  readonly #rows = new Map<number, number>()
  /** Files with lines that were dropped and are not told of. */
  readonly #untold = new Set<number>()
  #dropped = 0

  constructor(arena: Arena, fileCount: number) {
    this.#arena = arena
    this.#doubles = arena.doubles
    for (let row = 0; row < DROP_ROWS - 1; row++) {
      const category = (this.#doubles[this.#rowDouble(row) + DROP_ROW_CATEGORY_F64] as number) - 1
      if (category < 0) break
      this.#rows.set(category, row)
    }
    for (let file = 0; file < fileCount; file++)
      if (this.#levelsOf(file).some((count) => count > 0)) this.#untold.add(file)
  }

  /** How many lines this owner has dropped. */
  get dropped(): number {
    return this.#dropped
  }

  /** The files that have to be told of lines they lack. */
  get untold(): ReadonlySet<number> {
    return this.#untold
  }

  /** Counts a line. */
  drop(line: DroppedLine): void {
    const doubles = this.#doubles
    const level = levelIndex(line.level)
    const row = this.#rowDouble(this.#rowOf(line.category)) + DROP_ROW_LEVELS_F64 + level
    const entry = fileEntryWord(this.#arena, line.file) >> 1
    const fileCount = entry + FILE_DROPPED_LEVELS_F64 + level
    const isAnew = line.position !== NO_POSITION && this.isDropping(line.position)
    if (!isAnew) {
      this.settled()
      doubles[DROPPING_ROW_BASE_F64] = doubles[row] as number
      doubles[DROPPING_FILE_BASE_F64] = doubles[fileCount] as number
      this.#arena.words[DROPPING_POSITION] = line.position
    }
    this.#dropped++
    // Not in their order: a line in parts, or one of a thread that hung, may be given up after those behind it.
    const isFirst = !this.#untold.has(line.file)
    const from = entry + FILE_DROPPED_FROM_F64
    const to = entry + FILE_DROPPED_TO_F64
    if (isFirst || line.seq < (doubles[from] as number)) doubles[from] = line.seq
    if (isFirst || line.seq > (doubles[to] as number)) doubles[to] = line.seq
    this.#untold.add(line.file)
    doubles[row] = (doubles[DROPPING_ROW_BASE_F64] as number) + 1
    doubles[fileCount] = (doubles[DROPPING_FILE_BASE_F64] as number) + 1
  }

  /** Whether the record at a position is being dropped. */
  isDropping(position: number): boolean {
    return this.#arena.words[DROPPING_POSITION] === position
  }

  /** The owner is past the record that was dropped last: its position may come again. */
  settled(): void {
    if (this.#arena.words[DROPPING_POSITION] !== NO_POSITION) this.#arena.words[DROPPING_POSITION] = NO_POSITION
  }

  /** The line that tells of what a file lacks. */
  line(file: number, nowMs: number): string {
    const entry = fileEntryWord(this.#arena, file) >> 1
    const seqFrom = this.#doubles[entry + FILE_DROPPED_FROM_F64] as number
    const seqTo = this.#doubles[entry + FILE_DROPPED_TO_F64] as number
    return dropLine({ levels: this.#levelsOf(file), seqFrom, seqTo }, nowMs, FILE_FAILED)
  }

  /** The file has been told. Doing this twice is doing it once. */
  told(file: number): void {
    const levels = (fileEntryWord(this.#arena, file) >> 1) + FILE_DROPPED_LEVELS_F64
    for (let level = 0; level < LEVEL_COUNT; level++) this.#doubles[levels + level] = 0
    this.#untold.delete(file)
  }

  #levelsOf(file: number): number[] {
    const levels = (fileEntryWord(this.#arena, file) >> 1) + FILE_DROPPED_LEVELS_F64
    return Array.from(this.#doubles.subarray(levels, levels + LEVEL_COUNT))
  }

  /** The row of a category; the last one serves those that came too late. */
  #rowOf(category: number): number {
    const known = this.#rows.get(category)
    if (known !== undefined) return known
    const row = this.#rows.size
    if (row >= DROP_ROWS - 1) return DROP_ROWS - 1
    this.#rows.set(category, row)
    this.#doubles[this.#rowDouble(row) + DROP_ROW_CATEGORY_F64] = category + 1
    return row
  }

  #rowDouble(row: number): number {
    return (this.#arena.offsets.dropTable >> 3) + row * ROW_DOUBLES
  }
}
