/**
 * A record's bytes become a line's bytes within one memory. Each function writes what line-formatter.ts writes, byte for
 * byte, or gives 0 for what that one has to write: numbers with many digits, times and levels of another length, kinds of
 * slots that are rare.
 *
 * Whatever the arena holds, each write is kept below `limit`, fixed texts are looked for before the place that is written
 * to, and those of a record within it; up to 15 bytes behind a text may be read, which are the arena's, for buffers are
 * behind the ring.
 */

import { textOf } from './dictionary-index'
import { DIGIT_0, eight, integer, pair } from './digits'
import { escapeOf, NONE, unsafeCodePoint } from './escapes'
import {
  LITERAL_FALSE,
  LITERAL_NULL,
  LITERAL_TRUE,
  LITERAL_UNDEFINED,
  RECORD_HEAD,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  TAG_INTERNED,
  TAG_JSON,
  TAG_LITERAL,
  TAG_LOWEST,
  TAG_STRING,
} from './record-layout'

/** Given for a line that is not for this. */
export const NOT_MINE: usize = 0
/** More bytes than a fixed part of a line has, or a number. */
const PART_BYTES_MAX: usize = 48
/** Of more the formatter writes the line. */
const TEXTS_MAX: u32 = 200
const SAFE_INTEGER_MAX: f64 = 9007199254740991

// Text as the little-endian numbers that it is.
const OPENING: u64 = 0x226c6576656c227b // {"level"
const COLON: u8 = 0x3a
const TIME_MEMBER: u64 = 0x3a22656d6974222c // ,"time":
const SEQ_START: u64 = 0x73222c // ,"s
const SEQ_END: u32 = 0x3a227165 // eq":
const MESSAGE_MEMBER: u64 = 0x3a2267736d222c // ,"msg":
const MESSAGE_MEMBER_BYTES: usize = 7
const TRUE: u32 = 0x65757274
const NULL: u32 = 0x6c6c756e
const FALSE: u64 = 0x65736c6166
const UNDEFINED_START: u64 = 0x656e696665646e75 // undefine
const LETTER_D: u8 = 0x64
const QUOTE: u8 = 0x22
const MINUS: u8 = 0x2d
const DOT: u8 = 0x2e
const END_OF_LINE: u16 = 0x0a7d // }\n
const QUOTED_END_OF_LINE: u32 = 0x0a7d22 // "}\n

/** The digits of the last time: most lines share the millisecond with the one before. */
let timeKnown: f64 = NaN
let timeStart: u64 = 0
/** Its last five, and `,"s`. */
let timeEnd: u64 = 0
/** Where the last text that was read, or the last part of a line, ends. */
let textEnd: usize = 0
let limit: usize = 0

/**
 * Writes the line of a shape's record. `texts` is where the first of `fields` texts stands in the dictionary, `category`
 * where that does. Gives the place after it, or 0.
 */
export function fields(
  record: usize,
  end: usize,
  texts: usize,
  fields: u32,
  category: usize,
  at: usize,
  atMost: usize,
): usize {
  limit = atMost
  let to = frame(record, category, at)
  if (to === NOT_MINE || fields > TEXTS_MAX) return NOT_MINE
  let slot = record + RECORD_SLOTS
  textEnd = slot + ((<usize>fields + 1) << 3)
  if (textEnd > end) return NOT_MINE
  to = prefix(record, end, to)
  if (to === NOT_MINE) return NOT_MINE
  let key = texts
  for (let field: u32 = 0; field <= fields; field++) {
    const low = load<u32>(slot)
    const tag = load<u32>(slot, 4)
    const member = to
    if (field < fields) {
      if (key >= at) return NOT_MINE
      const bytes = <usize>load<u32>(key)
      to = copy(to, key + 4, bytes)
      if (to === NOT_MINE) return NOT_MINE
      key += 4 + ((bytes + 3) & ~3)
    } else {
      if (to + PART_BYTES_MAX > limit) return NOT_MINE
      store<u64>(to, MESSAGE_MEMBER)
      to += MESSAGE_MEMBER_BYTES
    }
    if (tag < TAG_LOWEST) {
      to = number(to, load<f64>(slot))
    } else if (tag === TAG_STRING) {
      to = quoted(to, low, end)
    } else if (tag === TAG_LITERAL) {
      to = low === LITERAL_UNDEFINED ? member : literal(to, low)
    } else if (tag === TAG_JSON) {
      to = json(to, low, end)
    } else if (tag === TAG_INTERNED) {
      const text = textOf(low)
      if (text === 0) return NOT_MINE
      store<u8>(to, QUOTE)
      to = copy(to + 1, text + 4, <usize>load<u32>(text))
      if (to === NOT_MINE) return NOT_MINE
      store<u8>(to, QUOTE)
      to++
    } else return NOT_MINE
    if (to === NOT_MINE) return NOT_MINE
    slot += 8
  }
  store<u16>(to, END_OF_LINE)
  return to + 2
}

/**
 * Writes the line of a template's record: its pieces of text, one more than `args`, the names of those that are fields,
 * and perhaps the member that tells its place stand one behind the other from `texts` on.
 */
export function template(
  record: usize,
  end: usize,
  texts: usize,
  count: u32,
  category: usize,
  at: usize,
  atMost: usize,
): usize {
  limit = atMost
  if (count === 0 || count > TEXTS_MAX) return NOT_MINE
  const args = (count - 1) >> 1
  let to = frame(record, category, at)
  if (to === NOT_MINE) return NOT_MINE
  const slots = record + RECORD_SLOTS
  textEnd = slots + ((<usize>args) << 3)
  if (textEnd > end) return NOT_MINE
  to = prefix(record, end, to)
  if (to === NOT_MINE) return NOT_MINE
  let name = texts
  for (let piece: u32 = 0; piece <= args && name < at; piece++) name += 4 + ((<usize>load<u32>(name) + 3) & ~3)
  const firstText = textEnd
  for (let arg: u32 = 0; arg < args; arg++) {
    const slot = slots + ((<usize>arg) << 3)
    const tag = load<u32>(slot, 4)
    if (name >= at) return NOT_MINE
    const bytes = <usize>load<u32>(name)
    const low = load<u32>(slot)
    if (bytes > 0) {
      if (tag !== TAG_LITERAL || low !== LITERAL_UNDEFINED) {
        to = copy(to, name + 4, bytes)
        if (to === NOT_MINE) return NOT_MINE
        if (tag < TAG_LOWEST) to = number(to, load<f64>(slot))
        else if (tag === TAG_STRING) to = quoted(to, low, end)
        else if (tag === TAG_LITERAL) to = literal(to, low)
        else return NOT_MINE
        if (to === NOT_MINE) return NOT_MINE
      }
    } else if (tag === TAG_STRING) {
      if (<usize>low > end - textEnd) return NOT_MINE
      textEnd += low
    }
    name += 4 + ((bytes + 3) & ~3)
  }
  if ((count & 1) === 0) {
    if (name >= at) return NOT_MINE
    to = copy(to, name + 4, <usize>load<u32>(name))
    if (to === NOT_MINE) return NOT_MINE
  }
  if (to + PART_BYTES_MAX > limit) return NOT_MINE
  store<u64>(to, MESSAGE_MEMBER | ((<u64>QUOTE) << 56))
  to += MESSAGE_MEMBER_BYTES + 1
  textEnd = firstText
  let piece = texts
  for (let arg: u32 = 0; ; arg++) {
    if (piece >= at) return NOT_MINE
    const bytes = <usize>load<u32>(piece)
    to = copy(to, piece + 4, bytes)
    if (to === NOT_MINE) return NOT_MINE
    if (arg === args) break
    piece += 4 + ((bytes + 3) & ~3)
    const slot = slots + ((<usize>arg) << 3)
    const tag = load<u32>(slot, 4)
    if (tag < TAG_LOWEST) to = number(to, load<f64>(slot))
    else if (tag === TAG_STRING) to = escaped(to, load<u32>(slot), end)
    else if (tag === TAG_LITERAL) to = literal(to, load<u32>(slot))
    else return NOT_MINE
    if (to === NOT_MINE) return NOT_MINE
  }
  store<u32>(to, QUOTED_END_OF_LINE)
  return to + 3
}

/** Writes a line that was rendered by the application's thread. */
export function rendered(record: usize, end: usize, at: usize, atMost: usize): usize {
  limit = atMost
  const text = record + RECORD_SLOTS
  const bytes = <usize>load<u32>(record, RECORD_PREFIX_BYTES)
  return bytes > end - text ? NOT_MINE : copy(at, text, bytes)
}

/** `{"level":30,"time":1795420814544,"seq":81,"category":"actions"` */
function frame(record: usize, category: usize, at: usize): usize {
  const level = (load<u32>(record, RECORD_HEAD) >> 8) & 0xff
  const time = load<f64>(record, RECORD_TIME)
  const seq = load<f64>(record, RECORD_SEQ)
  if (at + 2 * PART_BYTES_MAX > limit || level < 10 || level > 99) return NOT_MINE
  if (time !== timeKnown && !learnTime(time)) return NOT_MINE
  if (!(seq >= 0 && seq <= SAFE_INTEGER_MAX)) return NOT_MINE
  store<u64>(at, OPENING)
  store<u8>(at, COLON, 8)
  store<u16>(at, pair(level), 9)
  store<u64>(at, TIME_MEMBER, 11)
  store<u64>(at, timeStart, 19)
  store<u64>(at, timeEnd, 27)
  store<u32>(at, SEQ_END, 35)
  const to = integer(at + 39, <u64>seq)
  return copy(to, category + 4, <usize>load<u32>(category))
}

/** False for a time that has not 13 digits: before 2001, after 2286, or with a fraction. */
function learnTime(time: f64): bool {
  if (!(time >= 1e12 && time < 1e13) || Math.floor(time) !== time) return false
  const whole = <u64>time
  const start = <u32>(whole / 100000)
  const rest = <u32>(whole - <u64>start * 100000)
  timeStart = eight(start)
  timeEnd = (eight(rest) >> 24) | (SEQ_START << 40)
  timeKnown = time
  return true
}

/** Child bindings, which are JSON. */
function prefix(record: usize, end: usize, to: usize): usize {
  const bytes = <usize>load<u32>(record, RECORD_PREFIX_BYTES)
  if (bytes === 0) return to
  const from = textEnd
  if (bytes > end - from) return NOT_MINE
  textEnd = from + bytes
  return copy(to, from, bytes)
}

function copy(to: usize, from: usize, bytes: usize): usize {
  if (bytes > limit || to + bytes + PART_BYTES_MAX > limit) return NOT_MINE
  if (bytes > 256) memory.copy(to, from, bytes)
  else for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i))
  return to + bytes
}

function literal(to: usize, value: u32): usize {
  if (to + PART_BYTES_MAX > limit) return NOT_MINE
  if (value === LITERAL_TRUE) {
    store<u32>(to, TRUE)
    return to + 4
  }
  if (value === LITERAL_FALSE) {
    store<u64>(to, FALSE)
    return to + 5
  }
  if (value === LITERAL_NULL) {
    store<u32>(to, NULL)
    return to + 4
  }
  if (value !== LITERAL_UNDEFINED) return NOT_MINE
  store<u64>(to, UNDEFINED_START)
  store<u8>(to, LETTER_D, 8)
  return to + 9
}

/** A number with at most three decimals; others have many digits, or are none. */
function number(at: usize, value: f64): usize {
  if (at + PART_BYTES_MAX > limit) return NOT_MINE
  let to = at
  const magnitude = Math.abs(value)
  if (value < 0) {
    store<u8>(to, MINUS)
    to++
  }
  if (!(magnitude <= SAFE_INTEGER_MAX)) return NOT_MINE
  const whole = <u64>magnitude
  if (<f64>whole === magnitude) return integer(to, whole)
  // As in writeNumber() of json-bytes.ts.
  if (magnitude < 1e-3 || magnitude >= 1e12) return NOT_MINE
  const thousandths = <u64>(magnitude * 1000 + 0.5)
  if (<f64>thousandths / 1000 !== magnitude) return NOT_MINE
  const fraction = <u32>(thousandths - (thousandths / 1000) * 1000)
  to = integer(to, thousandths / 1000)
  const hundreds = fraction / 100
  const rest = fraction - hundreds * 100
  store<u8>(to, DOT)
  store<u8>(to, DIGIT_0 + hundreds, 1)
  store<u16>(to, pair(rest), 2)
  if (rest === 0) return to + 2
  return rest % 10 === 0 ? to + 3 : to + 4
}

function quoted(at: usize, bytes: u32, end: usize): usize {
  store<u8>(at, QUOTE)
  const to = escaped(at + 1, bytes, end)
  if (to === NOT_MINE) return NOT_MINE
  store<u8>(to, QUOTE)
  return to + 1
}

/** The next text of the record, as the body of a JSON string. */
function escaped(at: usize, bytes: u32, end: usize): usize {
  return text(at, bytes, end, false)
}

/** The next text of the record, which is JSON but for what JSON.stringify leaves as it is. */
function json(at: usize, bytes: u32, end: usize): usize {
  return text(at, bytes, end, true)
}

function text(at: usize, bytes: u32, end: usize, isJson: bool): usize {
  let from = textEnd
  if (<usize>bytes > end - from) return NOT_MINE
  const stop = from + bytes
  textEnd = stop
  // The longest that it can become.
  if (at + 6 * <usize>bytes + PART_BYTES_MAX > limit) return NOT_MINE
  let to = at
  while (from < stop) {
    const some = v128.load(from)
    v128.store(to, some)
    let care = v128.or(
      i8x16.eq(some, i8x16.splat(0x7f)),
      i8x16.eq(v128.and(some, i8x16.splat(<i8>0xdf)), i8x16.splat(<i8>0xc2)),
    )
    if (!isJson) {
      const quotes = v128.or(i8x16.eq(some, i8x16.splat(0x22)), i8x16.eq(some, i8x16.splat(0x5c)))
      care = v128.or(care, v128.or(quotes, i8x16.lt_u(some, i8x16.splat(0x20))))
    }
    const plain = min<usize>(ctz<u32>(<u32>i8x16.bitmask(care) | 0x10000), stop - from)
    to += plain
    from += plain
    if (plain === 16 || from >= stop) continue
    const byte = load<u8>(from)
    const unsafe = byte < 0x7f ? <u32>byte : unsafeCodePoint(from, stop)
    if (unsafe === NONE) {
      to++ // It was copied.
      from++
    } else {
      to = escapeOf(to, unsafe)
      from += unsafe < 0x80 ? 1 : unsafe < 0x800 ? 2 : 3
    }
  }
  return to
}
