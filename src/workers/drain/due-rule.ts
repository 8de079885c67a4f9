/**
 * When a file's pending lines are to be written: at once where they are urgent or durable, else by their count, their bytes or their
 * age, counted from the oldest of them. A file that could not be written is left alone for its pause.
 *
 * An owner that is behind does not write for the count: the ring has to be drained before it is full, and fewer writes, of
 * fuller buffers, are how the owner catches up. So files that fill evenly, and are due all at once, are not written all in a row.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import {
  FILE_DURABLE,
  FILE_PART_STATE,
  FILE_PENDING_BYTES,
  FILE_PENDING_LINES,
  FILE_PENDING_SINCE_F64,
  PARTS_ENDED,
} from '../../shared/arena-layout.js'
import { URGENT_PRIORITY } from '../../shared/priorities.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import { RingRecords } from './ring-records.js'
import type { WriteFaults } from './write-faults.js'

/** Judges the files of one partition. */
export class DueRule {
  readonly #arena: Arena
  readonly #options: DrainOptions
  readonly #faults: WriteFaults
  readonly #records: RingRecords

  constructor(arena: Arena, options: DrainOptions, faults: WriteFaults) {
    this.#arena = arena
    this.#options = options
    this.#faults = faults
    this.#records = new RingRecords(arena)
  }

  /** Whether a file with pending lines is to be written now. */
  isDue(file: number, priority: number, nowMs: number): boolean {
    if (this.#rests(file, nowMs)) return false
    if (priority === URGENT_PRIORITY) return true
    const { words } = this.#arena
    const entry = fileEntryWord(this.#arena, file)
    if (words[entry + FILE_DURABLE] === 1) return true
    // The end of a line whose beginning is in the file: while it is pending the file is torn.
    if (words[entry + FILE_PART_STATE] === PARTS_ENDED) return true
    if ((words[entry + FILE_PENDING_BYTES] as number) >= this.#options.dueBytes) return true
    const since = this.#pendingSinceMs(file)
    // A clock that was set back must not hold lines up.
    if (nowMs - since >= this.#options.flushIntervalMs || nowMs < since) return true
    return (words[entry + FILE_PENDING_LINES] as number) >= this.#options.linesMax && !this.#records.isBehind
  }

  /** When the next of these files is due by age, in milliseconds from now; `Infinity` where there is none. */
  nextMs(files: readonly number[], nowMs: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const file of files) {
      const dueMs = this.#pendingSinceMs(file) + this.#options.flushIntervalMs - nowMs
      // What is overdue and still pending has no other place either, for now.
      const restMs = dueMs <= 0 || this.#rests(file, nowMs) ? this.#faults.waitMs(file, nowMs) : 0
      next = Math.min(next, Math.max(dueMs, restMs))
    }
    return Math.max(0, next)
  }

  /** A file whose lines go elsewhere is due as any other. */
  #rests(file: number, nowMs: number): boolean {
    return this.#faults.waitMs(file, nowMs) > 0 && !this.#faults.isGivenUp(file)
  }

  #pendingSinceMs(file: number): number {
    return this.#arena.doubles[(fileEntryWord(this.#arena, file) >> 1) + FILE_PENDING_SINCE_F64] as number
  }
}
