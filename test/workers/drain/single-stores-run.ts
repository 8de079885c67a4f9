/**
 * One run at the level of single stores: a producer logs what a plan says, under the plan's schedule, into a queue that
 * is an array for each file; wherever the application is quiet or has flushed, and at the end, the files hold exactly
 * what is in the queue.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import { TakenPartition } from '../../../src/main/control/takeover.js'
import type { CategoryLogger } from '../../../src/main/logger.js'
import {
  BELL,
  CLOSE_REQUESTED,
  CONTROL_PENDING,
  DAMAGED_RECORDS_F64,
  FLUSH_PENDING_FILES,
  FLUSH_REQUESTED,
  FLUSH_SERVED,
  LINES_F64,
  OWNER_STATE,
  OWNER_STOPPED,
} from '../../../src/shared/arena-layout.js'
import { distanceBytes } from '../../../src/shared/positions.js'
import { deathsText } from '../access-trace.js'
import { LockStep, OWNER_COUNTS } from '../lock-step.js'
import type { OwnerData, OwnerRun } from '../lock-step-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { type Meeting, Scheduler, type Slice } from '../scheduler.js'
import { watchArena } from '../watched-arena.js'

/** What the application does. */
export type Operation =
  | 'message'
  | 'fields'
  | 'template'
  | 'long message'
  | 'rendered'
  | 'in parts'
  | 'error'
  | 'flush'
  | 'control message'
  | 'quiet'

/** A small ring takes rendered entries only: a typed one claims more than a quarter of it. */
export const SMALL_RING_BYTES = 2048
export const LARGE_RING_BYTES = 8192

export interface Plan {
  readonly ringBytes: typeof SMALL_RING_BYTES | typeof LARGE_RING_BYTES
  /**
   * How far before the wrap of the positions, and of which: from the highest int32 to the lowest, or from -1 to 0. With 0
   * the run starts behind it, as a new arena does.
   */
  readonly beforeWrapBytes: number
  readonly wrap: 'int32' | 'uint32'
  readonly operations: readonly { readonly operation: Operation; readonly meeting: Meeting | null }[]
  /** How many entries are logged before midnight. */
  readonly beforeMidnight: number
  readonly slices: readonly Slice[]
  readonly seed: number
  readonly bytesPerStep: number
  /** Who writes the last lines. */
  readonly lastOwner: 'writer' | 'main thread'
}

const CATEGORIES = ['actions', 'engine', 'turns']
const MIDNIGHT_MS = NOON_MS + 12 * 3_600_000
/** One bounded wait for the owner. */
const WAIT_MS = 10

/** The owner's thread, for many runs. */
export class OwnerThread {
  readonly lockStep = new LockStep()
  readonly #worker: Worker
  readonly #runs = new MessageChannel()

  constructor() {
    const workerData: OwnerData = { lockStep: this.lockStep.shared, runs: this.#runs.port2 }
    this.#worker = new Worker(new URL('../lock-step-owner.js', import.meta.url), {
      workerData,
      transferList: [this.#runs.port2],
    })
  }

  /** The next time the owner's thread gets the turn, this run begins. */
  begin(run: OwnerRun): void {
    this.lockStep.reset(NOON_MS)
    this.#runs.port1.postMessage(run)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runs.port1.close()
    await this.#worker.terminate()
  }
}

/** One run. Dispose of it whatever became of it. */
export class SingleStoresRun {
  readonly #plan: Plan
  readonly #thread: OwnerThread
  readonly #rig: PartitionRig
  readonly #scheduler: Scheduler
  readonly #loggers = new Map<string, CategoryLogger>()
  /** The lines of each file, by its path below the directory. */
  readonly #queue = new Map<string, string[]>()
  readonly #startPosition: number
  #timeMs = 0
  #seq = 0
  #checks = 0

  constructor(plan: Plan, thread: OwnerThread) {
    this.#plan = plan
    this.#thread = thread
    this.#startPosition = (plan.wrap === 'int32' ? 0x80000000 - plan.beforeWrapBytes : -plan.beforeWrapBytes) | 0
    const isSmall = plan.ringBytes === SMALL_RING_BYTES
    let scheduler: Scheduler | null = null
    this.#rig = new PartitionRig({
      geometry: { ringBytes: plan.ringBytes, fileBufferBytes: isSmall ? 512 : 1024, fileBufferCount: 2 },
      startPosition: this.#startPosition,
      drain: { linesMax: 4, dueBytes: 600, flushIntervalMs: 20, handlesMax: 2, handleTtlMs: 86_400_000 },
      options: { alsoInCategoryFile: true },
      clock: () => this.#timeMs,
      inMemory: true,
      onFull: () => {},
      watch: (arena) => {
        scheduler = new Scheduler(thread.lockStep, arena, plan.slices, plan.bytesPerStep)
        return watchArena(arena, scheduler, ['words', 'doubles', 'bytes', 'buffer'])
      },
    })
    this.#scheduler = scheduler!
  }

  /** Throws where a line is lost, doubled, torn or out of order, where all sides wait, and where no place is free. */
  run(): void {
    const { shared, memory } = this.#rig.arena
    const { seed, bytesPerStep } = this.#plan
    const options = this.#rig.drainOptions
    this.#thread.begin({ shared, memory: seed % 2 === 0 ? memory : null, options, seed, bytesPerStep })
    for (const { operation, meeting } of this.#plan.operations) {
      this.#scheduler.run(() => {
        if (meeting !== null) this.#scheduler.meet(meeting)
        this.#operate(operation)
      })
    }
    if (this.#plan.lastOwner === 'writer') this.#scheduler.run(() => this.#close())
    else this.#takeOver()
    this.#check('the end')
    const lines = [...this.#queue.values()].reduce((sum, queue) => sum + queue.length, 0)
    const counted = this.#rig.counted(LINES_F64)
    if (counted !== lines) this.#fail(`${counted} lines are counted of ${lines}`)
    assert.equal(this.#rig.counted(DAMAGED_RECORDS_F64), 0, 'records that were taken for damaged ones')
  }

  /** What happened, by name. */
  get counts(): Map<string, number> {
    const { lockStep } = this.#thread
    const { counts } = this.#scheduler
    const publishedBytes = distanceBytes(this.#startPosition, this.#rig.ring.published)
    return new Map([
      ['steps', counts.producerSteps + lockStep.counted('ownerSteps')],
      ...Object.entries(counts),
      ...OWNER_COUNTS.map((name) => [name, lockStep.counted(name)] as const),
      ['runs', 1],
      ['entries', this.#seq],
      ['checks', this.#checks],
      ['ringWraps', Math.floor(publishedBytes / this.#plan.ringBytes)],
      ['takeovers', this.#plan.lastOwner === 'writer' ? 0 : 1],
      ['positionWraps', publishedBytes > this.#plan.beforeWrapBytes ? 1 : 0],
    ])
  }

  [Symbol.dispose](): void {
    this.#scheduler.end()
    this.#rig[Symbol.dispose]()
  }

  #operate(operation: Operation): void {
    if (operation === 'flush') this.#flush()
    else if (operation === 'quiet') this.#scheduler.quiet()
    else if (operation === 'control message') this.#announceControl()
    else this.#log(operation)
    if (operation === 'flush' || operation === 'quiet') this.#check(operation)
  }

  #log(operation: Operation): void {
    const n = ++this.#seq
    this.#timeMs = MIDNIGHT_MS - this.#plan.beforeMidnight + n
    const category = CATEGORIES[n % CATEGORIES.length]!
    const logger = this.#logger(category)
    const text = 'x'.repeat((n * 7) % 23)
    const long = 'y'.repeat(150 + ((n * 97) % 700))
    const isTyped = this.#plan.ringBytes === LARGE_RING_BYTES
    if (operation === 'error') {
      if (isTyped) logger.error(text)
      else logger.error({ toJSON: () => ({ n }) }, text)
      this.#expect(['error', category], 50, category, isTyped ? { msg: text } : { n, msg: text })
    } else if (operation === 'in parts') {
      logger.info({ toJSON: () => ({ long: long + long }) }, text)
      this.#expect([category], 30, category, { long: long + long, msg: text })
    } else if (operation === 'message' && isTyped) {
      logger.info(text)
      this.#expect([category], 30, category, { msg: text })
    } else if (operation === 'long message' && isTyped) {
      logger.info(long)
      this.#expect([category], 30, category, { msg: long })
    } else if (operation === 'fields' && isTyped) {
      logger.info({ n, text }, 'fields')
      this.#expect([category], 30, category, { n, text, msg: 'fields' })
    } else if (operation === 'template' && isTyped) {
      logger.info`turn ${{ n }} of ${text}`
      this.#expect([category], 30, category, { n, msg: `turn ${n} of ${text}` })
    } else {
      logger.info({ toJSON: () => ({ n }) }, text)
      this.#expect([category], 30, category, { n, msg: text })
    }
  }

  /** A category is announced when the application first uses it: its owner may be anywhere then. */
  #logger(category: string): CategoryLogger {
    const known = this.#loggers.get(category)
    if (known !== undefined) return known
    const logger = this.#rig.logger(category)
    this.#loggers.set(category, logger)
    return logger
  }

  #expect(files: readonly string[], level: number, category: string, members: object): void {
    const time = this.#timeMs
    const line = JSON.stringify({ level, time, seq: this.#seq, category, ...members })
    for (const file of files) {
      const path = join(new Date(time).toISOString().slice(0, 10), `${file}.jsonl`)
      const queue = this.#queue.get(path) ?? []
      queue.push(line)
      this.#queue.set(path, queue)
    }
  }

  /** As Partition.flushSync() does it. */
  #flush(): void {
    const { ring } = this.#rig
    const { words } = ring
    const requested = Atomics.add(words, FLUSH_REQUESTED, 1) + 1
    ring.ring()
    for (;;) {
      const served = Atomics.load(words, FLUSH_SERVED)
      if (distanceBytes(requested, served) >= 0) break
      Atomics.wait(words, FLUSH_SERVED, served, WAIT_MS)
      ring.ring()
    }
    assert.equal(words[FLUSH_PENDING_FILES], 0, 'files that a flush left pending')
  }

  /** As WriterClient does it: the owner has to turn its event loop. */
  #announceControl(): void {
    const { words } = this.#rig.ring
    Atomics.store(words, CONTROL_PENDING, 1)
    Atomics.store(words, BELL, 1)
    Atomics.notify(words, BELL)
  }

  /** As Partition.takeForExit() does it. */
  #close(): void {
    const { ring } = this.#rig
    Atomics.store(ring.words, CLOSE_REQUESTED, 1)
    for (;;) {
      const state = Atomics.load(ring.words, OWNER_STATE)
      if (state === OWNER_STOPPED) return
      ring.ring()
      Atomics.wait(ring.words, OWNER_STATE, state, WAIT_MS)
    }
  }

  /** The owner ends wherever it is, and the main thread writes what is left. */
  #takeOver(): void {
    this.#scheduler.end()
    const taken = new TakenPartition(this.#rig.arena, this.#rig.drainOptions, {
      onCondition: () => {},
      writerMayStillWrite: false,
    })
    assert.ok(taken.drain(true), 'the main thread has lines left')
    taken.closeHandles()
  }

  /** All that was logged is in the files, and nothing else is. */
  #check(when: string): void {
    this.#checks++
    const { directory } = this.#rig
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const paths = new Set(entries.map(({ parentPath, name }) => relative(directory, join(parentPath, name))))
    for (const [path, queue] of this.#queue) {
      const found = paths.delete(path) ? readFileSync(join(directory, path), 'utf8') : ''
      const expected = queue.map((line) => `${line}\n`).join('')
      if (found !== expected) this.#fail(`${when}: ${path} ${difference(found, expected)}`)
    }
    if (paths.size > 0) this.#fail(`${when}: nothing was logged to ${[...paths].join()}`)
  }

  #fail(reason: string): never {
    assert.fail(`${reason}\n${deathsText(this.#rig.arena, this.#thread.lockStep)}`)
  }
}

/** Where a file differs from what was logged. */
function difference(found: string, expected: string): string {
  const lines = found.split('\n')
  const wanted = expected.split('\n')
  const at = lines.findIndex((line, index) => line !== wanted[index])
  const first = at < 0 ? lines.length : at
  return `has ${lines.length - 1} lines of ${wanted.length - 1}; line ${first + 1} is ${lines[first]} instead of ${wanted[first]}`
}
