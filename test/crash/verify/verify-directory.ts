/**
 * Reads all files that runs have left in a directory, and judges each line by the plan: every entry that was acknowledged
 * is there once, whole, as it was logged, in its file and day, behind those before it. Shares no code with the library.
 *
 * Streaming: memory is a bit for each entry, and the longest line.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { type Line, LineSplitter } from '../../../scripts/lines/line-splitter.js'
import { categoryName, FILE_NAMES, WARN } from '../entry-plan.js'
import { Findings } from './findings.js'
import { FoundRun, type Loss, type RunTold } from './found-run.js'
import { type EntryLine, readEntryLine, snippetOf } from './read-line.js'

const CHUNK_BYTES = 1 << 18
const LINE_BYTES_MAX = 1 << 24
const DAY_NAME = /^\d{4}-\d\d-\d\d$/
/** `{name}.jsonl`, or `{name}~{number of the seat}.jsonl`. */
const FILE_NAME = /^(?<name>[^~]+)(?<seat>~\d+)?\.jsonl$/
/** What a torn line is set aside as: no entry that was acknowledged is in it alone. */
const SET_ASIDE = /\.torn(?:\.\d+)?$/

/** How the runs were set up. */
export interface DirectoryRules {
  readonly seed: number
  /** Whether lines are below the day of their time. */
  readonly hasDays: boolean
  /** Whether warnings and errors are a second time in their category's file. */
  readonly hasCopies: boolean
  /** Whether processes have logged at the same time. */
  readonly hasSeats: boolean
  /** Milliseconds that a day begins before the UTC day. */
  readonly dayShiftMs: number
}

/** What is in the directory. */
export interface DirectoryFindings {
  readonly findings: Findings
  /** By the number of the run. */
  readonly lost: ReadonlyMap<number, Loss>
}

/** Verifies a directory in which nothing runs any more. */
export function verifyDirectory(directory: string, runs: readonly RunTold[], rules: DirectoryRules): DirectoryFindings {
  const verifier = new DirectoryVerifier(runs, rules)
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
  for (const path of paths.sort()) verifier.readFile(path, relative(directory, path))
  return verifier.finish()
}

class DirectoryVerifier {
  readonly #rules: DirectoryRules
  readonly #runs: ReadonlyMap<number, FoundRun>
  readonly #findings = new Findings()
  readonly #chainOfFile = new Map<string, number>()

  constructor(runs: readonly RunTold[], rules: DirectoryRules) {
    this.#rules = rules
    this.#runs = new Map(runs.map((told) => [told.run, new FoundRun(told, rules.seed, rules.hasCopies)]))
    this.#findings.acknowledged = runs.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
  }

  readFile(path: string, shown: string): void {
    if (SET_ASIDE.test(shown)) return
    const { name, seat } = FILE_NAME.exec(basename(shown))?.groups ?? {}
    const depth = shown.split(sep).length
    const day = depth === 1 ? '' : basename(dirname(shown))
    const isPlaced = this.#rules.hasDays ? depth === 2 && DAY_NAME.test(day) : depth === 1
    if (name === undefined || !isPlaced || (seat !== undefined && !this.#rules.hasSeats)) {
      this.#findings.tell('foreign', `${shown} should not be there`)
      return
    }
    const file = new OpenFile(shown, name, day)
    for (const line of linesOf(path)) this.#readLine(file, line)
  }

  finish(): DirectoryFindings {
    const lost = new Map<number, Loss>()
    for (const [run, found] of this.#runs) lost.set(run, found.finish(this.#findings))
    return { findings: this.#findings, lost }
  }

  #readLine(file: OpenFile, line: Line): void {
    const place = `${file.shown}, line ${line.number}`
    const entry = readEntryLine(line)
    if (typeof entry === 'string') {
      this.#findings.tell('torn', `${place}: ${entry}`)
      return
    }
    const { run, n } = entry
    const found = this.#runs.get(run)
    if (found === undefined || !Number.isInteger(n) || n < 1) {
      this.#findings.tell('foreign', `${place}: ${snippetOf(line)}`)
      return
    }
    const { acknowledged } = found.told
    const words = `${place}: run ${run}, entry ${n} of ${acknowledged} acknowledged`
    if (n > found.last) {
      this.#findings.tell('early', `${words}, with batches of ${found.told.batch}`)
      return
    }
    this.#findings.lines++
    const planned = found.plan.look(n)
    const isCopy = this.#rules.hasCopies && planned.level >= WARN && file.name === categoryName(planned.category)
    this.#judgePlace(file, entry, isCopy ? { ...planned, file: planned.category + 2 } : planned, words)
    if (entry.text !== planned.text) {
      this.#findings.tell('altered', `${words}: ${entry.text.length} characters, not ${planned.text.length}`)
    }
    const isFirst = isCopy ? found.addCopy(n) : found.add(n, planned.file)
    if (!isFirst) this.#findings.tell('doubled', words)
    else if (!file.isBehind(run, n)) this.#findings.tell('misordered', `${words}, behind ${file.previous}`)
    if (n > acknowledged && !isCopy) this.#findings.beyond++
    file.note(run, n)
    this.#judgeChain(file, found.told.chain, words)
  }

  #judgePlace(file: OpenFile, entry: EntryLine, planned: { file: number; level: number }, words: string): void {
    const name = FILE_NAMES[planned.file] as string
    if (name !== file.name) this.#findings.tell('misplaced', `${words}, should be in ${name}`)
    if (!this.#rules.hasDays) return
    const { level, time } = entry
    if (level !== planned.level)
      this.#findings.tell('misplaced', `${words}, is of level ${level}, not ${planned.level}`)
    const day = typeof time === 'number' ? new Date(time + this.#rules.dayShiftMs).toISOString().slice(0, 10) : 'no day'
    if (day !== file.day) this.#findings.tell('misplaced', `${words}, is of ${day}`)
  }

  /** The files of two processes that live at a time are not the same. */
  #judgeChain(file: OpenFile, chain: number, words: string): void {
    const known = this.#chainOfFile.get(file.shown) ?? chain
    this.#chainOfFile.set(file.shown, known)
    if (known !== chain) this.#findings.tell('misplaced', `${words}, in a file of another process`)
  }
}

/** A file that is read, and its last entry so far. */
class OpenFile {
  readonly shown: string
  readonly name: string
  readonly day: string
  #run = 0
  #n = 0

  constructor(shown: string, name: string, day: string) {
    this.shown = shown
    this.name = name
    this.day = day
  }

  get previous(): string {
    return `entry ${this.#n} of run ${this.#run}`
  }

  isBehind(run: number, n: number): boolean {
    return run > this.#run || (run === this.#run && n > this.#n)
  }

  /** The highest one so far counts, so that one line in the wrong place is told of once. */
  note(run: number, n: number): void {
    if (!this.isBehind(run, n)) return
    this.#run = run
    this.#n = n
  }
}

function* linesOf(path: string): Generator<Line, void, undefined> {
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const bytes = readSync(file, chunk, 0, CHUNK_BYTES, null)
      if (bytes === 0) break
      yield* splitter.push(chunk.subarray(0, bytes))
    }
    yield* splitter.end()
  } finally {
    closeSync(file)
  }
}
