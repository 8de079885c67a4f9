/**
 * The records of a leftover ring that were published and not applied, one behind the other. Where one is damaged the
 * chain is taken up again at the next place where two records in a row are intact.
 */
import type { Arena } from '../../shared/arena.js'
import { distanceBytes } from '../../shared/positions.js'
import { KIND_LINE, RECORD_ALIGNMENT_BYTES, RECORD_PREFIX_BYTES, RECORD_SLOTS } from '../../shared/record-layout.js'
import { lineOpening } from './line-opening.js'
import { type Damage, damageAt } from './live-records.js'
import type { RecordCheck } from './record-check.js'
import { outOfOrder } from './seq-order.js'

/** Reads one ring. */
export class RingChain {
  readonly damage: Damage[] = []
  readonly #arena: Arena
  readonly #check: RecordCheck

  constructor(arena: Arena, check: RecordCheck) {
    this.#arena = arena
    this.#check = check
  }

  /** Where in the arena's bytes the intact records from one position to another are. Pads are left out. */
  read(from: number, to: number): number[] {
    const found: number[] = []
    let position = from
    while (position !== to) {
      const reason = this.#fault(position, to)
      if (reason === null) {
        const at = this.#offsetOf(position)
        if (!this.#check.isPad(at)) found.push(at)
        position = (position + this.#check.length(at)) | 0
      } else {
        const next = this.#resume(position, to)
        this.damage.push(damageAt(this.#offsetOf(position), distanceBytes(position, next), reason))
        position = next
      }
    }
    return this.#inOrder(found)
  }

  /** Whether one record is between two positions, but for the pad at the ring's end that was published with it. */
  isOneRecord(from: number, to: number): boolean {
    if (this.#fault(from, to) !== null) return false
    const isPad = this.#check.isPad(this.#offsetOf(from))
    const position = isPad ? this.after(from) : from
    if (isPad && this.#offsetOf(position) !== this.#arena.offsets.ring) return false
    if (this.#fault(position, to) !== null || this.#check.isPad(this.#offsetOf(position))) return false
    return this.after(position) === to
  }

  /** Whether one record, or a pad, is between two positions. */
  isStep(from: number, to: number): boolean {
    return this.#fault(from, to) === null && this.after(from) === to
  }

  /** Whether a record, or the end, stands at a position. */
  isBoundary(position: number, to: number): boolean {
    return position === to || this.#fault(position, to) === null
  }

  /** The position behind a record. */
  after(position: number): number {
    return (position + this.#check.length(this.#offsetOf(position))) | 0
  }

  #fault(position: number, to: number): string | null {
    const at = this.#offsetOf(position)
    const bytesToEnd = this.#arena.offsets.ring + this.#arena.geometry.ringBytes - at
    return this.#check.fault(at, Math.min(bytesToEnd, distanceBytes(position, to)), bytesToEnd)
  }

  /** The next position with an intact record that another one follows, or nothing: a text may look like one record. */
  #resume(from: number, to: number): number {
    for (let position = (from + RECORD_ALIGNMENT_BYTES) | 0; distanceBytes(position, to) > 0; ) {
      if (this.#fault(position, to) === null && this.isBoundary(this.after(position), to)) return position
      position = (position + RECORD_ALIGNMENT_BYTES) | 0
    }
    return to
  }

  #inOrder(found: readonly number[]): number[] {
    const out = outOfOrder(
      found.map((at) => (this.#hasSeq(at) ? this.#check.header(at).seq : null)),
      true,
    )
    for (const index of out) {
      const at = found[index] as number
      this.damage.push(damageAt(at, this.#check.length(at), 'the seq of a record is not between its neighbours'))
    }
    return out.size === 0 ? [...found] : found.filter((_, index) => !out.has(index))
  }

  /** A line that tells of dropped ones has the seq of the last of them in its header. */
  #hasSeq(at: number): boolean {
    if (this.#check.header(at).kind !== KIND_LINE) return true
    const bytes = this.#arena.words[(at + RECORD_PREFIX_BYTES) >> 2] as number
    return lineOpening(this.#arena.bytes, at + RECORD_SLOTS, at + RECORD_SLOTS + bytes)?.seq !== null
  }

  #offsetOf(position: number): number {
    return this.#arena.offsets.ring + (position & (this.#arena.geometry.ringBytes - 1))
  }
}
