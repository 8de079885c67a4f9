/**
 * The text of a record: all its strings, one after the other, behind the slots; or a rendered line.
 */
import {
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_LENGTH,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordBytes,
  TAG_JSON,
  TAG_STRING,
} from '../../shared/record-layout.js'
import type { LogContext } from './log-context.js'
import { NO_ROOM, type RingProducer } from './ring-producer.js'

/** A UTF-16 unit is three bytes of UTF-8 at most. */
export const UTF8_BYTES_MAX = 3

/** Writes a short ASCII text byte by byte; false where a character is not ASCII. */
export function writeShortAscii(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return false
    bytes[at + i] = unit
  }
  return true
}

/** Given instead of an offset: the text is too long for a record. */
export const TOO_LONG = -2

/**
 * Where the record goes so that its text has room: where it is, or, after a wider claim that went round the ring's end,
 * elsewhere, with its slots. `TOO_LONG` for a record, or `NO_ROOM` in the ring.
 */
export function makeRoomForText(
  ring: RingProducer,
  level: number,
  at: number,
  claimedBytes: number,
  textOffset: number,
  text: string,
): number {
  const bytesMax = textOffset + text.length * UTF8_BYTES_MAX
  return bytesMax <= claimedBytes ? at : widenForText(ring, level, at, claimedBytes, textOffset, text)
}

/** Apart from the test before it, which every call inlines. */
function widenForText(
  ring: RingProducer,
  level: number,
  at: number,
  claimedBytes: number,
  textOffset: number,
  text: string,
): number {
  const bytesMax = textOffset + text.length * UTF8_BYTES_MAX
  if (bytesMax + 7 > ring.recordBytesMax) return TOO_LONG
  let wider = ring.widen((bytesMax + 7) & ~7, level)
  if (wider === NO_ROOM) {
    // Counting the bytes takes longer than claiming too many; a text of ASCII has a third.
    const bytes = textOffset + Buffer.byteLength(text, 'utf8')
    if (bytes <= claimedBytes) return at
    wider = ring.widen((bytes + 7) & ~7, level)
    if (wider === NO_ROOM) return NO_ROOM
  }
  if (wider !== at) ring.arena.bytes.copyWithin(wider, at, at + textOffset)
  return wider
}

/**
 * Writes the texts of a record one by one and corrects their lengths, which were counted in UTF-16 units. Gives the bytes
 * of the whole text, or a negative count where a string is not well-formed (UTF-8 cannot hold a lone surrogate).
 */
export function rewriteText(
  ring: RingProducer,
  recordAt: number,
  textOffset: number,
  text: string,
  context: LogContext,
): number {
  const words = ring.words
  const textAt = recordAt + textOffset
  let from = context.boundText.length
  let at = textAt + context.boundBytes
  for (let word = (recordAt + RECORD_SLOTS) >> 2; word < textAt >> 2; word += 2) {
    const tag = words[word + 1]
    if (tag !== TAG_STRING && tag !== TAG_JSON) continue
    const part = text.slice(from, from + (words[word] ?? 0))
    if (!part.isWellFormed()) return -1
    from += part.length
    words[word] = ring.buffer.utf8Write(part, at)
    at += words[word] ?? 0
  }
  return at - textAt
}

/** The header of a record that is a rendered line, or with a slot a part of one; gives the record's length. */
export function writeLineHeader(
  { words, doubles }: RingProducer,
  at: number,
  head: number,
  textBytes: number,
  time: number,
  seq: number,
  ids: number,
  slots = 0,
): number {
  const bytes = recordBytes(slots, textBytes)
  words[(at + RECORD_LENGTH) >> 2] = bytes
  words[(at + RECORD_HEAD) >> 2] = head
  doubles[(at + RECORD_TIME) >> 3] = time
  doubles[(at + RECORD_SEQ) >> 3] = seq
  words[(at + RECORD_IDS) >> 2] = ids
  words[(at + RECORD_PREFIX_BYTES) >> 2] = textBytes
  return bytes
}
