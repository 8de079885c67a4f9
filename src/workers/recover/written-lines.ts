/**
 * Which of a file's live lines are written already. Lines are written in their order, so the last whole line of the file
 * tells: if it is one of them, that one and all before it are written; if it is none of them, no line is. One that tells of
 * dropped lines may be no live line, where an owner had told of them: then the last one before it tells.
 */
import type { FileTail } from './file-tail.js'
import { isSameLine } from './line-opening.js'
import type { LineSource, LiveLine } from './line-source.js'
import type { PathLines } from './live-lines.js'

/** What files say of a leftover's lines. */
export interface WrittenLines {
  /** How many of the lines, from the first, are in files. */
  readonly count: number
  /** Whether the last of them is another one there: then it was changed in the leftover, or one before it was. */
  readonly differs: boolean
}

/** Looks for the lines in the files whose tails these are. */
export function writtenLines(path: PathLines, tails: readonly FileTail[], source: LineSource): WrittenLines {
  let count = path.writtenMin
  let differs = false
  for (const tail of tails) {
    for (let index = path.lines.length - 1; index >= count; index--) {
      const line = path.lines[index] as LiveLine
      if (!isLast(line, tail, source)) continue
      count = index + 1
      differs ||= !isSameText(line, tail, source)
    }
  }
  return { count, differs }
}

/** Whether a line has the bytes of the last one in a file; of a long one, and one in parts, that is not looked at. */
function isSameText(line: LiveLine, { lastLine, lastOpening }: FileTail, source: LineSource): boolean {
  // Behind the last one with a seq there may be others, which tell of dropped ones.
  const isOther = lastOpening?.seq === null && source.opening(line)?.seq !== null
  if (isOther || line.kind === 'parts' || lastLine.length === 0) return true
  return Buffer.compare(source.pieces(line)[0] as Uint8Array, lastLine) === 0
}

function isLast(line: LiveLine, tail: FileTail, source: LineSource): boolean {
  const { lastOpening, lastNumbered, lastLine } = tail
  const opening = source.opening(line)
  if (opening === null) return false
  if (line.kind === 'parts' && Number.isNaN(line.timeMs)) {
    // Only its beginning in the file tells its time. An earlier run had the same seqs: what has begun behind its line is not it.
    const { tornOpening } = tail
    const isBegun = tornOpening?.seq === line.seq && tornOpening.level === line.level
    return !isBegun && opening.seq === lastNumbered?.seq && opening.level === lastNumbered.level
  }
  if (opening.seq !== null) return lastNumbered !== null && isSameLine(opening, lastNumbered)
  return lastOpening?.seq === null && Buffer.compare(source.pieces(line)[0] as Uint8Array, lastLine) === 0
}
