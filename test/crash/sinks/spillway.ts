/** spillway under test: every shape of call, with the run's number and the entry's in the line. */
import { type Logger, Spillway, type SpillwayOptions } from '../../../src/main/index.js'
import { CATEGORY_NAMES, type EntryPlan } from '../entry-plan.js'
import type { Sink, SinkSettings } from './sink.js'

/** More than needed, so that the table of files is not the smallest there is. */
const CATEGORIES_MAX = 64
const OWN_KEYS = 200
const DAY_MS = 86_400_000
/** Where a run's days begin: near the end of a month. Runs begin at the same day, so they add to each other's files. */
const FIRST_MIDNIGHT_MS = Date.UTC(2026, 0, 31)
/** A power of two that epoch milliseconds have bits for. */
const RUNS_APART = 1024

/**
 * A day that is `dayMs` long, the rest of it left out: the clock rises, and is past midnight every so often. No two runs
 * have the same time: recovery knows a line by its level, time and seq, as no clock that is one repeats itself.
 */
class ShortDays {
  readonly #dayMs: number
  /** A fraction of a millisecond. */
  readonly #ofRun: number
  readonly #startMs = performance.now()
  readonly #midnightMs: number

  constructor(dayMs: number, utc: boolean, run: number) {
    this.#dayMs = dayMs
    this.#ofRun = (run % RUNS_APART) / RUNS_APART
    this.#midnightMs = FIRST_MIDNIGHT_MS + (utc ? 0 : new Date(FIRST_MIDNIGHT_MS).getTimezoneOffset() * 60_000)
  }

  readonly now = (): number => {
    const elapsed = performance.now() - this.#startMs
    const day = Math.floor(elapsed / this.#dayMs)
    return Math.floor(this.#midnightMs + day * DAY_MS + (elapsed - (day + 0.5) * this.#dayMs)) + this.#ofRun
  }

  midnightInMs(): number {
    const elapsed = performance.now() - this.#startMs + this.#dayMs / 2
    return this.#dayMs - (elapsed % this.#dayMs)
  }
}

export class SpillwaySink implements Sink {
  readonly spillway: Spillway
  readonly #run: number
  readonly #days: ShortDays | null
  readonly #loggers: readonly Logger[]
  readonly #children: readonly Logger[]
  readonly #error = new RangeError('expected', { cause: new Error('a cause') })

  constructor(settings: SinkSettings) {
    const { run, dayMs, utc } = settings
    this.#run = run
    this.#days = dayMs === 0 ? null : new ShortDays(dayMs, utc, run)
    this.spillway = new Spillway({
      ...spillwayOptions(settings),
      ...(this.#days === null ? {} : { clock: this.#days.now }),
    })
    this.#loggers = CATEGORY_NAMES.map((category) => this.spillway.logger(category))
    this.#children = this.#loggers.map((logger) => logger.child({ run }))
  }

  log(n: number, { category, level, shape, text }: EntryPlan): void {
    const run = this.#run
    const logger = this.#loggers[category] as Logger
    if (level === 60) logger.fatal({ run, n, text, err: this.#error }, 'at an end')
    else if (level === 50) logger.error({ run, n, text }, 'failed')
    else if (level === 40) logger.warn`run ${{ run }} is slow at ${{ n }}: ${{ text }}`
    else if (shape === 'fields') logger.info({ run, n, text }, 'moved')
    else if (shape === 'template') logger.info`run ${{ run }} entry ${{ n }} says ${{ text }}`
    else if (shape === 'child') (this.#children[category] as Logger).info({ n, text }, 'of a child')
    else if (shape === 'format') logger.info({ run, n, text }, 'moved to %s in %d ms', 'the hall', n % 100)
    else if (shape === 'nested') logger.info({ run, n, deep: { list: [n, { of: run }], none: null }, text }, 'deep')
    else if (shape === 'rendered') logger.info({ run, n, at: new Date(0), big: 10n, text }, 'rendered')
    else if (shape === 'own key') logger.info({ run, n, [`key${n % OWN_KEYS}`]: n / 3, text })
    else logger.info(`run ${run} n ${n}: ${text}`)
  }

  logDying(n: number, die: () => string): void {
    const dying = {
      get text() {
        return die()
      },
    }
    ;(this.#loggers[n % this.#loggers.length] as Logger).info({ run: this.#run, n, before: 'x'.repeat(n % 300), dying })
  }

  midnightInMs(): number {
    return this.#days === null ? Number.POSITIVE_INFINITY : this.#days.midnightInMs()
  }

  flush(): Promise<void> {
    return this.spillway.flush()
  }

  close(): Promise<void> {
    return this.spillway.close()
  }
}

function spillwayOptions(settings: SinkSettings): SpillwayOptions {
  const { mode, directory, workers, ringBytes, fileBufferBytes, linesMax, flushIntervalMs, handlesMax } = settings
  const { utc, alsoInCategoryFile } = settings
  return {
    directory,
    workers,
    ringBytes,
    fileBufferBytes,
    utc,
    alsoInCategoryFile,
    maxCategories: CATEGORIES_MAX,
    arena: mode === 'mapped' ? 'mapped' : 'memory',
    journal: mode === 'journal',
    performance: {
      buffer: { maxBufferSize: linesMax, flushInterval: flushIntervalMs },
      fileHandles: { maxHandles: handlesMax },
    },
  }
}
