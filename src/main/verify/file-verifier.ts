/** Checks the lines of one file, and enters them in the books of their runs. */
import { isUtf8 } from 'node:buffer'
import { JsonScanner } from '../../shared/json-scanner.js'
import { type DropFields, readDropLine } from './drop-lines.js'
import { LINE_BYTES_MAX, type LineBlock } from './file-lines.js'
import { type LineFields, LineJudge, numberAt } from './line-fields.js'
import type { LogFile } from './log-files.js'
import { printable, quotedBytes } from './printable.js'
import type { ProblemList } from './problem-list.js'
import type { RunBooks } from './run-books.js'
import type { Runs } from './runs.js'

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const NO_RUN = -1

export class FileVerifier {
  readonly #file: LogFile
  readonly #path: string
  readonly #judge: LineJudge
  readonly #runs: Runs
  readonly #problems: ProblemList
  readonly #scanner = new JsonScanner()
  readonly #fields: LineFields = { level: 0, time: 0, seq: 0 }
  /** The last seq of each run in this file. */
  readonly #lastSeqs = new Map<number, number>()
  #line = 0
  #run = NO_RUN
  #books: RunBooks | null = null
  #lastSeq = 0

  constructor(file: LogFile, runs: Runs, problems: ProblemList) {
    this.#file = file
    this.#path = printable(file.path)
    this.#judge = new LineJudge(file)
    this.#runs = runs
    this.#problems = problems
  }

  read({ bytes, length, offset, isTooLong }: LineBlock): void {
    if (isTooLong) {
      this.#line++
      this.#tell(`longer than ${LINE_BYTES_MAX} bytes, and not checked`, bytes, 0, length)
      return
    }
    const isText = isUtf8(bytes.subarray(0, length))
    for (let start = 0; start < length; ) {
      const newline = bytes.indexOf(NEWLINE, start)
      const isTorn = newline === -1 || newline >= length
      const end = isTorn ? length : newline
      this.#line++
      const fault =
        !isText && !isUtf8(bytes.subarray(start, end)) ? 'not valid UTF-8' : this.#readLine(bytes, start, end, offset)
      if (isTorn) this.#tell('torn: it has no newline at its end', bytes, start, end)
      else if (fault !== null) this.#tell(fault, bytes, start, end)
      start = end + 1
    }
  }

  /** Gives what is wrong with the line. */
  #readLine(bytes: Buffer, start: number, end: number, offset: number): string | null {
    const scanner = this.#scanner
    if (!scanner.scan(bytes, start, end)) {
      if (start === end) return 'an empty line'
      return bytes[end - 1] === CARRIAGE_RETURN ? 'a carriage return at its end' : 'not a JSON object'
    }
    const { members } = scanner
    const fields = this.#fields
    if (members.seq.end === 0 && members.dropped.end !== 0) {
      const drop = readDropLine(bytes, start, end, this.#file)
      if (typeof drop === 'string') return drop
      if (drop !== null) return this.#addDrop(drop, offset + start)
    }
    fields.level = numberAt(bytes, members.level)
    fields.time = numberAt(bytes, members.time)
    fields.seq = numberAt(bytes, members.seq)
    const fault = this.#judge.faultOf(bytes, scanner, fields)
    if (!Number.isSafeInteger(fields.seq) || fields.seq < 1 || Number.isNaN(fields.time)) return fault
    return this.#addEntry(fields, offset + start) ?? fault
  }

  #addEntry({ level, time, seq }: LineFields, offset: number): string | null {
    const run = this.#runs.table.runOf(offset, time, seq)
    if (run !== this.#run) this.#enter(run)
    const previousSeq = this.#lastSeq
    if (seq > previousSeq) this.#lastSeq = seq
    const books = this.#books as RunBooks
    return books.add(seq, time, level, { isCopy: this.#judge.isCopy(level), previousSeq })
  }

  #addDrop(drop: DropFields, offset: number): null {
    const run = this.#runs.table.runOf(offset, drop.time, Number.NaN)
    const books = this.#runs.books(this.#file.seat, run)
    books.addDrop({ ...drop, path: this.#path, line: this.#line })
    return null
  }

  #enter(run: number): void {
    if (this.#run !== NO_RUN) this.#lastSeqs.set(this.#run, this.#lastSeq)
    this.#books = this.#runs.books(this.#file.seat, run)
    const lastSeq = this.#lastSeqs.get(run)
    if (lastSeq === undefined) this.#books.files++
    this.#lastSeqs.set(run, lastSeq ?? 0)
    this.#lastSeq = lastSeq ?? 0
    this.#run = run
  }

  #tell(what: string, bytes: Buffer, start: number, end: number): void {
    const quote = start === end ? '' : `: ${quotedBytes(bytes, start, end)}`
    this.#problems.add(this.#path, this.#line, `${what}${quote}`)
  }
}
