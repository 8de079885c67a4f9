/**
 * The time and the seq of a line by the fixed beginning that spillway gives it, `{"level":30,"time":1,"seq":1,`. Nothing
 * else of the line is looked at: this is for the first reading, which only finds where runs begin.
 */
const LEVEL = Buffer.from('{"level":')
const TIME = Buffer.from(',"time":')
const SEQ = Buffer.from(',"seq":')
const COMMA = 0x2c
const DIGITS_MAX = 16

/** What was read. */
export interface LineHead {
  time: number
  seq: number
}

/** Reads the head of the line at `start` into `head`. False where the line does not begin like that. */
export function readLineHead(bytes: Uint8Array, start: number, end: number, head: LineHead): boolean {
  if (!isAt(bytes, start, LEVEL)) return false
  const levelEnd = digitsEnd(bytes, start + LEVEL.length, end)
  if (!isAt(bytes, levelEnd, TIME)) return false
  const timeEnd = digitsEnd(bytes, levelEnd + TIME.length, end)
  if (!isAt(bytes, timeEnd, SEQ)) return false
  const seqEnd = digitsEnd(bytes, timeEnd + SEQ.length, end)
  if (bytes[seqEnd] !== COMMA) return false
  head.time = digitsAt(bytes, levelEnd + TIME.length, timeEnd)
  head.seq = digitsAt(bytes, timeEnd + SEQ.length, seqEnd)
  return true
}

function isAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false
  return true
}

/** A minus, and the fraction that a clock of the application's may have, are passed over with the digits. */
function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== COMMA) at++
  return at
}

function digitsAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > DIGITS_MAX) return Number(Buffer.from(bytes.subarray(start, end)).toString('latin1', 0, 40))
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return Number(Buffer.from(bytes.subarray(start, end)).toString('latin1'))
    value = value * 10 + digit
  }
  return start === end ? Number.NaN : value
}
