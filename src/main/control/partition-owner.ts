/**
 * Who owns a partition, and how it changes hands:
 *
 *   nobody (a writer starts) -> the writer -> nobody (it died: its successor starts) -> ...
 *   nobody, or a writer that is dead or hangs -> the main thread -> nobody (a writer starts) -> ...
 *   at close() and at the end of the process: the main thread, for good, once the writer has stopped
 *
 * While it is nobody's the main thread may write its journal, and nothing else of it: early-journaling.ts.
 *
 * The owner is judged by the arena and the kernel (state, task, progress), so this works while the main thread's event
 * loop stands still: in a full ring, in flushSync(), in an exit handler.
 *
 * A writer is started only when the one before has ended or given up, so that no thread of an earlier start can claim the
 * partition in the place of a later one. The main thread hands a partition back in this order: its last pass; its files
 * closed; the ring told that nobody drains it here; the epoch raised, so that nothing of the old owner counts; no task;
 * and only then the state of nobody, which the writer exchanges for its own, or the main thread where it has to wait.
 */
import type { Arena } from '../../shared/arena.js'
import {
  EPOCH,
  OWNER_MAIN_THREAD,
  OWNER_NONE,
  OWNER_RUNNING,
  OWNER_STATE,
  OWNER_STOPPED,
  PASSES_F64,
} from '../../shared/arena-layout.js'
import type { ConditionHandler, ConditionKind } from '../../shared/conditions.js'
import type { OnFull } from '../../shared/options.js'
import { clearInterval, clearTimeout, monotonicMs, setInterval, setTimeout } from '../../shared/real-timers.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import type { RingProducer } from '../produce/ring-producer.js'
import type { Conditions } from './conditions.js'
import { EarlyJournaling } from './early-journaling.js'
import { ProgressWatch } from './progress-watch.js'
import { RoutineWatch } from './routine-watch.js'
import { TakenPartition } from './takeover.js'
import { claimVacant, leaveVacant } from './vacancy.js'
import type { WriterClient } from './writer-client.js'
import { WriterDeaths } from './writer-deaths.js'
import { Writer } from './writer-life.js'
import type { WriterPool } from './writer-pool.js'

/** No writer is taken for hung sooner, however short a deadline is. */
const PATIENCE_MS_MIN = 100
/** How long a thread that was ended may take to be gone, before the partition is taken all the same. */
const TERMINATION_MS = 1000
/** A writer that has not started after this many of its timeouts is not waited for any more. */
const START_TIMEOUTS = 2
/** And so many turns of the event loop longer, so far apart. */
const START_GRACE_TURNS = 20
const START_TURN_MS = 50
/** A start that waits for the event loop is not waited for longer than this by whoever logs meanwhile. */
const START_LOOK_MS = 200
/** A probe that has lived for so long closes the breaker. */
const PROBATION_MS = 3000
/** How often a partition that the main thread keeps is looked after when nothing is logged. */
const UPKEEP_MS = 100
/** Looks from within log calls are no more frequent than this. */
const LOOK_MS_MIN = 10

/** What all partitions of a Spillway have in common. */
export interface PartitionSettings {
  readonly drain: DrainOptions
  readonly onFull: OnFull
  readonly writerTimeoutMs: number
  readonly conditions: Conditions
  /** Told when the main thread, after close(), could not write what was logged. */
  readonly onUnwritten: () => void
}

/** The owner of one partition. Where the main thread is not, there is a writer, running or starting. */
export class PartitionOwner {
  readonly #arena: Arena
  readonly #ring: RingProducer
  readonly #settings: PartitionSettings
  readonly #pool: WriterPool
  readonly #deaths = new WriterDeaths()
  readonly #progress: ProgressWatch
  readonly #relay: ConditionHandler
  readonly #routine: RoutineWatch
  readonly #early: EarlyJournaling
  /** The writer that runs or starts, and the one that was left and has not ended. */
  #writer: Writer | null = null
  #taken: TakenPartition | null = null
  #upkeep: NodeJS.Timeout | null = null
  #startTimer: NodeJS.Timeout | null = null
  #handBackTimer: NodeJS.Timeout | null = null
  #probation: NodeJS.Timeout | null = null
  /** No writer is started any more. */
  #isEnding = false
  #patienceMs: number
  #terminationMs = TERMINATION_MS
  #lastLookAt = 0
  /** A writer that hangs and cannot be ended was told of, and not that it is over. */
  #isHangOpen = false

  constructor(arena: Arena, ring: RingProducer, settings: PartitionSettings, pool: WriterPool) {
    this.#arena = arena
    this.#ring = ring
    this.#settings = settings
    this.#pool = pool
    this.#progress = new ProgressWatch(arena)
    this.#relay = (condition) => settings.conditions.relay(condition)
    this.#patienceMs = settings.writerTimeoutMs
    this.#routine = new RoutineWatch(arena, settings.writerTimeoutMs, () => this.watchInPassing(true))
    this.#early = new EarlyJournaling(arena, ring, settings.drain.journalDirectory, () => this.look())
    this.#startWriter()
  }

  /** How many writers have died, or had to be ended. */
  get deaths(): number {
    return this.#deaths.count
  }

  /** The partition, where the main thread drains it itself. */
  get taken(): TakenPartition | null {
    return this.#taken
  }

  /** For calls to the writer; disposed of where the main thread has the partition. */
  get client(): WriterClient | null {
    return this.#writer?.client ?? null
  }

  /** Looks after the owner while the main thread waits for it, and takes the partition where nobody else will go on. */
  watch(patience = 1): void {
    if (this.#taken !== null) {
      if (this.#taken.writerMayStillWrite && this.#writer?.isGone) this.#taken.writerEnded()
      return
    }
    const state = Atomics.load(this.#arena.words, OWNER_STATE)
    if (this.#takeFromNobody(state) || this.#takeFromDead()) return
    // Its start needs this thread's event loop, which stands still while it is waited for.
    if (state === OWNER_NONE && this.#writer?.waitsForEventLoop) this.#takeUnstarted()
    if (this.#taken !== null) return
    const unmovedMs = this.#progress.unmovedMs()
    if (state === OWNER_RUNNING && unmovedMs >= this.#patienceMs * patience) this.#takeFromHung()
    else if (unmovedMs >= this.#patienceMs * START_TIMEOUTS) this.#takeUnstarted()
  }

  /** The owner has not moved, as a log call sees it. Costs little, and waits for nothing. */
  look(): void {
    const now = monotonicMs()
    if (this.#taken !== null || now - this.#lastLookAt < LOOK_MS_MIN) return
    this.#lastLookAt = now
    if (this.#takeFromNobody(Atomics.load(this.#arena.words, OWNER_STATE)) || this.#takeFromDead()) return
    if (this.#writer === null) return
    this.watchInPassing()
    // As long as the event loop turns now and then, the start is the better way.
    if (this.#writer.waitsForEventLoop && now - this.#writer.startedAtMs > START_LOOK_MS) this.#takeUnstarted()
  }

  /** Has a writer that hangs end, and waits for nothing: a later look finds it gone, or in a system call, and goes on here. */
  watchInPassing(isHung = this.#progress.isUnmovedFor(this.#patienceMs)): void {
    const writer = this.#writer
    if (this.#taken !== null || Atomics.load(this.#arena.words, OWNER_STATE) !== OWNER_RUNNING) return
    if (!isHung || writer === null) return
    if (!writer.isEnding) {
      this.#report('warning', 'WRITER_HUNG', `gave no sign of life for ${this.#patienceMs} ms, and is ended.`)
      writer.end()
    } else if (!this.#isEnding && writer.endingMs >= this.#terminationMs && !writer.isGone) this.#takeFromHung(false)
  }

  /** No writer is started from now on. Within `deadlineMs` must be time to find that one hangs, and to write what it left. */
  beginEnd(deadlineMs: number): void {
    this.#isEnding = true
    this.#patienceMs = Math.max(PATIENCE_MS_MIN, Math.min(this.#settings.writerTimeoutMs, deadlineMs / 2))
    this.#terminationMs = Math.min(TERMINATION_MS, deadlineMs / 10)
    for (const timer of [this.#handBackTimer, this.#probation]) if (timer !== null) clearTimeout(timer)
  }

  /** The main thread takes a partition that no writer has yet. */
  claimUnstarted(): void {
    if (this.#taken === null) this.#takeUnstarted()
  }

  /** The main thread takes the partition, whatever its writer does: it was asked to end, and had its time. */
  async takeByForce(): Promise<void> {
    const { words } = this.#arena
    this.claimUnstarted()
    if (this.#taken !== null || Atomics.load(words, OWNER_STATE) === OWNER_STOPPED) {
      this.watch()
      return
    }
    const writer = this.#writer
    Atomics.add(words, EPOCH, 1)
    writer?.end()
    const giveUpAt = monotonicMs() + this.#terminationMs
    while (this.#writer === writer && !writer?.isGone && monotonicMs() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    if (this.#taken !== null) return
    const mayStillWrite = this.#writer === writer && !writer?.isGone
    if (mayStillWrite) this.#reportHanging('was asked to end, and does not')
    this.#carry(mayStillWrite)
  }

  /** No further upkeep: whoever took the partition for good says when it is drained. */
  stopUpkeep(): void {
    if (this.#isEnding) this.#routine.stop()
    if (this.#upkeep !== null) clearInterval(this.#upkeep)
    this.#upkeep = null
  }

  #startWriter(): void {
    this.#early.begin()
    const { writerTimeoutMs, drain } = this.#settings
    const writer = new Writer(this.#arena, drain, this.#pool, this.#relay, {
      onStarted: (isClaimed) => this.#onStarted(isClaimed),
      onEnd: (why) => this.#onEnd(why),
    })
    this.#writer = writer
    // A loop that stood still has kept a thread from starting: it is given some turns of it before it is judged.
    const startMs = writerTimeoutMs * START_TIMEOUTS
    let turns = START_GRACE_TURNS
    const onTime = (): void => {
      if (turns-- === 0) this.#giveUpStart(startMs)
      else this.#startTimer = setTimeout(onTime, START_TURN_MS).unref()
    }
    this.#startTimer = setTimeout(onTime, startMs).unref()
  }

  #onStarted(isClaimed: boolean): void {
    this.#clearStartTimer()
    if (!isClaimed) {
      this.#writer?.dispose()
      this.#writer = null
      this.#considerHandBack()
      return
    }
    if (this.#taken !== null) return
    if (this.#isHangOpen) this.#report('recovered', 'WRITER_HUNG', 'has its files again.')
    this.#isHangOpen = false
    if (this.#deaths.isOpen) this.#beginProbation()
  }

  #beginProbation(): void {
    const passes = this.#arena.doubles[PASSES_F64]
    const judge = (): void => {
      if (this.#arena.doubles[PASSES_F64] === passes) {
        this.#beginProbation()
        return
      }
      this.#deaths.close()
      this.#report('recovered', 'WRITER_BREAKER', 'has its files again.')
    }
    this.#probation = setTimeout(judge, PROBATION_MS).unref()
  }

  #onEnd(why: string): void {
    this.#writer?.dispose()
    this.#writer = null
    this.#clearStartTimer()
    if (this.#taken !== null) {
      const { writerMayStillWrite } = this.#taken
      this.#taken.writerEnded()
      if (writerMayStillWrite) this.#ring.ring() // Drains what has waited for it.
      this.#considerHandBack()
    } else if (Atomics.load(this.#arena.words, OWNER_STATE) !== OWNER_STOPPED) {
      this.#onDeath(why, this.#isEnding)
      if (this.#isEnding || this.#deaths.isOpen) this.#carry()
      else {
        leaveVacant(this.#arena)
        this.#startWriter()
      }
      this.#considerHandBack()
    }
  }

  /** Counts a death, and tells of it and of the breaker that it opens. */
  #onDeath(how: string, isCarried: boolean): void {
    const wasOpen = this.#deaths.isOpen
    this.#deaths.add()
    const successor = isCarried || this.#deaths.isOpen ? 'the main thread' : 'its successor'
    const message = `died (${how}; death ${this.#deaths.count}); ${successor} continues where it stopped.`
    this.#report('warning', 'WRITER_DIED', message)
    if (!wasOpen && this.#deaths.isOpen) this.#reportBreaker(`ended ${this.#deaths.count} times`)
  }

  #reportBreaker(why: string): void {
    const message = `${why}; the main thread writes its files from now on, and tries another writer now and then.`
    this.#report('degraded', 'WRITER_BREAKER', message)
  }

  /** A writer has left, or this thread became the owner and failed in the middle of that: a log call may end its stack. */
  #takeFromNobody(state: number): boolean {
    if (state !== OWNER_STOPPED && state !== OWNER_MAIN_THREAD) return false
    this.#carry()
    return true
  }

  /** The thread of a running writer is gone, which its exit event will tell one day: its partition is not left till then. */
  #takeFromDead(): boolean {
    if (Atomics.load(this.#arena.words, OWNER_STATE) !== OWNER_RUNNING || !this.#writer?.isGone) return false
    const lastWords = this.#writer.lastWords()
    this.#onDeath(`${lastWords === null ? '' : `${lastWords}, `}while the event loop stood still`, true)
    this.#carry()
    return true
  }

  /** Ends a writer that hangs, unless it is known not to end. What it may be writing is its own until its thread is gone. */
  #takeFromHung(mayEnd = true): void {
    const wasTold = this.#writer?.isEnding === true
    // Before its thread is ended: it must not go on, should it come back to itself meanwhile.
    Atomics.add(this.#arena.words, EPOCH, 1)
    const isGone = mayEnd && this.#writer?.endAndWait(this.#terminationMs) === true
    const wasOpen = this.#deaths.isOpen
    this.#deaths.add()
    const what = `gave no sign of life for ${this.#patienceMs} ms`
    if (!isGone) this.#reportHanging(`${what}, and cannot be ended`)
    else if (!wasTold) {
      this.#report('warning', 'WRITER_HUNG', `${what} and was ended; the main thread continues where it stopped.`)
    }
    if (!wasOpen && this.#deaths.isOpen) this.#reportBreaker(`ended ${this.#deaths.count} times`)
    this.#carry(!isGone)
  }

  #reportHanging(what: string): void {
    const message = `${what}; the main thread writes its files, but for the one that it may be writing.`
    this.#report('degraded', 'WRITER_HUNG', message)
    this.#isHangOpen = true
  }

  /** Takes a partition that no writer owns yet; its start comes to nothing. */
  #takeUnstarted(): void {
    if (!claimVacant(this.#arena)) return
    this.#carry()
    if (this.#writer?.abandon()) {
      this.#clearStartTimer()
      this.#writer = null
    }
    this.#considerHandBack()
  }

  /** A writer that has not come by now will not. */
  #giveUpStart(waitedMs: number): void {
    if (this.#taken === null && !claimVacant(this.#arena)) return
    const wasOpen = this.#deaths.isOpen
    if (!this.#isEnding) this.#deaths.open()
    if (!wasOpen && this.#deaths.isOpen) this.#reportBreaker(`did not start within ${waitedMs} ms`)
    if (this.#taken === null) this.#carry()
    if (this.#writer?.giveUp()) this.#writer = null
    this.#considerHandBack()
  }

  /** The main thread drains the partition until it is handed back. */
  #carry(writerMayStillWrite = false): void {
    if (this.#probation !== null) clearTimeout(this.#probation)
    this.#early.end()
    this.#writer?.dispose()
    const settings = { onCondition: this.#relay, writerMayStillWrite }
    const taken = new TakenPartition(this.#arena, this.#settings.drain, settings)
    this.#taken = taken
    // An end has a deadline: then no call drains more than a slice.
    const drain = (): unknown => (this.#isEnding ? taken.drainSlice() : taken.drain(false))
    this.#ring.drainHere(drain)
    const upkeep = (): void => {
      this.watch()
      drain()
    }
    this.#upkeep ??= setInterval(upkeep, UPKEEP_MS).unref()
    drain()
  }

  /** Hands the partition back to a writer when there is a turn of the event loop, and where the breaker is open later. */
  #considerHandBack(): void {
    if (this.#taken === null || this.#isEnding || this.#writer !== null || this.#handBackTimer !== null) return
    const handBack = (): void => {
      this.#handBackTimer = null
      if (this.#taken === null || this.#isEnding || this.#writer !== null) return
      this.#taken.drain(false)
      this.#taken.closeHandles()
      this.#taken = null
      this.stopUpkeep()
      this.#ring.drainHere(null)
      leaveVacant(this.#arena)
      this.#startWriter()
    }
    this.#handBackTimer = setTimeout(handBack, this.#deaths.pauseMs).unref()
  }

  #clearStartTimer(): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer)
    this.#startTimer = null
  }

  #report(kind: ConditionKind, code: string, what: string): void {
    const { partition } = this.#arena
    this.#settings.conditions.report({ kind, code, message: `writer ${partition} ${what}`, partition, path: null })
  }
}
