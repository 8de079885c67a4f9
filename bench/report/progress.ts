/**
 * How far the bench is, on standard error: on a terminal one line that is rewritten, elsewhere a line for each pass that
 * is over. What failed stays to be read on both.
 */
import { faultyLinesOf } from '../passes/count-lines.js'
import type { PlannedPass, RoundsProgress } from '../passes/rounds.js'
import type { Pass } from '../passes/run-pass.js'
import { TimeLeft } from '../passes/time-left.js'
import type { Scenario } from '../scenarios/scenario.js'
import { formatValue } from './figures.js'
import { keyFiguresOf } from './key-figures.js'

const CLEAR_ROW = '\r\x1b[2K'
const COLUMNS = 80
const SECONDS_PER_MINUTE = 60
const MS_PER_SECOND = 1000

/** What is used of standard error. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export class Progress implements RoundsProgress {
  readonly #stream: ProgressStream
  readonly #nowMs: () => number
  readonly #timeLeft = new TimeLeft()
  readonly #isRewritten: boolean
  #startedMs = 0

  constructor(stream: ProgressStream, env: NodeJS.ProcessEnv = process.env, nowMs = () => performance.now()) {
    this.#stream = stream
    this.#nowMs = nowMs
    this.#isRewritten = stream.isTTY === true && env.TERM !== 'dumb'
  }

  note(text: string): void {
    this.#line(text)
  }

  begins(planned: readonly PlannedPass[], index: number): void {
    this.#startedMs = this.#nowMs()
    if (!this.#isRewritten) return
    const text = `[${index + 1}/${planned.length}] ${nameOf(planned[index]!)}${this.#left(planned.slice(index))}`
    // A line that wraps could not be rewritten.
    this.#stream.write(`${CLEAR_ROW}${text.slice(0, (this.#stream.columns || COLUMNS) - 1)}`)
  }

  ends(planned: readonly PlannedPass[], index: number, pass: Pass): void {
    const own = planned[index]!
    this.#timeLeft.add(kindOf(own), (this.#nowMs() - this.#startedMs) / MS_PER_SECOND)
    const trouble = troubleOf(pass)
    const name = `[${index + 1}/${planned.length}] ${nameOf(own)}`
    if (trouble !== undefined) this.#line(`${name}: ${trouble}`)
    else if (!this.#isRewritten) {
      this.#line(`${name}: ${figuresText(own.scenario, pass)}${this.#left(planned.slice(index + 1))}`)
    }
  }

  /** Takes the line off the terminal. */
  close(): void {
    if (this.#isRewritten) this.#stream.write(CLEAR_ROW)
  }

  #left(planned: readonly PlannedPass[]): string {
    const seconds = this.#timeLeft.of(planned.map(kindOf))
    return seconds === undefined || planned.length === 0 ? '' : `; about ${spanText(seconds)} left`
  }

  #line(text: string): void {
    this.#stream.write(`${this.#isRewritten ? CLEAR_ROW : ''}${text}\n`)
  }
}

/** `40 s`, `12 min`, `1 h 5 min`: no finer than it is known. */
export function spanText(seconds: number): string {
  if (seconds < SECONDS_PER_MINUTE) return `${Math.ceil(seconds / 5) * 5} s`
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function kindOf({ scenario, cell, contender }: PlannedPass) {
  return { scenario: scenario.name, cell: cell.name, contender: contender.name }
}

function nameOf({ scenario, cell, contender, round }: PlannedPass): string {
  return `${scenario.name} ${cell.name}, round ${round}: ${contender.name}`
}

function troubleOf({ failure, lineCount, endedByItself }: Pass): string | undefined {
  if (failure !== undefined) return `FAILED: ${failure}`
  const faults = lineCount === undefined ? 0 : faultyLinesOf(lineCount)
  if (faults > 0) return `${faults} FAULTY LINES`
  return endedByItself === false ? 'kept its process alive after close' : undefined
}

function figuresText(scenario: Scenario, { result }: Pass): string {
  const figures = keyFiguresOf(scenario).filter(({ name }) => result?.figures[name] !== undefined)
  return figures.map(({ title, unit, name }) => `${title} ${formatValue(result!.figures[name]!, unit)}`).join(', ')
}
