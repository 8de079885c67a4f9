/**
 * To which run a line belongs: to the latest that began not after its time. Of each seat the runs have an index in the
 * order of their starts; index 0 is what was logged before the first start that is known.
 *
 * Where the lines of a run may be later than the start of the next one (the same millisecond, a clock that was set back),
 * the breaks behind a line in its file tell how many runs later the file ends.
 */

/** The first line of a run. */
export interface RunStart {
  readonly time: number
  /** Until when lines of the run before may be in the files: later than `time` only where the clock was set back. */
  until: number
  /** The last file in which it was met. */
  file: number
}

/** The times of two lines, one behind the other, between which a run began; `to` is below `from` where its clock was. */
export interface Fall {
  readonly from: number
  readonly to: number
}

/** A place in a file where another run may begin. */
export interface Break {
  readonly offset: number
  /** The time of the line before it, and that of the line behind it. */
  readonly from: number
  readonly to: number
}

/** When a run begins; see RunStart. */
type Start = Pick<RunStart, 'time' | 'until'>

/** What the first reading found of a seat. */
export interface SeatRuns {
  readonly starts: readonly Start[]
  readonly falls: readonly Fall[]
}

interface Seat {
  /** In the order of time; the run with index `i` begins with `starts[i - 1]`. */
  readonly starts: readonly Start[]
  readonly indexOf: ReadonlyMap<Start, number>
  /** Starts that have no line of their own. */
  readonly assumed: ReadonlySet<Start>
}

export class RunTable {
  readonly #seats = new Map<number, Seat>()
  readonly #startAt: readonly ReadonlyMap<number, Start>[]
  readonly #breaks: readonly (readonly Break[])[]
  #seat: Seat = { starts: [], indexOf: new Map(), assumed: new Set() }
  #fileStarts: ReadonlyMap<number, Start> = new Map()
  #fileBreaks: readonly Break[] = []
  /** The index that was found last, for most lines are of the same run as the one before. */
  #hint = 0

  constructor(
    seats: ReadonlyMap<number, SeatRuns>,
    startAt: readonly ReadonlyMap<number, Start>[],
    breaks: readonly (readonly Break[])[],
  ) {
    for (const [seat, runs] of seats) this.#seats.set(seat, seatOf(runs))
    this.#startAt = startAt
    this.#breaks = breaks
  }

  /** The lines that are asked for from now on are in this file. */
  openFile(file: number, seat: number): void {
    this.#seat = this.#seats.get(seat) as Seat
    this.#fileStarts = this.#startAt[file] ?? new Map()
    this.#fileBreaks = this.#breaks[file] ?? []
    this.#hint = 0
  }

  /** The index of the run of the line at `offset`. */
  runOf(offset: number, time: number, seq: number): number {
    if (seq === 1) {
      const start = this.#fileStarts.get(offset)
      if (start !== undefined) return this.#seat.indexOf.get(start) as number
    }
    const latest = this.#latestAt(time)
    const { starts } = this.#seat
    let earliest = latest
    while (earliest > 0 && time <= (starts[earliest - 1] as Start).until) earliest--
    if (earliest === latest) return latest
    return latest - this.#breaksBehind(offset, earliest, latest)
  }

  /** Whether the first line of a run is in no file. */
  isAssumed(seat: number, index: number): boolean {
    const { starts, assumed } = this.#seats.get(seat) as Seat
    return index > 0 && assumed.has(starts[index - 1] as Start)
  }

  #latestAt(time: number): number {
    const { starts } = this.#seat
    const isIt = (index: number): boolean =>
      (index === 0 || (starts[index - 1] as Start).time <= time) &&
      (index === starts.length || (starts[index] as Start).time > time)
    if (isIt(this.#hint)) return this.#hint
    this.#hint = countUpTo(starts, time)
    return this.#hint
  }

  /**
   * How many breaks follow in the file between runs from `earliest` to `latest`: those whose lines before them are not too
   * late, and whose lines behind them are of these runs.
   */
  #breaksBehind(offset: number, earliest: number, latest: number): number {
    const breaks = this.#fileBreaks
    const { time, until } = this.#seat.starts[earliest] as Start
    const before = this.#seat.starts[latest]?.time ?? Number.POSITIVE_INFINITY
    let low = 0
    let high = breaks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((breaks[middle] as Break).offset <= offset) low = middle + 1
      else high = middle
    }
    let count = 0
    for (; count < latest - earliest; count++) {
      const next = breaks[low + count]
      if (next === undefined || next.from > until || next.to < time || next.to >= before) break
    }
    return count
  }
}

function seatOf({ starts, falls }: SeatRuns): Seat {
  const assumed = assumedStarts(
    starts,
    falls.filter(({ from, to }) => from < to),
  )
  const sorted = [...starts, ...assumed].sort((left, right) => left.time - right.time)
  for (const { from, to } of falls) {
    if (from > to) extend(sorted[countUpTo(sorted, to) - 1], from)
  }
  return { starts: sorted, indexOf: new Map(sorted.map((start, at) => [start, at + 1])), assumed: new Set(assumed) }
}

/** Where a run's clock is known to have been set back, another file may tell how far. */
function extend(start: Start | undefined, until: number): void {
  if (start !== undefined && start.until > start.time) start.until = Math.max(start.until, until)
}

/** How many of the sorted starts are not after a time. */
function countUpTo(starts: readonly Start[], time: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] as Start).time <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** Of the falls that no start explains, as few starts as explain them all: each in the middle of what they agree on. */
function assumedStarts(starts: readonly Start[], falls: readonly Fall[]): Start[] {
  const known = [...starts].sort((left, right) => left.time - right.time)
  // A start whose run's clock was set back explains what falls until the clock was there again.
  const latest: number[] = []
  for (const { until } of known) latest.push(Math.max(until, latest.at(-1) ?? Number.NEGATIVE_INFINITY))
  const isExplained = ({ from, to }: Fall): boolean => {
    const count = countUpTo(known, to)
    return count > 0 && ((latest[count - 1] as number) > from || (known[count - 1] as Start).time > from)
  }
  const assumed: Start[] = []
  let from = 0
  let to = Number.NEGATIVE_INFINITY
  const close = (): void => {
    const time = from + Math.ceil((to - from) / 2)
    if (to > from) assumed.push({ time, until: time })
  }
  for (const fall of falls.filter((each) => !isExplained(each)).sort((left, right) => left.to - right.to)) {
    if (fall.from < to) from = Math.max(from, fall.from)
    else {
      close()
      from = fall.from
      to = fall.to
    }
  }
  close()
  return assumed
}
