/**
 * A shape made of somebody's own log: the lines of NDJSON files, in order and over and over. A line's own fields are
 * logged as it has them, with its message; its level is left out, for how many lines go where is the scenario's matter.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { MESSAGE } from './entries.js'
import type { Shape } from './shapes.js'

export const CORPUS_SHAPE = 'corpus'

/** The field that tells which call a line comes of. */
const CALL_NUMBER = 'callNumber'

/** What contenders write of their own: a field with such a name gets an underscore behind it. */
const TAKEN_NAMES: ReadonlySet<string> = new Set([
  ...['time', 'timestamp', 'category', 'message', 'name', 'seq', 'src', 'caller', 'v'],
  ...['err', 'error', 'stack', 'cause', 'levelId', '_logMeta', CALL_NUMBER],
])

/** What one line of a corpus logs. */
export interface CorpusEntry {
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** The lines of all .ndjson and .jsonl files in a directory, in the order of their names; throws if there is none. */
export function readCorpus(directory: string): CorpusEntry[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.ndjson') || name.endsWith('.jsonl'))
  const entries = names.sort().flatMap((name) => readEntries(join(directory, name)))
  if (entries.length === 0) throw new Error(`there is no line in a .ndjson or .jsonl file in ${directory}`)
  return entries
}

/** The shape of a corpus: call n logs line n, modulo the number of lines. */
export function corpusShape(entries: readonly CorpusEntry[]): Shape {
  const entryOf = (entryNumber: number): CorpusEntry => entries[entryNumber % entries.length]!
  return {
    name: CORPUS_SHAPE,
    title: 'lines of a corpus',
    call: 'object',
    writesLines: true,
    argument: (n) => ({ [CALL_NUMBER]: n, ...entryOf(n).fields }),
    message: (n) => entryOf(n).message,
    read: ({ fields, message }) => {
      const entryNumber = fields[CALL_NUMBER]
      if (typeof entryNumber !== 'number' || !Number.isInteger(entryNumber) || entryNumber < 0) return undefined
      const { fields: own, message: text } = entryOf(entryNumber)
      const isSame = Object.entries(own).every(([key, value]) => isDeepStrictEqual(fields[key], value))
      return { entryNumber, isWhole: isSame && message === text }
    },
  }
}

function readEntries(path: string): CorpusEntry[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text, index) => (text.trim() === '' ? [] : [readEntry(text, `${path}:${index + 1}`)]))
}

function readEntry(text: string, place: string): CorpusEntry {
  const { level: _level, msg, ...rest } = parseObject(text, place)
  // Where a line has no `msg`, its `message` is the one that other loggers write.
  const message = [msg, rest.message].find((value) => typeof value === 'string') ?? MESSAGE
  if (rest.message === message) delete rest.message
  const fields = Object.entries(rest).map(([key, value]) => [TAKEN_NAMES.has(key) ? `${key}_` : key, value])
  return { fields: Object.fromEntries(fields), message: String(message) }
}

function parseObject(text: string, place: string): Record<string, unknown> {
  const value = parseCanonical(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new Error(`${place} is no JSON object`)
}

/** As it comes back from a line: without numbers that JSON reads and does not write. */
function parseCanonical(text: string): unknown {
  try {
    return JSON.parse(JSON.stringify(JSON.parse(text)))
  } catch {
    // Told by the caller, with the place.
    return undefined
  }
}
