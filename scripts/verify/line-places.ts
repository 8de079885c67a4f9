/**
 * Where a line has to be, by what README.md promises a reader of the files: errors in error.jsonl, warnings in
 * warning.jsonl, the rest in the one file of their category, all of them below the day of their own time.
 *
 * A category whose name is no plain file name, or is taken, has a file with a hash in its name. The hash itself is not
 * checked, but the category has to stay with the first such file: memory is an entry for each category.
 */
import { basename, dirname } from 'node:path'

/** Levels from here up have files of their own. */
export const WARN = 40
const ERROR = 50
const TIME_MAX_MS = 8.64e15
const QUOTED_CHARACTERS = 60

const HASHED_NAME = /^(?:[A-Za-z0-9_-]+-)?[0-9a-f]{12}$/

/** How the spillway that wrote the lines was configured: its options of these names. */
export interface PlaceRules {
  /** Whether a day is the UTC day. */
  readonly utc: boolean
  /** Whether a warning or an error is a second time in its category's file. */
  readonly alsoInCategoryFile: boolean
}

/** What is looked at in a line. */
export interface PlacedLine {
  readonly level: number
  readonly time: number
  readonly category: string
}

/** What a file of this name holds. */
type FileKind = 'errors' | 'warnings' | 'category'

/** One file, and what may be in it. */
interface OpenFile {
  readonly name: string
  readonly kind: FileKind
  readonly day: string
  readonly startMs: number
  readonly endMs: number
}

/** Judges the places of a run's lines, a file after the other. */
export class LinePlaces {
  readonly #rules: PlaceRules
  readonly #fileOfCategory = new Map<string, string>()
  readonly #takenNames = new Set<string>()
  #file: OpenFile = { name: '', kind: 'category', day: '', startMs: 0, endMs: 0 }

  constructor(rules: PlaceRules) {
    this.#rules = rules
  }

  /** The lines that are asked about from now on are in this file: `.../{date}/{name}.jsonl`. */
  openFile(path: string): void {
    const name = basename(path, '.jsonl')
    const day = basename(dirname(path))
    this.#file = { name, kind: kindOf(name), day, ...boundsOf(day, this.#rules.utc) }
  }

  /** Whether a line of the open file is the second one of its entry, in its category's file. */
  isCopy({ level }: PlacedLine): boolean {
    return this.#rules.alsoInCategoryFile && this.#file.kind === 'category' && level >= WARN
  }

  /** Why a line does not belong into the open file; `null` where it does. */
  faultOf(line: PlacedLine): string | null {
    return this.#faultOfLevel(line) ?? this.#faultOfCategory(line) ?? this.#faultOfDay(line)
  }

  #faultOfLevel(line: PlacedLine): string | null {
    const { name, kind } = this.#file
    const own: FileKind = line.level >= ERROR ? 'errors' : line.level >= WARN ? 'warnings' : 'category'
    if (own === kind || this.isCopy(line)) return null
    if (own === 'category') return `level ${line.level} does not belong into ${name}.jsonl`
    return `level ${line.level} belongs into ${own === 'errors' ? 'error' : 'warning'}.jsonl`
  }

  #faultOfCategory({ category }: PlacedLine): string | null {
    const { name, kind } = this.#file
    if (kind !== 'category') return null
    const known = this.#fileOfCategory.get(category)
    if (known === name) return null
    if (known !== undefined) return `category ${quoted(category)} does not belong into ${name}.jsonl but ${known}.jsonl`
    // No two categories share a file.
    if (category !== name && (!HASHED_NAME.test(name) || this.#takenNames.has(name))) {
      return `category ${quoted(category)} does not belong into ${name}.jsonl`
    }
    this.#fileOfCategory.set(category, name)
    this.#takenNames.add(name)
    return null
  }

  #faultOfDay({ time }: PlacedLine): string | null {
    const { day, startMs, endMs } = this.#file
    if (time >= startMs && time < endMs) return null
    const shown = Math.abs(time) <= TIME_MAX_MS ? new Date(time).toISOString() : String(time)
    return `its time, ${shown}, is not of the ${this.#rules.utc ? 'UTC' : 'local'} day ${day}`
  }
}

/** The names are exact: `error-0a1b2c3d4e5f.jsonl` is the file of a category that is called error. */
function kindOf(name: string): FileKind {
  if (name === 'error') return 'errors'
  return name === 'warning' ? 'warnings' : 'category'
}

/** Both midnights are asked of the calendar, for not every day is 24 hours long. */
function boundsOf(day: string, utc: boolean): { readonly startMs: number; readonly endMs: number } {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const midnight = (offset: number): number =>
    utc ? Date.UTC(year, month - 1, date + offset) : new Date(year, month - 1, date + offset).getTime()
  return { startMs: midnight(0), endMs: midnight(1) }
}

/** A category as text on which no terminal acts. */
function quoted(category: string): string {
  return JSON.stringify(category.slice(0, QUOTED_CHARACTERS)).replace(/[\u007f-\u009f\u2028\u2029]/g, '?')
}
