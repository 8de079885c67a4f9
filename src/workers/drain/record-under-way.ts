/**
 * The record that is being put into a file buffer, in the arena: what a successor needs to find out whether its line
 * counts, and to finish or undo the rest. The store of the buffer's pending bytes decides; see partition-drain.ts.
 */
import { type Arena, NO_POSITION } from '../../shared/arena.js'
import {
  APPLIED,
  APPLYING_BASE_BYTES,
  APPLYING_BASE_LINES,
  APPLYING_FILE,
  APPLYING_PART_BYTES,
  APPLYING_POSITION,
} from '../../shared/arena-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import {
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  KIND_PAD,
  RECORD_ALIGNMENT_BYTES,
  recordKind,
} from '../../shared/record-layout.js'
import type { DrainParts } from './drain-parts.js'
import type { DropBooks } from './drop-books.js'
import type { FileBuffers } from './file-buffers.js'
import type { KnownFiles } from './known-files.js'
import type { LineParts } from './line-parts.js'
import type { RingRecords } from './ring-records.js'

/** In place of a record's position: the line under way is one that tells of dropped lines. */
export const TELLING = -2

/** The words of one partition. */
export class RecordUnderWay {
  readonly #words: Int32Array
  readonly #records: RingRecords
  readonly #buffers: FileBuffers
  readonly #known: KnownFiles
  readonly #parts: LineParts
  readonly #drops: DropBooks

  constructor(arena: Arena, records: RingRecords, parts: DrainParts) {
    this.#words = arena.words
    this.#records = records
    this.#buffers = parts.buffers
    this.#known = parts.known
    this.#parts = parts.lineParts
    this.#drops = parts.drops
  }

  /** The record at a position (or `TELLING`) is going to be put into its file's buffer. */
  begin(position: number, file: number): void {
    const words = this.#words
    words[APPLYING_POSITION] = NO_POSITION // The words of one record must never stand under another's position.
    words[APPLYING_BASE_BYTES] = this.#buffers.pendingBytes(file)
    words[APPLYING_BASE_LINES] = this.#buffers.pendingLinesOf(file)
    words[APPLYING_FILE] = file
    words[APPLYING_POSITION] = position
  }

  /** Called before `begin` for a part of a line: the bytes of the parts before it. */
  beginPart(bytesBefore: number): void {
    this.#words[APPLYING_PART_BYTES] = bytesBefore
  }

  end(): void {
    this.#words[APPLYING_POSITION] = NO_POSITION
  }

  /**
   * Where a line counts as drained that is in a buffer before its turn, or has no record: no record starts there, and while
   * the line is pending COMMITTED is not at APPLIED, where a checkpoint of the journal says that nothing is.
   */
  get beforeApplied(): number {
    return ((this.#words[APPLIED] as number) - RECORD_ALIGNMENT_BYTES) | 0
  }

  /** Finishes or undoes what an owner before this one had under way. */
  resume(): void {
    this.#resumeApplying()
    this.#resumeDropping()
    // Resolved: if this owner dies before its first record, its successor must not judge by these words again.
    this.end()
  }

  /** Whether the record under way is in its buffer is told by the buffer's bytes. */
  #resumeApplying(): void {
    const words = this.#words
    const position = words[APPLYING_POSITION] as number
    const file = words[APPLYING_FILE] as number
    if (position === NO_POSITION || !this.#known.has(file)) return
    const applied = words[APPLIED] as number
    const ahead = distanceBytes(applied, position)
    if (position !== TELLING && (ahead < 0 || ahead >= this.#records.backlogBytes)) return
    const bytes = this.#buffers.pendingBytes(file) - (words[APPLYING_BASE_BYTES] as number)
    if (bytes === 0) {
      this.#buffers.setPendingLines(file, words[APPLYING_BASE_LINES] as number)
      return
    }
    if (position === TELLING) {
      this.#drops.told(file)
      return
    }
    if (ahead > 0) {
      this.#records.setKind(position, KIND_PAD)
      return
    }
    const kind = recordKind(this.#records.head(position))
    if (kind === KIND_FRAGMENT || kind === KIND_LAST_FRAGMENT) {
      const before = words[APPLYING_PART_BYTES] as number
      this.#parts.note(this.#records.line(position), before + bytes, kind === KIND_LAST_FRAGMENT)
    }
    this.#records.setApplied((applied + this.#records.length(applied)) | 0)
  }

  /** A record whose dropping had begun is dropped, also where its file could be written now. */
  #resumeDropping(): void {
    const applied = this.#words[APPLIED] as number
    if (!this.#drops.isDropping(applied) || this.#records.backlogBytes <= 0) return
    const line = this.#records.line(applied)
    if (!this.#known.has(line.file)) return
    this.#drops.drop(line)
    if (recordKind(this.#records.head(applied)) === KIND_LAST_FRAGMENT) this.#parts.end(line.file)
    this.#records.setApplied((applied + this.#records.length(applied)) | 0)
    this.#drops.settled()
  }
}
