/**
 * Stage 6, first half: a record's bytes become a line's bytes. Runs on whoever owns the partition. It reads the ring and
 * the dictionary and writes where it is told; it keeps nothing of a record.
 *
 * A record may be a leftover that somebody tampered with: every length is bounded by the record's end before it is used,
 * so the outcome may be a strange line, never a read or a write elsewhere.
 */
import type { Arena } from '../../shared/arena.js'
import {
  KIND_FIELDS,
  KIND_LINE,
  KIND_TEMPLATE,
  LITERAL_FALSE,
  LITERAL_NULL,
  LITERAL_TRUE,
  LITERAL_UNDEFINED,
  PART_SLOTS,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_LENGTH,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordKind,
  recordLevel,
  recordTextOffset,
  TAG_INTERNED,
  TAG_JSON,
  TAG_LOWEST,
  TAG_STRING,
} from '../../shared/record-layout.js'
import { type DictionaryEntry, type DictionaryTexts, NO_TEXTS } from './dictionary-reader.js'
import { FixedText, OVERRUN_BYTES } from './fixed-text.js'
import {
  ESCAPED_BYTES_MAX,
  writeAscii,
  writeBytes,
  writeEscaped,
  writeInteger,
  writeJson,
  writeNumber,
} from './json-bytes.js'

const ascii = (text: string): FixedText => new FixedText(Buffer.from(text, 'latin1'))

const MESSAGE_MEMBER = ascii(',"msg":')
const QUOTE = 0x22
const CLOSING_BRACE = 0x7d
const NEWLINE = 0x0a
/** As JSON, by LITERAL_ value. */
const LITERALS = [ascii('false'), ascii('true'), ascii('null'), ascii('undefined')]
/** `{"level":255,"time":`, a number of any length, `,"seq":`. */
const OPENING_BYTES_MAX = 64
/** Opening, time, seq, member name of the message, braces and newline of a line, and what a copy may write past it. */
const FRAME_BYTES_MAX = 192 + OVERRUN_BYTES

/** Given for a record that was tampered with. */
export const NOT_A_RECORD = -1

/** Where lines are written: the same bytes, seen in two ways. */
export interface LineTarget {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/** Formats the records of one arena. */
export class LineFormatter {
  /** The arena itself. */
  readonly target: LineTarget
  readonly #arena: Arena
  readonly #dictionary: DictionaryTexts
  /** `{"level":30,"time":1795420814544,"seq":` of the last line: most share level and millisecond with the one before. */
  readonly #opening = new FixedText(new Uint8Array(0), OPENING_BYTES_MAX)
  #openingLevel = -1
  // The prepared record.
  #recordAt = 0
  #end = 0
  #kind = KIND_LINE
  #texts = NO_TEXTS
  #category = NO_TEXTS
  #openingTime = Number.NaN

  constructor(arena: Arena, dictionary: DictionaryTexts) {
    this.#arena = arena
    this.#dictionary = dictionary
    this.target = lineTarget(arena.bytes)
  }

  /**
   * Looks at the record at `recordAt`, which `write` then writes; gives more bytes than its line can have, or
   * `NOT_A_RECORD` for one that is too short for what it says it is.
   */
  prepare(recordAt: number): number {
    const words = this.#arena.words
    const length = words[(recordAt + RECORD_LENGTH) >> 2] as number
    this.#recordAt = recordAt
    this.#end = recordAt + length
    this.#kind = recordKind(words[(recordAt + RECORD_HEAD) >> 2] as number)
    if (this.#kind !== KIND_FIELDS && this.#kind !== KIND_TEMPLATE) {
      return length < recordTextOffset(this.#kind === KIND_LINE ? 0 : PART_SLOTS) ? NOT_A_RECORD : length
    }
    const ids = words[(recordAt + RECORD_IDS) >> 2] as number
    const texts = this.#dictionary.entry(ids & 0xffff)
    const category = this.#dictionary.entry(ids >>> 16)
    this.#texts = texts
    // One slot for each field and one for the message; one for each argument between the pieces of text.
    const isFields = this.#kind === KIND_FIELDS
    const slots = isFields ? texts.starts.length : (texts.starts.length - 2) >> 1
    if (slots < 0 || RECORD_SLOTS + slots * 8 > length || (!isFields && texts.starts.length < 2)) return NOT_A_RECORD
    this.#category = category
    const fixedBytes = FRAME_BYTES_MAX + texts.texts.length + category.texts.length
    // A slot's 8 bytes become a number of up to 25, twice in a template; text grows up to sixfold, likewise.
    const bytes = (length - RECORD_SLOTS) * ESCAPED_BYTES_MAX
    // The message is the last slot, and may be a text of the dictionary.
    return fixedBytes + (isFields ? bytes + this.#internedBytes(recordAt, texts.starts.length - 1) : bytes * 2)
  }

  /** Writes the line of the prepared record, with its newline; gives the place after it. */
  write(out: LineTarget, at: number): number {
    if (this.#kind === KIND_FIELDS) return this.#writeFields(this.#recordAt, out, at)
    if (this.#kind === KIND_TEMPLATE) return this.#writeTemplate(this.#recordAt, out, at)
    return this.#writeText(this.#recordAt, out, at)
  }

  #internedBytes(recordAt: number, slot: number): number {
    const word = ((recordAt + RECORD_SLOTS) >> 2) + slot * 2
    const words = this.#arena.words
    return words[word + 1] === TAG_INTERNED ? this.#dictionary.entry(words[word] as number).texts.length : 0
  }

  #writeFields(recordAt: number, out: LineTarget, at: number): number {
    const { bytes, view } = out
    const words = this.#arena.words
    const doubles = this.#arena.doubles
    const source = this.#arena.bytes
    const { texts, starts } = this.#texts
    const fields = starts.length - 1
    const end = this.#end
    const slots = recordAt + RECORD_SLOTS
    const prefixBytes = words[(recordAt + RECORD_PREFIX_BYTES) >> 2] as number
    let text = slots + (fields + 1) * 8
    let to = this.#writeFrame(recordAt, out, at)
    if (prefixBytes > 0) {
      const length = bounded(prefixBytes, text, end)
      to = writeBytes(bytes, to, source, text, length)
      text += length
    }
    for (let field = 0; field <= fields; field++) {
      const word = (slots >> 2) + field * 2
      const tag = words[word + 1] as number
      const low = words[word] as number
      const member = to
      if (field < fields) {
        const start = starts[field] as number
        to = texts.copyPart(view, to, start, (starts[field + 1] as number) - start)
      } else {
        to = MESSAGE_MEMBER.copyTo(view, to)
      }
      if (tag >>> 0 < TAG_LOWEST) {
        to = writeNumber(bytes, to, doubles[word >> 1] as number)
      } else if (tag === TAG_STRING) {
        const length = bounded(low, text, end)
        bytes[to] = QUOTE
        to = writeEscaped(bytes, to + 1, source, text, length)
        bytes[to++] = QUOTE
        text += length
      } else if (tag === TAG_JSON) {
        const length = bounded(low, text, end)
        to = writeJson(bytes, to, source, text, length)
        text += length
      } else if (tag === TAG_INTERNED) {
        bytes[to] = QUOTE
        to = this.#dictionary.entry(low).texts.copyTo(view, to + 1)
        bytes[to++] = QUOTE
      } else if (low === LITERAL_UNDEFINED) {
        to = member // A member without a value is left out.
      } else {
        to = writeLiteral(view, to, low)
      }
    }
    bytes[to] = CLOSING_BRACE
    bytes[to + 1] = NEWLINE
    return to + 2
  }

  /** Fields of named arguments first, then the message: pieces of text and arguments in turn. */
  #writeTemplate(recordAt: number, out: LineTarget, at: number): number {
    const words = this.#arena.words
    const template = this.#texts
    const starts = template.starts
    const args = (starts.length - 2) >> 1
    const end = this.#end
    const textAt = recordAt + RECORD_SLOTS + args * 8
    const prefixBytes = bounded(words[(recordAt + RECORD_PREFIX_BYTES) >> 2] as number, textAt, end)
    let to = this.#writeFrame(recordAt, out, at)
    to = writeBytes(out.bytes, to, this.#arena.bytes, textAt, prefixBytes)
    const namesStart = starts[args + 1] as number
    const namesEnd = starts[args * 2 + 1] as number
    // None of the names has a byte where no argument is a field.
    if (namesStart !== namesEnd) {
      to = this.#writeArguments(recordAt, template, args, textAt + prefixBytes, end, out, to, true)
    }
    // One text more than the pieces and the names: the member that tells the place.
    const textsEnd = starts[starts.length - 1] as number
    if (textsEnd !== namesEnd) to = template.texts.copyPart(out.view, to, namesEnd, textsEnd - namesEnd)
    to = MESSAGE_MEMBER.copyTo(out.view, to)
    out.bytes[to] = QUOTE
    to = this.#writeArguments(recordAt, template, args, textAt + prefixBytes, end, out, to + 1, false)
    out.bytes[to] = QUOTE
    out.bytes[to + 1] = CLOSING_BRACE
    out.bytes[to + 2] = NEWLINE
    return to + 3
  }

  /** The arguments of a template: as fields (those with a name), or as text between the template's pieces. */
  #writeArguments(
    recordAt: number,
    template: DictionaryEntry,
    args: number,
    textAt: number,
    end: number,
    out: LineTarget,
    at: number,
    asFields: boolean,
  ): number {
    const words = this.#arena.words
    const source = this.#arena.bytes
    const { bytes, view } = out
    const { texts, starts } = template
    let to = at
    let text = textAt
    if (!asFields) to = texts.copyPart(view, to, 0, starts[1] as number)
    for (let arg = 0; arg < args; arg++) {
      const word = ((recordAt + RECORD_SLOTS) >> 2) + arg * 2
      const tag = words[word + 1] as number
      const low = words[word] as number
      const piece = asFields ? args + 1 + arg : arg + 1
      const pieceStart = starts[piece] as number
      const pieceBytes = (starts[piece + 1] as number) - pieceStart
      const isString = tag === TAG_STRING
      const textBytes = isString ? bounded(low, text, end) : 0
      const isLiteral = tag >>> 0 >= TAG_LOWEST && !isString
      if (asFields && pieceBytes > 0 && !(isLiteral && low === LITERAL_UNDEFINED)) {
        to = texts.copyPart(view, to, pieceStart, pieceBytes)
        if (isString) {
          bytes[to] = QUOTE
          to = writeEscaped(bytes, to + 1, source, text, textBytes)
          bytes[to++] = QUOTE
        } else if (isLiteral) to = writeLiteral(view, to, low)
        else to = writeNumber(bytes, to, this.#arena.doubles[word >> 1] as number)
      } else if (!asFields) {
        if (isString) to = writeEscaped(bytes, to, source, text, textBytes)
        else if (isLiteral) to = writeLiteral(view, to, low)
        else to = writeNumberText(bytes, to, this.#arena.doubles[word >> 1] as number)
        to = texts.copyPart(view, to, pieceStart, pieceBytes)
      }
      text += textBytes
    }
    return to
  }

  /** A rendered line, or a part of one: its bytes are the line's. */
  #writeText(recordAt: number, out: LineTarget, at: number): number {
    const words = this.#arena.words
    const end = this.#end
    const text = recordAt + recordTextOffset(this.#kind === KIND_LINE ? 0 : PART_SLOTS)
    const length = bounded(words[(recordAt + RECORD_PREFIX_BYTES) >> 2] as number, text, end)
    return writeBytes(out.bytes, at, this.#arena.bytes, text, length)
  }

  /** `{"level":30,"time":1795420814544,"seq":81,"category":"actions"` */
  #writeFrame(recordAt: number, out: LineTarget, at: number): number {
    const words = this.#arena.words
    const level = recordLevel(words[(recordAt + RECORD_HEAD) >> 2] as number)
    const time = this.#arena.doubles[(recordAt + RECORD_TIME) >> 3] as number
    if (time !== this.#openingTime || level !== this.#openingLevel) this.#open(level, time)
    let to = this.#opening.copyTo(out.view, at)
    const seq = this.#arena.doubles[(recordAt + RECORD_SEQ) >> 3] as number
    const isSeq = seq >= 0 && seq <= Number.MAX_SAFE_INTEGER
    to = isSeq ? writeInteger(out.bytes, to, seq) : writeAscii(out.bytes, to, 'null')
    return this.#category.texts.copyTo(out.view, to)
  }

  #open(level: number, time: number): void {
    this.#openingLevel = level
    this.#openingTime = time
    const { bytes } = this.#opening
    const to = writeNumber(bytes, writeAscii(bytes, 0, `{"level":${level},"time":`), time)
    this.#opening.length = writeAscii(bytes, to, ',"seq":')
  }
}

/** A length from a record, held within the record. */
function bounded(length: number, from: number, end: number): number {
  const room = end - from
  return length < 0 || room < 0 ? 0 : Math.min(length, room)
}

function writeLiteral(out: DataView, at: number, literal: number): number {
  const text = LITERALS[literal] ?? (LITERALS[LITERAL_NULL] as FixedText)
  return text.copyTo(out, at)
}

/** A number in a message: as a template literal writes it. */
function writeNumberText(out: Uint8Array, at: number, value: number): number {
  return Number.isFinite(value) ? writeNumber(out, at, value) : writeAscii(out, at, String(value))
}

if (LITERAL_FALSE !== 0 || LITERAL_TRUE !== 1 || LITERAL_NULL !== 2 || LITERAL_UNDEFINED !== 3) {
  throw new RangeError('line formatter: LITERALS is not in the order of the LITERAL_ values')
}

/** Where lines are written to. */
export function lineTarget(bytes: Uint8Array): LineTarget {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}
