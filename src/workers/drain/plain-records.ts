/**
 * Records that are as most are: the line kernel puts them into their files' buffers, many in one call, as the pass would
 * each by itself. It does none of them while a thread that hung may still be writing a file, and none any more after it
 * has failed.
 */
import type { Arena } from '../../shared/arena.js'
import { APPLIED } from '../../shared/arena-layout.js'
import { webAssembly } from '../../shared/shared-memory.js'
import type { DayClock } from './day-clock.js'
import type { FileBuffers } from './file-buffers.js'
import type { KnownFiles } from './known-files.js'
import type { LineKernel } from './line-kernel.js'

/** What it is told of, of the same owner. */
export interface PlainParts {
  readonly days: DayClock
  readonly known: KnownFiles
  readonly buffers: FileBuffers
}

/** The plain records of one partition. */
export class PlainRecords {
  readonly #words: Int32Array
  #kernel: LineKernel | null
  readonly #parts: PlainParts

  constructor({ words }: Arena, kernel: LineKernel | null, parts: PlainParts) {
    this.#words = words
    this.#kernel = kernel
    this.#parts = parts
  }

  /** Applies about `bytes` of records from one position on. Gives the position of the first that is not one of them. */
  apply(from: number, to: number, bytes: number): number {
    const { days, known, buffers } = this.#parts
    if (this.#kernel === null || buffers.writes.hasFrozen) return from
    try {
      return this.#kernel.apply(from, to, bytes, known.count, days.day, days.startMs, days.endMs)
    } catch (error) {
      if (!(error instanceof webAssembly().RuntimeError)) throw error
      // It has met memory that is none: of a record it had not begun to apply, for its stores come last. Each successor
      // would meet it as well.
      this.#kernel = null
      return this.#words[APPLIED] as number
    }
  }
}
