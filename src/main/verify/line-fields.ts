/**
 * The frame of a line, {"level":L,"time":T,"seq":S,"category":"..."}, checked: what each of them has to be, and where in
 * its file a line may stand at all.
 */

import type { JsonScanner, ValuePlace } from '../../shared/json-scanner.js'
import { LEVEL_NUMBERS, LEVEL_THRESHOLDS } from '../../shared/levels.js'
import type { LogFile } from './log-files.js'
import { quoted } from './printable.js'

const LEVELS = new Set(LEVEL_THRESHOLDS.filter((name) => name !== 'silent').map((name) => LEVEL_NUMBERS[name]))
const WARN_OR_ABOVE = LEVEL_NUMBERS.warn
const ERROR_OR_ABOVE = LEVEL_NUMBERS.error
const HASHED_NAME = /^(?:[A-Za-z0-9_-]+-)?[0-9a-f]{12}$/
/** All categories beyond `maxCategories` share it. */
const GENERAL = 'general'
const TIME_MAX_MS = 8.64e15
const DAY_MS = 86_400_000
/** How far the local day of a place may be ahead of the UTC day, and behind it. */
const AHEAD_MS = 14 * 3_600_000
const BEHIND_MS = 12 * 3_600_000
const QUOTE = 0x22
const NUMBER_BYTES_MAX = 40
const CATEGORY_BYTES_MAX = 8192

/** What a line says of itself. */
export interface LineFields {
  level: number
  time: number
  /** `NaN` where there is none: a line that tells of drops has none. */
  seq: number
}

/** Reads the number at a place; `NaN` where there is none. */
export function numberAt(bytes: Buffer, { start, end }: ValuePlace): number {
  const length = end - start
  if (length <= 0 || length > NUMBER_BYTES_MAX || bytes[start] === QUOTE) return Number.NaN
  if (length > 15) return Number(bytes.toString('latin1', start, end))
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return Number(bytes.toString('latin1', start, end))
    value = value * 10 + digit
  }
  return value
}

/** Judges the lines of one file. */
export class LineJudge {
  readonly #file: LogFile
  readonly #startMs: number
  readonly #endMs: number
  /** The bytes of the file's category, with their quotes. */
  #category: Buffer | null = null

  constructor(file: LogFile) {
    this.#file = file
    const midnight = file.day === null ? Number.NaN : Date.parse(`${file.day}T00:00:00Z`)
    this.#startMs = Number.isNaN(midnight) ? Number.NEGATIVE_INFINITY : midnight - AHEAD_MS
    this.#endMs = Number.isNaN(midnight) ? Number.POSITIVE_INFINITY : midnight + DAY_MS + BEHIND_MS
  }

  /** Whether a line of the file is the second one of its entry, in its category's file. */
  isCopy(level: number): boolean {
    return !this.#file.isOfLevel && level >= WARN_OR_ABOVE
  }

  /** Why the line cannot be an entry of this file; `null` where it can. */
  faultOf(bytes: Buffer, { members, repeated }: JsonScanner, fields: LineFields): string | null {
    if (repeated !== null) return `"${repeated}" stands in it twice`
    const { level, time, seq } = fields
    if (!LEVELS.has(level)) return `its level is ${shown(bytes, members.level)}`
    if (!(Math.abs(time) <= TIME_MAX_MS)) return `its time is ${shown(bytes, members.time)}`
    if (!(Number.isSafeInteger(seq) && seq >= 1)) return `its seq is ${shown(bytes, members.seq)}`
    if (bytes[members.category.start] !== QUOTE) return `its category is ${shown(bytes, members.category)}`
    return this.#faultOfPlace(level, time) ?? this.#faultOfCategory(bytes, members.category)
  }

  #faultOfPlace(level: number, time: number): string | null {
    const { name, isOfLevel, day } = this.#file
    if (isOfLevel) {
      const own = level >= ERROR_OR_ABOVE ? 'error' : level >= WARN_OR_ABOVE ? 'warning' : null
      if (own !== name) return `level ${level} does not belong into ${name}.jsonl`
    }
    if (time >= this.#startMs && time < this.#endMs) return null
    return `its time, ${new Date(time).toISOString()}, is in no time zone of the day ${day}`
  }

  #faultOfCategory(bytes: Buffer, { start, end }: ValuePlace): string | null {
    const { name, isOfLevel } = this.#file
    if (isOfLevel || name === GENERAL) return null
    const known = this.#category
    if (known !== null && known.length === end - start && bytes.compare(known, 0, known.length, start, end) === 0) {
      return null
    }
    const category = textAt(bytes, { start, end })
    if (category === null || known !== null || (category !== name && !HASHED_NAME.test(name))) {
      return `its category, ${quoted(category ?? '')}, is not the file's`
    }
    this.#category = Buffer.from(bytes.subarray(start, end))
    return null
  }
}

function shown(bytes: Buffer, { start, end }: ValuePlace): string {
  if (end <= start) return 'missing'
  return quoted(bytes.toString('utf8', start, Math.min(end, start + 256)))
}

function textAt(bytes: Buffer, { start, end }: ValuePlace): string | null {
  return end - start > CATEGORY_BYTES_MAX ? null : String(JSON.parse(bytes.toString('utf8', start, end)))
}
