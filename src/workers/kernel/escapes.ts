/** What must not stand in a line as it is, and how it stands there, as in json-bytes.ts. */
import { DIGIT_0 } from './digits'

const BACKSLASH: u8 = 0x5c
/** Given where a text may stand as it is. */
export const NONE: u32 = 0xffffffff

/** As in json-bytes.ts: DEL, U+0080 to U+009F, U+2028 and U+2029. */
export function unsafeCodePoint(at: usize, end: usize): u32 {
  const byte = load<u8>(at)
  if (byte === 0x7f) return 0x7f
  if (byte === 0xc2 && at + 1 < end) {
    const second = <u32>load<u8>(at, 1)
    return second >= 0x80 && second <= 0x9f ? second : NONE
  }
  if (byte === 0xe2 && at + 2 < end && load<u8>(at, 1) === 0x80) {
    const third = load<u8>(at, 2)
    return third === 0xa8 ? 0x2028 : third === 0xa9 ? 0x2029 : NONE
  }
  return NONE
}

export function escapeOf(to: usize, codePoint: u32): usize {
  let letter: u32 = 0
  if (codePoint === 0x22 || codePoint === 0x5c) letter = codePoint
  else if (codePoint === 0x08) letter = 0x62
  else if (codePoint === 0x09) letter = 0x74
  else if (codePoint === 0x0a) letter = 0x6e
  else if (codePoint === 0x0c) letter = 0x66
  else if (codePoint === 0x0d) letter = 0x72
  if (letter === 0) return unicode(to, codePoint)
  store<u16>(to, <u16>(<u32>BACKSLASH | (letter << 8)))
  return to + 2
}

function unicode(to: usize, codePoint: u32): usize {
  store<u16>(to, 0x755c) // \u
  for (let digit: u32 = 0; digit < 4; digit++) {
    const value = (codePoint >> (12 - digit * 4)) & 0xf
    store<u8>(to + 2 + digit, <u8>(value < 10 ? DIGIT_0 + value : 0x57 + value))
  }
  return to + 6
}
