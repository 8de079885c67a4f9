/**
 * The lines of a run that tell of lines which are not in the files: how many, between which seqs, and why. The ranges of
 * several files overlap, for each file has its own line. Missing seqs are dealt out to the line whose range ends first,
 * which meets all counts if they can be met.
 */
import { LEVEL_NAMES, noLevels } from '../../shared/drop-line.js'
import type { LogFile } from './log-files.js'
import type { SeqRange, SeqSet } from './seq-set.js'

const CATEGORY = 'spillway'
/** The first of those that have a file of their own. */
const WARN_INDEX = LEVEL_NAMES.indexOf('warn')
const REASON = /^[^:]*: (.{1,200})$/s
/** A line that tells of drops is short. */
const LINE_BYTES_MAX = 4096

/** What one line tells. */
export interface DropLine {
  readonly path: string
  readonly line: number
  readonly time: number
  readonly seqFrom: number
  readonly seqTo: number
  /** How many lines; those that were to be in two files are counted in each of them. */
  readonly dropped: number
  /** How many of them are copies: warnings and errors, which a category's file has a second time if at all. */
  readonly copies: number
  readonly reason: string
}

/** Reads a line of a file that tells of drops; gives what is wrong with it, or `null` for a line that tells of none. */
export function readDropLine(
  bytes: Buffer,
  start: number,
  end: number,
  { isOfLevel }: LogFile,
): DropFields | string | null {
  if (end - start > LINE_BYTES_MAX) return null
  const fields = JSON.parse(bytes.toString('utf8', start, end)) as Readonly<Record<string, unknown>>
  const { category, dropped, seqFrom, seqTo, levels, time, msg } = fields
  if (category !== CATEGORY || dropped === undefined) return null
  if (!isCount(dropped) || dropped === 0) return 'it tells of dropped lines, and not of how many'
  if (!isCount(seqFrom) || !isCount(seqTo) || seqFrom < 1 || seqTo < seqFrom) {
    return 'it tells of dropped lines, and not between which seqs'
  }
  if (typeof time !== 'number') return 'it tells of dropped lines, and not when'
  const counts = levelCounts(levels)
  const sum = counts?.reduce((total, count) => total + count, 0)
  if (counts === null || sum !== dropped) {
    return `it tells of ${dropped} dropped lines, but its levels have ${sum ?? 'no counts'}`
  }
  const copies = isOfLevel ? 0 : counts.slice(WARN_INDEX).reduce((total, count) => total + count, 0)
  const [, reason = ''] = typeof msg === 'string' ? (REASON.exec(msg) ?? []) : []
  return { time, seqFrom, seqTo, dropped, copies, reason }
}

/** What one line tells, without its place. */
export type DropFields = Omit<DropLine, 'path' | 'line'>

/** How many lines of a range are missing, and the line that tells of them, where one does. */
export interface Share {
  readonly first: number
  readonly last: number
  readonly line: DropLine | null
}

interface Claim {
  readonly line: DropLine
  left: number
}

/**
 * Deals missing seqs out. `countOf` is how many of them a line tells of; what is left over of it is in `leftOver`, once
 * all shares were taken.
 */
export class DropDeal {
  readonly #waiting: readonly Claim[]
  readonly #open = new ClaimHeap()
  #next = 0

  constructor(lines: readonly DropLine[], countOf: (line: DropLine) => number) {
    this.#waiting = lines
      .map((line) => ({ line, left: countOf(line) }))
      .filter(({ left }) => left > 0)
      .sort((one, other) => one.line.seqFrom - other.line.seqFrom)
  }

  /** The gaps have to rise. */
  *shares(gaps: Iterable<SeqRange>): Generator<Share, void, undefined> {
    const waiting = this.#waiting
    for (const [first, last] of gaps) {
      for (let seq = first; seq <= last; ) {
        while ((waiting[this.#next]?.line.seqFrom ?? Number.POSITIVE_INFINITY) <= seq) {
          this.#open.push(waiting[this.#next++] as Claim)
        }
        const claim = this.#open.firstFor(seq)
        const until = Math.min(last, (waiting[this.#next]?.line.seqFrom ?? last + 1) - 1)
        const covered = claim === null ? until : Math.min(until, claim.line.seqTo, seq + claim.left - 1)
        if (claim !== null) claim.left -= covered - seq + 1
        yield { first: seq, last: covered, line: claim?.line ?? null }
        seq = covered + 1
      }
    }
  }

  /** The lines that tell of more than was missing. */
  *leftOver(seen: SeqSet): Generator<{ readonly line: DropLine; readonly what: string }, void, undefined> {
    for (const { line, left } of this.#waiting) {
      const range = `it tells of drops between seq ${line.seqFrom} and ${line.seqTo}`
      if (left > 0) yield { line, what: `${range}, ${left} of which are not missing` }
      // Copies are in the same range, and their entries may be there.
      else if (line.copies === 0 && (seen.has(line.seqFrom) || seen.has(line.seqTo))) {
        yield { line, what: `${range}, and one of these is not missing` }
      }
    }
  }
}

/** The claims whose ranges are open, that with the nearest end on top. */
class ClaimHeap {
  readonly #claims: Claim[] = []

  push(claim: Claim): void {
    const claims = this.#claims
    let at = claims.push(claim) - 1
    while (at > 0) {
      const above = (at - 1) >>> 1
      if ((claims[above] as Claim).line.seqTo <= claim.line.seqTo) break
      claims[at] = claims[above] as Claim
      at = above
    }
    claims[at] = claim
  }

  /** That of the nearest end, where its range has the seq and it has something left. */
  firstFor(seq: number): Claim | null {
    for (;;) {
      const top = this.#claims[0]
      if (top === undefined) return null
      if (top.left > 0 && top.line.seqTo >= seq) return top
      this.#pop()
    }
  }

  #pop(): void {
    const claims = this.#claims
    const last = claims.pop()
    if (last === undefined || claims.length === 0) return
    let at = 0
    for (;;) {
      let below = at * 2 + 1
      if (below >= claims.length) break
      if ((claims[below + 1]?.line.seqTo ?? Number.POSITIVE_INFINITY) < (claims[below] as Claim).line.seqTo) below++
      if ((claims[below] as Claim).line.seqTo >= last.line.seqTo) break
      claims[at] = claims[below] as Claim
      at = below
    }
    claims[at] = last
  }
}

function levelCounts(levels: unknown): readonly number[] | null {
  if (typeof levels !== 'object' || levels === null) return null
  const counts = noLevels()
  for (const [name, count] of Object.entries(levels)) {
    const index = (LEVEL_NAMES as readonly string[]).indexOf(name)
    if (index === -1 || !isCount(count)) return null
    counts[index] = count
  }
  return counts
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
