/**
 * How a line begins: `{"level":30,"time":1795420814544,"seq":81,`. Level, time and seq together are a line's identity among
 * those of one run and file; another run may have the same (written-lines.ts). A line that tells of dropped ones has no seq.
 */

/** A line's identity. */
export interface LineOpening {
  readonly level: number
  /** Epoch milliseconds. */
  readonly timeMs: number
  /** `null` of a line that tells of dropped ones. */
  readonly seq: number | null
}

/** More bytes than an opening has. */
export const OPENING_BYTES_MAX = 128

const OPENING =
  /^\{"level":([1-6]0),"time":([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?),"(?:seq":([0-9]{1,16})[,}]|category":"spillway","dropped":)/
/** 9999-12-31T00:00:00Z: days have four digits, in every time zone. */
const TIME_MS_MAX = 253_402_214_400_000

/** Of the line at `from`, or `null` where none of ours begins there. */
export function lineOpening(bytes: Uint8Array, from: number, to: number): LineOpening | null {
  const end = Math.min(to, from + OPENING_BYTES_MAX)
  const view = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset + from, Math.max(0, end - from))
  const match = OPENING.exec(view.toString('latin1'))
  if (match === null) return null
  const level = Number(match[1])
  const timeMs = Number(match[2])
  const seq = match[3] === undefined ? null : Number(match[3])
  return isLevel(level) && isTime(timeMs) && (seq === null || isSeq(seq)) ? { level, timeMs, seq } : null
}

/** Whether two openings are the same. A time that is not known (NaN) is any; lines without a seq have none that tells. */
export function isSameLine(one: LineOpening, other: LineOpening): boolean {
  const isTimeKnown = !Number.isNaN(one.timeMs) && !Number.isNaN(other.timeMs)
  const isSameTime = one.timeMs === other.timeMs || !isTimeKnown
  return one.seq !== null && one.seq === other.seq && one.level === other.level && isSameTime
}

export function isLevel(level: number): boolean {
  return level >= 10 && level <= 60 && level % 10 === 0
}

export function isTime(timeMs: number): boolean {
  return timeMs >= 0 && timeMs <= TIME_MS_MAX
}

export function isSeq(seq: number): boolean {
  return Number.isSafeInteger(seq) && seq > 0
}
