/**
 * Stage 4, and the space for stage 3: the producing end of one partition's ring. It runs on the application's thread.
 *
 * claim -> the caller writes the record into the claimed space -> publish. Nothing is taken by a claim: a caller that
 * gives up (its value threw) simply does not publish, and the next claim gets the same space.
 *
 * Ordering: record bytes are plain stores. The atomic store of PUBLISHED comes after them, and the owner loads it before
 * it reads them. CONSUMED is the mirror image: the owner's atomic store of it hands the space back.
 */
import type { Arena } from '../../shared/arena.js'
import { BELL, CONSUMED, distanceBytes, PARKED, PRODUCER_WAITING, PUBLISHED } from '../../shared/arena-layout.js'
import { monotonicMs } from '../../shared/real-timers.js'
import { KIND_PAD, RECORD_HEAD, RECORD_LENGTH } from '../../shared/record-layout.js'
import { type NativeBuffer, withNativeWrite } from './native-write.js'

/** Above this part of the ring the owner is rung, for it may be napping. */
const HIGH_WATER_RATIO = 0.5
/** A record may take this part of the ring at most, so that a pad and a record always fit together. */
const RECORD_MAX_RATIO = 0.25
/** How long one wait for space lasts before the owner's health is looked at. */
const SPACE_WAIT_MS = 10

/** Told when the ring stays full: it returns once it has looked after the owner (and drained in its place, if need be). */
export type StallHandler = (waitedMs: number) => void

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
  readonly #ringOffset: number
  readonly #onStall: StallHandler
  /** Drains the ring on this thread: set while the main thread owns the partition. */
  #drainHere: (() => void) | null = null
  /** Position of the next record: everything before it is published or a pad that the next record publishes. */
  #claimed: number
  /** Claims up to here need no look at the owner's cursor. */
  #limit: number

  constructor(arena: Arena, onStall: StallHandler) {
    this.arena = arena
    this.words = arena.words
    this.doubles = arena.doubles
    this.buffer = withNativeWrite(arena.buffer)
    this.#capacityBytes = arena.geometry.ringBytes
    this.#mask = this.#capacityBytes - 1
    this.#highWaterBytes = this.#capacityBytes * HIGH_WATER_RATIO
    this.recordBytesMax = this.#capacityBytes * RECORD_MAX_RATIO
    this.#ringOffset = arena.offsets.ring
    this.#onStall = onStall
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

  /**
   * Space for a record of `bytes` (at most `recordBytesMax`), contiguous: its offset in the arena. Waits while the ring
   * is full.
   */
  claim(bytes: number): number {
    const offset = this.#claimed & this.#mask
    if (this.#capacityBytes - offset < bytes) return this.#claimAcrossEnd(bytes)
    if (distanceBytes(this.#claimed, this.#limit) < bytes) this.#makeRoom(bytes)
    return this.#ringOffset + offset
  }

  /** As `claim`, but gives `null` at once where the ring is full. */
  tryClaim(bytes: number): number | null {
    const offset = this.#claimed & this.#mask
    const atEnd = this.#capacityBytes - offset
    const room = distanceBytes(this.#claimed, (Atomics.load(this.words, CONSUMED) + this.#capacityBytes) | 0)
    if (room < bytes + (atEnd < bytes ? atEnd : 0)) return null
    return this.claim(bytes)
  }

  /** Makes the claimed record of `bytes` visible to the owner. Wakes it only if it sleeps deep. */
  publish(bytes: number): void {
    const end = (this.#claimed + bytes) | 0
    // Orders every plain store of the record (and of the dictionary and file entries it names) before it.
    Atomics.store(this.words, PUBLISHED, end)
    // After the store: if that call throws at the end of the stack, the record's space must not count as taken.
    this.#claimed = end
    try {
      // Pairs with the owner's store of PARKED before its last look at PUBLISHED: one of the two sees the other's store.
      if (Atomics.load(this.words, PARKED) !== 0) this.ring()
    } catch {
      // The stack is at its end. The record is published, and must not be taken for one that is not; the owner's sleep
      // has a bound.
    }
  }

  /** Wakes the owner if it sleeps or naps. Costs a system call then, so it is not for every record. */
  ring(): void {
    if (this.#drainHere !== null) {
      this.#drainHere()
      return
    }
    // Whoever finds the bell rung already need not notify: the owner has not yet come round to clear it.
    if (Atomics.load(this.words, BELL) !== 0) return
    Atomics.store(this.words, BELL, 1)
    Atomics.notify(this.words, BELL)
  }

  /** From now on every publication is drained by `drain`, on this thread; `null` hands it back to a writer. */
  drainHere(drain: (() => void) | null): void {
    this.#drainHere = drain
    Atomics.store(this.words, PARKED, drain === null ? 0 : 1)
  }

  /** The rest of the ring becomes a pad, and the record starts at the ring's beginning. */
  #claimAcrossEnd(bytes: number): number {
    const offset = this.#claimed & this.#mask
    const pad = this.#capacityBytes - offset
    if (distanceBytes(this.#claimed, this.#limit) < pad + bytes) this.#makeRoom(pad + bytes)
    const word = (this.#ringOffset + offset) >> 2
    this.words[word + (RECORD_LENGTH >> 2)] = pad
    this.words[word + (RECORD_HEAD >> 2)] = KIND_PAD
    // Private until the record after it is published: both become visible with one store.
    this.#claimed = (this.#claimed + pad) | 0
    return this.#ringOffset
  }

  /** Looks at the owner's cursor. Above the high-water mark the owner is rung; where the ring is full it is waited for. */
  #makeRoom(bytes: number): void {
    const consumed = Atomics.load(this.words, CONSUMED)
    const occupied = distanceBytes(consumed, this.#claimed)
    if (occupied + bytes <= this.#highWaterBytes) {
      this.#limit = (consumed + this.#highWaterBytes) | 0
      return
    }
    this.ring()
    if (occupied + bytes > this.#capacityBytes) this.#waitForRoom(bytes)
    this.#limit = (Atomics.load(this.words, CONSUMED) + this.#capacityBytes) | 0
  }

  #waitForRoom(bytes: number): void {
    const start = monotonicMs()
    for (;;) {
      // Announces the wait before the last look at CONSUMED; pairs with the owner's store of CONSUMED and its look at
      // PRODUCER_WAITING after it, so that one of the two sees the other's store. Bounded all the same.
      Atomics.store(this.words, PRODUCER_WAITING, 1)
      const consumed = Atomics.load(this.words, CONSUMED)
      if (distanceBytes(consumed, this.#claimed) + bytes <= this.#capacityBytes) break
      this.ring()
      Atomics.wait(this.words, CONSUMED, consumed, SPACE_WAIT_MS)
      if (Atomics.load(this.words, CONSUMED) === consumed) this.#onStall(monotonicMs() - start)
    }
    Atomics.store(this.words, PRODUCER_WAITING, 0)
    this.#stalled[0] = this.stalls + 1
    this.#stalled[1] = this.stalledMs + monotonicMs() - start
  }
}
