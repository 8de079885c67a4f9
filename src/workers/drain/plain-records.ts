/**
 * Records that are as most are: the line kernel puts them into their files' buffers, many in one call, as the pass would
 * each by itself. It does none of them while a thread that hung may still be writing a file.
 */
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
  readonly #kernel: LineKernel | null
  readonly #parts: PlainParts

  constructor(kernel: LineKernel | null, parts: PlainParts) {
    this.#kernel = kernel
    this.#parts = parts
  }

  /** Applies about `bytes` of records from one position on. Gives the position of the first that is not one of them. */
  apply(from: number, to: number, bytes: number): number {
    const { days, known, buffers } = this.#parts
    if (this.#kernel === null || buffers.writes.hasFrozen) return from
    return this.#kernel.apply(from, to, bytes, known.count, days.day, days.startMs, days.endMs)
  }
}
