/**
 * Whether a record of a leftover is intact. A record's length follows from its slots and their texts, so a wrong length,
 * count or id is always found. A payload that was changed in place is not, where the line is still JSON: no record has a
 * checksum, for it would cost each call. Nor is a seq or a time that is a plausible other one.
 */
import type { Arena } from '../../shared/arena.js'
import {
  isHeadIntact,
  KIND_FIELDS,
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  KIND_LINE,
  KIND_PAD,
  KIND_TEMPLATE,
  LITERAL_UNDEFINED,
  PART_SLOTS,
  RECORD_ALIGNMENT_BYTES,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_LENGTH,
  RECORD_MAX_RATIO,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordBytes,
  recordFile,
  recordKind,
  recordLevel,
  TAG_INTERNED,
  TAG_JSON,
  TAG_LITERAL,
  TAG_LOWEST,
  TAG_STRING,
} from '../../shared/record-layout.js'
import type { CheckedDictionary } from './checked-dictionary.js'
import type { LeftoverFiles } from './leftover-files.js'
import { isLevel, isSeq, isTime } from './line-opening.js'

/** A line in parts may be this long: more is no string. */
const PART_OFFSET_MAX = 2 ** 32

/** What a record says of itself. */
export interface RecordHeader {
  readonly kind: number
  readonly level: number
  readonly file: number
  readonly timeMs: number
  readonly seq: number
}

/** Checks the records of one leftover. */
export class RecordCheck {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #dictionary: CheckedDictionary
  readonly #files: LeftoverFiles
  /** Of a journal it is more: its frames have room for several rings. */
  readonly #recordBytesMax: number

  constructor(arena: Arena, dictionary: CheckedDictionary, files: LeftoverFiles) {
    this.#words = arena.words
    this.#doubles = arena.doubles
    this.#dictionary = dictionary
    this.#files = files
    this.#recordBytesMax = arena.geometry.ringBytes * RECORD_MAX_RATIO
  }

  length(at: number): number {
    return this.#words[(at + RECORD_LENGTH) >> 2] as number
  }

  header(at: number): RecordHeader {
    const head = this.#words[(at + RECORD_HEAD) >> 2] as number
    return {
      kind: recordKind(head),
      level: recordLevel(head),
      file: recordFile(head),
      timeMs: this.#doubles[(at + RECORD_TIME) >> 3] as number,
      seq: this.#doubles[(at + RECORD_SEQ) >> 3] as number,
    }
  }

  isPad(at: number): boolean {
    return recordKind(this.#words[(at + RECORD_HEAD) >> 2] as number) === KIND_PAD
  }

  /** What is wrong with the record at `at`, which has `bytesMax` of room; `null` where nothing is. */
  fault(at: number, bytesMax: number, bytesToEnd: number): string | null {
    const length = this.length(at)
    if (length <= 0 || length % RECORD_ALIGNMENT_BYTES !== 0 || length > bytesMax) return 'a record has no such length'
    if (!isHeadIntact(this.#words[(at + RECORD_HEAD) >> 2] as number)) return 'the head of a record has a flipped bit'
    const { kind, level, file, timeMs, seq } = this.header(at)
    // The rest of the ring before its end; any other pad was a record that was applied ahead of its turn.
    if (kind === KIND_PAD && level === 0 && file === 0) {
      return length === bytesToEnd ? null : 'a pad does not reach the end of the ring'
    }
    if (length < RECORD_SLOTS) return 'a record is too short'
    if (length > this.#recordBytesMax) return 'a record is too long'
    if (!isLevel(level) || !isTime(timeMs) || !isSeq(seq)) return 'level, time or seq of a record is none'
    if (this.#files.kind(file) === 'none') return 'a record is for no file that is known'
    const isWhole =
      kind === KIND_PAD
        ? [KIND_FIELDS, KIND_TEMPLATE, KIND_LINE].some((each) => this.#contentBytes(at, length, each) === length)
        : this.#contentBytes(at, length, kind) === length
    return isWhole ? null : 'length and content of a record differ'
  }

  /** How long a record of this kind and content is; 0 where it is none. */
  #contentBytes(at: number, length: number, kind: number): number {
    const prefixBytes = this.#words[(at + RECORD_PREFIX_BYTES) >> 2] as number
    if (prefixBytes < 0 || prefixBytes > length) return 0
    if (kind === KIND_LINE) return recordBytes(0, prefixBytes)
    if (kind === KIND_FRAGMENT || kind === KIND_LAST_FRAGMENT) return this.#partBytes(at, prefixBytes)
    const ids = this.#words[(at + RECORD_IDS) >> 2] as number
    if (!this.#dictionary.has(ids & 0xffff) || !this.#dictionary.has(ids >>> 16)) return 0
    const texts = this.#dictionary.entry(ids & 0xffff).starts.length - 1
    if (kind === KIND_FIELDS) return this.#slotBytes(at, length, texts + 1, prefixBytes, true)
    // Pieces and names in turn, and in some the place.
    return kind === KIND_TEMPLATE ? this.#slotBytes(at, length, (texts - 1) >> 1, prefixBytes, false) : 0
  }

  #partBytes(at: number, textBytes: number): number {
    const offset = this.#doubles[(at + RECORD_SLOTS) >> 3] as number
    const isOffset = Number.isInteger(offset) && offset >= 0 && offset <= PART_OFFSET_MAX
    return isOffset && textBytes > 0 ? recordBytes(PART_SLOTS, textBytes) : 0
  }

  #slotBytes(at: number, length: number, slots: number, prefixBytes: number, isFields: boolean): number {
    if (recordBytes(slots, prefixBytes) > length) return 0
    let textBytes = prefixBytes
    for (let slot = 0; slot < slots; slot++) {
      const word = ((at + RECORD_SLOTS) >> 2) + slot * 2
      const low = this.#words[word] as number
      const bytes = this.#textBytes(this.#words[word + 1] as number, low, isFields)
      if (bytes < 0 || bytes > length) return 0
      textBytes += bytes
    }
    return recordBytes(slots, textBytes)
  }

  /** Bytes of the text that belong to a slot; -1 where it is none. */
  #textBytes(tag: number, low: number, isFields: boolean): number {
    if (tag >>> 0 < TAG_LOWEST) return 0
    if (tag === TAG_STRING || (tag === TAG_JSON && isFields)) return low
    if (tag === TAG_LITERAL) return low >= 0 && low <= LITERAL_UNDEFINED ? 0 : -1
    return tag === TAG_INTERNED && isFields && this.#dictionary.has(low) ? 0 : -1
  }
}
