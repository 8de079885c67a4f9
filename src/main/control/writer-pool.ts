/**
 * The writers' threads: a Piscina pool with one thread for each partition. The only importer of piscina.
 *
 * Piscina knows tasks, not owners: a writer is a thread in which a task has started the loop, and the load balancer here
 * sees to it that no thread gets a second one. A start task returns at once, so the pool refs nothing for long, and an
 * idle application is not kept alive.
 */
import type { Worker } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { WriterStarted, WriterTask } from '../../shared/writer-protocol.js'

const WRITER_ENTRY = new URL('../../workers/writer.js', import.meta.url).href

/** A writer that is being started. */
export interface StartingWriter {
  /** Fulfils when its loop is about to run; rejects where the thread ended before. */
  readonly started: Promise<WriterStarted>
  /** Its thread, or `null` while the pool is still making one. */
  readonly thread: Worker | null
}

const YOUNG_GENERATION_MB = 2

/** The exit code given for a thread that ended before it was known. */
const FAILED_START = -1

/** Called when a writer's thread has ended, for whatever reason. */
export type ExitHandler = (exitCode: number) => void

/** The threads of one Spillway. */
export class WriterPool {
  readonly #pool: Piscina
  /** Threads that run a loop, or were given the task that starts one. */
  readonly #taken = new Set<number>()
  #lastTaken = -1
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
      loadBalancer: (_task, workers) => {
        const free = workers.find((worker) => !this.#taken.has(worker.id)) ?? null
        if (free === null) return null
        this.#lastTaken = free.id
        this.#taken.add(free.id)
        return free
      },
    })
    // A thread that ends is its partition's business, which has listeners of its own; an 'error' nobody hears would throw.
    this.#pool.on('error', () => {})
    this.#unrefThreads()
  }

  /** Starts a loop in a thread that has none. `onExit` is told when that thread ends, unless the pool is closing. */
  start(task: WriterTask, onExit: ExitHandler): StartingWriter {
    this.#lastTaken = -1
    const run = this.#pool.run(task, { transferList: [task.control] }) as Promise<WriterStarted>
    const thread = this.#pool.threads.find(({ threadId }) => threadId === this.#lastTaken) ?? null
    this.#unrefThreads()
    if (thread !== null) this.#watch(thread, onExit)
    const started = run.then(
      (answer) => {
        this.#unrefThreads()
        const late = thread ?? this.#pool.threads.find(({ threadId }) => threadId === answer.threadId)
        if (thread === null && late !== undefined) this.#watch(late, onExit)
        return answer
      },
      (error: unknown) => {
        // A thread that was not known yet ended before its loop ran; nobody watches its exit.
        if (thread === null && !this.#closing) onExit(FAILED_START)
        throw error
      },
    )
    return { started, thread }
  }

  /** Ends all threads, whatever they are doing. */
  async destroy(): Promise<void> {
    this.#closing = true
    await this.#pool.destroy()
  }

  #watch(thread: Worker, onExit: ExitHandler): void {
    const { threadId } = thread
    thread.once('exit', (exitCode) => {
      this.#taken.delete(threadId)
      if (!this.#closing) onExit(exitCode)
    })
  }

  #unrefThreads(): void {
    for (const thread of this.#pool.threads) thread.unref()
  }
}
