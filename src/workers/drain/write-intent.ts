/**
 * The intent of the write(2) under way, in the arena: what a successor needs to find out how much of it happened, and to
 * finish its books. Its kind is stored last and cleared first, so that a kind other than none has its words.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import {
  FILE_PENDING_BYTES,
  FILE_PENDING_START,
  FROZEN_INTENT,
  INTENT_BUFFER,
  INTENT_BYTES,
  INTENT_FILE,
  INTENT_KIND,
  INTENT_LINES_F64,
  INTENT_NONE,
  INTENT_OFFSET_F64,
  INTENT_PLACE,
  INTENT_POSITION,
  INTENT_RECORD,
  INTENT_START,
  INTENT_WORDS,
  LINES_F64,
} from '../../shared/arena-layout.js'

/** How many words the frozen intent is behind the open one. */
const FROZEN_AFTER = FROZEN_INTENT - INTENT_KIND
const FROZEN_LINES_F64 = INTENT_LINES_F64 + (FROZEN_AFTER >> 1)

/** What an intent says. */
export interface Intent {
  readonly file: number
  /** One of the PLACE_ values. */
  readonly place: number
  /** Where its bytes start in the file's buffer. */
  readonly start: number
  readonly bytes: number
  /** The size of the file before. */
  readonly offset: number
  /** How many lines count as written once it is done. */
  readonly lines: number
  /** Of a record that is written past the buffers; of a rewind, how many bytes of the file go. */
  readonly position: number
}

/** The one intent of a partition, and the one of a write that a former owner may still be in. */
export class WriteIntent {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #doubles: Float64Array

  constructor(arena: Arena) {
    this.#arena = arena
    this.#words = arena.words
    this.#doubles = arena.doubles
  }

  /** One of the INTENT_ kinds. */
  get kind(): number {
    return this.#words[INTENT_KIND] as number
  }

  /** The pending bytes of a file's buffer are going to be written. */
  openBuffer(file: number, place: number, offset: number, lines: number): void {
    const entry = fileEntryWord(this.#arena, file)
    const start = this.#words[entry + FILE_PENDING_START] as number
    const bytes = this.#words[entry + FILE_PENDING_BYTES] as number
    this.#open(INTENT_BUFFER, { file, place, start, bytes, offset, lines, position: 0 })
  }

  /** A record's line is going to be written past the buffers. */
  openRecord(file: number, place: number, offset: number, bytes: number, position: number): void {
    this.#open(INTENT_RECORD, { file, place, start: 0, bytes, offset, lines: 1, position })
  }

  /** A file is going to be cut, by `position` bytes to `offset`, and its pending bytes to be `bytes` from `start`. */
  openRewind(kind: number, intent: Intent): void {
    this.#open(kind, intent)
  }

  /** What it says; the words of a leftover arena may be anything. */
  read(): Intent {
    return this.#read(0, (this.#doubles[INTENT_LINES_F64] as number) - (this.#doubles[LINES_F64] as number))
  }

  /** The lines of the intended write are in their file: doing this twice counts them once. */
  countLines(): void {
    this.#doubles[LINES_F64] = this.#doubles[INTENT_LINES_F64] as number
  }

  clear(): void {
    if (this.#words[INTENT_KIND] !== INTENT_NONE) this.#words[INTENT_KIND] = INTENT_NONE
  }

  /** Lays the open intent aside: the thread that opened it may still be in its write(2). */
  freeze(): void {
    // The kind is the first word, and copied last: a frozen kind other than none has its words.
    const { lines } = this.read()
    for (let i = INTENT_WORDS - 1; i > 0; i--) this.#words[FROZEN_INTENT + i] = this.#words[INTENT_KIND + i] as number
    this.#doubles[FROZEN_LINES_F64] = lines // Others are counted before these.
    this.#words[FROZEN_INTENT] = this.kind
  }

  /** What was laid aside, with its kind, or `null`. */
  frozen(): (Intent & { readonly kind: number }) | null {
    const kind = this.#words[FROZEN_INTENT] as number
    if (kind === INTENT_NONE) return null
    return { kind, ...this.#read(FROZEN_AFTER, this.#doubles[FROZEN_LINES_F64] as number) }
  }

  /** That write has ended. */
  thaw(): void {
    this.#words[FROZEN_INTENT] = INTENT_NONE
  }

  /** The intent whose words stand so far behind those of the open one. */
  #read(after: number, lines: number): Intent {
    const word = (name: number): number => this.#words[name + after] as number
    return {
      file: word(INTENT_FILE),
      place: word(INTENT_PLACE),
      start: word(INTENT_START),
      bytes: word(INTENT_BYTES),
      offset: this.#doubles[INTENT_OFFSET_F64 + (after >> 1)] as number,
      lines,
      position: word(INTENT_POSITION),
    }
  }

  #open(kind: number, intent: Intent): void {
    const words = this.#words
    this.clear() // The words of one intent must never stand under the kind of another.
    words[INTENT_FILE] = intent.file
    words[INTENT_PLACE] = intent.place
    words[INTENT_START] = intent.start
    words[INTENT_BYTES] = intent.bytes
    words[INTENT_POSITION] = intent.position
    this.#doubles[INTENT_OFFSET_F64] = intent.offset
    this.#doubles[INTENT_LINES_F64] = (this.#doubles[LINES_F64] as number) + intent.lines
    words[INTENT_KIND] = kind
  }
}
