/**
 * Reads back what a run has written and proves that nothing is missing. Shares no code with the library: it knows only
 * what a reader of the files knows.
 *
 * A run of N entries is verified when its files hold N lines, each of them one JSON object in valid UTF-8 with a level,
 * a time, a category and a seq; the seq rises from line to line in each file; and over all files every seq from 1 to N
 * is there once. Streaming: memory is a bit for each entry and the longest line.
 */
import { isUtf8 } from 'node:buffer'
import { closeSync, openSync, readSync } from 'node:fs'
import { type Line, LineSplitter } from '../lines/line-splitter.js'
import { type FileMarks, filesSince, type MarkedFile } from './file-marks.js'
import { SeqSet } from './seq-set.js'

const CHUNK_BYTES = 1 << 20
/** Close to the longest string Node.js can make, which bounds what any reader could parse. */
const LINE_BYTES_MAX = 500 << 20
/** Problems told one by one; the rest are counted. */
const PROBLEMS_TOLD_MAX = 10
const SNIPPET_CHARACTERS = 60

/** What {@link verifyRun} found. */
export interface Verification {
  readonly lines: number
  readonly files: number
  readonly bytes: number
  /** How much is wrong; 0 means verified. */
  readonly problemCount: number
  /** The first problems, in words. */
  readonly problems: readonly string[]
}

/** Verifies the lines behind the marks in the log files of the directory, for a run of `entries` entries. */
export function verifyRun(directory: string, marks: FileMarks, entries: number): Verification {
  const run = new RunVerifier(entries)
  for (const file of filesSince(directory, marks)) run.readFile(file)
  return run.finish()
}

class RunVerifier {
  readonly #entries: number
  readonly #seen: SeqSet
  readonly #problems: string[] = []
  #problemCount = 0
  #lines = 0
  #files = 0
  #bytes = 0

  constructor(entries: number) {
    this.#entries = entries
    this.#seen = new SeqSet(entries)
  }

  readFile({ path, startBytes, sizeBytes }: MarkedFile): void {
    if (sizeBytes < startBytes) {
      this.#tell(`${path} has shrunk from ${startBytes} to ${sizeBytes} bytes`)
      return
    }
    this.#files++
    this.#bytes += sizeBytes - startBytes
    const splitter = new LineSplitter(LINE_BYTES_MAX)
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const file = openSync(path, 'r')
    let previousSeq = 0
    const read = (line: Line): void => {
      // A file that grows is counted from the run's first line; the byte offset would say little more.
      previousSeq = this.#readLine(`${path}, line ${line.number} of the run`, line, previousSeq)
    }
    try {
      let at = startBytes
      for (;;) {
        const bytesRead = readSync(file, chunk, 0, CHUNK_BYTES, at)
        if (bytesRead === 0) break
        at += bytesRead
        for (const line of splitter.push(chunk.subarray(0, bytesRead))) read(line)
      }
      for (const line of splitter.end()) read(line)
    } finally {
      closeSync(file)
    }
  }

  finish(): Verification {
    for (const [first, last] of this.#seen.gaps()) {
      this.#tell(
        first === last ? `seq ${first} is missing` : `seq ${first} to ${last} are missing (${last - first + 1})`,
      )
    }
    if (this.#lines !== this.#entries) {
      this.#problemCount++
      this.#problems.unshift(`${this.#entries} entries were logged, but ${this.#lines} lines found`)
    }
    return {
      lines: this.#lines,
      files: this.#files,
      bytes: this.#bytes,
      problemCount: this.#problemCount,
      problems: this.#problems,
    }
  }

  /** Checks one line; returns the seq the next line of the file must be above. */
  #readLine(place: string, line: Line, previousSeq: number): number {
    this.#lines++
    if (!line.terminated) this.#tell(`${place}: torn, no newline at its end: ${snippetOf(line)}`)
    const fields = parseFields(line)
    if (typeof fields === 'string') {
      this.#tell(`${place}: ${fields}: ${snippetOf(line)}`)
      return previousSeq
    }
    if (typeof fields.level !== 'number' || typeof fields.time !== 'number' || typeof fields.category !== 'string') {
      this.#tell(`${place}: level, time or category is missing: ${snippetOf(line)}`)
    }
    const { seq } = fields
    if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 1 || seq > this.#entries) {
      this.#tell(`${place}: seq ${JSON.stringify(seq)} is not from 1 to ${this.#entries}`)
      return previousSeq
    }
    if (!this.#seen.add(seq)) this.#tell(`${place}: seq ${seq} is there twice`)
    else if (seq < previousSeq) this.#tell(`${place}: out of order, seq ${seq} comes after ${previousSeq}`)
    return Math.max(seq, previousSeq)
  }

  #tell(problem: string): void {
    if (++this.#problemCount <= PROBLEMS_TOLD_MAX) this.#problems.push(problem)
  }
}

/** The line's fields, or what is wrong with it. */
function parseFields(line: Line): Readonly<Record<string, unknown>> | string {
  if (line.lengthBytes > line.bytes.length) return `longer than ${LINE_BYTES_MAX} bytes`
  if (!isUtf8(line.bytes)) return 'not valid UTF-8'
  let value: unknown
  try {
    value = JSON.parse(line.bytes.toString('utf8'))
  } catch {
    return 'not valid JSON' // The parser's own message repeats the line, which is quoted anyway.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object'
  return value as Readonly<Record<string, unknown>>
}

/** The start of a line, quoted, so that no terminal acts on what is in it. */
function snippetOf(line: Line): string {
  const start = line.bytes.toString('utf8', 0, SNIPPET_CHARACTERS * 4).slice(0, SNIPPET_CHARACTERS)
  return JSON.stringify(start).replace(/[\u007f-\u009f\u2028\u2029]/g, '?')
}
