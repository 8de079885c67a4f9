/**
 * The header of a journal's frame, and the checksums by which it is known: made by the owner, checked by whoever reads a
 * leftover. Both begin with the journal's salt.
 */
import { checksum } from '../../shared/arena.js'
import {
  FRAME_BYTES,
  FRAME_CARRIED,
  FRAME_COMMITTED,
  FRAME_HEADER_CHECK,
  FRAME_HEADER_WORDS,
  FRAME_KIND,
  FRAME_MAGIC,
  FRAME_MAGIC_VALUE,
  FRAME_NUMBER,
  FRAME_PAYLOAD_CHECK,
  FRAME_POSITION,
} from '../../shared/journal-layout.js'

/** What a frame says of itself. */
export interface FrameHeader {
  readonly number: number
  /** One of the FRAME_KIND_ values. */
  readonly kind: number
  readonly payloadBytes: number
  readonly position: number
  readonly committed: number
  /** In a carried frame the file, in a checkpoint how many are carried. */
  readonly carried: number
}

/** The header of a frame with this payload, in parts. */
export function frameHeader(header: FrameHeader, salt: number, payload: readonly Uint8Array[]): Uint8Array {
  const words = new Int32Array(FRAME_HEADER_WORDS)
  words[FRAME_MAGIC] = FRAME_MAGIC_VALUE
  words[FRAME_PAYLOAD_CHECK] = payload.reduce((check, part) => checksum(part, check), salt)
  words[FRAME_NUMBER] = header.number
  words[FRAME_KIND] = header.kind
  words[FRAME_BYTES] = header.payloadBytes
  words[FRAME_POSITION] = header.position
  words[FRAME_COMMITTED] = header.committed
  words[FRAME_CARRIED] = header.carried
  words[FRAME_HEADER_CHECK] = headerCheckOf(words, salt)
  return new Uint8Array(words.buffer)
}

/** The header that starts at a word, or `null` where none is intact there. */
export function readFrameHeader(words: Int32Array, at: number, salt: number): FrameHeader | null {
  if (words[at + FRAME_MAGIC] !== FRAME_MAGIC_VALUE || at + FRAME_HEADER_WORDS > words.length) return null
  const header = words.slice(at, at + FRAME_HEADER_WORDS)
  if (header[FRAME_HEADER_CHECK] !== headerCheckOf(header, salt)) return null
  const word = (name: number): number => header[name] as number
  return {
    number: word(FRAME_NUMBER),
    kind: word(FRAME_KIND),
    payloadBytes: word(FRAME_BYTES),
    position: word(FRAME_POSITION),
    committed: word(FRAME_COMMITTED),
    carried: word(FRAME_CARRIED),
  }
}

/** Whether a payload is the one that the header of the frame, which starts at a word, was made for. */
export function isPayloadIntact(words: Int32Array, at: number, salt: number, payload: Uint8Array): boolean {
  return words[at + FRAME_PAYLOAD_CHECK] === checksum(payload, salt)
}

/** Of the words behind the check itself. */
function headerCheckOf(header: Int32Array, salt: number): number {
  const from = (FRAME_HEADER_CHECK + 1) * 4
  return checksum(new Uint8Array(header.buffer, header.byteOffset + from, FRAME_HEADER_WORDS * 4 - from), salt)
}
