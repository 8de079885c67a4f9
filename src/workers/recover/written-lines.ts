/**
 * Which of a file's live lines are written already. Lines are written in their order, so the last whole line of the file
 * tells: if it is one of them, that one and all before it are written; if it is none of them, no line is. One that tells of
 * dropped lines may be no live line, where an owner had told of them: then the last one before it tells.
 *
 * A line is known by its text. Level, time and seq are not enough, for each run counts from 1, and its clock may tell what
 * an earlier one's told. The text is what was written: the formatter makes the same of a record wherever and whenever it
 * does, and no option and no time zone has a part in it. So it differs only where a bit was flipped since. Then the line
 * must not be written for a second time, and still be told from another run's, whose text may differ in as little as the
 * digit of a number. It is the one there
 *
 * - where the file ends as the write that was under way was to end with it, and all but one bit is the same: so it is after
 *   the death of an owner. Of a damaged line, and of a record, whose text a bit changes more, where it ends is enough;
 * - where all but one bit is the same, or it is damaged, and the line before it is before it in the file, too; or where it
 *   is damaged and has all of that one's text: so it is after a recovery that came to no end, whose leftover was changed
 *   before the next.
 *
 * In doubt a line is written, for another run's line there may be with each start, and a flipped bit in the very line that
 * a file ends with hardly ever.
 */
import type { Arena } from '../../shared/arena.js'
import { differingBits, type FileTail, type TailLine } from './file-tail.js'
import { type IntendedWrite, isIntendedEnd } from './intended-writes.js'
import { isSameLine } from './line-opening.js'
import type { LineSource, LiveLine, StoredLine } from './line-source.js'
import type { PathLines } from './live-lines.js'

/** So many lines that tell of dropped ones may be between two with a seq. */
const LATELY = 64

/** A file where lines may be. */
export interface Place {
  readonly path: string
  readonly tail: FileTail
}

/** What files say of a leftover's lines. */
export interface WrittenLines {
  /** How many of the lines, from the first, are in files. */
  readonly count: number
  /** Whether the last of them is another one there: then it was changed in the leftover, or one before it was. */
  readonly differs: boolean
}

/** How a line is the last one of a file. */
type Match = 'none' | 'same' | 'changed'

/** Looks for the lines of one leftover. */
export class WrittenLinesSearch {
  readonly #arena: Arena
  readonly #source: LineSource
  readonly #writes: readonly IntendedWrite[]

  constructor(arena: Arena, source: LineSource, writes: readonly IntendedWrite[]) {
    this.#arena = arena
    this.#source = source
    this.#writes = writes
  }

  /** Those of one file and day. `places` are those of the log directory and, where there is one, of the fallback directory. */
  of(path: PathLines, places: readonly Place[]): WrittenLines {
    let count = path.writtenMin
    let differs = false
    for (const [index, place] of places.entries()) {
      const writes = this.#writes.filter((write) => write.file === path.file && write.place === index)
      for (let last = path.lines.length - 1; last >= count; last--) {
        const match = this.#match(path.lines, last, place, writes)
        if (match === 'none') continue
        count = last + 1
        differs ||= match === 'changed'
      }
    }
    return { count, differs }
  }

  #match(lines: readonly LiveLine[], index: number, place: Place, writes: readonly IntendedWrite[]): Match {
    const { path, tail } = place
    const line = lines[index] as LiveLine
    const opening = this.#source.opening(line)
    const isAtEnd = writes.some((write) => isIntendedEnd(line, write, tail.tornFromByte, this.#arena))
    const last = isAtEnd || opening === null || opening.seq === null ? tail.last : tail.lastNumbered
    // What has begun behind the last line is not it, whatever an earlier run's line says.
    const isBegun = opening !== null && tail.tornOpening !== null && isSameLine(opening, tail.tornOpening)
    if (last === null || last.opening === null || (isBegun && !isAtEnd)) return 'none'
    const isTelling = opening?.seq === null && last.opening.seq === null
    const isNamed = isTelling || (opening !== null && isSameLine(opening, last.opening))
    // Where neither name nor end fits, the text of a record or of parts costs more than it tells.
    if (!isNamed && !isAtEnd && line.kind !== 'stored' && line.kind !== 'damaged') return 'none'
    const bits = this.#differingBits(line, path, last)
    if (bits === 0) return 'same'
    if (isAtEnd && (bits === 1 || line.kind !== 'stored')) return 'changed'
    if (line.kind === 'damaged' && holds(line, last)) return 'changed'
    const isLike = bits === 1 || (isNamed && line.kind === 'damaged')
    return isLike && this.#isBehindSame(lines, index, place) ? 'changed' : 'none'
  }

  /** Whether the line before one with a seq is the one before it in the file. */
  #isBehindSame(lines: readonly LiveLine[], index: number, { path, tail }: Place): boolean {
    const lately = lines.slice(Math.max(0, index - LATELY), index)
    const before = lately.findLast((line) => typeof this.#source.opening(line)?.seq === 'number')
    if (before === undefined || tail.beforeNumbered === null) return false
    return this.#differingBits(before, path, tail.beforeNumbered) === 0
  }

  #differingBits(line: LiveLine, path: string, there: TailLine): number {
    const missingBytes = line.kind === 'parts' ? line.missingBytes : 0
    return differingBits(path, there, missingBytes, this.#source.pieces(line))
  }
}

/** Whether a damaged line has the whole text of another: one that lost its newline, or joined the next. */
function holds({ bytes, from, to }: StoredLine, { bytes: text }: TailLine): boolean {
  if (text.length === 0) return false
  const view = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset + from, to - from)
  return view.includes(Buffer.from(text.buffer as ArrayBuffer, text.byteOffset, text.length - 1))
}
