/**
 * Stage 5, the clockwork: a writer's endless loop over its partition. It drains, writes what is due, serves requests and
 * sleeps. It never depends on the main thread's event loop, and yields to its own only when a control message waits.
 *
 * Sleeping: under load it naps by itself, and nobody wakes it: a wake-up costs the application 10 microseconds and more.
 * Only when nothing came for a while does it park, and then says so in PARKED, so that the next publication rings. Both
 * are waits on BELL with a bound.
 */
import type { Arena } from '../../shared/arena.js'
import {
  BELL,
  CLOSE_REQUESTED,
  CONTROL_PENDING,
  EMERGENCY_REQUESTED,
  EPOCH,
  FLUSH_PENDING_FILES,
  FLUSH_REQUESTED,
  FLUSH_SERVED,
  HEARTBEAT,
  OWNER_NONE,
  OWNER_RUNNING,
  OWNER_STATE,
  OWNER_STOPPED,
  OWNER_TASK,
  PARKED,
  PARKS_F64,
  SYNC_FAILED_FILES,
  SYNC_REQUESTED,
} from '../../shared/arena-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import { ownThreadTask } from '../files/thread-task.js'
import { Fenced } from './fence.js'
import type { PartitionDrain } from './partition-drain.js'

/**
 * A nap lets enough lines gather for one write to take many of them, and each end of one takes the processor from the
 * application where cores are few. It is a fourth of `flushInterval` at most.
 */
const NAP_MS = 8
const NAPS_PER_FLUSH_INTERVAL = 4
/** What is published in one is not in the journal yet, and lost if the process is killed. */
const JOURNAL_NAP_MS = 1
/** After so long in naps in which nothing came, the writer parks. */
const NAPPING_MS_MAX = 32
/** The heartbeat moves at least this often. */
const PARK_MS_MAX = 2000

/** What a flush has not done. */
export interface FlushOutcome {
  /** How many files have lines that are not in them. */
  readonly pendingFiles: number
  /** Which files are not known to be on the disk, where that was asked for. */
  readonly unsynced: readonly string[]
}

/** How a loop ended. */
export type LoopEnd = 'closed' | 'fenced'

/**
 * Makes the calling thread the owner of a partition that has none. The main thread may have taken it while the thread was
 * starting: only one of the two gets it, and the other must not touch the arena. No thread of an earlier start can come
 * late and get it in the place of a later one: a writer is started only when the one before has ended or given up.
 */
export function claimPartition({ words }: Arena): boolean {
  if (Atomics.compareExchange(words, OWNER_STATE, OWNER_NONE, OWNER_RUNNING) !== OWNER_NONE) return false
  // 0 until here: whoever left the partition without an owner has seen to that, or a dead owner's number would be judged.
  Atomics.store(words, OWNER_TASK, ownThreadTask())
  return true
}

/** The loop of one writer that owns its partition. */
export class DrainLoop {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #drain: PartitionDrain
  readonly #epoch: number
  readonly #napMs: number
  #idleNaps = 0

  constructor(arena: Arena, drain: PartitionDrain, epoch: number) {
    this.#arena = arena
    this.#words = arena.words
    this.#drain = drain
    this.#epoch = epoch
    const napMs = Math.floor(drain.flushIntervalMs / NAPS_PER_FLUSH_INTERVAL)
    this.#napMs = drain.hasJournal ? JOURNAL_NAP_MS : Math.max(1, Math.min(NAP_MS, napMs))
  }

  /** Runs until it is asked to close, or until somebody else has taken the partition over. */
  async run(): Promise<LoopEnd> {
    const words = this.#words
    // Until here each publication has rung, where the main thread journaled them.
    if (Atomics.load(words, EPOCH) === this.#epoch) Atomics.store(words, PARKED, 0)
    for (;;) {
      if (Atomics.load(words, EPOCH) !== this.#epoch) return 'fenced'
      try {
        this.turn()
      } catch (error) {
        if (error instanceof Fenced) return 'fenced'
        throw error
      }
      if (Atomics.load(words, CLOSE_REQUESTED) !== 0) return this.#close()
      if (Atomics.load(words, CONTROL_PENDING) !== 0) {
        Atomics.store(words, CONTROL_PENDING, 0)
        // Two turns: one delivers the message, the other lets its answer leave.
        await eventLoopTurn()
        await eventLoopTurn()
      } else this.#sleep()
    }
  }

  /** One pass, and what is due after it. */
  turn(): void {
    const words = this.#words
    Atomics.add(words, HEARTBEAT, 1)
    // Cleared before anything is looked at: who rings after this is seen by the look or ends the sleep.
    Atomics.store(words, BELL, 0)
    // Read before the pass, so that the pass covers all that was published before the request.
    const requested = Atomics.load(words, FLUSH_REQUESTED)
    const sync = this.#isSyncRequested()
    const now = Date.now()
    const drained = this.#drain.pass(now)
    const flush = requested !== Atomics.load(words, FLUSH_SERVED)
    const isWritten = this.#drain.writeDue(now, flush)
    // The pass has emptied the ring; what is in the buffers goes by priority.
    if (Atomics.exchange(words, EMERGENCY_REQUESTED, 0) !== 0) this.#drain.relieve()
    if (flush) this.#flushed(requested, isWritten, sync)
    this.#idleNaps = drained > 0 ? 0 : this.#idleNaps + 1
  }

  /** Writes everything that is published, due or not, and brings it to the disk where that is asked for. */
  flush(sync: boolean): FlushOutcome {
    const requested = Atomics.load(this.#words, FLUSH_REQUESTED)
    const isSyncRequested = this.#isSyncRequested()
    const now = Date.now()
    this.#drain.pass(now)
    return this.#flushed(requested, this.#drain.writeDue(now, true), sync || isSyncRequested)
  }

  /** Whether a request that is not served asks for the disk. To be asked after FLUSH_REQUESTED was read. */
  #isSyncRequested(): boolean {
    const words = this.#words
    return distanceBytes(Atomics.load(words, FLUSH_SERVED), Atomics.load(words, SYNC_REQUESTED)) > 0
  }

  /** Tells whoever waits how the flush ended. */
  #flushed(requested: number, isWritten: boolean, sync: boolean): FlushOutcome {
    const words = this.#words
    // A line that was dropped waits nowhere: it is told as one file.
    const pendingFiles = isWritten ? 0 : Math.max(1, this.#drain.pendingFiles)
    const unsynced = sync ? this.#drain.sync() : []
    words[FLUSH_PENDING_FILES] = pendingFiles // Ordered by the store after them, as the next one.
    if (sync) words[SYNC_FAILED_FILES] = unsynced.length
    Atomics.store(words, FLUSH_SERVED, requested)
    Atomics.notify(words, FLUSH_SERVED) // Pairs with Partition's wait for a flush.
    return { pendingFiles, unsynced }
  }

  #sleep(): void {
    const words = this.#words
    if (this.#drain.isBehind) return
    if (this.#idleNaps * this.#napMs < NAPPING_MS_MAX) {
      const dueMs = Math.ceil(this.#drain.nextDueMs(Date.now()))
      // Pairs with RingProducer.ring(), for urgent entries and a filling ring.
      Atomics.wait(words, BELL, 0, Math.max(1, Math.min(this.#napMs, dueMs)))
      return
    }
    this.#drain.rest()
    // Said before the last look at PUBLISHED; pairs with RingProducer.publish(), which looks at it after its store.
    Atomics.store(words, PARKED, 1)
    if (this.#drain.backlogBytes === 0) {
      this.#arena.doubles[PARKS_F64] = (this.#arena.doubles[PARKS_F64] as number) + 1
      Atomics.wait(words, BELL, 0, Math.min(PARK_MS_MAX, Math.ceil(this.#drain.nextDueMs(Date.now()))))
    }
    Atomics.store(words, PARKED, 0)
  }

  /** What cannot be written now stays in the arena, for the main thread to try once more. */
  #close(): LoopEnd {
    const words = this.#words
    // A turn that took long may have been its last as the owner.
    if (Atomics.load(words, EPOCH) !== this.#epoch) return 'fenced'
    this.flush(false)
    this.#drain.closeHandles()
    // Exchanged, for the state is another owner's where this one was fenced meanwhile.
    if (Atomics.compareExchange(words, OWNER_STATE, OWNER_RUNNING, OWNER_STOPPED) !== OWNER_RUNNING) return 'fenced'
    Atomics.notify(words, OWNER_STATE) // Pairs with Partition's wait for the end.
    return 'closed'
  }
}

/** One turn of the event loop. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
