/**
 * JSON from bytes to bytes: strings and numbers as JSON.stringify writes them, without a JavaScript string on the way
 * (but for numbers with many digits). Each function writes at `at` and gives the place after what it wrote; the caller
 * has made room for the longest outcome.
 *
 * One line must stay one line on every reader's screen: DEL, the C1 controls and U+2028/9 are escaped as well, which
 * JSON.stringify leaves as they are.
 */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const DOT = 0x2e
const DIGIT_0 = 0x30
const LETTER_U = 0x75
const HEX_DIGITS = Uint8Array.from(Buffer.from('0123456789abcdef', 'latin1'))

/** A byte of a string that stands in JSON as it is: 0. One that may need an escape: 1. */
const NEEDS_CARE = new Uint8Array(256).map((_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH || byte === 0x7f || byte === 0xc2 || byte === 0xe2 ? 1 : 0,
)
/** Of a control character with a short escape: the letter behind the backslash. */
const SHORT_ESCAPES = new Uint8Array(0x20)
for (const [character, letter] of Object.entries({ '\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r' })) {
  SHORT_ESCAPES[character.charCodeAt(0)] = letter.charCodeAt(0)
}

/** The digits of the numbers below 100. */
const ONES = Uint8Array.from({ length: 100 }, (_, number) => DIGIT_0 + (number % 10))
const TENS = Uint8Array.from({ length: 100 }, (_, number) => DIGIT_0 + Math.floor(number / 10))

const INT31_MAX = 0x7fffffff

/** A byte of text takes this many bytes at most when it is escaped. */
export const ESCAPED_BYTES_MAX = 6
/** A number takes this many bytes at most: `-1.2345678901234567e-308`. */
export const NUMBER_BYTES_MAX = 25

/** Copies UTF-8 text and escapes it as the body of a JSON string. */
export function writeEscaped(out: Uint8Array, at: number, source: Uint8Array, from: number, length: number): number {
  const end = from + length
  let to = at
  let next = from
  while (next < end) {
    const byte = source[next] as number
    if (NEEDS_CARE[byte] === 0) {
      out[to++] = byte
      next++
    } else if (byte === QUOTE || byte === BACKSLASH) {
      out[to++] = BACKSLASH
      out[to++] = byte
      next++
    } else if (byte < 0x20) {
      to = writeControl(out, to, byte)
      next++
    } else {
      const unsafe = unsafeCodePoint(source, next, end)
      if (unsafe === 0) {
        out[to++] = byte
        next++
      } else {
        to = writeUnicodeEscape(out, to, unsafe)
        next += byte === 0x7f ? 1 : byte === 0xc2 ? 2 : 3
      }
    }
  }
  return to
}

/** Copies JSON text, which is escaped already but for what JSON.stringify leaves as it is. */
export function writeJson(out: Uint8Array, at: number, source: Uint8Array, from: number, length: number): number {
  const end = from + length
  let to = at
  let next = from
  while (next < end) {
    const byte = source[next] as number
    const unsafe = byte < 0x7f ? 0 : unsafeCodePoint(source, next, end)
    if (unsafe === 0) {
      out[to++] = byte
      next++
    } else {
      to = writeUnicodeEscape(out, to, unsafe)
      next += byte === 0x7f ? 1 : byte === 0xc2 ? 2 : 3
    }
  }
  return to
}

/** Copies bytes as they are. */
export function writeBytes(out: Uint8Array, at: number, source: Uint8Array, from: number, length: number): number {
  // A loop beats set() and copyWithin() for the short texts of a line, and on shared memory up to some kilobytes.
  for (let i = 0; i < length; i++) out[at + i] = source[from + i] as number
  return at + length
}

/** A number as JSON.stringify writes it, `null` for NaN and the infinities. */
export function writeNumber(out: Uint8Array, at: number, value: number): number {
  if (value === (value | 0) && value >= 0) return writeInt31(out, at, value)
  const magnitude = Math.abs(value)
  const isInteger = magnitude <= Number.MAX_SAFE_INTEGER && Math.trunc(magnitude) === magnitude
  // r / 1000 is correctly rounded, so if it gives the number back, the decimal r/1000 stands for it. Decimals of at most
  // 15 digits stand for different doubles each, so no shorter decimal does: it is what Number::toString gives.
  const thousandths = isInteger ? 0 : Math.round(magnitude * 1000)
  if (isInteger || (magnitude >= 1e-3 && thousandths < 1e15 && thousandths / 1000 === magnitude)) {
    let to = at
    if (value < 0) out[to++] = MINUS
    return isInteger ? writeInteger(out, to, magnitude) : writeThousandths(out, to, thousandths)
  }
  return writeAscii(out, at, Number.isFinite(value) ? String(value) : 'null')
}

/** An integer from 0 to 2^31 - 1. */
function writeInt31(out: Uint8Array, at: number, value: number): number {
  let end = at + decimalDigits(value)
  const after = end
  let rest = value | 0
  // Two digits a division: the divisions depend on each other, and are what this costs.
  while (rest >= 100) {
    const quotient = (rest / 100) | 0
    const pair = (rest - Math.imul(quotient, 100)) | 0
    out[--end] = ONES[pair] as number
    out[--end] = TENS[pair] as number
    rest = quotient
  }
  out[--end] = ONES[rest] as number
  if (rest >= 10) out[--end] = TENS[rest] as number
  return after
}

/** A non-negative integer below 2^53. */
export function writeInteger(out: Uint8Array, at: number, value: number): number {
  if (value <= INT31_MAX) return writeInt31(out, at, value)
  const millions = Math.trunc(value / 1e6)
  const to = writeInteger(out, at, millions)
  return writePadded(out, to, value - millions * 1e6, 6)
}

/** ASCII text from a string: for what is rare or short. */
export function writeAscii(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i)
  return at + text.length
}

/** A number of thousandths as a decimal without trailing zeros. */
function writeThousandths(out: Uint8Array, at: number, thousandths: number): number {
  const whole = Math.trunc(thousandths / 1000)
  const fraction = (thousandths - whole * 1000) | 0
  const to = writeInteger(out, at, whole)
  out[to] = DOT
  const after = writePadded(out, to + 1, fraction, 3)
  if (fraction % 10 !== 0) return after
  return fraction % 100 !== 0 ? after - 1 : after - 2
}

/** An integer below 2^31 in exactly `digits` places. */
function writePadded(out: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value | 0
  for (let i = at + digits - 1; i >= at; i--) {
    const quotient = (rest / 10) | 0
    out[i] = DIGIT_0 + (rest - Math.imul(quotient, 10))
    rest = quotient
  }
  return at + digits
}

function decimalDigits(value: number): number {
  if (value < 10) return 1
  if (value < 100) return 2
  if (value < 1_000) return 3
  if (value < 10_000) return 4
  if (value < 100_000) return 5
  if (value < 1_000_000) return 6
  if (value < 10_000_000) return 7
  if (value < 100_000_000) return 8
  return value < 1_000_000_000 ? 9 : 10
}

/** The code point that starts here if it is one of those that a line must not hold; else 0. */
function unsafeCodePoint(source: Uint8Array, at: number, end: number): number {
  const byte = source[at] as number
  if (byte === 0x7f) return 0x7f
  if (byte === 0xc2 && at + 1 < end) {
    const second = source[at + 1] as number
    return second >= 0x80 && second <= 0x9f ? second : 0
  }
  if (byte === 0xe2 && at + 2 < end && source[at + 1] === 0x80) {
    const third = source[at + 2] as number
    return third === 0xa8 ? 0x2028 : third === 0xa9 ? 0x2029 : 0
  }
  return 0
}

function writeControl(out: Uint8Array, at: number, byte: number): number {
  const letter = SHORT_ESCAPES[byte] as number
  if (letter === 0) return writeUnicodeEscape(out, at, byte)
  out[at] = BACKSLASH
  out[at + 1] = letter
  return at + 2
}

function writeUnicodeEscape(out: Uint8Array, at: number, codePoint: number): number {
  out[at] = BACKSLASH
  out[at + 1] = LETTER_U
  for (let digit = 0; digit < 4; digit++) {
    out[at + 2 + digit] = HEX_DIGITS[(codePoint >> (12 - digit * 4)) & 0xf] as number
  }
  return at + 6
}
