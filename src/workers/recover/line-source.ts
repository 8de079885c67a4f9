/**
 * The lines of a leftover, each where it is: as bytes of a buffer, as a record that is yet to be formatted, or as parts.
 * None is kept as text, so that a leftover takes little more memory than its copy.
 */
import { isUtf8 } from 'node:buffer'
import type { Arena } from '../../shared/arena.js'
import { JsonScanner } from '../../shared/json-scanner.js'
import {
  KIND_LINE,
  RECORD_HEAD,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordKind,
  recordLevel,
} from '../../shared/record-layout.js'
import type { DictionaryTexts } from '../drain/dictionary-reader.js'
import { LineFormatter, type LineTarget, lineTarget, NOT_A_RECORD } from '../drain/line-formatter.js'
import { type LineOpening, lineOpening } from './line-opening.js'

const NEWLINE = 0x0a
const SCRATCH_BYTES = 64 * 1024
/** Makes no value of a line, which would take many times its bytes. */
const scanner = new JsonScanner()

/** A record of the arena. */
export interface RecordLine {
  readonly kind: 'record'
  readonly at: number
}

/** Bytes that are a line; a damaged one is not written, and tells all the same what is in a file if it is found there. */
export interface StoredLine {
  readonly kind: 'stored' | 'damaged'
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** A line in parts, or its beginning. */
export interface PartsLine {
  readonly kind: 'parts'
  readonly level: number
  readonly seq: number
  /** Epoch milliseconds; NaN where nothing that is left of the line tells. */
  readonly timeMs: number
  /** How many bytes of it are in the file alone. */
  readonly missingBytes: number
  readonly pieces: readonly Uint8Array[]
}

export type LiveLine = RecordLine | StoredLine | PartsLine

/** Gives the bytes of one leftover's lines. */
export class LineSource {
  readonly #arena: Arena
  readonly #formatter: LineFormatter
  #scratch: LineTarget = lineTarget(new Uint8Array(SCRATCH_BYTES))

  constructor(arena: Arena, dictionary: DictionaryTexts) {
    this.#arena = arena
    this.#formatter = new LineFormatter(arena, dictionary)
  }

  /** The identity of a line. */
  opening(line: LiveLine): LineOpening | null {
    if (line.kind === 'parts') return line
    if (line.kind !== 'record') return lineOpening(line.bytes, line.from, line.to)
    return this.recordOpening(line.at)
  }

  /** The identity of a record's line: as its text says, where it is a text, or as the formatter will write it. */
  recordOpening(at: number): LineOpening | null {
    const { words, doubles, bytes } = this.#arena
    const head = words[(at + RECORD_HEAD) >> 2] as number
    if (recordKind(head) === KIND_LINE) {
      const text = at + RECORD_SLOTS
      return lineOpening(bytes, text, text + (words[(at + RECORD_PREFIX_BYTES) >> 2] as number))
    }
    const timeMs = doubles[(at + RECORD_TIME) >> 3] as number
    return { level: recordLevel(head), timeMs, seq: doubles[(at + RECORD_SEQ) >> 3] as number }
  }

  /** The bytes of a line, from `missingBytes` on; until the next call. */
  pieces(line: LiveLine): readonly Uint8Array[] {
    if (line.kind === 'parts') return line.pieces
    return [line.kind === 'record' ? this.#recordBytes(line.at) : line.bytes.subarray(line.from, line.to)]
  }

  /** Whether a line is whole and JSON. */
  isSound(line: LiveLine): boolean {
    const pieces = this.pieces(line)
    return isSoundLine(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces))
  }

  #recordBytes(at: number): Uint8Array {
    const bytesMax = this.#formatter.prepare(at)
    if (bytesMax === NOT_A_RECORD) return this.#scratch.bytes.subarray(0, 0)
    if (bytesMax > this.#scratch.bytes.length) this.#scratch = lineTarget(new Uint8Array(bytesMax))
    return this.#scratch.bytes.subarray(0, this.#formatter.write(this.#scratch, 0))
  }
}

/** Whether these bytes are one line with its newline, and an object in JSON. */
export function isSoundLine(bytes: Uint8Array): boolean {
  const line = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
  const end = line.length - 1
  return end >= 0 && line.indexOf(NEWLINE) === end && isUtf8(line) && scanner.scan(line, 0, end)
}
