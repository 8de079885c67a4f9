/**
 * Lines that tell of lines which are not in the files: how many were dropped, between which seqs. They are no entries and
 * have no seq. What they tell has to be what is missing, exactly: each gap in the run's seqs is told of, by as many as
 * the count says, and nothing is told of that is there.
 *
 * The ranges of several files overlap, for each file has its own line. Whether missing seqs can be dealt out to the lines
 * so that every count is met is found by giving each seq to the line whose range ends first.
 */
import type { SeqRange } from './seq-set.js'

const CATEGORY = 'spillway'
const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

type Fields = Readonly<Record<string, unknown>>

/** What one line tells. */
interface DropLine {
  readonly place: string
  readonly seqFrom: number
  readonly seqTo: number
  /** How many of its lines have not been found missing yet. */
  left: number
}

/** The drop lines of a run. */
export class DropLines {
  readonly #entries: number
  readonly #lines: DropLine[] = []
  #told = 0

  constructor(entries: number) {
    this.#entries = entries
  }

  /** How many dropped lines were told of. */
  get told(): number {
    return this.#told
  }

  /** Takes a line that tells of drops; gives what is wrong with it, or `null`. */
  add(place: string, { dropped, seqFrom, seqTo, levels }: Fields): string | null {
    if (!isCount(dropped) || dropped === 0) return `tells of ${JSON.stringify(dropped)} dropped lines`
    if (!isCount(seqFrom) || !isCount(seqTo) || seqFrom < 1 || seqTo < seqFrom || seqTo > this.#entries) {
      return `tells of drops between seq ${JSON.stringify(seqFrom)} and ${JSON.stringify(seqTo)}`
    }
    const sum = sumOfLevels(levels)
    if (sum !== dropped) return `tells of ${dropped} dropped lines, but its levels have ${sum ?? 'no counts'}`
    this.#lines.push({ place, seqFrom, seqTo, left: dropped })
    this.#told += dropped
    return null
  }

  /** What was told and is not so, and the gaps of which nothing was told. To be called once, with gaps that rise. */
  *faults(gaps: Iterable<SeqRange>, isMissing: (seq: number) => boolean): Generator<string, void, undefined> {
    const waiting = this.#lines.sort((left, right) => left.seqFrom - right.seqFrom)
    let open: DropLine[] = []
    let next = 0
    for (const [first, last] of gaps) {
      for (let seq = first; seq <= last; ) {
        while (waiting[next] !== undefined && (waiting[next] as DropLine).seqFrom <= seq) {
          open.push(waiting[next++] as DropLine)
        }
        open = open.filter(({ left, seqTo }) => left > 0 && seqTo >= seq)
        const until = Math.min(last, (waiting[next]?.seqFrom ?? last + 1) - 1)
        const line = open.reduce<DropLine | null>(
          (best, each) => (best === null || each.seqTo < best.seqTo ? each : best),
          null,
        )
        const covered = line === null ? until : Math.min(until, line.seqTo, seq + line.left - 1)
        if (line === null) yield `${seqsText(seq, covered)} missing, and no line tells of it`
        else line.left -= covered - seq + 1
        seq = covered + 1
      }
    }
    for (const { place, seqFrom, seqTo, left } of waiting) {
      const range = `${place}: tells of drops between seq ${seqFrom} and ${seqTo}`
      if (left > 0) yield `${range}, ${left} of which are not missing`
      else if (!isMissing(seqFrom) || !isMissing(seqTo)) yield `${range}, and one of these is not missing`
    }
  }
}

/** Whether a line without a seq tells of drops. */
export function isDropLine(fields: Fields): boolean {
  return fields.seq === undefined && fields.category === CATEGORY && fields.dropped !== undefined
}

function sumOfLevels(levels: unknown): number | null {
  if (typeof levels !== 'object' || levels === null) return null
  let sum = 0
  for (const [name, count] of Object.entries(levels)) {
    if (!LEVELS.includes(name) || !isCount(count)) return null
    sum += count
  }
  return sum
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function seqsText(first: number, last: number): string {
  return first === last ? `seq ${first} is` : `seq ${first} to ${last} (${last - first + 1}) are`
}
