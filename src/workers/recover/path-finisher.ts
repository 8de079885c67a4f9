/**
 * Writes the live lines of one file and day that are not written yet. It keeps no books: a repetition finds what was
 * written in the file itself, and goes on behind it, also in the middle of a line.
 *
 * The file is in the log directory, or in the fallback directory where that one cannot be written. No torn line is left
 * but the beginning of one that the file alone has, while its end cannot be written.
 */
import { messageOf } from '../../shared/errors.js'
import {
  closeLogFile,
  cutLogFile,
  type FileModes,
  type LogFile,
  openLogFile,
  setTornLineAside,
} from '../files/log-file.js'
import { type FileTail, isBeginning, readTail, readTorn } from './file-tail.js'
import { LineAppender } from './line-appender.js'
import { isSameLine } from './line-opening.js'
import { isSoundLine, type LineSource, type LiveLine, type PartsLine } from './line-source.js'
import type { PathLines } from './live-lines.js'
import type { Place, WrittenLinesSearch } from './written-lines.js'

/** A line in parts is looked at together with its beginning where it is not longer. */
const WHOLE_LINE_BYTES_MAX = 8 * 1024 * 1024

const NO_BEGINNING = 'the file does not have the beginning of a line in parts'

/** What became of the lines of one file and day. */
export interface PathOutcome {
  /** Lines written now, and to how many files. */
  readonly written: number
  readonly files: number
  /** Lines that can never be written, in words. */
  readonly damaged: readonly string[]
  /** Why some could not be written; `null` where all are. */
  readonly problem: string | null
}

/** Finishes the files of one leftover, one after the other. */
export class PathFinisher {
  readonly #source: LineSource
  readonly #search: WrittenLinesSearch
  readonly #modes: FileModes
  #written = 0
  readonly #paths = new Set<string>()
  #damaged: string[] = []

  constructor(source: LineSource, search: WrittenLinesSearch, modes: FileModes) {
    this.#source = source
    this.#search = search
    this.#modes = modes
  }

  /** `paths` are those of the file in the log directory and, where there is one, in the fallback directory. */
  finish(lines: PathLines, paths: readonly string[]): PathOutcome {
    this.#written = 0
    this.#damaged = []
    this.#paths.clear()
    let problem: string | null = null
    try {
      problem = this.#finish(lines, paths)
    } catch (error) {
      problem = messageOf(error)
    }
    return { written: this.#written, files: this.#paths.size, damaged: this.#damaged, problem }
  }

  #finish(path: PathLines, paths: readonly string[]): string | null {
    const places = paths.map((each) => ({ path: each, tail: readTail(each) }))
    const { count, differs } = this.#search.of(path, places)
    if (differs) this.#damaged.push('the last line of a file is not what it is in the leftover')
    const rest = this.#writable(path.lines.slice(count))
    let begunAt = this.#placeOf(rest[0], places)
    if (isLost(rest[0], begunAt)) {
      this.#damaged.push(NO_BEGINNING)
      rest.shift()
      begunAt = this.#placeOf(rest[0], places)
    }
    for (const place of places) if (place !== begunAt) this.#cutBegun(path, rest[0], place)
    if (begunAt !== null && !this.#isSoundThere(rest[0] as LiveLine, begunAt)) {
      this.#damaged.push('a line in parts is no JSON together with its beginning')
      setTornLineAside(begunAt.path, () => {})
      rest.shift()
      begunAt = null
    }
    if (begunAt !== null) {
      const problem = this.#goOn(rest, begunAt)
      if (problem !== null) return problem
    }
    let problem: string | null = null
    for (const each of paths) {
      if (rest.length === 0) return null
      problem = this.#append(each, rest)
    }
    return problem
  }

  /** Without what is damaged. Only the first line can have its beginning in the file: of another one it is lost. */
  #writable(lines: readonly LiveLine[]): LiveLine[] {
    const sound = lines.filter((line) => line.kind !== 'damaged')
    const rest = sound.filter((line, index) => index === 0 || line.kind !== 'parts' || line.missingBytes === 0)
    for (let i = rest.length; i < sound.length; i++) this.#damaged.push(NO_BEGINNING)
    return rest
  }

  /** The place whose torn end is the beginning of a line. */
  #placeOf(line: LiveLine | undefined, places: readonly Place[]): Place | null {
    if (line === undefined) return null
    return places.find((place) => this.#isBegunAt(line, place)) ?? null
  }

  #isBegunAt(line: LiveLine, { path, tail }: Place): boolean {
    const tornBytes = tail.sizeBytes - tail.tornFromByte
    if (tornBytes === 0) return false
    if (line.kind !== 'parts' || line.missingBytes === 0) return isBeginning(path, tail, 0, this.#source.pieces(line))
    return isNamed(line, tail) && isBeginning(path, tail, line.missingBytes, line.pieces)
  }

  /** Cuts off the beginning of a line that was given up, or that goes on in another place. */
  #cutBegun({ begun }: PathLines, next: LiveLine | undefined, place: Place): void {
    const { tail } = place
    if (tail.sizeBytes === tail.tornFromByte) return
    // What the leftover still has of it may be less than the file.
    const isGivenUp = begun !== null && (this.#isBegunAt(begun, place) || isNamed(begun, tail))
    if (!isGivenUp && (next === undefined || !this.#isBegunAt(next, place))) return
    const file = openLogFile(place.path, this.#modes)
    try {
      cutLogFile(file, tail.sizeBytes, tail.tornFromByte)
    } finally {
      closeLogFile(file)
    }
  }

  /** Whether the beginning in a file and the rest in the leftover are a line. */
  #isSoundThere(line: LiveLine, { path, tail }: Place): boolean {
    if (line.kind !== 'parts' || line.missingBytes === 0) return true
    const bytes = line.pieces.reduce((sum, piece) => sum + piece.length, line.missingBytes)
    if (bytes > WHOLE_LINE_BYTES_MAX) return true
    return isSoundLine(Buffer.concat([readTorn(path, tail, line.missingBytes), ...line.pieces]))
  }

  /** Writes the rest of a line behind its beginning. Where that fails it may start anew, unless its beginning is there alone. */
  #goOn(rest: LiveLine[], { path, tail }: Place): string | null {
    const line = rest[0] as LiveLine
    const missingBytes = line.kind === 'parts' ? line.missingBytes : 0
    const fromByte = tail.sizeBytes - tail.tornFromByte - missingBytes
    const file = openLogFile(path, this.#modes)
    const keptBytes = missingBytes === 0 ? tail.tornFromByte : tail.sizeBytes
    const problem = this.#appendTo(file, keptBytes, [line], fromByte)
    if (problem === null) rest.shift()
    return missingBytes === 0 ? null : problem
  }

  /** Appends lines, and takes those that are whole in the file out of `rest`. */
  #append(path: string, rest: LiveLine[]): string | null {
    const before = this.#written
    try {
      setTornLineAside(path, () => {})
      const file = openLogFile(path, this.#modes)
      return this.#appendTo(file, file.sizeBytes, rest, 0)
    } catch (error) {
      return messageOf(error)
    } finally {
      rest.splice(0, this.#written - before)
    }
  }

  #appendTo(file: LogFile, keptBytes: number, lines: readonly LiveLine[], fromByte: number): string | null {
    const appender = new LineAppender(file, keptBytes)
    try {
      let from = fromByte
      for (const line of lines) {
        appender.add(this.#source.pieces(line), from)
        from = 0
      }
      appender.flush()
      return null
    } catch (error) {
      appender.takeBack()
      return messageOf(error)
    } finally {
      this.#written += appender.written
      if (appender.written > 0) this.#paths.add(file.path)
      closeLogFile(file)
    }
  }
}

/** Whether a line cannot be written, for no file has its beginning. */
function isLost(line: LiveLine | undefined, begunAt: Place | null): boolean {
  return line?.kind === 'parts' && line.missingBytes > 0 && begunAt === null
}

/** Whether the torn end of a file begins as a line in parts. */
function isNamed(line: PartsLine, { tornOpening }: FileTail): boolean {
  return tornOpening !== null && isSameLine(line, tornOpening)
}
