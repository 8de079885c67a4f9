/**
 * Reads NDJSON as it is found in the wild: CRLF, a byte order mark, blank lines, a last line without a newline, lines of
 * any length, and lines that are not JSON at all. Nothing in the input makes it throw; memory is bounded by one line.
 */
import { type Line, LineSplitter } from '../lines/line-splitter.js'

export const LINE_BYTES_MAX = 64 << 20
/** What is kept of a line that is too long to be read: enough to recognise it by. */
const OVERLONG_KEPT_BYTES = 64 << 10

const CARRIAGE_RETURN = 0x0d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** What one line of the input is. */
export type NdjsonLine =
  | { readonly kind: 'object'; readonly number: number; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'blank'; readonly number: number }
  | {
      readonly kind: 'unparsed'
      readonly number: number
      readonly reason: string
      readonly text: string
      /** Set when `text` is only the start of a line that is too long: its length. */
      readonly overlongBytes?: number
    }

export class NdjsonReader {
  readonly #splitter: LineSplitter
  readonly #lineBytesMax: number

  constructor(lineBytesMax: number = LINE_BYTES_MAX) {
    this.#splitter = new LineSplitter(lineBytesMax)
    this.#lineBytesMax = lineBytesMax
  }

  /** The lines that the chunk completes. */
  *push(chunk: Buffer): Generator<NdjsonLine, void, undefined> {
    for (const line of this.#splitter.push(chunk)) yield this.#read(line)
  }

  /** The last line, if the input did not end with a newline. */
  *end(): Generator<NdjsonLine, void, undefined> {
    for (const line of this.#splitter.end()) yield this.#read(line)
  }

  #read(line: Line): NdjsonLine {
    const { number, lengthBytes } = line
    if (lengthBytes > this.#lineBytesMax) {
      const text = line.bytes.toString('utf8', 0, Math.min(OVERLONG_KEPT_BYTES, line.bytes.length))
      return {
        kind: 'unparsed',
        number,
        reason: `longer than ${this.#lineBytesMax} bytes`,
        text,
        overlongBytes: lengthBytes,
      }
    }
    const text = textOf(line)
    if (/^[ \t]*$/.test(text)) return { kind: 'blank', number }
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return { kind: 'object', number, value: value as Readonly<Record<string, unknown>> }
      }
      return { kind: 'unparsed', number, reason: 'not a JSON object', text }
    } catch (error) {
      return { kind: 'unparsed', number, reason: (error as SyntaxError).message, text }
    }
  }
}

/** The line's text without byte order mark and carriage return; invalid UTF-8 becomes U+FFFD. */
function textOf({ bytes, number }: Line): string {
  const marked = number === 1 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  const start = marked ? BYTE_ORDER_MARK.length : 0
  const end = bytes.length > start && bytes[bytes.length - 1] === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length
  return bytes.toString('utf8', start, end)
}
