/**
 * One partition as the rest of the main thread sees it: its ring, and the requests that its owner serves, whoever that is
 * at the moment. All waits are bounded, and none but those of the async methods needs the event loop.
 */
import type { Arena } from '../../shared/arena.js'
import {
  APPLIED,
  CLOSE_REQUESTED,
  COMMITTED,
  FLUSH_PENDING_FILES,
  FLUSH_REQUESTED,
  FLUSH_SERVED,
  OWNER_RUNNING,
  OWNER_STATE,
  PUBLISHED,
  SYNC_FAILED_FILES,
  SYNC_REQUESTED,
} from '../../shared/arena-layout.js'
import { SpillwayError } from '../../shared/errors.js'
import { distanceBytes } from '../../shared/positions.js'
import { clearInterval, monotonicMs, setImmediate, setInterval, setTimeout } from '../../shared/real-timers.js'
import { notSynced } from '../../shared/sync-error.js'
import { RingProducer } from '../produce/ring-producer.js'
import { PartitionOwner, type PartitionSettings } from './partition-owner.js'
import { patienceFactor } from './progress-watch.js'
import { SyncPaths, type TakenPartition } from './takeover.js'
import type { WriterClient } from './writer-client.js'
import type { WriterPool } from './writer-pool.js'

/** One bounded wait for the owner. */
const WAIT_MS = 10
/** How often the owner is looked after while a promise waits for it. */
const PASSING_LOOK_MS = 50
/** What close() keeps of its deadline for ending the thread: a tenth of it, and no more than this. */
const CLOSE_RESERVE_MS = 1000

/** What is not in files. */
export interface Unwritten {
  /** Bytes of records in the ring. */
  readonly ringBytes: number
  /** Lines that wait for files that could not be written. */
  readonly lines: number
}

/** A partition, its ring and its owner. */
export class Partition {
  readonly arena: Arena
  readonly ring: RingProducer
  readonly #owner: PartitionOwner
  readonly #onUnwritten: () => void
  readonly #syncPaths: SyncPaths

  constructor(arena: Arena, settings: PartitionSettings, pool: WriterPool) {
    this.arena = arena
    const onStill = (): void => this.#owner.look()
    this.ring = new RingProducer(arena, () => this.#owner.watch(), { onFull: settings.onFull, onStill })
    this.#owner = new PartitionOwner(arena, this.ring, settings, pool)
    this.#onUnwritten = settings.onUnwritten
    this.#syncPaths = new SyncPaths(arena, settings.drain)
  }

  /** How many writers of this partition have died. */
  get deaths(): number {
    return this.#owner.deaths
  }

  /** Whether the end has nothing left to do here. */
  get isWritten(): boolean {
    return this.#owner.taken?.isWritten === true
  }

  /** What is not in files so far; while a writer owns the partition, by the ring alone. */
  get unwritten(): Unwritten {
    const { words } = this.arena
    const { taken } = this.#owner
    const published = Atomics.load(words, PUBLISHED)
    if (taken === null) return { lines: 0, ringBytes: distanceBytes(Atomics.load(words, COMMITTED), published) }
    return { lines: taken.pendingLines, ringBytes: distanceBytes(words[APPLIED] as number, published) }
  }

  /**
   * Writes everything that was logged before the call, and brings it to the disk where `sync` is asked for; the successor of
   * a writer that ends meanwhile goes on with it.
   */
  async flush(deadlineMs: number, sync = false): Promise<void> {
    const giveUpAt = monotonicMs() + deadlineMs
    const remainingMs = (): number => Math.max(1, giveUpAt - monotonicMs())
    for (;;) {
      await this.#watched(() => this.#ask((client, withinMs) => client.flush(withinMs, sync), remainingMs()))
      const { taken } = this.#owner
      if (taken === null) return
      if (taken.drain(true)) {
        if (sync) checkSynced(taken)
        return
      }
      if (!taken.writerMayStillWrite || monotonicMs() >= giveUpAt) throw notWritten(this.arena)
      // One file waits for a thread that hangs.
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
    }
  }

  /** Asks the owner to write everything that was logged so far; the number is for `flushed`. */
  requestFlush(sync = false): number {
    const { words } = this.arena
    const requested = (Atomics.load(words, FLUSH_REQUESTED) + 1) | 0 // Nobody else stores it.
    if (sync) Atomics.store(words, SYNC_REQUESTED, requested) // Before the request: whoever serves it must know.
    Atomics.store(words, FLUSH_REQUESTED, requested)
    this.ring.ring()
    return requested
  }

  /**
   * Blocks until what was asked for by `requestFlush` is written.
   * @throws SpillwayError `ERR_SPILLWAY_TIMEOUT`, `ERR_SPILLWAY_IO`, or `ERR_SPILLWAY_SYNC` where `sync` was asked for.
   */
  flushed(requested: number, deadlineMs: number, sync = false): void {
    const { words } = this.arena
    const giveUpAt = monotonicMs() + deadlineMs
    while (this.#owner.taken === null) {
      const served = Atomics.load(words, FLUSH_SERVED)
      if (distanceBytes(requested, served) >= 0) {
        if (words[FLUSH_PENDING_FILES] !== 0) throw notWritten(this.arena)
        const unsynced = words[SYNC_FAILED_FILES] as number
        if (!sync || unsynced === 0) return
        throw notSynced(this.#syncPaths.failed(), unsynced)
      }
      if (monotonicMs() >= giveUpAt) throw notInTime(this.arena, deadlineMs)
      Atomics.wait(words, FLUSH_SERVED, served, WAIT_MS) // Pairs with the notify in DrainLoop.turn().
      this.#owner.watch(patienceFactor(this.arena))
      this.ring.ring()
    }
    const { taken } = this.#owner
    while (!taken.drainSlice()) if (monotonicMs() >= giveUpAt) throw notInTime(this.arena, deadlineMs)
    while (!taken.drain(true)) {
      if (!taken.writerMayStillWrite || monotonicMs() >= giveUpAt) throw notWritten(this.arena)
      this.waitForEnd()
      this.#owner.watch()
    }
    if (sync) checkSynced(taken)
  }

  /**
   * Ends the writer once everything is written; from then on the main thread writes what is still logged. What it has to
   * write itself comes in slices, with a turn of the event loop between them.
   */
  async close(deadlineMs: number): Promise<void> {
    const owner = this.#owner
    const reserveMs = Math.min(CLOSE_RESERVE_MS, deadlineMs / 10)
    const askMs = deadlineMs - reserveMs
    owner.beginEnd(deadlineMs)
    try {
      await this.#watched(async () => {
        const giveUpAt = monotonicMs() + askMs
        await this.#ask((client, remainingMs) => client.close(remainingMs), askMs)
        await this.#stopped(giveUpAt)
      })
    } catch {
      // Its writer did not do it: the main thread does.
    }
    if (owner.taken === null) await owner.takeByForce()
    const { taken } = owner
    if (taken === null) throw notInTime(this.arena, deadlineMs)
    while (!taken.drainSlice()) await new Promise((resolve) => setImmediate(resolve))
    if (!this.#keep(taken)) throw notWritten(this.arena)
  }

  /** The process ends within `deadlineMs`: asks the writer to write everything, and takes what has none. */
  beginExit(deadlineMs: number): void {
    this.#owner.beginEnd(deadlineMs)
    this.#owner.claimUnstarted()
    if (this.#owner.taken !== null) return
    Atomics.store(this.arena.words, CLOSE_REQUESTED, 1)
    this.ring.ring()
  }

  /** Waits a moment for the writer to end. */
  waitForEnd(): void {
    const { words } = this.arena
    // Pairs with the notify in DrainLoop's end; where the main thread is the owner it is a pause.
    Atomics.wait(words, OWNER_STATE, Atomics.load(words, OWNER_STATE), WAIT_MS)
  }

  /** Goes on with the end as far as it can be gone on with, until `giveUpAt`. True where nothing is left to be done. */
  exitStep(giveUpAt: number): boolean {
    if (this.#owner.taken === null) this.ring.ring()
    this.#owner.watch()
    const { taken } = this.#owner
    if (taken === null) return false
    let isDrained = taken.drainSlice()
    while (!isDrained && monotonicMs() < giveUpAt) isDrained = taken.drainSlice()
    if (isDrained) this.#keep(taken)
    return isDrained && !taken.writerMayStillWrite
  }

  /** The last thing of all: what its files do not take goes elsewhere. */
  divert(): void {
    const { taken } = this.#owner
    if (taken === null) return
    taken.divertAll()
    taken.closeHandles()
  }

  /** What keeps its entries is given up: another process, or another Spillway of this one, may take it. */
  endJournal(): void {
    this.#owner.taken?.endJournal()
  }

  /** From now on each entry is written by the call that logs it. False where lines could not be written so far. */
  #keep(taken: TakenPartition): boolean {
    this.#owner.stopUpkeep()
    const drain = (): boolean => {
      this.#owner.watch()
      const isWritten = taken.drain(true)
      if (!isWritten) taken.takeBackTorn()
      taken.closeHandles()
      return isWritten
    }
    this.ring.drainHere(() => {
      if (!drain()) this.#onUnwritten()
    })
    drain()
    return taken.pendingLines === 0
  }

  /** Asks the writer, and its successor where it ends before it has answered; nobody where the main thread is the owner. */
  async #ask(call: (client: WriterClient, remainingMs: number) => Promise<void>, deadlineMs: number): Promise<void> {
    const giveUpAt = monotonicMs() + deadlineMs
    for (;;) {
      const { client, taken } = this.#owner
      if (taken !== null || client === null) return
      try {
        await call(client, Math.max(1, giveUpAt - monotonicMs()))
        return
      } catch (error) {
        if (!client.isDisposed || monotonicMs() >= giveUpAt) throw error
      }
    }
  }

  async #watched(wait: () => Promise<void>): Promise<void> {
    const looks = setInterval(() => this.#owner.watchInPassing(), PASSING_LOOK_MS)
    try {
      await wait()
    } finally {
      clearInterval(looks)
    }
  }

  async #stopped(giveUpAt: number): Promise<void> {
    while (Atomics.load(this.arena.words, OWNER_STATE) === OWNER_RUNNING && monotonicMs() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
}

function checkSynced(taken: TakenPartition): void {
  const unsynced = taken.sync()
  if (unsynced.length > 0) throw notSynced(unsynced, unsynced.length)
}

function notWritten({ partition }: Arena): SpillwayError {
  return new SpillwayError('ERR_SPILLWAY_IO', 'Some files could not be written; stderr tells which.', { partition })
}

function notInTime({ partition }: Arena, deadlineMs: number): SpillwayError {
  const message = `A writer did not write everything within ${deadlineMs} ms.`
  return new SpillwayError('ERR_SPILLWAY_TIMEOUT', message, { deadlineMs, partition })
}
