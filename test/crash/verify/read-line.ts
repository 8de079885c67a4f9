/** Finds in a line whose entry it is. Shares no code with what wrote it. */
import { isUtf8 } from 'node:buffer'
import type { Line } from '../../../scripts/lines/line-splitter.js'

/** An entry's line. */
export interface EntryLine {
  readonly run: number
  readonly n: number
  readonly text: string
  /** `null` where the library has its own words for levels. */
  readonly level: number | null
  readonly category: unknown
  readonly time: unknown
}

const MESSAGE = /^run (\d+) n (\d+): (.*)$/s
const SNIPPET_BYTES = 120

/** The entry of a line; a text that says what is wrong with it where it is none. */
export function readEntryLine(line: Line): EntryLine | string {
  if (!line.terminated) return `no newline at its end: ${snippetOf(line)}`
  if (!isUtf8(line.bytes)) return `not valid UTF-8: ${snippetOf(line)}`
  let fields: Readonly<Record<string, unknown>>
  try {
    fields = JSON.parse(line.bytes.toString('utf8')) as typeof fields
  } catch {
    return `not valid JSON: ${snippetOf(line)}`
  }
  if (typeof fields !== 'object' || fields === null) return `not a JSON object: ${snippetOf(line)}`
  const { level, category, time, msg } = fields
  const words = fields.n === undefined && typeof msg === 'string' ? MESSAGE.exec(msg) : null
  return {
    run: Number(words?.[1] ?? fields.run),
    n: Number(words?.[2] ?? fields.n),
    text: String(words?.[3] ?? fields.text),
    level: typeof level === 'number' ? level : null,
    category,
    time,
  }
}

/** Both ends of a line, quoted. */
export function snippetOf({ bytes, lengthBytes }: Line): string {
  const start = JSON.stringify(bytes.toString('utf8', 0, SNIPPET_BYTES))
  const end = JSON.stringify(bytes.toString('utf8', Math.max(SNIPPET_BYTES, bytes.length - SNIPPET_BYTES)))
  return `${lengthBytes} bytes, ${start} ... ${end}`.replace(/[\u007f-\u009f\u2028\u2029]/g, '?')
}
