/**
 * The scheduler of a lock-step, and the producer's side of it: before each access of the producer to its arena it may let
 * the owner go some steps, as its schedule says. So between any two accesses of one side there can be any number of the
 * other's, and an owner can die between any two of its own. What the threads of a machine may reorder is not tried: each
 * access is seen at once by the other side.
 */
import type { Arena } from '../../src/shared/arena.js'
import { APPLIED, BELL, COMMITTED, CONSUMED, PARKED, PUBLISHED } from '../../src/shared/arena-layout.js'
import { distanceBytes } from '../../src/shared/positions.js'
import { traceText } from './access-trace.js'
import { AT_ONCE, isAt, type LockStep, OWNER, placeOf, SCHEDULER, UNCOUNTED_MAX } from './lock-step.js'
import type { ArenaWatcher, ViewName } from './watched-arena.js'

/** `wakes` and `waits no longer` are of an owner that sleeps, of a producer that waits, without a reason. */
export type SliceFate = 'goes on' | 'dies' | 'wakes' | 'waits no longer'

/** So many steps of each side, counted from the next access to some word, and what becomes of the owner then. */
export interface Slice {
  readonly producerUntil: number
  readonly producerSteps: number
  readonly ownerUntil: number
  readonly ownerSteps: number
  readonly fate: SliceFate
}

/** Where the owner stands when an operation begins, and how many steps the producer has then. */
export type Meeting = Pick<Slice, 'ownerUntil' | 'ownerSteps' | 'producerSteps'>

/** When the schedule is at its end, the sides take turns. */
const LAST_SLICES: Slice = {
  producerUntil: AT_ONCE,
  producerSteps: 3,
  ownerUntil: AT_ONCE,
  ownerSteps: 9,
  fate: 'goes on',
}
/** More steps than any run takes. */
const STEPS_MAX = 300_000

const VIEWS: readonly ViewName[] = ['words', 'doubles', 'bytes', 'buffer']
const BYTES_PER_INDEX: Readonly<Record<ViewName, number>> = { words: 4, doubles: 8, bytes: 1, buffer: 1 }

/** What the scheduler counts in a run. */
export class RunCounts {
  producerSteps = 0
  turns = 0
  /** Wake-ups of a sleeping owner. */
  bells = 0
  fullRingWaits = 0
  otherWaits = 0
  /** Bounded waits that had to end by their bound, for whoever would have notified died. */
  bounds = 0
  timeouts = 0
}

/** Schedules one run; a watcher of the producer's arena. */
export class Scheduler implements ArenaWatcher {
  readonly counts = new RunCounts()
  readonly #lockStep: LockStep
  readonly #arena: Arena
  readonly #slices: Iterator<Slice>
  readonly #bytesPerStep: number
  #slice: Slice
  #producerStepsLeft = 0
  #uncountedLeft = 0
  #until = AT_ONCE
  #bytes = 0
  #isWatching = false
  /** The last that the producer did was to publish, and it may be about to wake the owner. */
  #isPublishing = false
  /** A sleeping owner was notified. */
  #isOwnerNotified = false
  #failure: Error | null = null

  constructor(lockStep: LockStep, arena: Arena, slices: readonly Slice[], bytesPerStep: number) {
    this.#lockStep = lockStep
    this.#arena = arena
    this.#slices = slices.values()
    this.#bytesPerStep = bytesPerStep
    this.#slice = LAST_SLICES
    this.#nextSlice()
  }

  /** Runs what the producer does under the schedule. */
  run(produce: () => void): void {
    this.#isWatching = true
    try {
      produce()
    } catch (error) {
      this.#failure ??= error as Error
    }
    this.#isWatching = false
    this.#isPublishing = false
    this.#checkSleep()
    // Loggers throw nothing: what was thrown into one is thrown here.
    if (this.#failure !== null) throw this.#failure
  }

  access(view: ViewName, index: number, isStore: boolean): void {
    if (!this.#isWatching) return
    if (isStore && index >= 0) this.#checkStore(index * BYTES_PER_INDEX[view])
    if (view === 'bytes' && index >= 0 && ++this.#bytes % this.#bytesPerStep !== 0) return
    this.#step(VIEWS.indexOf(view), index, isStore)
  }

  wait(words: Int32Array, index: number, value: number): 'ok' | 'not-equal' | 'timed-out' {
    if (!this.#isWatching) return 'timed-out'
    this.#step(0, index, false)
    if (words[index] !== value) return 'not-equal'
    if (index === CONSUMED) this.counts.fullRingWaits++
    else this.counts.otherWaits++
    this.#lockStep.waitOn(index)
    const deaths = this.#lockStep.counted('deaths')
    while (!this.#lockStep.isNotified) {
      if (this.isOwnerAsleep) {
        // The bounds of waits are there for what a dead owner did not do. Nothing else may need them.
        if (deaths === this.#lockStep.counted('deaths')) this.#fail('all sides wait: a wake-up was lost')
        this.counts.bounds++
        return 'timed-out'
      }
      if (this.#slice.fate === 'waits no longer') {
        this.#nextSlice()
        this.counts.timeouts++
        return 'timed-out'
      }
      this.#runOwner()
    }
    return 'ok'
  }

  notify(index: number): void {
    if (!this.#isWatching) return
    this.#step(0, index, true)
    if (!this.isOwnerAsleep) return
    this.counts.bells++
    this.#isOwnerNotified = true
  }

  /** Has the owner go up to some word, awake or asleep. */
  meet(meeting: Meeting): void {
    this.#slice = { ...meeting, producerUntil: AT_ONCE, fate: 'wakes' }
    this.#runOwner()
    this.#producerStepsLeft = meeting.producerSteps
    this.#until = AT_ONCE
  }

  /** Lets the owner go until it sleeps, with nothing left to do but to wait for the producer. */
  quiet(): void {
    while (!this.isOwnerAsleep) this.#runOwner()
  }

  /** Ends the owner, wherever it is, and lets nobody follow. */
  end(): void {
    const { state } = this.#lockStep
    if (state === 'stopped' || state === 'ended' || state === 'failed') return
    this.#lockStep.command(AT_ONCE, 0, 'is ended', false)
    this.#lockStep.pass(OWNER)
    this.#lockStep.await(SCHEDULER)
  }

  /** Whether the owner waits for the producer, or is none any more. */
  get isOwnerAsleep(): boolean {
    const { state } = this.#lockStep
    return (state === 'asleep' && !this.#isOwnerNotified) || state === 'stopped'
  }

  #step(view: number, index: number, isStore: boolean): void {
    if (this.#failure !== null) throw this.#failure
    const place = placeOf(this.#arena.offsets, view, index)
    for (;;) {
      if (isAt(this.#until, place, isStore) || this.#uncountedLeft-- === 0) this.#until = AT_ONCE
      if (this.#until !== AT_ONCE || this.#producerStepsLeft > 0) break
      this.#runOwner()
    }
    if (this.#until === AT_ONCE) this.#producerStepsLeft--
    this.counts.producerSteps++
    if (view !== 0 || (index !== PARKED && index !== BELL)) this.#isPublishing = index === PUBLISHED && isStore
    this.#lockStep.trace(SCHEDULER, view, index, isStore)
  }

  /** The owner's part of the slice; after it the producer's part of the next one begins. */
  #runOwner(): void {
    const lockStep = this.#lockStep
    const { ownerUntil, ownerSteps, fate } = this.#slice
    this.#nextSlice()
    const isTimedOut = fate === 'wakes' && lockStep.state === 'asleep'
    const dies = fate === 'dies'
    if (this.isOwnerAsleep && !isTimedOut && !(dies && lockStep.state === 'asleep')) return
    const isWaking = lockStep.state === 'asleep' && (this.#isOwnerNotified || isTimedOut)
    this.#isOwnerNotified = false
    lockStep.command(ownerUntil, ownerSteps, dies ? 'dies' : 'goes on', isWaking)
    this.counts.turns++
    lockStep.pass(OWNER)
    lockStep.await(SCHEDULER)
    if (lockStep.state === 'failed') this.#fail(lockStep.failure)
    this.#checkCursors()
    if (!this.#isPublishing) this.#checkSleep()
    if (this.counts.producerSteps + lockStep.counted('ownerSteps') > STEPS_MAX) this.#fail('the run has no end')
  }

  #nextSlice(): void {
    this.#slice = this.#slices.next().value ?? LAST_SLICES
    this.#producerStepsLeft = this.#slice.producerSteps
    this.#until = this.#slice.producerUntil
    this.#uncountedLeft = UNCOUNTED_MAX
  }

  /** The application may be quiet for ever from now on, so an owner must not sleep beside what is published. */
  #checkSleep(): void {
    const { words } = this.#arena
    if (this.#lockStep.state !== 'asleep' || this.#isOwnerNotified || words[APPLIED] === words[PUBLISHED]) return
    this.#note('the owner sleeps beside what is published: a wake-up was lost')
  }

  /** COMMITTED <= CONSUMED <= APPLIED <= PUBLISHED <= CONSUMED + ringBytes. */
  #checkCursors(): void {
    const { words, geometry } = this.#arena
    const [committed = 0, consumed = 0, applied = 0, published = 0] = [COMMITTED, CONSUMED, APPLIED, PUBLISHED].map(
      (word) => words[word]!,
    )
    const isSound =
      distanceBytes(committed, consumed) >= 0 &&
      distanceBytes(consumed, applied) >= 0 &&
      distanceBytes(applied, published) >= 0 &&
      distanceBytes(consumed, published) <= geometry.ringBytes
    if (!isSound) this.#fail(`the cursors are ${committed}, ${consumed}, ${applied}, ${published}`)
  }

  /** The producer must not store where something is published that is not consumed. */
  #checkStore(offsetBytes: number): void {
    const { words, geometry, offsets } = this.#arena
    const at = offsetBytes - offsets.ring
    if (at < 0 || at >= geometry.ringBytes) return
    const consumed = words[CONSUMED]!
    const occupied = distanceBytes(consumed, words[PUBLISHED]!)
    const ahead = (at - consumed) & (geometry.ringBytes - 1)
    if (ahead < occupied) this.#fail(`the producer stores at ${at} of the ring, which is not consumed`)
  }

  /** The first failure is kept: it may be thrown into somebody who catches everything. */
  #note(reason: string): Error {
    this.#failure ??= new Error(`${reason}\n${traceText(this.#arena, this.#lockStep)}`)
    return this.#failure
  }

  #fail(reason: string): never {
    throw this.#note(reason)
  }
}
