/**
 * The owner's side of a lock-step, in a thread of its own: it becomes the owner of a run's partition as writer.ts does,
 * and stops before each access to the arena and each call for a file where its steps are used up. When it dies, all that
 * it still tries throws, and a new owner takes its place with the next turn.
 */

import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { randomNumbers } from '../../scripts/random-numbers.js'
import { type Arena, attachArena } from '../../src/shared/arena.js'
import {
  APPLIED,
  APPLYING_POSITION,
  EPOCH,
  INTENT_KIND,
  INTENT_NONE,
  INTENT_RECORD,
  OWNER_NONE,
  OWNER_STATE,
  OWNER_STOPPED,
  OWNER_TASK,
  PARKED,
} from '../../src/shared/arena-layout.js'
import type { SharedMemory } from '../../src/shared/shared-memory.js'
import type { DrainOptions } from '../../src/shared/writer-protocol.js'
import { claimPartition, DrainLoop } from '../../src/workers/drain/drain-loop.js'
import { PartitionDrain } from '../../src/workers/drain/partition-drain.js'
import { FileCalls } from './file-calls.js'
import {
  AT_ONCE,
  isAt,
  LockStep,
  OPEN,
  OWNER,
  type OwnerCount,
  type OwnerState,
  placeOf,
  RING,
  SCHEDULER,
  UNCOUNTED_MAX,
  WRITE,
} from './lock-step.js'
import { Death } from './mortal-owner.js'
import { tracedKernel } from './traced-kernel.js'
import { type ArenaWatcher, type ViewName, WatchedAtomics, watchArena } from './watched-arena.js'

/** What an owner's thread is told of a run. */
export interface OwnerRun {
  readonly shared: SharedArrayBuffer
  /** With it owners have a line kernel. */
  readonly memory: SharedMemory | null
  readonly options: DrainOptions
  /** Decides which writes are short. */
  readonly seed: number
  /** So many accesses to single bytes are one step. */
  readonly bytesPerStep: number
}

/** Where an owner that starts is told of its run. */
export interface OwnerData {
  readonly lockStep: SharedArrayBuffer
  readonly runs: MessagePort
}

const VIEWS: readonly ViewName[] = ['words', 'doubles', 'bytes']

/** One owner, from its beginning to its death. */
class Reign implements ArenaWatcher {
  readonly #lockStep: LockStep
  readonly #run: OwnerRun
  readonly #random: () => number
  readonly #arena: Arena
  readonly #options: DrainOptions
  #stepsLeft = 0
  #until = AT_ONCE
  #uncountedLeft = 0
  #dead = false
  #settling = true
  #bytes = 0
  /** What a death between here and the next step is counted as. */
  #after: 'deathsAfterWrite' | 'deathsAfterShortWrite' | null = null
  /** PARKED is stored, and no wait has come of it yet. */
  #isParking = false

  constructor(lockStep: LockStep, run: OwnerRun, arena: Arena, random: () => number) {
    this.#lockStep = lockStep
    this.#run = run
    this.#random = random
    this.#arena = arena
    this.#options = run.options
    this.#takeOrders()
  }

  /** As Partition and writer.ts do it: the partition is set free, claimed, settled and drained. */
  async rule(): Promise<void> {
    const { words } = this.#arena
    if (Atomics.load(words, OWNER_STATE) !== OWNER_NONE) {
      Atomics.add(words, EPOCH, 1)
      Atomics.store(words, PARKED, 0)
      Atomics.store(words, OWNER_TASK, 0)
      Atomics.store(words, OWNER_STATE, OWNER_NONE)
    }
    if (words[INTENT_KIND] !== INTENT_NONE) this.#lockStep.count('intentsSettled')
    if (words[APPLYING_POSITION] === words[APPLIED]) this.#lockStep.count('linesSettled')
    using _calls = new FileCalls({ onOpen: (_path, open) => this.#open(open), onWrite: this.#write.bind(this) })
    const watched = watchArena(this.#arena, this, VIEWS)
    if (!claimPartition(watched)) throw new Error('somebody else owns the partition')
    const epoch = Atomics.load(words, EPOCH)
    const kernel = tracedKernel(this.#arena, (index, value) => this.access('words', index, true, value))
    const drain = new PartitionDrain(watched, this.#options, { epoch }, kernel)
    drain.resume()
    this.#settling = false
    const end = await new DrainLoop(watched, drain, epoch).run()
    if (end !== 'closed') throw new Error(`the loop was ${end}`)
  }

  access(view: ViewName, index: number, isStore: boolean, value?: number): void {
    if (view === 'bytes' && index >= 0 && ++this.#bytes % this.#run.bytesPerStep !== 0) return
    this.#step(VIEWS.indexOf(view), index, isStore)
    if (!isStore || view !== 'words') return
    if (index === PARKED) {
      if (this.#isParking) this.#lockStep.count('rechecks')
      this.#isParking = value === 1
    } else if (index === INTENT_KIND && value === INTENT_RECORD) this.#lockStep.count('writesPastBuffers')
    // An owner stores there only to make a pad of a record that it has applied ahead of others.
    else if (placeOf(this.#arena.offsets, 0, index) === RING) this.#lockStep.count('urgentAhead')
  }

  /**
   * A short wait is over at once: the scheduler can as well let others go before it. A long one, whose bound only makes
   * up for a wake-up that was lost, lasts until it is notified.
   */
  wait(words: Int32Array, index: number, value: number, timeoutMs: number): 'ok' | 'not-equal' | 'timed-out' {
    this.#step(0, index, false)
    this.#isParking = false
    if (words[index] !== value) return 'not-equal'
    if (timeoutMs <= this.#options.flushIntervalMs) {
      this.#lockStep.clockMs += timeoutMs
      this.#lockStep.count('naps')
      return 'timed-out'
    }
    this.#lockStep.count('parks')
    do this.#giveTurn('asleep')
    while (!this.#lockStep.isWaking && this.#lockStep.fate === 'goes on')
    if (this.#lockStep.isWaking) return 'ok'
    this.#lockStep.traceDeath(0, index, false)
    return this.#die('deathsAsleep')
  }

  notify(index: number): void {
    this.#step(0, index, true)
    this.#lockStep.notified(index)
  }

  #open(open: () => number): number {
    this.#step(OPEN, 0, false)
    const descriptor = open()
    this.#step(OPEN, 1, false)
    return descriptor
  }

  /** The kernel may take less than it is given. */
  #write(length: number, write: (length: number) => number): number {
    this.#step(WRITE, length, true)
    const isShort = length > 1 && this.#random() < 0.3
    const taken = write(isShort ? 1 + Math.floor(this.#random() * (length - 1)) : length)
    if (isShort) this.#lockStep.count('shortWrites')
    this.#after = isShort ? 'deathsAfterShortWrite' : 'deathsAfterWrite'
    return taken
  }

  #step(view: number, index: number, isStore: boolean): void {
    if (this.#dead) throw new Death()
    const place = placeOf(this.#arena.offsets, view, index)
    for (;;) {
      if (isAt(this.#until, place, isStore) || this.#uncountedLeft-- === 0) this.#until = AT_ONCE
      if (this.#until !== AT_ONCE || this.#stepsLeft > 0) break
      if (this.#lockStep.fate !== 'goes on') {
        this.#lockStep.traceDeath(view, index, isStore)
        this.#die(this.#after ?? (view === WRITE ? 'deathsBeforeWrite' : null))
      }
      this.#giveTurn('runnable')
    }
    if (this.#until === AT_ONCE) this.#stepsLeft--
    this.#after = null
    this.#lockStep.count('ownerSteps')
    this.#lockStep.trace(OWNER, view, index, isStore)
  }

  #giveTurn(state: OwnerState): void {
    this.#lockStep.state = state
    this.#lockStep.pass(SCHEDULER)
    this.#lockStep.await(OWNER)
    this.#takeOrders()
  }

  #takeOrders(): void {
    this.#stepsLeft = this.#lockStep.stepsLeft
    this.#until = this.#lockStep.until
    this.#uncountedLeft = UNCOUNTED_MAX
  }

  /** `where` is what the death is counted as besides. */
  #die(where: OwnerCount | null): never {
    this.#dead = true
    if (this.#lockStep.fate === 'dies') {
      this.#lockStep.count('deaths')
      if (this.#settling) this.#lockStep.count('deathsSettling')
      if (where !== null) this.#lockStep.count(where)
    }
    throw new Death()
  }
}

/** The owners of a run, one after the other; gives how the last one ended. */
async function runOwners(lockStep: LockStep, run: OwnerRun): Promise<OwnerState> {
  const arena = attachArena(run.shared, run.memory)
  const random = randomNumbers(run.seed)
  for (;;) {
    try {
      await new Reign(lockStep, run, arena, random).rule()
      return 'stopped'
    } catch (error) {
      if (!(error instanceof Death)) {
        lockStep.failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
        return 'failed'
      }
    }
    if (lockStep.isEnded) return 'ended'
    if (Atomics.load(arena.words, OWNER_STATE) === OWNER_STOPPED) return 'stopped'
    lockStep.state = 'dead'
    lockStep.pass(SCHEDULER)
    lockStep.await(OWNER)
    if (lockStep.isEnded) return 'ended'
  }
}

const { lockStep: shared, runs } = workerData as OwnerData
const lockStep = new LockStep(shared)
Date.now = () => lockStep.clockMs
using _atomics = new WatchedAtomics()
for (;;) {
  lockStep.await(OWNER)
  const run = receiveMessageOnPort(runs)?.message as OwnerRun
  lockStep.state = await runOwners(lockStep, run)
  lockStep.pass(SCHEDULER)
}
