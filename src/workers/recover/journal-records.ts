/**
 * The records of a journal's frames, in the order of publication: those that two frames have are taken once, those that no
 * frame has between two are noticed, and each is looked at before it is believed.
 *
 * A line in parts is taken as a whole: also parts before the place from which records are asked for, if its last one is
 * behind it. Where its beginning is in no frame, the line is left out, and counted as damage.
 */
import type { Arena } from '../../shared/arena.js'
import { distanceBytes } from '../../shared/arena-layout.js'
import {
  isHeadIntact,
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  KIND_PAD,
  RECORD_ALIGNMENT_BYTES,
  RECORD_HEAD,
  RECORD_LENGTH,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordFile,
  recordKind,
  recordLevel,
} from '../../shared/record-layout.js'
import type { Damage } from './live-records.js'

/** 9999-12-31T23:59:59.999Z. */
const TIME_MS_MAX = 253_402_300_799_999
const LEVEL_MIN = 10
const LEVEL_MAX = 60

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

/** Collects records, frame by frame. */
export class JournalRecords {
  readonly damage: Damage[] = []
  readonly #arena: Arena
  readonly #isFile: (file: number) => boolean
  readonly #records: JournalRecord[] = []
  /** Where the next frame begins, or has what is known already. */
  #next: number | null = null

  constructor(arena: Arena, isFile: (file: number) => boolean) {
    this.#arena = arena
    this.#isFile = isFile
  }

  /** The frames come in the order of their numbers. */
  add({ payloadAt, payloadBytes, position }: RecordsFrame): void {
    const end = payloadAt + payloadBytes
    const next = this.#next ?? position
    if (distanceBytes(next, position) > 0) this.#damaged(payloadAt, payloadAt, 'records are lacking before this place')
    let at = payloadAt
    let here = position
    while (at < end) {
      const length = this.#arena.words[(at + RECORD_LENGTH) >> 2] as number
      if (length < RECORD_ALIGNMENT_BYTES || length % RECORD_ALIGNMENT_BYTES !== 0 || length > end - at) {
        this.#damaged(at, end, 'no record starts here')
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
    const parts = new Map<number, { seq: number; at: number[] }>()
    for (const { at, position: here } of this.#records) {
      const kind = this.#kind(at)
      const isLive = distanceBytes(position, here) >= 0
      if (kind !== KIND_FRAGMENT && kind !== KIND_LAST_FRAGMENT) {
        if (isLive) taken.push(at)
        continue
      }
      const file = this.#file(at)
      const seq = this.#seq(at)
      if (this.#isBeginning(at)) parts.set(file, { seq, at: [] })
      const line = parts.get(file)
      if (line?.seq === seq) line.at.push(at)
      if (kind === KIND_FRAGMENT) continue
      if (isLive && line?.seq === seq) taken.push(...line.at)
      else if (isLive) this.#damaged(at, at, 'the end of a line whose beginning is lacking')
      parts.delete(file)
    }
    return taken
  }

  #take(at: number, length: number, position: number): void {
    const kind = this.#kind(at)
    if (kind === KIND_PAD) return
    const time = this.#arena.doubles[(at + RECORD_TIME) >> 3] as number
    const seq = this.#seq(at)
    const level = recordLevel(this.#head(at))
    const isRecord =
      length >= RECORD_SLOTS &&
      isHeadIntact(this.#head(at)) &&
      kind <= KIND_LAST_FRAGMENT &&
      level >= LEVEL_MIN &&
      level <= LEVEL_MAX &&
      time >= 0 &&
      time <= TIME_MS_MAX &&
      Number.isSafeInteger(seq) &&
      seq >= 0 &&
      this.#isFile(this.#file(at))
    if (isRecord) this.#records.push({ at, position })
    else this.#damaged(at, at + length, 'a record that none can be')
  }

  /** A part says where it stands in its line. */
  #isBeginning(at: number): boolean {
    return this.#arena.doubles[(at + RECORD_SLOTS) >> 3] === 0
  }

  #head(at: number): number {
    return this.#arena.words[(at + RECORD_HEAD) >> 2] as number
  }

  #kind(at: number): number {
    return recordKind(this.#head(at))
  }

  #file(at: number): number {
    return recordFile(this.#head(at))
  }

  #seq(at: number): number {
    return this.#arena.doubles[(at + RECORD_SEQ) >> 3] as number
  }

  #damaged(fromByte: number, toByte: number, reason: string): void {
    this.damage.push({ fromByte, toByte, reason })
  }
}
