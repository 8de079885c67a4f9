/**
 * The one door from the main thread into the writers' code: a partition whose writer is gone, was never there, or is to
 * end with the process, is drained here by the same code, from what the arena holds.
 */
import type { Arena } from '../../shared/arena.js'
import { EPOCH, OWNER_MAIN_THREAD, OWNER_STATE } from '../../shared/arena-layout.js'
import type { ConditionHandler } from '../../shared/conditions.js'
import type { DrainOptions, DrainOwner } from '../../shared/writer-protocol.js'
import { PartitionDrain } from '../../workers/drain/partition-drain.js'
import { writeStandardError } from '../../workers/files/log-file.js'

export { EarlyJournal } from '../../workers/drain/early-journal.js'
export { SyncPaths } from '../../workers/drain/sync-paths.js'
export { createJournal, writeZeros } from '../../workers/files/journal-file.js'
export { makeDirectory } from '../../workers/files/log-file.js'
export { isThreadTaskGone, isThreadTaskRunning } from '../../workers/files/thread-task.js'
export type { LeftoverReport, RecoverySettings } from '../../workers/recover/recover-leftover.js'
export { recoverLeftover } from '../../workers/recover/recover-leftover.js'

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
  readonly #arena: Arena
  #options: DrainOptions
  readonly #owner: DrainOwner
  /** `null` where the one before failed in the middle of something: its successor finishes that. */
  #drain: PartitionDrain | null
  #writerMayStillWrite: boolean

  /** Fences any owner before, and finishes what it had under way. */
  constructor(arena: Arena, options: DrainOptions, { onCondition, writerMayStillWrite }: TakeoverSettings) {
    // Raised first: an owner that still runs stops at its next look.
    const epoch = Atomics.add(arena.words, EPOCH, 1) + 1
    Atomics.store(arena.words, OWNER_STATE, OWNER_MAIN_THREAD)
    this.#arena = arena
    this.#options = options
    this.#owner = { epoch, onCondition }
    this.#writerMayStillWrite = writerMayStillWrite
    this.#drain = new PartitionDrain(arena, options, this.#owner)
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
    this.#with((drain) => drain.writerEnded())
  }

  /** Drains what is published, and writes what is due or everything. False where files could not be written. */
  drain(everything: boolean): boolean {
    return this.#with((drain) => {
      const now = Date.now()
      drain.pass(now)
      return drain.writeDue(now, everything)
    })
  }

  /** Brings all files to the disk. Gives the paths of those of which it is not known that all of them is there. */
  sync(): readonly string[] {
    return this.#with((drain) => drain.sync())
  }

  /** Drains and writes a part of what is published, everything of it. True where that was the last part. */
  drainSlice(): boolean {
    return this.#with((drain) => {
      const now = Date.now()
      drain.pass(now, SLICE_BYTES)
      drain.writeDue(now, true)
      return drain.backlogBytes === 0
    })
  }

  /** Leaves no part of a line at the end of a file: for now or ever this was the last attempt. */
  takeBackTorn(): void {
    this.#with((drain) => drain.takeBackTorn())
  }

  /** The process ends: what its files do not take goes elsewhere. */
  divertAll(): void {
    this.#with((drain) => drain.divertAll(Date.now()))
  }

  /** Closes the files; they are opened again by the next drain. */
  closeHandles(): void {
    this.#with((drain) => drain.closeHandles())
  }

  /** The journal's file is going to be another's, or nobody's: what comes from now on is not in it. */
  endJournal(): void {
    if (this.#options.journalDirectory === null) return
    this.closeHandles()
    this.#options = { ...this.#options, journalDirectory: null }
    this.#drain = null
  }

  /** Whether all is in files, and each file has been told of what it lacks. */
  get isWritten(): boolean {
    return this.#with((drain) => drain.pendingFiles === 0 && drain.untoldFiles === 0 && drain.backlogBytes === 0)
  }

  /** Lines that could not be written so far. */
  get pendingLines(): number {
    return this.#with((drain) => drain.pendingLines)
  }

  /**
   * What throws here (in a log call at the end of the stack, most of all) may have left something half done. As after a
   * death, a successor that knows nothing but the arena finishes it.
   */
  #with<T>(act: (drain: PartitionDrain) => T): T {
    const drain = this.#drain ?? this.#successor()
    this.#drain = null
    try {
      const result = act(drain)
      this.#drain = drain
      return result
    } catch (error) {
      drain.closeHandles()
      throw error
    }
  }

  #successor(): PartitionDrain {
    const drain = new PartitionDrain(this.#arena, this.#options, this.#owner)
    drain.resume()
    return drain
  }
}

/** Tells an operator of a condition, on stderr. Never throws. */
export const reportCondition: (line: string) => void = writeStandardError
