/** The runs that have lines, of all seats, and in the end what is told of them. */
import type { DropLine } from './drop-lines.js'
import { printable } from './printable.js'
import type { ProblemList } from './problem-list.js'
import { RunBooks } from './run-books.js'
import type { RunTable } from './run-table.js'
import type { RunReport, VerifyOptions } from './verification-report.js'

const LISTED_MAX_DEFAULT = 1000

export class Runs {
  readonly table: RunTable
  readonly #seats = new Map<number, Map<number, RunBooks>>()

  constructor(table: RunTable) {
    this.table = table
  }

  get count(): number {
    let count = 0
    for (const books of this.#seats.values()) count += books.size
    return count
  }

  get lines(): number {
    let lines = 0
    for (const seat of this.#seats.values()) for (const books of seat.values()) lines += books.lines
    return lines
  }

  /** The books of a run by the index that the table gives it. */
  books(seat: number, index: number): RunBooks {
    let runs = this.#seats.get(seat)
    if (runs === undefined) {
      runs = new Map()
      this.#seats.set(seat, runs)
    }
    let books = runs.get(index)
    if (books === undefined) {
      books = new RunBooks()
      runs.set(index, books)
    }
    return books
  }

  /** Tells what is missing, and gives a report of each run. To be called once. */
  settle(
    problems: ProblemList,
    notes: string[],
    { complete = false, problemsMax = LISTED_MAX_DEFAULT }: VerifyOptions,
  ): RunReport[] {
    const reports: RunReport[] = []
    let drops = 0
    for (const [seat, runs] of [...this.#seats].sort(([one], [other]) => one - other)) {
      for (const [at, [index, books]] of [...runs].sort(([one], [other]) => one - other).entries()) {
        const run = at + 1
        const name = `${seat === 1 ? '' : `seat ${seat}, `}run ${run}`
        this.#settle(books, { seat, index, name, complete }, problems, notes)
        if (reports.length >= problemsMax) continue
        const told = books.drops.slice(0, Math.max(0, problemsMax - drops))
        drops += told.length
        reports.push(reportOf(books, seat, run, told))
      }
    }
    return reports
  }

  #settle(
    books: RunBooks,
    { seat, index, name, complete }: { seat: number; index: number; name: string; complete: boolean },
    problems: ProblemList,
    notes: string[],
  ): void {
    const first = books.seqFrom
    // What is before everything that is known may be in the files of a day that is not here.
    const isOpen = index === 0 && !complete
    if (index === 0 && first > 1 && isOpen) {
      notes.push(`${name} has no beginning here: what is before seq ${first} is not judged`)
    } else if (this.table.isAssumed(seat, index)) {
      problems.add(null, null, `${name}: its first line is missing; that it began is seen by a seq that falls`)
    }
    books.settle(isOpen ? first : 1, name, problems)
  }
}

function reportOf(books: RunBooks, seat: number, run: number, told: readonly DropLine[]): RunReport {
  return {
    seat,
    run,
    hasStart: books.has(1),
    lines: books.lines,
    copies: books.copies,
    files: books.files,
    firstTime: books.firstTime,
    lastTime: books.lastTime,
    seqFrom: books.seqFrom,
    seqTo: books.seqTo,
    dropped: books.drops.reduce((sum, { dropped }) => sum + dropped, 0),
    drops: told.map(({ path, line, dropped, seqFrom, seqTo, reason }) => ({
      path,
      line,
      dropped,
      seqFrom,
      seqTo,
      reason: printable(reason),
    })),
    missing: books.missing,
  }
}
