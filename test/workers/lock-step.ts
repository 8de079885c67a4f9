/**
 * Two threads in lock-step over a few shared words: one of them has the turn, the other waits for it. The scheduler (the
 * test's thread) lets the owner go some steps and gets the turn back; so the two never run at the same time, a run can be
 * repeated, and what one stores the other sees.
 *
 * A thread, for the code under test has to stop at any access, at any depth of calls, and go on later: only a stack of
 * its own keeps it there. Rewriting the built code into generators would test other code. One such thread is enough: the
 * scheduler stands on top of the producer's stack, and between two accesses of the producer the owner goes as far as
 * its steps last.
 *
 * Whoever waits spins for a moment first: a turn takes 0.2 microseconds then, and 50 by the kernel.
 */

import type { ArenaOffsets } from '../../src/shared/arena-layout.js'

// Kept from before a test exchanges them.
const { load, store, wait, notify } = Atomics

const TURN = 0
/** Two words: whether the scheduler, whether the owner has to be woken. */
const ASLEEP = 1
const STEPS_LEFT = 3
const FATE = 4
const STATE = 5
const WAKING = 6
/** The index of the word that the scheduler's side waits on, and whether it was notified. */
const WAITED_WORD = 7
const NOTIFIED = 8
const UNTIL = 9
const COUNTERS = 16
const CLOCK_F64 = 32
const ACCESS_WORDS = 4
const LAST_ACCESSES = 128
const LAST_ACCESSES_MAX = 48
const LAST_DEATHS = 384
const LAST_DEATHS_MAX = 16
const TEXT_BYTES = 2048
const SHARED_BYTES = 8192

const SPINS = 4000
const WAIT_MS = 1000
/** The other thread has then been lost: a turn takes microseconds. */
const WAITS_MAX = 60

export const SCHEDULER = 0
export const OWNER = 1
export type Side = typeof SCHEDULER | typeof OWNER

/** Steps are counted from now on, not from the next access to some word. */
export const AT_ONCE = -1
/** In place of a view: an open of a file, or a write of one. */
export const OPEN = -1
export const WRITE = -2
/** In place of a word: any word of a file's entry, or of a record. */
export const FILES = 1 << 16
export const RING = 1 << 17
const NOWHERE = -3
/** With a word: only a store counts as the access. */
export const STORE = 1 << 20
/** So many steps at most are not counted, for the access may never come. */
export const UNCOUNTED_MAX = 500

/** What becomes of an owner when it has gone its steps. */
export const FATES = ['goes on', 'dies', 'is ended'] as const
export type Fate = (typeof FATES)[number]

/** How an owner gives the turn back. */
export const STATES = ['unborn', 'runnable', 'asleep', 'dead', 'stopped', 'ended', 'failed'] as const
export type OwnerState = (typeof STATES)[number]

/** What the owner's thread counts. */
export const OWNER_COUNTS = [
  'ownerSteps',
  'deaths',
  'deathsSettling',
  'deathsAsleep',
  'deathsBeforeWrite',
  'deathsAfterWrite',
  'deathsAfterShortWrite',
  'intentsSettled',
  'linesSettled',
  'naps',
  'parks',
  'rechecks',
  'shortWrites',
  'writesPastBuffers',
  'urgentAhead',
] as const
export type OwnerCount = (typeof OWNER_COUNTS)[number]

export interface TracedAccess {
  readonly side: Side
  readonly view: number
  readonly index: number
  readonly isStore: boolean
}

/** Where an access goes: a control word, one of the places above, or nowhere that steps are counted from. */
export function placeOf(offsets: ArenaOffsets, view: number, index: number): number {
  if (view === WRITE) return WRITE
  const at = index * 4
  if (view !== 0 || at >= offsets.fileBuffers) return NOWHERE
  if (at >= offsets.ring) return RING
  if (at < offsets.dictionary) return index
  return at >= offsets.fileTable && at < offsets.dropTable ? FILES : NOWHERE
}

/** Whether an access is the one that steps are counted from. */
export function isAt(until: number, place: number, isStore: boolean): boolean {
  return place !== NOWHERE && (place === until || (isStore && (place | STORE) === until))
}

/** The shared words, in the hands of either side. */
export class LockStep {
  readonly shared: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #doubles: Float64Array

  constructor(shared = new SharedArrayBuffer(SHARED_BYTES)) {
    this.shared = shared
    this.#words = new Int32Array(shared)
    this.#doubles = new Float64Array(shared)
  }

  /** Gives the turn to the other side. */
  pass(to: Side): void {
    const words = this.#words
    store(words, TURN, to)
    if (load(words, ASLEEP + to) !== 0) notify(words, TURN)
  }

  /** Returns when `side` has the turn. An owner between two runs has time. */
  await(side: Side): void {
    const words = this.#words
    for (let spin = 0; spin < SPINS; spin++) if (load(words, TURN) === side) return
    store(words, ASLEEP + side, 1)
    let waits = 0
    while (load(words, TURN) !== side) {
      if (side === SCHEDULER && ++waits > WAITS_MAX) throw new Error('the owner never gave the turn back')
      wait(words, TURN, 1 - side, WAIT_MS)
    }
    store(words, ASLEEP + side, 0)
  }

  /** Before a run: nobody is there yet, nothing is counted or traced. */
  reset(clockMs: number): void {
    this.#words.fill(0, STATE)
    this.state = 'unborn'
    this.clockMs = clockMs
  }

  get stepsLeft(): number {
    return this.#words[STEPS_LEFT]!
  }

  /** The word whose next access is the first of these steps. */
  get until(): number {
    return this.#words[UNTIL]!
  }

  get fate(): Fate {
    return FATES[this.#words[FATE]!]!
  }

  /** Whether the run is over: nobody follows the owner. */
  get isEnded(): boolean {
    return this.fate === 'is ended'
  }

  /** Whether a sleeping owner was woken, or its time is up. */
  get isWaking(): boolean {
    return this.#words[WAKING] !== 0
  }

  command(until: number, stepsLeft: number, fate: Fate, isWaking: boolean): void {
    this.#words[UNTIL] = until
    this.#words[STEPS_LEFT] = stepsLeft
    this.#words[FATE] = FATES.indexOf(fate)
    this.#words[WAKING] = isWaking ? 1 : 0
  }

  get state(): OwnerState {
    return STATES[this.#words[STATE]!]!
  }

  set state(state: OwnerState) {
    this.#words[STATE] = STATES.indexOf(state)
  }

  /** The scheduler's side waits on a word: from now on a notification of it is kept. */
  waitOn(word: number): void {
    this.#words[WAITED_WORD] = word
    this.#words[NOTIFIED] = 0
  }

  get isNotified(): boolean {
    return this.#words[NOTIFIED] !== 0
  }

  notified(word: number): void {
    if (this.#words[WAITED_WORD] === word) this.#words[NOTIFIED] = 1
  }

  /** The time of a run: it passes only where somebody sleeps. */
  get clockMs(): number {
    return this.#doubles[CLOCK_F64]!
  }

  set clockMs(clockMs: number) {
    this.#doubles[CLOCK_F64] = clockMs
  }

  count(counter: OwnerCount, by = 1): void {
    this.#words[COUNTERS + OWNER_COUNTS.indexOf(counter)]! += by
  }

  counted(counter: OwnerCount): number {
    return this.#words[COUNTERS + OWNER_COUNTS.indexOf(counter)]!
  }

  /** Keeps the last accesses of both sides, for whoever has to understand a failure. */
  trace(side: Side, view: number, index: number, isStore: boolean): void {
    this.#keep(LAST_ACCESSES, LAST_ACCESSES_MAX, side, view, index, isStore)
  }

  /** As `trace`: the access before which an owner died. */
  traceDeath(view: number, index: number, isStore: boolean): void {
    this.#keep(LAST_DEATHS, LAST_DEATHS_MAX, OWNER, view, index, isStore)
  }

  /** The last accesses, the oldest first. */
  get lastAccesses(): TracedAccess[] {
    return this.#kept(LAST_ACCESSES, LAST_ACCESSES_MAX)
  }

  /** The accesses before which the last owners died. */
  get lastDeaths(): TracedAccess[] {
    return this.#kept(LAST_DEATHS, LAST_DEATHS_MAX)
  }

  /** Why the owner failed. */
  get failure(): string {
    return Buffer.from(this.shared, TEXT_BYTES).toString('utf8').split('\0')[0]!
  }

  set failure(text: string) {
    Buffer.from(this.shared, TEXT_BYTES).fill(0).write(text.slice(0, 2000))
  }

  /** At `list` stands how many were kept in all; the last `max` of them follow. */
  #keep(list: number, max: number, side: Side, view: number, index: number, isStore: boolean): void {
    const words = this.#words
    const all = words[list]!
    words[list] = all + 1
    const at = list + 1 + (all % max) * ACCESS_WORDS
    words[at] = side
    words[at + 1] = view
    words[at + 2] = index
    words[at + 3] = isStore ? 1 : 0
  }

  #kept(list: number, max: number): TracedAccess[] {
    const all = this.#words[list]!
    const count = Math.min(all, max)
    return Array.from({ length: count }, (_, i) => {
      const at = list + 1 + ((all - count + i) % max) * ACCESS_WORDS
      const [side = 0, view = 0, index = 0, isStore = 0] = this.#words.subarray(at, at + ACCESS_WORDS)
      return { side: side as Side, view, index, isStore: isStore !== 0 }
    })
  }
}
