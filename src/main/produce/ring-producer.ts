/**
 * Stage 4, and the space for stage 3: the producing end of one partition's ring. It runs on the application's thread.
 *
 * claim -> the caller writes the record into the claimed space -> publish. Nothing is taken by a claim: a caller that
 * gives up (its value threw) simply does not publish, and the next claim gets the same space.
 *
 * A claim costs two comparisons up to `#limit`; what its level may fill, and what is to be done where the ring is full,
 * is looked at beyond it only.
 *
 * Ordering: record bytes are plain stores. The atomic store of PUBLISHED comes after them, and the owner loads it before
 * it reads them. CONSUMED is the mirror image: the owner's atomic store of it hands the space back.
 */
import { type Arena, NO_POSITION } from '../../shared/arena.js'
import {
  BELL,
  CONSUMED,
  EMERGENCY_REQUESTED,
  PARKED,
  PRODUCER_WAITING,
  PUBLISHED,
  PUBLISHED_CHECK,
} from '../../shared/arena-layout.js'
import type { OnFull } from '../../shared/options.js'
import { distanceBytes, positionCheck } from '../../shared/positions.js'
import { monotonicMs } from '../../shared/real-timers.js'
import { KIND_PAD, RECORD_HEAD, RECORD_LENGTH, RECORD_MAX_RATIO } from '../../shared/record-layout.js'
import { FullRing } from './full-ring.js'
import { type NativeBuffer, withNativeWrite } from './native-write.js'
import { type Publish, publishKernel } from './publish-kernel.js'

/** Given instead of an offset: the ring has no room for an entry of this level, and `onFull` says not to wait. */
export const NO_ROOM = -1

/** Above this part of the ring the owner is rung, for it may be napping. */
const HIGH_WATER_RATIO = 0.5
/** The owner's cursor is looked at whenever this part of the ring was claimed, or so many bytes. */
const LOOK_RATIO = 1 / 16
const LOOK_BYTES_MAX = 16 * 1024
/** How long one wait for space lasts before the owner's health is looked at. */
const SPACE_WAIT_MS = 10

/** Told when the ring stays full: it returns once it has looked after the owner (and drained in its place, if need be). */
export type StallHandler = (waitedMs: number) => void

/** What a ring can have besides. */
export interface RingSettings {
  /** Unset, claims wait. */
  readonly onFull?: OnFull | undefined
  /**
   * Told when a look finds that the owner has consumed nothing since the last one, though there is something: at the
   * most once in 16 KiB while there is room, and at each claim while there is hardly any. And whenever the
   * owner is rung that has not come round to the ring before. No claim is under way that it could disturb.
   */
  readonly onStill?: (() => void) | undefined
  /** How PUBLISHED is stored. Unset, by the kernel where it is to be had; `null`, by atomic accesses. */
  readonly publish?: Publish | null | undefined
}

/** The producing end of a ring. One thread at a time. */
export class RingProducer {
  readonly arena: Arena
  readonly words: Int32Array
  readonly doubles: Float64Array
  readonly buffer: NativeBuffer
  /** The longest record the ring takes. */
  readonly recordBytesMax: number
  /** Count and milliseconds. In an array: a field that turns from integer to double would throw away the hot code. */
  readonly #stalled = new Float64Array(2)

  readonly #capacityBytes: number
  readonly #mask: number
  readonly #highWaterBytes: number
  readonly #lookBytes: number
  readonly #ringOffset: number
  readonly #full: FullRing
  readonly #onStall: StallHandler
  readonly #onStill: () => void
  readonly #publishEnd: Publish | null
  /** Drains the ring on this thread, or journals it: set while the main thread owns the partition, or nobody does. */
  #drainHere: (() => void) | null = null
  /** To be called once before a claim that finds the ring relieved. While it is set, every claim is a slow one. */
  #whenRelieved: (() => void) | null = null
  /** Position of the next record: everything before it is published or a pad that the next record publishes. */
  #claimed: number
  /** Claims up to here need no look at the owner's cursor, whatever their level. */
  #limit: number
  /** The owner's cursor at the last look. */
  #seenConsumed = NO_POSITION

  constructor(
    arena: Arena,
    onStall: StallHandler,
    { onFull = 'block', onStill = () => {}, publish = publishKernel(arena) }: RingSettings = {},
  ) {
    this.arena = arena
    this.words = arena.words
    this.doubles = arena.doubles
    this.buffer = withNativeWrite(arena.buffer)
    this.#capacityBytes = arena.geometry.ringBytes
    this.#mask = this.#capacityBytes - 1
    this.#highWaterBytes = this.#capacityBytes * HIGH_WATER_RATIO
    this.recordBytesMax = this.#capacityBytes * RECORD_MAX_RATIO
    this.#ringOffset = arena.offsets.ring
    this.#lookBytes = Math.min(this.#capacityBytes * LOOK_RATIO, LOOK_BYTES_MAX)
    this.#full = new FullRing(this.#capacityBytes, onFull)
    this.#onStall = onStall
    this.#onStill = onStill
    this.#publishEnd = publish
    this.#claimed = Atomics.load(this.words, PUBLISHED)
    this.#limit = this.#claimed
  }

  /** How often the ring was full. */
  get stalls(): number {
    return this.#stalled[0] as number
  }

  /** For how long the application's thread waited then, in milliseconds. */
  get stalledMs(): number {
    return this.#stalled[1] as number
  }

  /** The position after the last published record: what a flush has to reach. */
  get published(): number {
    return Atomics.load(this.words, PUBLISHED)
  }

  /** Bytes that are published and not yet consumed. */
  get occupiedBytes(): number {
    return distanceBytes(Atomics.load(this.words, CONSUMED), Atomics.load(this.words, PUBLISHED))
  }

  /** Whether so little is occupied that refusing is over. */
  get isRelieved(): boolean {
    return distanceBytes(Atomics.load(this.words, CONSUMED), this.#claimed) < this.#full.relievedBytes
  }

  /**
   * Space for a record of `bytes` (at most `recordBytesMax`), contiguous: its offset in the arena. Where there is none
   * for its level, it waits or gives `NO_ROOM`.
   */
  claim(bytes: number, level: number): number {
    const claimed = this.#claimed
    const offset = claimed & this.#mask
    if (this.#capacityBytes - offset < bytes || distanceBytes(claimed, this.#limit) < bytes) {
      return this.#claimBeyond(bytes, level)
    }
    return this.#ringOffset + offset
  }

  /** More space for a record that has some already and is not published: nothing else is published before it. */
  widen(bytes: number, level: number): number {
    return this.#claimSlowly(bytes, level, this.#full.waits)
  }

  /** As `claim`, but waits whatever `onFull` says: for a line in parts, which has begun or is admitted. */
  claimWaiting(bytes: number, level: number): number {
    return this.#claimSlowly(bytes, level, true)
  }

  /** As `claim`, but gives `null` at once where the ring is full. */
  tryClaim(bytes: number, level: number): number | null {
    const offset = this.#claimed & this.#mask
    const atEnd = this.#capacityBytes - offset
    const pad = atEnd < bytes ? atEnd : 0
    const occupied = distanceBytes(Atomics.load(this.words, CONSUMED), this.#claimed)
    if (occupied + pad + bytes > this.#full.roomBytes(level)) return null
    return this.#claimSlowly(bytes, level, true)
  }

  /**
   * Whether a line of `bytes` in parts may begin, of which the longest has `partBytes`; `besideBytes` will be taken by
   * something else. Where it can ever be in the ring as a whole, there is room for it as a whole; a longer one begins
   * where its first part has room.
   */
  admits(bytes: number, partBytes: number, besideBytes: number, level: number): boolean {
    if (this.#full.waits) return true
    // The ring's end can come once, before any part.
    const wholeBytes = bytes + partBytes
    const needed = besideBytes + (wholeBytes > this.#full.roomBytes(level) ? partBytes * 2 : wholeBytes)
    if (this.#admits(needed, level)) return true
    this.#alarm()
    return this.#admits(needed, level)
  }

  /** Has `then` called once, before the first claim that finds the ring relieved; a later call replaces it. */
  whenRelieved(then: () => void): void {
    this.#whenRelieved = then
    this.#limit = this.#claimed
  }

  /** Makes the claimed record of `bytes` visible to the owner. Wakes it only if it sleeps deep. */
  publish(bytes: number): void {
    const end = (this.#claimed + bytes) | 0
    const check = positionCheck(end)
    // PARKED is looked at after PUBLISHED was stored, which pairs with the owner's store of PARKED before its last look at
    // PUBLISHED: one of the two sees the other's store.
    const parked = this.#publishEnd === null ? this.#store(end, check) : this.#publishEnd(end, check)
    // After the store: if that call throws at the end of the stack, the record's space must not count as taken.
    this.#claimed = end
    try {
      if (parked !== 0) this.ring()
    } catch {
      // The stack is at its end. The record is published, and must not be taken for one that is not; the owner's sleep
      // has a bound.
    }
  }

  /** As the kernel. Its second access must not throw: the record is published by then. */
  #store(end: number, check: number): number {
    const words = this.words
    const checkBefore = words[PUBLISHED_CHECK] as number
    // Only recovery reads it. A process that dies before the next store leaves a record that is whole, and whose call had
    // not returned: recovery takes it. The other way round a check that is behind could be a flipped PUBLISHED as well.
    words[PUBLISHED_CHECK] = check
    try {
      // Orders every plain store of the record (and of the dictionary and file entries it names) before it.
      Atomics.store(words, PUBLISHED, end)
    } catch (error) {
      // The stack is at its end. The next record is going to be where this one is.
      words[PUBLISHED_CHECK] = checkBefore
      throw error
    }
    try {
      return Atomics.load(words, PARKED)
    } catch {
      return 0
    }
  }

  /** Wakes the owner if it sleeps or naps. Costs a system call then, so it is not for every record. */
  ring(): void {
    if (this.#drainHere !== null) {
      this.#drainHere()
      return
    }
    // Whoever finds the bell rung already need not notify: the owner has not yet come round to clear it.
    if (Atomics.load(this.words, BELL) !== 0) {
      this.#onStill()
      return
    }
    Atomics.store(this.words, BELL, 1)
    Atomics.notify(this.words, BELL)
  }

  /** From now on every publication is drained by `drain`, on this thread; `null` hands it back to a writer. */
  drainHere(drain: (() => void) | null): void {
    this.#drainHere = drain
    Atomics.store(this.words, PARKED, drain === null ? 0 : 1)
  }

  /** Calls `drain` no more, unless another has its place by now. Whether a publication has to ring is the owner's affair. */
  leaveTo(drain: () => void): void {
    if (this.#drainHere === drain) this.#drainHere = null
  }

  /** A claim beyond the limit, or across the ring's end. Before it, what waits for relief is called. */
  #claimBeyond(bytes: number, level: number): number {
    const then = this.#whenRelieved
    if (then !== null && this.isRelieved) {
      this.#whenRelieved = null
      then()
    }
    return this.#claimSlowly(bytes, level, this.#full.waits)
  }

  /** Where the record would cross the ring's end, the rest becomes a pad, and the record starts at the beginning. */
  #claimSlowly(bytes: number, level: number, waits: boolean): number {
    const offset = this.#claimed & this.#mask
    const atEnd = this.#capacityBytes - offset
    const pad = atEnd < bytes ? atEnd : 0
    if (distanceBytes(this.#claimed, this.#limit) < pad + bytes && !this.#makeRoom(pad + bytes, level, waits)) {
      return NO_ROOM
    }
    if (pad === 0) return this.#ringOffset + offset
    const word = (this.#ringOffset + offset) >> 2
    this.words[word + (RECORD_LENGTH >> 2)] = pad
    this.words[word + (RECORD_HEAD >> 2)] = KIND_PAD
    // Private until the record after it is published: both become visible with one store.
    this.#claimed = (this.#claimed + pad) | 0
    return this.#ringOffset
  }

  /**
   * Looks at the owner's cursor. Above the high-water mark the owner is rung; where the ring is full it is waited for, or
   * this gives false. Where this thread is the owner, ringing it has drained the ring.
   */
  #makeRoom(bytes: number, level: number, waits: boolean): boolean {
    const occupied = this.#look()
    const isLow = occupied + bytes <= this.#highWaterBytes
    if (!isLow || !this.#full.admits(occupied, bytes, level)) {
      this.#alarm()
      if (!waits && !this.#admits(bytes, level)) return false
      if (waits && this.#occupied + bytes > this.#full.roomBytes(level)) this.#waitForRoom(bytes, level)
    }
    const open = isLow ? Math.min(this.#highWaterBytes, this.#full.openBytes) : this.#full.openBytes
    const next = (this.#claimed + Math.max(bytes, this.#lookBytes)) | 0
    const end = (Atomics.load(this.words, CONSUMED) + open) | 0
    this.#limit = this.#whenRelieved !== null ? this.#claimed : distanceBytes(next, end) < 0 ? end : next
    return true
  }

  /** Bytes that are claimed or published and not yet consumed. */
  get #occupied(): number {
    return distanceBytes(Atomics.load(this.words, CONSUMED), this.#claimed)
  }

  #admits(bytes: number, level: number): boolean {
    return this.#full.admits(this.#occupied, bytes, level)
  }

  /** The occupied bytes; `onStill` is told where there are as many as at the last look, or more. */
  #look(): number {
    const consumed = Atomics.load(this.words, CONSUMED)
    const isStill = consumed === this.#seenConsumed && consumed !== this.#claimed
    this.#seenConsumed = consumed
    if (isStill) this.#onStill()
    return this.#occupied
  }

  /** Asks the owner to make room before anything else. */
  #alarm(): void {
    if (Atomics.load(this.words, EMERGENCY_REQUESTED) === 0) Atomics.store(this.words, EMERGENCY_REQUESTED, 1)
    this.ring()
  }

  #waitForRoom(bytes: number, level: number): void {
    const roomBytes = this.#full.roomBytes(level)
    const start = monotonicMs()
    for (;;) {
      // Announces the wait before the last look at CONSUMED; pairs with the owner's store of CONSUMED and its look at
      // PRODUCER_WAITING after it, so that one of the two sees the other's store. Bounded all the same.
      Atomics.store(this.words, PRODUCER_WAITING, 1)
      const consumed = Atomics.load(this.words, CONSUMED)
      if (distanceBytes(consumed, this.#claimed) + bytes <= roomBytes) break
      this.ring()
      Atomics.wait(this.words, CONSUMED, consumed, SPACE_WAIT_MS)
      if (Atomics.load(this.words, CONSUMED) === consumed) this.#onStall(monotonicMs() - start)
    }
    Atomics.store(this.words, PRODUCER_WAITING, 0)
    this.#stalled[0] = this.stalls + 1
    this.#stalled[1] = this.stalledMs + monotonicMs() - start
  }
}
