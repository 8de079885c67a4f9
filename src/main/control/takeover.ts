/**
 * The one door from the main thread into the writers' code: a partition whose writer is gone, was never there, or is to
 * end with the process, is drained here by the same code, from what the arena holds.
 */
import type { Arena } from '../../shared/arena.js'
import { EPOCH, OWNER_MAIN_THREAD, OWNER_STATE } from '../../shared/arena-layout.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import { PartitionDrain } from '../../workers/drain/partition-drain.js'
import { writeStandardError } from '../../workers/files/log-file.js'

/** A partition in the main thread's hands. */
export class TakenPartition {
  readonly #drain: PartitionDrain

  /** Fences any owner before, and finishes what it had under way. */
  constructor(arena: Arena, options: DrainOptions) {
    // Raised first: an owner that still runs stops at its next look.
    Atomics.add(arena.words, EPOCH, 1)
    Atomics.store(arena.words, OWNER_STATE, OWNER_MAIN_THREAD)
    this.#drain = new PartitionDrain(arena, options)
    this.#drain.resume()
  }

  /** Drains what is published, and writes what is due or everything. False where files could not be written. */
  drain(everything: boolean): boolean {
    const now = Date.now()
    this.#drain.pass(now)
    return this.#drain.writeDue(now, everything)
  }

  /** Leaves no part of a line at the end of a file: for now or ever this was the last attempt. */
  takeBackTorn(): void {
    this.#drain.takeBackTorn()
  }

  /** Closes the files; they are opened again by the next drain. */
  closeHandles(): void {
    this.#drain.closeHandles()
  }

  /** Lines that could not be written so far. */
  get pendingLines(): number {
    return this.#drain.pendingLines
  }
}

/** Tells an operator of a condition, on stderr. Never throws. */
export const reportCondition: (line: string) => void = writeStandardError
