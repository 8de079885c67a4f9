/**
 * What there is to verify below a directory: the files of its days, what was set aside beside them, and the leftovers of
 * dead processes. Looks at names and sizes only.
 */
import { lstatSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SpillwayError } from '../../shared/errors.js'
import { liveHolderOf } from '../seats/seats.js'

const DAY = /^\d{4}-\d\d-\d\d$/
const NAME = /^(.*?)(?:~([1-9]\d{0,2}))?\.jsonl$/s
const LEFTOVER = /\.(arena|journal)$/
const STATE_DIRECTORY = '.spillway'

/** A log file as it was found. */
export interface LogFile {
  readonly path: string
  /** Without the seat and the extension. */
  readonly name: string
  /** The seat of the process that writes it. */
  readonly seat: number
  /** The day of its directory; `null` where that is none. */
  readonly day: string | null
  readonly sizeBytes: number
  /** error.jsonl or warning.jsonl: what a level has, not a category. */
  readonly isOfLevel: boolean
}

/** A file beside a log file, with what was torn off its end. */
export interface TornFile {
  readonly path: string
  readonly bytes: number
}

/** All that was found. */
export interface FoundFiles {
  readonly files: readonly LogFile[]
  readonly torn: readonly TornFile[]
  /** Arenas and journals of dead processes, whose lines may be in no file yet. */
  readonly leftovers: readonly string[]
  /** Processes that log into the directory now. */
  readonly holders: readonly number[]
  /** Damaged ones, which a recovery has put aside. */
  readonly quarantined: readonly string[]
  /** By the name of a day or a log file, and something else. */
  readonly others: readonly string[]
  readonly days: readonly string[]
}

/**
 * Finds the files of log directories, or of single days; of one day only where `day` says so.
 *
 * @throws SpillwayError ERR_SPILLWAY_IO for a directory that cannot be read, or has not the day that is asked for
 */
export function findLogFiles(directories: readonly string[], day: string | undefined): FoundFiles {
  const found = new Finder(day)
  // The same one twice is one.
  for (const path of new Set(directories.map(realPath))) found.readRoot(path)
  return found.finish(directories)
}

/**
 * Asks for a directory that can be read.
 *
 * @throws SpillwayError ERR_SPILLWAY_IO where it is none
 */
export function requireDirectory(path: string): void {
  list(path)
}

class Finder {
  readonly #day: string | undefined
  readonly #files: LogFile[] = []
  readonly #torn: TornFile[] = []
  readonly #leftovers = new Set<string>()
  readonly #quarantined = new Set<string>()
  readonly #holders = new Set<number>()
  readonly #others: string[] = []
  readonly #days = new Set<string>()

  constructor(day: string | undefined) {
    this.#day = day
  }

  readRoot(root: string): void {
    const named = list(root).filter((name) => DAY.test(name))
    const days = named.filter((name) => isDirectory(join(root, name)))
    this.#others.push(...named.filter((name) => !days.includes(name)).map((name) => join(root, name)))
    if (days.length > 0) for (const name of days) this.#readDay(join(root, name), name)
    else this.#readDay(root, DAY.test(basename(root)) ? basename(root) : null)
    // A single day's leftovers are beside it.
    this.#readState(join(days.length === 0 && DAY.test(basename(root)) ? dirname(root) : root, STATE_DIRECTORY))
  }

  finish(directories: readonly string[]): FoundFiles {
    const wanted = this.#day
    if (wanted !== undefined && !this.#days.has(wanted)) {
      throw refused(directories.join(', '), `there is no day ${wanted}`)
    }
    // What is of a level comes last: see RunBooks.
    const order = ({ isOfLevel, path }: LogFile): string => `${isOfLevel ? 1 : 0}${path}`
    return {
      files: this.#files.sort((left, right) => (order(left) < order(right) ? -1 : 1)),
      torn: this.#torn,
      leftovers: [...this.#leftovers],
      holders: [...this.#holders],
      quarantined: [...this.#quarantined],
      others: this.#others,
      days: [...this.#days].sort(),
    }
  }

  #readDay(path: string, day: string | null): void {
    if (this.#day !== undefined && day !== this.#day) return
    if (day !== null) this.#days.add(day)
    for (const name of list(path)) {
      const file = join(path, name)
      if (name.endsWith('.jsonl.torn')) {
        const stat = lstatSync(file, { throwIfNoEntry: false })
        if (stat?.isFile()) this.#torn.push({ path: file, bytes: stat.size })
        continue
      }
      const match = NAME.exec(name)
      if (match === null) continue
      const [, plain = '', seat] = match
      const stat = lstatSync(file, { throwIfNoEntry: false })
      if (!stat?.isFile()) {
        this.#others.push(file)
        continue
      }
      const isOfLevel = plain === 'error' || plain === 'warning'
      this.#files.push({ path: file, name: plain, seat: Number(seat ?? 1), day, sizeBytes: stat.size, isOfLevel })
    }
  }

  #readState(path: string): void {
    if (!isDirectory(path)) return
    for (const name of list(path)) {
      const room = join(path, name)
      if (!isDirectory(room)) continue
      const holder = liveHolderOf(room)
      if (holder !== null) {
        this.#holders.add(holder)
        continue
      }
      const isQuarantine = name === 'quarantine'
      for (const leaf of list(room)) {
        if (LEFTOVER.test(leaf)) (isQuarantine ? this.#quarantined : this.#leftovers).add(join(room, leaf))
      }
    }
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path).sort()
  } catch (error) {
    throw refused(path, (error as Error).message, error)
  }
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    throw refused(path, (error as Error).message, error)
  }
}

/** The error for what cannot be read. */
export function refused(path: string, reason: string, cause?: unknown): SpillwayError {
  const message = `${JSON.stringify(path)} cannot be read: ${reason}.`
  return new SpillwayError('ERR_SPILLWAY_IO', message, { path, reason }, cause === undefined ? {} : { cause })
}
