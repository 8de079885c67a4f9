/**
 * Reads back what a run has written and proves that nothing is missing. Shares no code with the library: it knows only
 * what a reader of the files knows.
 *
 * A run of N entries is verified when its files hold N lines, each of them one JSON object in valid UTF-8 with a level,
 * a time, a category and a seq; the seq rises from line to line in each file; and over all files every seq from 1 to N
 * is there once. Where the run's options are known, each line has to be in its place as well: see line-places.ts. Where a
 * run may have dropped lines, what is missing has to be what the files tell of: see drop-lines.ts.
 * Streaming: memory is a bit for each entry (three where entries are written twice) and the longest line.
 */
import { isUtf8 } from 'node:buffer'
import { closeSync, openSync, readSync } from 'node:fs'
import { type Line, LineSplitter } from '../lines/line-splitter.js'
import { DropLines, isDropLine } from './drop-lines.js'
import { type FileMarks, filesSince, type MarkedFile } from './file-marks.js'
import { LinePlaces, type PlacedLine, type PlaceRules, WARN } from './line-places.js'
import { type SeqRange, SeqSet } from './seq-set.js'

const CHUNK_BYTES = 1 << 20
/** Close to the longest string Node.js can make, which bounds what any reader could parse. */
const LINE_BYTES_MAX = 500 << 20
/** Problems told one by one; the rest are counted. */
const PROBLEMS_TOLD_MAX = 10
const SNIPPET_CHARACTERS = 60

/** What {@link verifyRun} found. */
export interface Verification {
  readonly lines: number
  /** The lines among them that are the second one of their entry: see `alsoInCategoryFile`. */
  readonly copies: number
  /** Entries that are in no file, by what the files tell of them: 0 where no drops are expected. */
  readonly dropped: number
  readonly files: number
  readonly bytes: number
  /** How much is wrong; 0 means verified. */
  readonly problemCount: number
  /** The first problems, in words. */
  readonly problems: readonly string[]
}

/** What a run may have done, besides writing every line. */
export interface RunAllowances {
  /** Whether lines may be missing of which a line in the files tells. Not where entries are written twice. */
  readonly drops: boolean
}

/**
 * Verifies the lines behind the marks in the log files of the directory, for a run of `entries` entries. Where lines are
 * is checked only if `rules` tell how the run was configured; without them an entry must not be written twice.
 */
export function verifyRun(
  directory: string,
  marks: FileMarks,
  entries: number,
  rules?: PlaceRules,
  { drops }: RunAllowances = { drops: false },
): Verification {
  const run = new RunVerifier(entries, rules, drops)
  for (const file of filesSince(directory, marks)) run.readFile(file)
  return run.finish()
}

class RunVerifier {
  readonly #entries: number
  readonly #seen: SeqSet
  readonly #places: LinePlaces | null
  /** Entries that have to have a copy, and those that have one; `null` where no entry is written twice. */
  readonly #copied: { readonly due: SeqSet; readonly done: SeqSet } | null
  /** `null` where no drops are expected. */
  readonly #drops: DropLines | null
  readonly #problems: string[] = []
  #problemCount = 0
  #lines = 0
  #copies = 0
  #files = 0
  #bytes = 0

  constructor(entries: number, rules: PlaceRules | undefined, drops: boolean) {
    if (drops && rules?.alsoInCategoryFile === true)
      throw new Error('drops of lines that are written twice are not told apart')
    this.#drops = drops ? new DropLines(entries) : null
    this.#entries = entries
    this.#seen = new SeqSet(entries)
    this.#places = rules === undefined ? null : new LinePlaces(rules)
    this.#copied = rules?.alsoInCategoryFile === true ? { due: new SeqSet(entries), done: new SeqSet(entries) } : null
  }

  readFile({ path, startBytes, sizeBytes }: MarkedFile): void {
    if (sizeBytes < startBytes) {
      this.#tell(`${path} has shrunk from ${startBytes} to ${sizeBytes} bytes`)
      return
    }
    this.#places?.openFile(path)
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
    if (this.#drops === null) this.#tellRanges(this.#seen.gaps(), 'missing')
    else {
      const isMissing = (seq: number): boolean => !this.#seen.has(seq)
      for (const fault of this.#drops.faults(this.#seen.gaps(), isMissing)) this.#tell(fault)
    }
    if (this.#copied !== null) {
      this.#tellRanges(this.#copied.due.missingIn(this.#copied.done), "not in their category's file")
    }
    const found = this.#lines - this.#copies
    const dropped = this.#drops?.told ?? 0
    if (found + dropped !== this.#entries) {
      const told = this.#drops === null ? '' : `, and ${dropped} are told of as dropped`
      this.#problemCount++
      this.#problems.unshift(`${this.#entries} entries were logged, but ${found} lines found${told}`)
    }
    return {
      lines: this.#lines,
      copies: this.#copies,
      dropped,
      files: this.#files,
      bytes: this.#bytes,
      problemCount: this.#problemCount,
      problems: this.#problems,
    }
  }

  #tellRanges(ranges: Iterable<SeqRange>, what: string): void {
    for (const [first, last] of ranges) {
      this.#tell(
        first === last ? `seq ${first} is ${what}` : `seq ${first} to ${last} are ${what} (${last - first + 1})`,
      )
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
    if (this.#drops !== null && isDropLine(fields)) {
      this.#lines--
      const fault = this.#drops.add(place, fields)
      if (fault !== null) this.#tell(`${place}: ${fault}`)
      return previousSeq
    }
    const placed = placedLineOf(fields)
    if (placed === null) this.#tell(`${place}: level, time or category is missing: ${snippetOf(line)}`)
    const fault = placed === null ? null : (this.#places?.faultOf(placed) ?? null)
    if (fault !== null) this.#tell(`${place}: ${fault}`)
    const isCopy = placed !== null && this.#places?.isCopy(placed) === true
    if (isCopy) this.#copies++
    const { seq } = fields
    if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 1 || seq > this.#entries) {
      this.#tell(`${place}: seq ${JSON.stringify(seq)} is not from 1 to ${this.#entries}`)
      return previousSeq
    }
    if (!this.#add(seq, placed, isCopy)) this.#tell(`${place}: seq ${seq} is there twice`)
    else if (seq < previousSeq) this.#tell(`${place}: out of order, seq ${seq} comes after ${previousSeq}`)
    return Math.max(seq, previousSeq)
  }

  /** Notes that an entry's line, or its copy, was seen. False where it had been before. */
  #add(seq: number, placed: PlacedLine | null, isCopy: boolean): boolean {
    if (isCopy) return this.#copied?.done.add(seq) ?? true
    if (placed !== null && placed.level >= WARN) this.#copied?.due.add(seq)
    return this.#seen.add(seq)
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

/** What every line has; `null` where it has not. */
function placedLineOf({ level, time, category }: Readonly<Record<string, unknown>>): PlacedLine | null {
  if (typeof level !== 'number' || typeof time !== 'number' || typeof category !== 'string') return null
  return { level, time, category }
}

/** The start of a line, quoted, so that no terminal acts on what is in it. */
function snippetOf(line: Line): string {
  const start = line.bytes.toString('utf8', 0, SNIPPET_CHARACTERS * 4).slice(0, SNIPPET_CHARACTERS)
  return JSON.stringify(start).replace(/[\u007f-\u009f\u2028\u2029]/g, '?')
}
