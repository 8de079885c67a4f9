/**
 * Where every line of a run has gone: into its file, into the same file below the fallback directory, to stderr, or into
 * the count of what was dropped. Found by reading all of them; the lines of an undisturbed run say what belongs where.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { isDropLine } from '../../scripts/verify/drop-lines.js'
import { LEVEL_NAMES, levelIndex, noLevels } from '../../src/shared/drop-line.js'
import { logFiles } from '../support/written-lines.js'
import type { ExpectedLine } from './fault-model.js'

const ERROR = 50
/** Longer lines may come in parts: they are longer than the run's file buffers. */
const IN_PARTS_CHARACTERS = 4096
const NOTICE = /^spillway: /
const SNIPPET_CHARACTERS = 100

/** A line that tells of lines which are not there. */
interface DropNote {
  readonly dropped: number
  readonly levels: Readonly<Record<string, number>>
  readonly seqFrom: number
  readonly seqTo: number
}

/** A part of a line at the end of a file. */
export interface TornEnd {
  readonly path: string
  readonly bytes: Buffer
}

/** The books of one run. */
export class Accounts {
  readonly problems: string[] = []
  readonly torn: TornEnd[] = []
  readonly #expected: ReadonlyMap<number, ExpectedLine>
  /** The place of each line that was found, by seq. */
  readonly #found = new Map<number, string>()
  /** By the name of their file, for what was dropped on one day can be told on the next. */
  readonly #notes = new Map<string, DropNote[]>()

  constructor(expected: ReadonlyMap<number, ExpectedLine>) {
    this.#expected = expected
  }

  /** The lines that were found nowhere. */
  get missing(): number[] {
    return [...this.#expected.keys()].filter((seq) => !this.#found.has(seq))
  }

  /**
   * The lines among them that had another place to go to. One that came in parts and had begun in its file has none, and
   * stderr takes whole lines only.
   */
  get missingWhole(): number[] {
    return this.missing.filter((seq) => (this.#expected.get(seq)?.text.length ?? 0) < IN_PARTS_CHARACTERS)
  }

  /** The errors among those. */
  get missingErrors(): number[] {
    return this.missingWhole.filter((seq) => (this.#expected.get(seq)?.level ?? 0) >= ERROR)
  }

  /** The lines that were found, and whose place is not the log directory. */
  get elsewhere(): number {
    return [...this.#found.values()].filter((place) => place !== 'log').length
  }

  has(seq: number): boolean {
    return this.#found.has(seq)
  }

  /** Reads all files of a directory, if it is there. */
  readDirectory(place: 'log' | 'fallback', directory: string): void {
    if (!existsSync(directory)) return
    for (const path of logFiles(directory)) {
      const bytes = readFileSync(path)
      const end = bytes.lastIndexOf(0x0a) + 1
      if (end < bytes.length) this.torn.push({ path, bytes: bytes.subarray(end) })
      const file = relative(directory, path)
      let last = 0
      for (const text of bytes.toString('utf8', 0, end).split('\n').slice(0, -1)) {
        last = this.#readLine(place, file, text, last)
      }
    }
  }

  /** What is set aside is set aside once. */
  checkTornFiles(directory: string): void {
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.torn')) continue
      const parts = readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1)
      const copies = parts.length - new Set(parts).size
      if (copies > 0) this.problems.push(`${name}: parts of lines are set aside ${copies} times too often`)
    }
  }

  /** Reads standard error: notices of spillway's, and whole lines. */
  readStandardError(text: string): void {
    if (text !== '' && !text.endsWith('\n')) this.problems.push(`stderr does not end with a whole line: ${cut(text)}`)
    const last = new Map<string, number>()
    for (const line of text.split('\n')) {
      if (line === '' || NOTICE.test(line)) continue
      const file = this.#fileOf(line) ?? 'stderr'
      last.set(file, this.#readLine('stderr', file, line, last.get(file) ?? 0))
    }
  }

  /** Holds what lines tell of drops, in files or at last on stderr, against what is missing: it must be the same. */
  checkDropNotes(): void {
    const missing = new Map<string, number[]>()
    for (const seq of this.missing) {
      const name = basename(this.#expected.get(seq)?.file ?? '')
      missing.set(name, [...(missing.get(name) ?? []), seq])
    }
    for (const file of new Set([...this.#notes.keys(), ...missing.keys()])) {
      this.#checkNotesOf(file, this.#notes.get(file) ?? [], missing.get(file) ?? [])
    }
  }

  /** Each note's count and levels must fit the missing lines of its range, and no line may be told of twice. */
  #checkNotesOf(file: string, notes: readonly DropNote[], missing: readonly number[]): void {
    const told = notes.reduce((sum, { dropped }) => sum + dropped, 0)
    if (told !== missing.length) {
      this.problems.push(`${file}: ${missing.length} lines are missing, but ${told} are told of as dropped`)
    }
    for (const { dropped, levels, seqFrom, seqTo } of notes) {
      const range = `${file}: tells of ${dropped} lines between seq ${seqFrom} and ${seqTo}`
      const inside = missing.filter((seq) => seq >= seqFrom && seq <= seqTo)
      if (!inside.includes(seqFrom) || !inside.includes(seqTo)) this.problems.push(`${range}, but its ends are there`)
      const counts = noLevels()
      for (const seq of inside) counts[levelIndex(this.#expected.get(seq)?.level ?? 0)]!++
      const named = LEVEL_NAMES.map((name) => levels[name] ?? 0)
      const sum = named.reduce((total, count) => total + count, 0)
      if (sum !== dropped) this.problems.push(`${range}, but of its levels there are ${sum}`)
      if (named.some((count, level) => count > (counts[level] as number))) {
        this.problems.push(`${range} of levels ${named.join()}, but missing there are ${counts.join()}`)
      }
    }
  }

  #readLine(place: string, file: string, text: string, last: number): number {
    const where = `${place} ${file}`
    let fields: Readonly<Record<string, unknown>>
    try {
      fields = JSON.parse(text) as Record<string, unknown>
    } catch {
      this.problems.push(`${where}: a torn or foreign line: ${cut(text)}`)
      return last
    }
    if (isDropLine(fields) && typeof fields.dropped === 'number') {
      const note = fields as unknown as DropNote
      // On stderr the line that was dropped first says of which file it tells.
      const name = basename(place === 'stderr' ? (this.#expected.get(note.seqFrom)?.file ?? 'stderr') : file)
      this.#notes.set(name, [...(this.#notes.get(name) ?? []), note])
      return last
    }
    const seq = Number(fields.seq)
    const expected = this.#expected.get(seq)
    if (expected?.text !== text) this.problems.push(`${where}: not what was logged as seq ${seq}: ${cut(text)}`)
    else if (expected.file !== file) this.problems.push(`${where}: seq ${seq} belongs into ${expected.file}`)
    const before = this.#found.get(seq)
    if (before !== undefined) this.problems.push(`${where}: seq ${seq} is there twice (${before})`)
    this.#found.set(seq, place)
    if (seq < last) this.problems.push(`${where}: out of order, seq ${seq} comes after ${last}`)
    return Math.max(seq, last)
  }

  /** The file in which a line of stderr belongs. */
  #fileOf(text: string): string | null {
    try {
      const { seq } = JSON.parse(text) as { readonly seq?: number }
      return this.#expected.get(seq ?? 0)?.file ?? null
    } catch {
      return null
    }
  }
}

function cut(text: string): string {
  return JSON.stringify(text.length <= SNIPPET_CHARACTERS ? text : `${text.slice(0, SNIPPET_CHARACTERS)} ...`)
}
