/**
 * Layout of a record: what one entry is in a ring. The only file that knows a record's offsets; it reads and writes
 * nothing. A record starts and ends on a multiple of 8 bytes and never crosses the ring's end.
 *
 *   byte 0          4                   8      16     24                28            32
 *   | lengthBytes | kind level file    | time | seq | dictionary ids  | prefixBytes | slots ... | text ... |
 *
 * A slot is 8 bytes. A number is its float64. Everything else has a tag in the slot's high word that no number has (a
 * negative NaN with a payload), and in the low word the length of its UTF-8 bytes in the text, or a small value.
 * The text is first `prefixBytes` of the child bindings, then each slot's bytes in slot order.
 */

// Offsets in bytes from the record's start.
export const RECORD_LENGTH = 0
/** kind in bits 0..2, a checksum of the rest in 3..7, level in 8..15, file index in 16..31. */
export const RECORD_HEAD = 4
export const RECORD_TIME = 8
export const RECORD_SEQ = 16
/** shape or template in bits 0..15, category in 16..31: ids of the dictionary. */
export const RECORD_IDS = 24
/** How many bytes of the text are child bindings, already JSON: `,"requestId":"a1"`. In a LINE, all of the text. */
export const RECORD_PREFIX_BYTES = 28
export const RECORD_SLOTS = 32

export const RECORD_ALIGNMENT_BYTES = 8
/** A record may take this part of its ring at most, so that a pad and a record always fit together. */
export const RECORD_MAX_RATIO = 0.25

// Kinds.
/** Nothing: the rest of the ring before its end. Only the length and the kind are valid. */
export const KIND_PAD = 0
/** A shape's fields, one slot each, and a last slot for the message. */
export const KIND_FIELDS = 1
/** A template's arguments, one slot each. */
export const KIND_TEMPLATE = 2
/** A whole line, rendered on the application's thread, with its newline. */
export const KIND_LINE = 3
/**
 * A part of a line that is too long for one record; the parts of a line follow each other in the ring. Its one slot is a
 * number: how many bytes of the line are before it, so that recovery finds where a part belongs without the ones before.
 */
export const KIND_FRAGMENT = 4
/** The last part of such a line. */
export const KIND_LAST_FRAGMENT = 5

// Tags: a slot's high word. All are negative NaNs with a payload; a NaN that is stored as a number never has one.
/** The lowest tag, unsigned: a high word below it belongs to a number. */
export const TAG_LOWEST = 0xfff90000
/** Text that is not yet escaped. Low word: its bytes. */
export const TAG_STRING = 0xfff90000 | 0
/** A JSON value. Low word: its bytes. */
export const TAG_JSON = 0xfffa0000 | 0
/** A literal. Low word: one of the LITERAL_ values. */
export const TAG_LITERAL = 0xfffb0000 | 0
/** A text of the dictionary, escaped already: a message that is always the same. Low word: its id. */
export const TAG_INTERNED = 0xfffc0000 | 0

export const LITERAL_FALSE = 0
export const LITERAL_TRUE = 1
export const LITERAL_NULL = 2
/** No value: a field is left out, in a template's text it is the word `undefined`. */
export const LITERAL_UNDEFINED = 3

/** How many fields a shape may have: more are rendered on the application's thread. */
export const SHAPE_KEYS_MAX = 64
/** The dictionary's ids have 16 bits. */
export const DICTIONARY_IDS_MAX = 65_535

/** A part of a line has one slot. */
export const PART_SLOTS = 1

/** Where the text of a record of this many slots is. */
export function recordTextOffset(slots: number): number {
  return RECORD_SLOTS + slots * 8
}

/** The length of a record of this many slots and bytes of text, rounded up to the alignment. */
export function recordBytes(slots: number, textBytes: number): number {
  return (recordTextOffset(slots) + textBytes + (RECORD_ALIGNMENT_BYTES - 1)) & ~(RECORD_ALIGNMENT_BYTES - 1)
}

const KIND_MASK = 0x07
const HEAD_CHECK_SHIFT = 3
const HEAD_CHECK_MASK = 0x1f

/** kind, level and file index in one word, with their checksum. */
export function recordHead(kind: number, level: number, fileIndex: number): number {
  const check = headCheck(kind, level, fileIndex)
  return kind | (check << HEAD_CHECK_SHIFT) | (level << 8) | (fileIndex << 16)
}

/** `head`, which was made for kind 0, of another kind. Each call pays for this: it is one operation. */
export function headOfKind(head: number, kind: number): number {
  return head ^ (kind | (kind << HEAD_CHECK_SHIFT))
}

export function recordKind(head: number): number {
  return head & KIND_MASK
}

export function recordLevel(head: number): number {
  return (head >> 8) & 0xff
}

/** The index of the record's file. */
export function recordFile(head: number): number {
  return head >>> 16
}

/** Whether kind, level and file are those that the head was made with: one bit that differs is always found. */
export function isHeadIntact(head: number): boolean {
  const check = headCheck(recordKind(head), recordLevel(head), recordFile(head))
  return ((head >> HEAD_CHECK_SHIFT) & HEAD_CHECK_MASK) === check
}

/** Each bit of level and file is in one bit of it, and each bit of the kind. */
function headCheck(kind: number, level: number, fileIndex: number): number {
  const bits = level | (fileIndex << 8)
  return (kind ^ bits ^ (bits >> 5) ^ (bits >> 10) ^ (bits >> 15) ^ (bits >> 20)) & HEAD_CHECK_MASK
}
