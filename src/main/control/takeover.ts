/**
 * The one door from the main thread into the writers' code: a partition whose writer is gone, was never there, or is to
 * end with the process, is drained here by the same code, from what the arena holds.
 */
import type { Arena } from '../../shared/arena.js'
import { EPOCH, OWNER_MAIN_THREAD, OWNER_STATE } from '../../shared/arena-layout.js'
import type { ConditionHandler } from '../../shared/conditions.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import { PartitionDrain } from '../../workers/drain/partition-drain.js'
import { writeStandardError } from '../../workers/files/log-file.js'

export { isThreadTaskGone } from '../../workers/files/thread-task.js'

/** What the main thread writes before it looks at the clock, in bytes of records. */
const SLICE_BYTES = 256 * 1024

/** How a partition is taken. */
export interface TakeoverSettings {
  readonly onCondition: ConditionHandler
  /** The thread of the owner before is not known to have ended: a write(2) of its may be under way. */
  readonly writerMayStillWrite: boolean
}

/** A partition in the main thread's hands. */
export class TakenPartition {
  readonly #drain: PartitionDrain
  #writerMayStillWrite: boolean

  /** Fences any owner before, and finishes what it had under way. */
  constructor(arena: Arena, options: DrainOptions, { onCondition, writerMayStillWrite }: TakeoverSettings) {
    // Raised first: an owner that still runs stops at its next look.
    const epoch = Atomics.add(arena.words, EPOCH, 1) + 1
    Atomics.store(arena.words, OWNER_STATE, OWNER_MAIN_THREAD)
    this.#writerMayStillWrite = writerMayStillWrite
    this.#drain = new PartitionDrain(arena, options, { epoch, onCondition })
    this.#drain.resume(writerMayStillWrite)
  }

  /** Whether the writer before has not ended: then the file that it was writing waits for it. */
  get writerMayStillWrite(): boolean {
    return this.#writerMayStillWrite
  }

  /** The writer before has ended. */
  writerEnded(): void {
    if (!this.#writerMayStillWrite) return
    this.#writerMayStillWrite = false
    this.#drain.writerEnded()
  }

  /** Drains what is published, and writes what is due or everything. False where files could not be written. */
  drain(everything: boolean): boolean {
    const now = Date.now()
    this.#drain.pass(now)
    return this.#drain.writeDue(now, everything)
  }

  /** Drains and writes a part of what is published, everything of it. True where that was the last part. */
  drainSlice(): boolean {
    const now = Date.now()
    this.#drain.pass(now, SLICE_BYTES)
    this.#drain.writeDue(now, true)
    return this.#drain.backlogBytes === 0
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
