/**
 * Urgent records (of error.jsonl) do not wait for what was published before them: they are looked for ahead of APPLIED,
 * applied as all others are, and then made into pads, which the pass skips when it comes to them. A successor that finds
 * APPLYING_POSITION at one compares its buffer's bytes likewise, and makes it a pad or leaves it.
 */
import type { Arena } from '../../shared/arena.js'
import { APPLIED, PUBLISHED, URGENT_PUBLISHED } from '../../shared/arena-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import { URGENT_PRIORITY } from '../../shared/priorities.js'
import { KIND_FRAGMENT, KIND_LAST_FRAGMENT, KIND_PAD, recordFile, recordKind } from '../../shared/record-layout.js'
import type { DayClock } from './day-clock.js'
import { type FileBuffers, NO_ROOM } from './file-buffers.js'
import type { Journal } from './journal.js'
import type { KnownFiles } from './known-files.js'
import { type LineFormatter, NOT_A_RECORD } from './line-formatter.js'
import type { RingRecords } from './ring-records.js'

/** What urgent records are found and applied with, of the same owner. */
export interface UrgentParts {
  readonly records: RingRecords
  readonly formatter: LineFormatter
  readonly days: DayClock
  readonly known: KnownFiles
  readonly buffers: FileBuffers
  readonly journal: Journal | null
  /** Puts the prepared record's line at an offset of its file's buffer. */
  readonly applyAt: (offset: number, position: number, file: number, nowMs: number) => void
  /** The record is no longer under way. */
  readonly applied: () => void
}

/** The urgent records of one partition. */
export class UrgentRecords {
  readonly #words: Int32Array
  readonly #fileBufferBytes: number
  readonly #parts: UrgentParts
  /** URGENT_PUBLISHED when urgent records were looked for the last time, and how far. */
  #seen: number
  #to: number

  constructor(arena: Arena, parts: UrgentParts) {
    this.#words = arena.words
    this.#fileBufferBytes = arena.geometry.fileBufferBytes
    this.#parts = parts
    // One look for those that a former owner may have been rung for.
    this.#seen = (Atomics.load(arena.words, URGENT_PUBLISHED) - 1) | 0
    this.#to = arena.words[APPLIED] as number
  }

  /** Applies and writes those that were published since, in the order of the ring, until one is not simple. */
  pass(nowMs: number): void {
    const words = this.#words
    const { records, buffers, journal } = this.#parts
    const seen = Atomics.load(words, URGENT_PUBLISHED)
    if (seen === this.#seen) return
    const to = journal === null ? Atomics.load(words, PUBLISHED) : journal.append(false)
    // What the journal has no room for now is looked for again in the next pass.
    if (journal?.lagsBehind !== true) this.#seen = seen
    const applied = words[APPLIED] as number
    let position = distanceBytes(applied, this.#to) > 0 ? this.#to : applied
    while (position !== to) {
      const length = records.length(position)
      if (!records.isRecord(position, length, to)) break
      if (this.#isUrgent(position) && !this.#apply(position, nowMs)) break
      position = (position + length) | 0
    }
    this.#to = position
    buffers.writeUrgent(nowMs)
  }

  /** The pass has come to a position: left behind for 2^31 bytes this would be ahead of everything. */
  passed(position: number): void {
    if (distanceBytes(this.#to, position) > 0) this.#to = position
  }

  #isUrgent(position: number): boolean {
    const { known, records } = this.#parts
    const head = records.head(position)
    const file = recordFile(head)
    return recordKind(head) !== KIND_PAD && known.has(file) && known.priority(file) === URGENT_PRIORITY
  }

  /** False where the record has to wait for the pass: a part of a line, a long one, or one without room. */
  #apply(position: number, nowMs: number): boolean {
    const { records, formatter, buffers, days, applyAt, applied } = this.#parts
    const head = records.head(position)
    const kind = recordKind(head)
    const file = recordFile(head)
    if (kind === KIND_FRAGMENT || kind === KIND_LAST_FRAGMENT) return false
    const bytesMax = formatter.prepare(records.offsetOf(position))
    if (bytesMax === NOT_A_RECORD || bytesMax > this.#fileBufferBytes) return false
    const offset = buffers.reserve(file, days.dayOf(records.timeMs(position)), bytesMax)
    if (offset === NO_ROOM) return false
    applyAt(offset, position, file, nowMs)
    records.setKind(position, KIND_PAD)
    // It is ahead of APPLIED, which would tell so of others: a write that takes a part of its buffer must not be mistaken
    // for a record that is not there.
    applied()
    return true
  }
}
