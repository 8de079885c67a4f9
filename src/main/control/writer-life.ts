/**
 * One writer as the main thread knows it, from its start to the end of its thread: its ports, its thread, and how its end
 * is seen. It knows nothing of who owns the partition.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Arena } from '../../shared/arena.js'
import { EPOCH, OWNER_STATE, OWNER_TASK } from '../../shared/arena-layout.js'
import type { ConditionHandler } from '../../shared/conditions.js'
import { monotonicMs } from '../../shared/real-timers.js'
import type { DrainOptions, WriterMessage } from '../../shared/writer-protocol.js'
import { isThreadTaskGone } from './takeover.js'
import { WriterClient } from './writer-client.js'
import { endThread, type StartEvents, type WriterPool, type WriterStart } from './writer-pool.js'

/** A look at whether a thread is gone, while nothing else can be done, comes so often. */
const END_LOOK_MS = 1
/** How long a thread whose task is not known is given. */
const UNKNOWN_END_MS = 100

/** A writer that is starting, runs, or is coming to its end. */
export class Writer {
  readonly client: WriterClient
  readonly startedAtMs = monotonicMs()
  readonly #arena: Arena
  readonly #conditions: MessagePort
  readonly #onCondition: ConditionHandler
  readonly #pool: WriterPool
  readonly #start: WriterStart
  #isDisposed = false
  #endingSinceMs = Number.POSITIVE_INFINITY
  #endsWith: string | null = null

  constructor(
    arena: Arena,
    options: DrainOptions,
    pool: WriterPool,
    onCondition: ConditionHandler,
    events: StartEvents,
  ) {
    this.#arena = arena
    this.#pool = pool
    this.#onCondition = onCondition
    this.client = new WriterClient(arena)
    const { port1, port2 } = new MessageChannel()
    this.#conditions = port1
    port1.on('message', (message: WriterMessage) => this.#hear(message))
    port1.unref()
    const task = {
      memory: arena.memory ?? { buffer: arena.shared },
      options,
      epoch: Atomics.load(arena.words, EPOCH),
      control: this.client.writerPort,
      conditions: port2,
    }
    this.#start = pool.start(task, events)
  }

  /** Whether it can only come to run if the calling thread's event loop turns. */
  get waitsForEventLoop(): boolean {
    return this.#start.thread === null
  }

  /** Whether its thread is known to have ended: one that has claimed the partition, and on Linux only. */
  get isGone(): boolean {
    // The word is its own until the partition is free for the next writer, which is after its end.
    return isThreadTaskGone(Atomics.load(this.#arena.words, OWNER_TASK))
  }

  /** How its thread said that it ends; `null` where it could not, or has not. What it told before is passed on first. */
  lastWords(): string | null {
    this.#hearAll()
    return this.#endsWith
  }

  /** Takes the start back. False where a thread has it: then it ends, or finds the partition taken. */
  abandon(): boolean {
    return this.#start.abandon()
  }

  /** It has not come in its time: takes the start back, or has its thread end. True where nothing comes of it any more. */
  giveUp(): boolean {
    if (this.#pool.giveUp(this.#start)) return true
    this.end()
    return false
  }

  /** Whether its thread was asked to end. */
  get isEnding(): boolean {
    return this.endingMs >= 0
  }

  /** For how long; negative where it was not. */
  get endingMs(): number {
    return monotonicMs() - this.#endingSinceMs
  }

  /** Has its thread end, and does not wait for it. */
  end(): void {
    this.#endingSinceMs = Math.min(this.#endingSinceMs, monotonicMs())
    if (this.#start.thread !== null) endThread(this.#start.thread)
  }

  /**
   * As `end`, and blocks until the thread is gone, or was asked to end `deadlineMs` ago. False where it is not gone; one whose end
   * cannot be seen is given a moment, and taken for gone.
   */
  endAndWait(deadlineMs: number): boolean {
    if (this.isGone) return true
    const { words } = this.#arena
    const isKnown = Atomics.load(words, OWNER_TASK) !== 0
    this.end()
    const giveUpAt = this.#endingSinceMs + (isKnown ? deadlineMs : Math.min(deadlineMs, UNKNOWN_END_MS))
    while (!this.isGone) {
      if (monotonicMs() >= giveUpAt) return !isKnown
      // Nobody notifies: a bounded pause.
      Atomics.wait(words, OWNER_STATE, Atomics.load(words, OWNER_STATE), END_LOOK_MS)
    }
    return true
  }

  /** Gives it up: calls under way reject, and what it still had to say is passed on. */
  dispose(): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    this.client.dispose()
    this.#hearAll()
    this.#conditions.close()
  }

  #hearAll(): void {
    for (let last = receiveMessageOnPort(this.#conditions); last !== undefined; ) {
      this.#hear(last.message)
      last = receiveMessageOnPort(this.#conditions)
    }
  }

  #hear(message: WriterMessage): void {
    if ('endsWith' in message) this.#endsWith = message.endsWith
    else this.#onCondition(message)
  }
}
