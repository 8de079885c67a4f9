/**
 * The records of a journal's frames, in the order of publication: those that two frames have are taken once, those that no
 * frame has between two are noticed, and each is looked at before it is believed.
 *
 * A line in parts is taken as a whole: also parts before the place from which records are asked for, if its last one is
 * behind it. Where its beginning is in no frame, the line is left out, and counted as damage.
 */
import type { Arena } from '../../shared/arena.js'
import { distanceBytes } from '../../shared/positions.js'
import {
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  RECORD_ALIGNMENT_BYTES,
  RECORD_PREFIX_BYTES,
  RECORD_SLOTS,
} from '../../shared/record-layout.js'
import { type Damage, damageAt } from './live-records.js'
import type { RecordCheck } from './record-check.js'

/** A frame's records. */
export interface RecordsFrame {
  readonly payloadAt: number
  readonly payloadBytes: number
  readonly position: number
}

interface JournalRecord {
  readonly at: number
  readonly position: number
}

/** A line in parts, as far as its parts have come. */
interface Parts {
  readonly seq: number
  readonly at: number[]
  bytes: number
}

/** Collects records, frame by frame. */
export class JournalRecords {
  readonly damage: Damage[] = []
  readonly #arena: Arena
  readonly #check: RecordCheck
  readonly #records: JournalRecord[] = []
  /** Where the next frame begins, or has what is known already. */
  #next: number | null = null

  constructor(arena: Arena, check: RecordCheck) {
    this.#arena = arena
    this.#check = check
  }

  /** The frames come in the order of their numbers. */
  add({ payloadAt, payloadBytes, position }: RecordsFrame): void {
    const end = payloadAt + payloadBytes
    const next = this.#next ?? position
    if (distanceBytes(next, position) > 0) this.#damaged(payloadAt, 0, 'records are lacking before this place')
    let at = payloadAt
    let here = position
    while (at < end) {
      const length = this.#check.length(at)
      if (length < RECORD_ALIGNMENT_BYTES || length % RECORD_ALIGNMENT_BYTES !== 0 || length > end - at) {
        this.#damaged(at, end - at, 'no record starts here')
        break
      }
      if (distanceBytes(next, here) >= 0) this.#take(at, length, here)
      at += length
      here = (here + length) | 0
    }
    const to = (position + payloadBytes) | 0
    if (distanceBytes(next, to) > 0 || this.#next === null) this.#next = to
  }

  /** Where the records are that start at a position or behind it, and the parts of lines that end there. */
  from(position: number): number[] {
    const taken: number[] = []
    const parts = new Map<number, Parts>()
    for (const { at, position: here } of this.#records) {
      const isLive = distanceBytes(position, here) >= 0
      const { kind, file } = this.#check.header(at)
      if (kind !== KIND_FRAGMENT && kind !== KIND_LAST_FRAGMENT) {
        if (isLive) taken.push(at)
        continue
      }
      const line = this.#withPart(parts.get(file), at)
      if (line === null) parts.delete(file)
      else parts.set(file, line)
      if (kind === KIND_FRAGMENT) continue
      if (isLive && line !== null) for (const part of line.at) taken.push(part)
      else if (isLive) this.#damaged(at, 0, 'the end of a line whose beginning is lacking')
      parts.delete(file)
    }
    return taken
  }

  /** The line that a part goes on, or begins, with it; `null` where parts before it are lacking. */
  #withPart(line: Parts | undefined, at: number): Parts | null {
    const { seq } = this.#check.header(at)
    const offset = this.#arena.doubles[(at + RECORD_SLOTS) >> 3] as number
    const bytes = offset + (this.#arena.words[(at + RECORD_PREFIX_BYTES) >> 2] as number)
    if (offset === 0) return { seq, at: [at], bytes }
    if (line === undefined || line.seq !== seq || line.bytes !== offset) return null
    line.at.push(at)
    line.bytes = bytes
    return line
  }

  #take(at: number, length: number, position: number): void {
    // Where the ring's end was is not known: a pad there has whatever length it says.
    const fault = this.#check.fault(at, length, length)
    if (fault !== null) this.#damaged(at, length, fault)
    else if (!this.#check.isPad(at)) this.#records.push({ at, position })
  }

  #damaged(at: number, bytes: number, reason: string): void {
    this.damage.push(damageAt(at, bytes, reason))
  }
}
