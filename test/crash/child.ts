/**
 * `child.js SETTINGS`: logs entries by plan, and tells which calls have returned, until it is killed, dies by itself or
 * ends. It never tells of a call that has not returned, and of those that have it tells but for the last batch.
 */
import { writeSync } from 'node:fs'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { randomNumbers } from '../../scripts/random-numbers.js'
import { Acknowledgement } from './acknowledgement.js'
import { die } from './causes.js'
import type { ChildSettings, Place } from './child-settings.js'
import { EntryPlan } from './entry-plan.js'
import type { Sink } from './sinks/sink.js'

/** A child whose parent is gone ends by itself. */
const LIFE_MAX_MS = 60_000
const ORPHAN_CODE = 97
const ENTRIES_BETWEEN_TURNS_MAX = 300
const TRICKLE_ENTRIES_MAX = 20
const NEAR_MIDNIGHT_MS = 3
const ENTRIES_WHILE_CLOSING_MAX = 3_000
const STDOUT = 1

function tell(place: Place): void {
  writeSync(STDOUT, `${place}\n`)
}

async function openSink(settings: ChildSettings): Promise<Sink> {
  const { mode } = settings
  if (mode === 'winston') {
    const { openWinston } = await import('./sinks/winston.js')
    tell('started')
    return openWinston(settings)
  }
  if (mode === 'pino-sync-false' || mode === 'pino-transport') {
    const { openPinoSyncFalse, openPinoTransport } = await import('./sinks/pino.js')
    tell('started')
    return mode === 'pino-transport' ? openPinoTransport(settings) : openPinoSyncFalse(settings)
  }
  const { SpillwaySink } = await import('./sinks/spillway.js')
  tell('started')
  return new SpillwaySink(settings)
}

class Child {
  readonly #settings: ChildSettings
  readonly #sink: Sink
  readonly #plan: EntryPlan
  readonly #acknowledgement: Acknowledgement
  readonly #fraction: () => number
  readonly #startMs = performance.now()
  #n = 0
  #midnightInMs = Number.POSITIVE_INFINITY
  #isToldMidnight = false
  #isAskedToEnd = false

  constructor(settings: ChildSettings, sink: Sink) {
    this.#settings = settings
    this.#sink = sink
    this.#plan = new EntryPlan(settings.seed, settings.run)
    this.#acknowledgement = new Acknowledgement(settings.acknowledgement)
    this.#fraction = randomNumbers(settings.seed + settings.run)
  }

  async run(): Promise<void> {
    const { entriesMax, pace } = this.#settings
    process.once('SIGTERM', () => {
      this.#isAskedToEnd = true
    })
    this.#log()
    tell('logging')
    while (!this.#isEndDue()) {
      const batchMax = pace === 'trickle' ? TRICKLE_ENTRIES_MAX : ENTRIES_BETWEEN_TURNS_MAX
      const batch = Math.ceil(this.#fraction() * batchMax)
      for (let i = 0; i < batch && this.#n < entriesMax; i++) this.#log()
      this.#noteMidnight()
      if (this.#n >= entriesMax) await pause(2)
      else if (pace === 'bursts' || pace === 'trickle') await pause(Math.floor(this.#fraction() * 6))
      else if (pace === 'full') await turn()
      if (this.#sink.flush !== undefined && this.#fraction() < 0.002) await this.#sink.flush()
    }
    await this.#end()
  }

  #isEndDue(): boolean {
    const { endAfterMs } = this.#settings
    const elapsed = performance.now() - this.#startMs
    if (elapsed > LIFE_MAX_MS) process.exit(ORPHAN_CODE)
    return endAfterMs === null ? this.#isAskedToEnd : elapsed >= endAfterMs
  }

  #log(): void {
    const { batch, death } = this.#settings
    const n = this.#n + 1
    if (death !== null && n >= death.atEntry) this.#die(death.cause, death.inCall)
    this.#sink.log(n, this.#plan.look(n))
    this.#n = n
    if (n % batch === 0) this.#acknowledgement.tell(n)
  }

  #die(cause: NonNullable<ChildSettings['death']>['cause'], inCall: boolean): void {
    // A heap that is full inside a call is full at any other place as well: nobody says where the last byte goes.
    if (!inCall || cause === 'heap') {
      die(cause)
      return
    }
    this.#sink.logDying?.(this.#n + 1, () => {
      die(cause)
      return ''
    })
  }

  /** Told right before a midnight, or behind one that came while the calls waited. */
  #noteMidnight(): void {
    const inMs = this.#sink.midnightInMs()
    const isPassed = inMs > this.#midnightInMs && !this.#isToldMidnight
    if (inMs > this.#midnightInMs) this.#isToldMidnight = false
    this.#midnightInMs = inMs
    if (!isPassed && (inMs >= NEAR_MIDNIGHT_MS || this.#isToldMidnight)) return
    this.#isToldMidnight = !isPassed
    tell('rotating')
  }

  async #end(): Promise<void> {
    const { end } = this.#settings
    tell('closing')
    if (end === 'close') await this.#close()
    this.#acknowledgement.tell(this.#n)
    tell('closed')
    this.#acknowledgement.close()
    if (end === 'exit') process.exit()
    if (end === 'throw') throw new Error('thrown on purpose')
  }

  /** What is logged while it closes, and afterwards, is written as well. */
  async #close(): Promise<void> {
    let isClosed = false
    const closing = this.#sink.close?.().finally(() => {
      isClosed = true
    })
    for (let i = this.#fraction() * ENTRIES_WHILE_CLOSING_MAX; i > 0 && !isClosed; i -= 100) {
      for (let j = 0; j < 100; j++) this.#log()
      await turn()
    }
    await closing
    for (let i = 0; i < 10; i++) this.#log()
  }
}

const settings = JSON.parse(process.argv[2] ?? '') as ChildSettings
const sink = await openSink(settings)
tell('constructed')
await new Child(settings, sink).run()
