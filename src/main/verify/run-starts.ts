/**
 * The first reading: where runs begin. `seq` begins at 1 with each start of a process, and nothing in a line names the
 * run, so a line with seq 1 marks the start of one, at its time. What else tells of boundaries is kept as well:
 *
 * - a **break**: a line whose seq, or whose time, is below that of the line before it in the file. Where a run began in
 *   the very millisecond in which another one ended, or after the clock was set back, times do not tell lines apart, and
 *   breaks do.
 * - a **fall**: a seq that falls while the time rises. Two lines in the wrong order look otherwise; so between these two
 *   times a run began, be its first line there or not.
 *
 * A first line is known by all of its bytes: the same again is a double, or its copy in the file of its category, and no
 * other run.
 */
import { createHash } from 'node:crypto'
import type { LineBlock } from './file-lines.js'
import { type LineHead, readLineHead } from './line-head.js'
import { type Break, type Fall, type RunStart, RunTable, type SeatRuns } from './run-table.js'

const NEWLINE = 0x0a
/** Beyond these only an attacker gets; what is above is not told apart any more. */
const STARTS_MAX = 200_000
const NO_FILE = -1
const BREAKS_MAX = 2_000_000

/** A seq that has fallen, until the line behind it tells whether it stays down: else it was that one line's. */
interface Doubted {
  readonly break: Break
  readonly seqBefore: number
  /** The first line of a run, where it is one. */
  readonly start: RunStart | null
}

interface Seat {
  readonly starts: Map<string, RunStart>
  readonly falls: Fall[]
}

/** Collects them, a file after the other. */
export class RunStarts {
  readonly #seats = new Map<number, Seat>()
  readonly #breaks: Break[][] = []
  readonly #startAt: Map<number, RunStart>[] = []
  readonly #head: LineHead = { time: 0, seq: 0 }
  #startCount = 0
  #breakCount = 0
  #seat: Seat = { starts: new Map(), falls: [] }
  #fileBreaks: Break[] = []
  #fileStarts = new Map<number, RunStart>()
  #time = Number.NEGATIVE_INFINITY
  #seq = 0
  #doubted: Doubted | null = null
  /** Of the first line before, in the file. */
  #startTime = Number.NEGATIVE_INFINITY
  #isClockBehind = false

  /** The blocks from now on are of the next file. */
  openFile(seat: number): void {
    this.#seat = this.#seats.get(seat) ?? { starts: new Map(), falls: [] }
    this.#seats.set(seat, this.#seat)
    this.#fileBreaks = []
    this.#breaks.push(this.#fileBreaks)
    this.#fileStarts = new Map()
    this.#startAt.push(this.#fileStarts)
    this.#time = Number.NEGATIVE_INFINITY
    this.#seq = 0
    this.#startTime = Number.NEGATIVE_INFINITY
  }

  read({ bytes, length, offset, isTooLong }: LineBlock): void {
    if (isTooLong) return
    const head = this.#head
    for (let start = 0; start < length; ) {
      const newline = bytes.indexOf(NEWLINE, start)
      const end = newline === -1 || newline > length ? length : newline
      if (readLineHead(bytes, start, end, head) && head.seq >= 1 && Number.isFinite(head.time)) {
        this.#see(bytes, start, end, offset + start)
      }
      start = end + 1
    }
  }

  closeFile(): void {
    // The last line of a file has nothing behind it that could deny what it tells.
    if (this.#doubted !== null) this.#believe(this.#doubted)
    this.#doubted = null
  }

  /** Whether there are lines behind those of a run, in a file, that are of a time before its start. */
  get isClockBehind(): boolean {
    return this.#isClockBehind
  }

  /** Whether there was more than is kept: the runs behind it cannot be told apart. */
  get isOverfull(): boolean {
    return this.#startCount > STARTS_MAX || this.#breakCount > BREAKS_MAX
  }

  /** The runs of each seat, by what was read. */
  finish(): RunTable {
    const seats = new Map<number, SeatRuns>()
    for (const [seat, { starts, falls }] of this.#seats) seats.set(seat, { starts: [...starts.values()], falls })
    return new RunTable(seats, this.#startAt, this.#breaks)
  }

  /** Takes the line whose head was read. */
  #see(bytes: Buffer, start: number, end: number, offset: number): void {
    const { time, seq } = this.#head
    const first = seq === 1 ? this.#start(bytes, start, end, offset) : null
    if (this.#doubted !== null && seq <= this.#doubted.seqBefore) this.#believe(this.#doubted)
    this.#doubted = null
    if (seq < this.#seq) {
      this.#doubted = { break: { offset, from: this.#time, to: time }, seqBefore: this.#seq, start: first }
    } else if (time < this.#time) {
      this.#break({ offset, from: this.#time, to: time })
      if (time < this.#startTime) this.#isClockBehind = true
    }
    this.#time = time
    this.#seq = seq
  }

  /** Notes the first line of a run; gives it unless it was met in this file before: a double, before which may be anything. */
  #start(bytes: Buffer, start: number, end: number, offset: number): RunStart | null {
    const { starts } = this.#seat
    const identity = createHash('sha1').update(bytes.subarray(start, end)).digest('base64')
    let known = starts.get(identity)
    if (known === undefined) {
      if (++this.#startCount > STARTS_MAX) return null
      known = { time: this.#head.time, until: this.#head.time, file: NO_FILE }
      starts.set(identity, known)
    }
    this.#fileStarts.set(offset, known)
    const file = this.#startAt.length - 1
    if (known.file === file) return null
    known.file = file
    if (known.time < this.#startTime) this.#isClockBehind = true
    this.#startTime = known.time
    return known
  }

  #believe({ break: place, start }: Doubted): void {
    this.#break(place)
    const { from, to } = place
    if (to !== from && !this.isOverfull) this.#seat.falls.push({ from, to })
    if (start !== null) start.until = Math.max(start.until, from)
  }

  #break(place: Break): void {
    if (++this.#breakCount <= BREAKS_MAX) this.#fileBreaks.push(place)
  }
}
