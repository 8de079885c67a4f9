/**
 * One partition as the main thread sees it: its ring, its writer, and who owns it now. Ownership moves in one direction
 * for one writer: it starts, it runs, it ends; then another is started, or the main thread keeps the partition.
 *
 * The writer is judged by the arena alone (state, heartbeat), so all of this works while the main thread's event loop
 * stands still: in a full ring, in flushSync(), in an exit handler.
 */
import type { Worker } from 'node:worker_threads'
import type { Arena } from '../../shared/arena.js'
import {
  CLOSE_REQUESTED,
  distanceBytes,
  EPOCH,
  FLUSH_PENDING_FILES,
  FLUSH_REQUESTED,
  FLUSH_SERVED,
  HEARTBEAT,
  OWNER_MAIN_THREAD,
  OWNER_NONE,
  OWNER_RUNNING,
  OWNER_STATE,
  OWNER_STOPPED,
  PARKED,
} from '../../shared/arena-layout.js'
import { SpillwayError } from '../../shared/errors.js'
import type { OnFull } from '../../shared/options.js'
import { clearInterval, clearTimeout, monotonicMs, setInterval, setTimeout } from '../../shared/real-timers.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import { RingProducer } from '../produce/ring-producer.js'
import { reportCondition, TakenPartition } from './takeover.js'
import { WriterClient } from './writer-client.js'
import type { WriterPool } from './writer-pool.js'

/** A running writer whose heartbeat stands still for this long is taken for hung. */
const HUNG_MS = 10_000
/** How long a thread that was ended may take to be gone, before the partition is taken all the same. */
const TERMINATION_MS = 100
/** A writer that has not started after this long is not waited for any more. */
const START_MS = 10_000
/** And so much longer with an event loop that turns. */
const START_GRACE_MS = 1000
/** A partition whose writers died this often stays with the main thread. */
const DEATHS_MAX = 5
/** How often a partition that the main thread keeps is looked after when nothing is logged. */
const UPKEEP_MS = 100
/** One bounded wait for the owner. */
const WAIT_MS = 10

/** A partition, its ring and its writer. */
export class Partition {
  readonly arena: Arena
  readonly ring: RingProducer
  readonly #options: DrainOptions
  readonly #pool: WriterPool
  #client: WriterClient
  #thread: Worker | null = null
  #taken: TakenPartition | null = null
  #upkeep: NodeJS.Timeout | null = null
  #startTimer: NodeJS.Timeout | null = null
  #deaths = 0
  #lastHeartbeat = 0
  #lastLookAt = 0
  /** For how long the heartbeat was watched and did not move. */
  #unmovedMs = 0

  constructor(arena: Arena, options: DrainOptions, pool: WriterPool, onFull: OnFull) {
    this.arena = arena
    this.#options = options
    this.#pool = pool
    this.ring = new RingProducer(arena, () => this.#watchOwner(), { onFull })
    this.#client = this.#startWriter()
  }

  /** How many writers of this partition have died. */
  get deaths(): number {
    return this.#deaths
  }

  /** Whether the main thread drains the partition itself. */
  get isTaken(): boolean {
    return this.#taken !== null
  }

  /** Writes everything that was logged before the call; the successor of a writer that ends meanwhile goes on with it. */
  async flush(deadlineMs: number): Promise<void> {
    await this.#ask((client, remainingMs) => client.flush(remainingMs), deadlineMs)
    if (this.#taken !== null && !this.#taken.drain(true)) throw notWritten(this.arena)
  }

  /**
   * As `flush`, without the event loop.
   * @throws SpillwayError `ERR_SPILLWAY_TIMEOUT` or `ERR_SPILLWAY_IO`.
   */
  flushSync(deadlineMs: number): void {
    const { words } = this.arena
    const giveUpAt = monotonicMs() + deadlineMs
    const requested = this.isTaken ? 0 : Atomics.add(words, FLUSH_REQUESTED, 1) + 1
    this.ring.ring()
    while (!this.isTaken) {
      const served = Atomics.load(words, FLUSH_SERVED)
      if (distanceBytes(requested, served) >= 0) {
        if (words[FLUSH_PENDING_FILES] === 0) return
        throw notWritten(this.arena)
      }
      if (monotonicMs() >= giveUpAt) throw notInTime(this.arena, deadlineMs)
      Atomics.wait(words, FLUSH_SERVED, served, WAIT_MS) // Pairs with the notify in DrainLoop.turn().
      this.#watchOwner()
      this.ring.ring()
    }
    if (this.#taken?.drain(true) === false) throw notWritten(this.arena)
  }

  /** Ends the writer once everything is written; from then on the main thread writes what is still logged. */
  async close(deadlineMs: number): Promise<void> {
    await this.#ask((client, remainingMs) => client.close(remainingMs), deadlineMs)
    if (!this.isTaken) await this.#stopped(deadlineMs)
    if (this.keep() > 0) throw notWritten(this.arena)
  }

  /**
   * The main thread becomes the owner, for good: after close() and when the process exits. Waits up to `deadlineMs` for
   * the writer to finish; one that has not started yet is not waited for. Gives the lines that could not be written.
   */
  takeForExit(deadlineMs: number): number {
    const { words } = this.arena
    if (this.#taken === null && !this.#claimUnstarted()) {
      const giveUpAt = monotonicMs() + deadlineMs
      Atomics.store(words, CLOSE_REQUESTED, 1)
      while (Atomics.load(words, OWNER_STATE) === OWNER_RUNNING && monotonicMs() < giveUpAt) {
        this.ring.ring()
        Atomics.wait(words, OWNER_STATE, OWNER_RUNNING, WAIT_MS) // Pairs with the notify in DrainLoop's end.
        this.#watchOwner()
      }
      if (Atomics.load(words, OWNER_STATE) === OWNER_RUNNING) this.#terminate()
    }
    return this.keep()
  }

  /** From now on each entry is written by the call that logs it. Gives the lines that could not be written so far. */
  keep(): number {
    if (this.#upkeep !== null) clearInterval(this.#upkeep)
    this.#client.dispose()
    this.#clearStartTimer()
    const taken = this.#taken ?? this.#take()
    const drain = (): void => {
      if (!taken.drain(true)) taken.takeBackTorn()
      taken.closeHandles()
    }
    drain()
    this.ring.drainHere(drain)
    return taken.pendingLines
  }

  #startWriter(): WriterClient {
    const { arena } = this
    const client = new WriterClient(arena)
    const task = {
      shared: arena.shared,
      options: this.#options,
      epoch: Atomics.load(arena.words, EPOCH),
      control: client.writerPort,
    }
    const { started, thread } = this.#pool.start(task, (exitCode) => this.#onExit(exitCode))
    this.#thread = thread
    // A thread that ends before its loop runs is seen by its exit.
    started.then(
      () => this.#clearStartTimer(),
      () => {},
    )
    // Where the pool gives up making threads, nothing else would tell.
    this.#startTimer = setTimeout(() => this.#onStartTime(task.epoch), START_MS).unref()
    return client
  }

  /** A loop that stood still has kept a thread from starting: it is given some turns of it before it is judged. */
  #onStartTime(epoch: number): void {
    this.#startTimer = setTimeout(() => this.#checkStart(epoch), START_GRACE_MS).unref()
  }

  #clearStartTimer(): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer)
    this.#startTimer = null
  }

  /** A writer that has not come by now will not: the main thread takes its partition. */
  #checkStart(epoch: number): void {
    if (this.isTaken || Atomics.load(this.arena.words, EPOCH) !== epoch || !this.#claimUnstarted()) return
    reportCondition(`spillway: writer ${this.arena.partition} did not start within ${START_MS} ms.`)
    this.#takeDegraded()
  }

  #onExit(exitCode: number): void {
    const { words } = this.arena
    if (this.#taken !== null || Atomics.load(words, OWNER_STATE) === OWNER_STOPPED) return
    this.#deaths++
    this.#client.dispose()
    this.#clearStartTimer()
    if (this.#deaths > DEATHS_MAX) {
      reportCondition(
        `spillway: writer ${this.arena.partition} ended ${this.#deaths} times (last exit code ${exitCode}); ` +
          'the main thread writes its files from now on.',
      )
      this.#takeDegraded()
      return
    }
    // Raised before the successor starts; the dead thread's stores are all done.
    Atomics.add(words, EPOCH, 1)
    Atomics.store(words, PARKED, 0)
    Atomics.store(words, OWNER_STATE, OWNER_NONE)
    this.#client = this.#startWriter()
  }

  /** Ends a hung writer and takes its partition. Called while the main thread waits for it. */
  #watchOwner(): void {
    const { words } = this.arena
    if (this.#taken !== null) return
    if (Atomics.load(words, OWNER_STATE) === OWNER_STOPPED) {
      this.keep()
      return
    }
    // A successor needs this thread's event loop to start, which stands still while it is waited for.
    if (this.#deaths > 0 && this.#claimUnstarted()) {
      reportCondition(`spillway: writer ${this.arena.partition} ended; the main thread writes its files from now on.`)
      this.#takeDegraded()
      return
    }
    const now = monotonicMs()
    const heartbeat = Atomics.load(words, HEARTBEAT)
    // Only time spent watching counts: a process that was stopped as a whole has seen nothing.
    const watchedMs = Math.min(now - this.#lastLookAt, WAIT_MS * 5)
    this.#unmovedMs = heartbeat === this.#lastHeartbeat ? this.#unmovedMs + watchedMs : 0
    this.#lastHeartbeat = heartbeat
    this.#lastLookAt = now
    if (this.#unmovedMs < HUNG_MS) return
    if (Atomics.load(words, OWNER_STATE) === OWNER_RUNNING) this.#terminate()
    else if (!this.#claimUnstarted()) return
    reportCondition(`spillway: writer ${this.arena.partition} gave no sign of life for ${HUNG_MS} ms; it was replaced.`)
    this.#takeDegraded()
  }

  #takeDegraded(): void {
    this.#client.dispose()
    const taken = this.#take()
    taken.drain(false)
    this.ring.drainHere(() => taken.drain(false))
    this.#upkeep = setInterval(() => taken.drain(false), UPKEEP_MS).unref()
  }

  #take(): TakenPartition {
    this.#taken = new TakenPartition(this.arena, this.#options)
    return this.#taken
  }

  /** Takes a partition that no writer owns yet. False where one does. */
  #claimUnstarted(): boolean {
    const { words } = this.arena
    return Atomics.compareExchange(words, OWNER_STATE, OWNER_NONE, OWNER_MAIN_THREAD) === OWNER_NONE
  }

  #terminate(): void {
    // The request reaches the thread at its next step of JavaScript, also while this thread is blocked.
    void this.#thread?.terminate()
    Atomics.wait(this.arena.words, OWNER_STATE, OWNER_RUNNING, TERMINATION_MS) // Nobody notifies: a bounded pause.
  }

  /** Asks the writer, and its successor where it ends before it has answered; nobody where the main thread is the owner. */
  async #ask(call: (client: WriterClient, remainingMs: number) => Promise<void>, deadlineMs: number): Promise<void> {
    const giveUpAt = monotonicMs() + deadlineMs
    while (!this.isTaken) {
      const client = this.#client
      try {
        await call(client, Math.max(1, giveUpAt - monotonicMs()))
        return
      } catch (error) {
        if (!client.isDisposed || monotonicMs() >= giveUpAt) throw error
      }
    }
  }

  async #stopped(deadlineMs: number): Promise<void> {
    const giveUpAt = monotonicMs() + deadlineMs
    while (Atomics.load(this.arena.words, OWNER_STATE) === OWNER_RUNNING) {
      if (monotonicMs() >= giveUpAt) throw notInTime(this.arena, deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
}

function notWritten({ partition }: Arena): SpillwayError {
  return new SpillwayError('ERR_SPILLWAY_IO', 'Some files could not be written; stderr tells which.', { partition })
}

function notInTime({ partition }: Arena, deadlineMs: number): SpillwayError {
  const message = `A writer did not write everything within ${deadlineMs} ms.`
  return new SpillwayError('ERR_SPILLWAY_TIMEOUT', message, { deadlineMs, partition })
}
