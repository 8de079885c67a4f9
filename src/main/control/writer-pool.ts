/**
 * The writers' threads: a Piscina pool with one thread for each partition. The only importer of piscina.
 *
 * Piscina knows tasks, not owners: a writer is a thread in which a task has started the loop, and the load balancer here
 * sees to it that no thread gets a second one. A start task returns at once, so the pool refs nothing for long, and an
 * idle application is not kept alive.
 *
 * A task finds its thread at once, or waits until the pool has made one, which takes turns of the event loop. A thread
 * that ends before any task has reached it is nobody's in Piscina's eyes, and after the first such one Piscina makes new
 * ones for tasks alone: so every thread is watched here, and such an end is told to a start that waits.
 */
import { createRequire } from 'node:module'
import type { Worker } from 'node:worker_threads'
import type * as piscina from 'piscina'
import { setTimeout } from '../../shared/real-timers.js'
import { endOfThread, type WriterStarted, type WriterTask } from '../../shared/writer-protocol.js'

// Required: to import what is CommonJS Node loads a lexer, which takes time and a megabyte.
const required: typeof piscina = createRequire(import.meta.url)('piscina')
const { Piscina } = required
const queueOptionsSymbol: typeof piscina.queueOptionsSymbol = required.queueOptionsSymbol

const WRITER_ENTRY = new URL('../../workers/writer.js', import.meta.url).href
const YOUNG_GENERATION_MB = 2

/** Why there is no writer where the pool made no thread. */
const NO_THREAD = 'no thread'
/** How long the threads may take to end before they are left to themselves: one may hang in a system call. */
const DESTROY_MS = 2000

/** What becomes of a start. Either `onEnd` comes, once; or the partition was not claimed, and nothing else comes. */
export interface StartEvents {
  /** The thread owns the partition, or has found that it is somebody else's: then it is free again. */
  onStarted(isClaimed: boolean): void
  /** The thread has ended, or there will be none; `why` is for an operator. */
  onEnd(why: string): void
}

/** A start under way, and the thread it got. */
export class WriterStart {
  /** `null` while the pool is still making one. */
  thread: Worker | null = null
  readonly events: StartEvents
  readonly #waiting = new AbortController()

  constructor(events: StartEvents) {
    this.events = events
  }

  /** Aborted when the task is taken back. */
  get signal(): AbortSignal {
    return this.#waiting.signal
  }

  /** Takes the task back where it has no thread yet: nothing comes of it then. False where it has one. */
  abandon(): boolean {
    if (this.thread !== null) return false
    this.#waiting.abort()
    return true
  }
}

/** The threads of one Spillway. */
export class WriterPool {
  readonly #pool: piscina.Piscina
  readonly #watched = new WeakSet<Worker>()
  /** Threads that were ended because they did not come to any task. */
  readonly #stuck = new WeakSet<Worker>()
  /** Starts by the thread that has their task, or runs their loop. */
  readonly #starts = new Map<number, WriterStart>()
  /** Starts that have no thread yet. */
  readonly #waiting = new Set<WriterStart>()
  #closing = false

  /** Starts `threads` threads; does not wait for them. */
  constructor(threads: number) {
    this.#pool = new Piscina({
      filename: WRITER_ENTRY,
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With the default the thread would sleep in Piscina's own wait and never turn its event loop.
      atomics: 'disabled',
      // Loaders and inspectors of the application have no business in a writer.
      // Piscina would require() our entry where Node lets it; a process that exits meanwhile was seen to abort.
      execArgv: ['--no-experimental-require-module'],
      // A writer makes little garbage; with the default its heap would grow by megabytes before any is collected.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      recordTiming: false,
      loadBalancer: (task, workers) => {
        const free = workers.find((worker) => !this.#starts.has(worker.id)) ?? null
        if (free !== null) this.#assign((task as unknown as StartTask)[queueOptionsSymbol], free.id)
        return free
      },
    })
    // A thread that ends is its partition's business, which has listeners of its own; an 'error' nobody hears would throw.
    this.#pool.on('error', () => {})
    this.#watchThreads()
  }

  /** Starts a loop in a thread that has none. */
  start(task: WriterTask, events: StartEvents): WriterStart {
    const start = new WriterStart(events)
    this.#waiting.add(start)
    const tasked: WriterTask & StartTask = { ...task, [queueOptionsSymbol]: start }
    const run = this.#pool.run(tasked, { transferList: [task.control, task.conditions], signal: start.signal })
    this.#watchThreads()
    ;(run as Promise<WriterStarted>).then(
      ({ isClaimed }) => {
        if (!isClaimed) this.#release(start)
        events.onStarted(isClaimed)
      },
      () => this.#failed(start),
    )
    return start
  }

  /**
   * Takes a task back that has waited in vain, and ends the thread that was made for it: stuck in its beginning it would
   * stand in the way of all that follow. False where the task has a thread.
   */
  giveUp(start: WriterStart): boolean {
    if (!start.abandon()) return false
    const stuck = this.#pool.threads.find((thread) => !this.#starts.has(thread.threadId) && !this.#stuck.has(thread))
    if (stuck !== undefined) {
      this.#stuck.add(stuck)
      endThread(stuck)
    }
    return true
  }

  /** Ends all threads, whatever they are doing; one that hangs in a system call is not waited for long. */
  async destroy(): Promise<void> {
    this.#closing = true
    const threads = this.#pool.threads
    const late = new Promise<void>((resolve) => setTimeout(resolve, DESTROY_MS).unref())
    await Promise.race([this.#pool.destroy(), late])
    // Piscina refs a thread again that it ends.
    for (const thread of threads) thread.unref()
  }

  #assign(start: WriterStart, threadId: number): void {
    start.thread = this.#pool.threads.find((thread) => thread.threadId === threadId) ?? null
    this.#waiting.delete(start)
    this.#starts.set(threadId, start)
  }

  #release(start: WriterStart): void {
    for (const [threadId, each] of this.#starts) if (each === start) this.#starts.delete(threadId)
  }

  /** The task failed: its thread has ended, and says so itself, or it has to. */
  #failed(start: WriterStart): void {
    this.#watchThreads()
    if (start.thread !== null) endThread(start.thread)
    else if (this.#waiting.delete(start) && !start.signal.aborted && !this.#closing) start.events.onEnd(NO_THREAD)
  }

  #watchThreads(): void {
    for (const thread of this.#pool.threads) {
      thread.unref()
      if (this.#watched.has(thread)) continue
      this.#watched.add(thread)
      const { threadId } = thread
      let thrown: unknown
      thread.once('error', (error) => {
        thrown = error
      })
      thread.once('exit', (exitCode) => this.#onExit(thread, threadId, endOfThread(exitCode, thrown)))
    }
  }

  #onExit(thread: Worker, threadId: number, why: string): void {
    this.#watchThreads()
    const start = this.#starts.get(threadId)
    this.#starts.delete(threadId)
    if (start !== undefined) start.events.onEnd(why)
    else if (!this.#closing && !this.#stuck.has(thread)) this.#onSpareExit(why)
  }

  /** A thread ended that no task had reached: there is one less for the starts that wait. */
  #onSpareExit(why: string): void {
    for (const start of this.#waiting) {
      this.#waiting.delete(start)
      if (start.signal.aborted) continue
      start.abandon()
      start.events.onEnd(why)
      return
    }
  }
}

/** Ends a thread at its next step of JavaScript, also while the calling one is blocked. */
export function endThread(thread: Worker): void {
  void thread.terminate()
  thread.unref() // terminate() refs it: one that hangs in a system call would keep the process alive.
}

/** A task that knows its start: Piscina shows the balancer what is under this symbol, and no thread gets it. */
interface StartTask {
  readonly [piscina.queueOptionsSymbol]: WriterStart
}
