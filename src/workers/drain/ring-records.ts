/**
 * The consuming end of a ring: where a record is, what its head says, and whether it can be one. A leftover ring may have
 * been tampered with.
 */
import type { Arena } from '../../shared/arena.js'
import { APPLIED, APPLIED_CHECK, PUBLISHED } from '../../shared/arena-layout.js'
import { distanceBytes, positionCheck } from '../../shared/positions.js'
import {
  RECORD_ALIGNMENT_BYTES,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_LENGTH,
  RECORD_SEQ,
  RECORD_TIME,
  recordFile,
  recordHead,
  recordLevel,
} from '../../shared/record-layout.js'
import type { DroppedLine } from './drop-books.js'

/** With more than this part of the ring waiting, the owner is behind. */
const BEHIND_RATIO = 1 / 8

/** Reads the heads of one ring's records. */
export class RingRecords {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #ringOffset: number
  readonly #ringBytes: number
  readonly #mask: number

  constructor(arena: Arena) {
    this.#words = arena.words
    this.#doubles = arena.doubles
    this.#ringOffset = arena.offsets.ring
    this.#ringBytes = arena.geometry.ringBytes
    this.#mask = arena.geometry.ringBytes - 1
  }

  /** Bytes that are published and not yet applied. */
  get backlogBytes(): number {
    return distanceBytes(this.#words[APPLIED] as number, Atomics.load(this.#words, PUBLISHED))
  }

  /** Whether so much waits that the next pass should follow at once. */
  get isBehind(): boolean {
    return this.backlogBytes > this.#ringBytes * BEHIND_RATIO
  }

  /** Where the record at a position is in the arena. */
  offsetOf(position: number): number {
    return this.#ringOffset + (position & this.#mask)
  }

  length(position: number): number {
    return this.#words[(this.offsetOf(position) + RECORD_LENGTH) >> 2] as number
  }

  /** Kind, level and file. */
  head(position: number): number {
    return this.#words[(this.offsetOf(position) + RECORD_HEAD) >> 2] as number
  }

  timeMs(position: number): number {
    return this.#doubles[(this.offsetOf(position) + RECORD_TIME) >> 3] as number
  }

  /** All before a position is applied. The check comes first: who recovers a leftover believes it where the two differ. */
  setApplied(position: number): void {
    this.#words[APPLIED_CHECK] = positionCheck(position)
    this.#words[APPLIED] = position
  }

  /** The record becomes one of another kind. */
  setKind(position: number, kind: number): void {
    const head = this.head(position)
    this.#words[(this.offsetOf(position) + RECORD_HEAD) >> 2] = recordHead(kind, recordLevel(head), recordFile(head))
  }

  /** Whether a record of this length can stand here: within what is published, and within the ring. */
  isRecord(position: number, length: number, to: number): boolean {
    const published = distanceBytes(position, to)
    return (
      length > 0 &&
      length % RECORD_ALIGNMENT_BYTES === 0 &&
      length <= published &&
      published <= this.#ringBytes &&
      (position & this.#mask) + length <= this.#ringBytes
    )
  }

  /** A record as a line that is dropped. */
  line(position: number): DroppedLine {
    const at = this.offsetOf(position)
    const head = this.head(position)
    return {
      file: recordFile(head),
      level: recordLevel(head),
      seq: this.#doubles[(at + RECORD_SEQ) >> 3] as number,
      category: (this.#words[(at + RECORD_IDS) >> 2] as number) >>> 16,
      position,
    }
  }
}
