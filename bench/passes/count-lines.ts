/**
 * Reads every file a contender has written and says what became of every line it was given. Runs in the parent, after
 * the contender's process has ended. The calls are numbered, and a line tells the number of its call, so each is
 * accounted for: found once, or lost, doubled, torn, out of order, wrong.
 */
import { readFileSync } from 'node:fs'
import { type Contender, hasLevelAndTime, type ParsedLine, type PlainLine } from '../contenders/contender.js'
import type { Logged } from '../scenarios/scenario.js'
import { categoryAt } from '../workload/entries.js'
import type { Shape, WrittenEntry } from '../workload/shapes.js'
import { categoryOf, logFilesIn } from './log-files.js'

const NEWLINE = 0x0a

/** What was logged, and how this contender's lines are read. */
export interface Expectation extends Pick<Logged, 'lines' | 'files'> {
  readonly shape: Pick<Shape, 'read'>
  plain(line: ParsedLine): PlainLine | undefined
  readonly fileOf?: Contender['fileOf'] | undefined
}

/** What was found. All but the first three and `bytes` are faults. */
export interface LineCount {
  readonly expected: number
  /** Entries that stand in a file at least once. */
  readonly found: number
  readonly filesFound: number
  readonly bytes: number
  /** Entries that stand in no file. */
  readonly lost: number
  /** Lines of an entry that already had one. */
  readonly doubled: number
  /** Lines that are no JSON object, or have no end. */
  readonly torn: number
  /** First lines of an entry that stand behind a later one in their file. */
  readonly outOfOrder: number
  /** Lines of an entry in another file than theirs, or with a field missing or changed. */
  readonly wrong: number
  /** Whole lines nobody logged. */
  readonly foreign: number
}

/** The kinds of fault a count can show. */
export const LINE_FAULTS = ['lost', 'doubled', 'torn', 'outOfOrder', 'wrong', 'foreign'] as const

/** All faults of a count together. */
export function faultyLinesOf(count: LineCount): number {
  return LINE_FAULTS.reduce((sum, fault) => sum + count[fault], 0)
}

/** Reads all log files below the directory. */
export function countLines(directory: string, expectation: Expectation): LineCount {
  const counter = new LineCounter(expectation)
  for (const path of logFilesIn(directory)) counter.addFile(categoryOf(path), readFileSync(path))
  return counter.result()
}

class LineCounter {
  readonly #expectation: Expectation
  readonly #seen: Uint8Array
  /** The highest entry seen in each file, for its order; the parts of a file, one a day, have one name. */
  readonly #highest = new Map<string, number>()
  readonly #tally = { found: 0, doubled: 0, torn: 0, outOfOrder: 0, wrong: 0, foreign: 0, filesFound: 0, bytes: 0 }

  constructor(expectation: Expectation) {
    this.#expectation = expectation
    this.#seen = new Uint8Array(expectation.lines)
  }

  addFile(name: string, content: Buffer): void {
    this.#tally.filesFound += 1
    this.#tally.bytes += content.length
    let start = 0
    while (start < content.length) {
      const end = content.indexOf(NEWLINE, start)
      if (end < 0) {
        this.#tally.torn += 1
        return
      }
      this.#addLine(name, content.toString('utf8', start, end))
      start = end + 1
    }
  }

  result(): LineCount {
    const { lines } = this.#expectation
    return { expected: lines, lost: lines - this.#tally.found, ...this.#tally }
  }

  #addLine(name: string, text: string): void {
    const line = parseObject(text)
    if (line === undefined) {
      this.#tally.torn += 1
      return
    }
    const plain = this.#expectation.plain(line)
    const written = plain === undefined ? undefined : this.#expectation.shape.read(plain)
    if (plain === undefined || written === undefined || this.#seen[written.entryNumber] === undefined) {
      this.#tally.foreign += 1
      return
    }
    const category = categoryAt(written.entryNumber % this.#expectation.files)
    const isPlaced = name === (this.#expectation.fileOf?.(plain.level) ?? category)
    const isRight = isPlaced && written.isWhole && plain.category === category && hasLevelAndTime(plain)
    if (!isRight) this.#tally.wrong += 1
    this.#account(name, isPlaced, written)
  }

  #account(name: string, isPlaced: boolean, { entryNumber }: WrittenEntry): void {
    if (this.#seen[entryNumber] === 1) {
      this.#tally.doubled += 1
      return
    }
    this.#seen[entryNumber] = 1
    this.#tally.found += 1
    // In a file that is not its own a line has no place that it could be out of.
    if (!isPlaced) return
    if (entryNumber < (this.#highest.get(name) ?? -1)) this.#tally.outOfOrder += 1
    else this.#highest.set(name, entryNumber)
  }
}

function parseObject(text: string): ParsedLine | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ParsedLine) : undefined
  } catch {
    // Half a line, or two in one: what the counter is there to find.
    return undefined
  }
}
