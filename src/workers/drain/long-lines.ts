/**
 * Lines that are longer than a file buffer: formatted aside, and written past it. Until APPLIED has moved past their
 * record the intent stays open, so that a successor finds how much of the line is in the file.
 */
import { type Arena, NO_POSITION } from '../../shared/arena.js'
import { APPLIED, INTENT_RECORD, PUBLISHED } from '../../shared/arena-layout.js'
import { recordFile } from '../../shared/record-layout.js'
import type { BufferWrites } from './buffer-writes.js'
import type { DayClock } from './day-clock.js'
import type { DropBooks, DroppedLine } from './drop-books.js'
import type { KnownFiles } from './known-files.js'
import { type LineFormatter, lineTarget, NOT_A_RECORD } from './line-formatter.js'
import type { RingRecords } from './ring-records.js'

/** What long lines are made with, of the same owner. */
export interface LongLineParts {
  readonly records: RingRecords
  readonly formatter: LineFormatter
  readonly days: DayClock
  readonly known: KnownFiles
  readonly drops: DropBooks
  readonly writes: BufferWrites
}

/** The long lines of one partition. */
export class LongLines {
  readonly #words: Int32Array
  readonly #records: RingRecords
  readonly #formatter: LineFormatter
  readonly #days: DayClock
  readonly #known: KnownFiles
  readonly #drops: DropBooks
  readonly #writes: BufferWrites
  #scratch = lineTarget(new Uint8Array(0))
  /** The line of a write that may still be under way. */
  #frozen: { readonly day: number; readonly line: DroppedLine } | null = null

  constructor(arena: Arena, parts: LongLineParts) {
    this.#words = arena.words
    this.#records = parts.records
    this.#formatter = parts.formatter
    this.#days = parts.days
    this.#known = parts.known
    this.#drops = parts.drops
    this.#writes = parts.writes
  }

  /** A line that may be longer than a buffer is formatted aside, and written past it. */
  apply(position: number, file: number, day: number, bytesMax: number): void {
    const length = this.#formatAside(bytesMax)
    const line = { file, day, bytes: this.#scratch.bytes, length, position }
    const writes = this.#writes
    const isFirst = writes.isFrozen(file) || writes.write(file, false) || writes.makeRoom(file)
    if (!isFirst || !writes.writeThrough(line)) this.#drops.drop(this.#records.line(position))
    // APPLIED moves past the record next; a successor that finds the intent before that looks at the file's size.
  }

  /** Finishes the line that an owner before this one had under way. */
  resume(): void {
    const { intent } = this.#writes
    const open = intent.read()
    const { position, place, bytes } = open
    const file = recordFile(this.#records.head(position))
    if (this.#isNext(position) && this.#known.has(file)) {
      const day = this.#days.dayOf(this.#records.timeMs(position))
      const done = this.#writes.intendedBytesWritten({ ...open, file }, day)
      const isDone = done === bytes || (done > 0 && this.#finishLongLine(position, file, day, place, done))
      if (done === bytes) intent.countLines()
      if (isDone) this.#moveOn(position)
    }
    intent.clear()
  }

  #finishLongLine(position: number, file: number, day: number, place: number, done: number): boolean {
    const bytesMax = this.#formatter.prepare(this.#records.offsetOf(position))
    if (bytesMax === NOT_A_RECORD) return false
    const length = this.#formatAside(bytesMax)
    return this.#writes.finishLine({ file, day, bytes: this.#scratch.bytes, length, position }, place, done)
  }

  /** A write past the buffer that may still be under way: its record counts as applied until it is known. */
  freeze(): void {
    const { intent } = this.#writes
    const { position } = intent.read()
    const isRecord = intent.kind === INTENT_RECORD && this.#isNext(position)
    if (isRecord) {
      const line = { ...this.#records.line(position), position: NO_POSITION }
      this.#frozen = { day: this.#days.dayOf(this.#records.timeMs(position)), line }
    }
    this.#writes.freeze()
    if (isRecord) this.#moveOn(position)
  }

  /** That write has ended, and its thread. */
  thaw(): void {
    const frozen = this.#frozen
    this.#frozen = null
    if (!this.#writes.thaw(frozen) && frozen !== null) this.#drops.drop(frozen.line)
  }

  /** Whether a record stands at a position, and is the next to be applied. */
  #isNext(position: number): boolean {
    const published = Atomics.load(this.#words, PUBLISHED)
    const isRecord = this.#records.isRecord(position, this.#records.length(position), published)
    return isRecord && position === this.#words[APPLIED]
  }

  #moveOn(position: number): void {
    this.#records.setApplied((position + this.#records.length(position)) | 0)
  }

  #formatAside(bytesMax: number): number {
    if (this.#scratch.bytes.length < bytesMax) this.#scratch = lineTarget(new Uint8Array(bytesMax))
    return this.#formatter.write(this.#scratch, 0)
  }
}
