/**
 * Entry of the process that watches when lines can be read: it reads what is appended to the watched files again and
 * again, as `tail -f` would if it never slept long, and keeps the instant at which it had each line. The clock is
 * CLOCK_MONOTONIC, which all processes share.
 *
 * It shares the cores with what it watches, and must not take them from it. So while lines come it only reads, and keeps
 * what it has read with the instant; which lines those are it finds when somebody asks. It makes hardly any garbage, and
 * has no threads that would collect it or compile: one of those in the place of a writer was seen to hold lines up for
 * five milliseconds, which were then the writer's. And it asks for the scheduler's class for real time: by niceness it
 * would count as ninety busy threads, and what it watches be moved to the other cores.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import type { Contender, ParsedLine } from '../contenders/contender.js'
import { contenderNamed } from '../contenders/index.js'
import { categoryOf, logFilesIn } from '../passes/log-files.js'
import { categoriesOf, categoryAt, entryNumberOf } from '../workload/entries.js'
import { isWrittenAs, priorityAt, WATCHED_FILE, watchedNumberOf } from '../workload/priorities.js'
import type { Seen, WatchOrder, WatchPlan } from './watch.js'

/** Between two looks; a look takes some 25 us, most of them to fall asleep and to wake up. */
const LOOK_MS = 0.1
/** Looks between two turns of the event loop, for messages. */
const LOOKS_PER_TURN = 100
/** Turns between two searches for files that are new, each of which takes half a millisecond. */
const TURNS_PER_SEARCH = 20
/** What is read is kept in pieces of memory of this size; with less left than the other a new one is begun. */
const PIECE_BYTES = 64 << 20
const READ_BYTES_MIN = 1 << 20
const LOOKS_KEPT = 1 << 20
const NEWLINE = 0x0a

/** The first is the entry's, whatever a contender puts around its fields. */
const USER_ID = /"userId":(\d+)/

/** A file that is read to its end again and again. */
interface WatchedFile {
  readonly descriptor: number
  position: number
  /** Read, and not looked into yet. */
  reads: Read[]
  /** The beginning of a line whose end has not come. */
  rest: Buffer
}

interface Read {
  readonly bytes: Buffer
  readonly atNs: number
}

class LineWatcher {
  readonly #plan: WatchPlan
  readonly #contender: Contender
  readonly #otherCategories: ReadonlySet<string>
  readonly #files = new Map<string, WatchedFile>()
  #piece = Buffer.allocUnsafe(PIECE_BYTES)
  readonly #seenNs: number[] = []
  readonly #lookNs = new Float64Array(LOOKS_KEPT)
  #looks = 0
  scheduling: Seen['scheduling'] = 'ordinary'
  #lookedNs = nowNs()
  /** What is waited for in vain. */
  readonly #nothing = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #lines = 0

  constructor(plan: WatchPlan) {
    this.#plan = plan
    this.#contender = contenderNamed(plan.contender)
    const watched = categoryAt(WATCHED_FILE)
    this.#otherCategories = new Set(categoriesOf(plan.watched.files).filter((category) => category !== watched))
  }

  get seen(): Seen {
    return {
      lines: this.#lines,
      seenNs: Float64Array.from(this.#seenNs),
      lookNs: this.#lookNs.slice(0, this.#looks),
      scheduling: this.scheduling,
    }
  }

  /** How many lines have been seen; finds those in what was read meanwhile. */
  countLines(): number {
    for (const file of this.#files.values()) this.#findLines(file)
    return this.#lines
  }

  /** The watched category's file, and whatever takes the lines of a level from all categories. */
  findFiles(): void {
    for (const path of logFilesIn(this.#plan.directory)) {
      if (this.#files.has(path) || this.#otherCategories.has(categoryOf(path))) continue
      this.#files.set(path, { descriptor: openSync(path, 'r'), position: 0, reads: [], rest: Buffer.alloc(0) })
    }
  }

  /** Some looks; the time of each, from the one before, is kept. */
  look(): void {
    for (let looks = 0; looks < LOOKS_PER_TURN; looks++) {
      Atomics.wait(this.#nothing, 0, 0, LOOK_MS)
      for (const file of this.#files.values()) this.#read(file)
      const lookedNs = nowNs()
      this.#lookNs[this.#looks++] = lookedNs - this.#lookedNs
      this.#lookedNs = lookedNs
    }
  }

  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor)
  }

  #read(file: WatchedFile): void {
    for (;;) {
      if (this.#piece.length < READ_BYTES_MIN) this.#piece = Buffer.allocUnsafe(PIECE_BYTES)
      const bytes = readSync(file.descriptor, this.#piece, 0, this.#piece.length, file.position)
      if (bytes === 0) return
      file.reads.push({ bytes: this.#piece.subarray(0, bytes), atNs: nowNs() })
      file.position += bytes
      this.#piece = this.#piece.subarray(bytes)
    }
  }

  #findLines(file: WatchedFile): void {
    for (const { bytes, atNs } of file.reads) {
      const end = bytes.lastIndexOf(NEWLINE) + 1
      if (end > 0) {
        const lines = Buffer.concat([file.rest, bytes.subarray(0, end)]).toString('utf8')
        for (const line of lines.split('\n')) this.#addLine(line, atNs)
        // A copy: else it would keep the whole piece.
        file.rest = Buffer.from(bytes.subarray(end))
      } else file.rest = Buffer.concat([file.rest, bytes])
    }
    file.reads = []
  }

  /** A line that is none of an entry's is the parent's to judge, which reads all of them. */
  #addLine(line: string, seenNs: number): void {
    const entryNumber = entryNumberOf(Number(USER_ID.exec(line)?.[1]))
    const watchedNumber = Number.isInteger(entryNumber) ? watchedNumberOf(entryNumber, this.#plan.watched) : undefined
    if (watchedNumber === undefined || this.#seenNs[watchedNumber] !== undefined) return
    this.#seenNs[watchedNumber] = seenNs
    this.#lines += 1
    const priority = priorityAt(watchedNumber, this.#plan.watched)
    if (priority === 'info') return
    const level = this.#contender.plain(JSON.parse(line) as ParsedLine)?.level
    if (!isWrittenAs(priority, level)) throw new Error(`entry ${entryNumber} is no ${priority}: ${line}`)
  }
}

function nowNs(): number {
  return Number(process.hrtime.bigint())
}

/**
 * Its reading is what is measured, so it shall not wait for a core. Only some users may ask for that, and where there is
 * chrt: for others the times have its waits in them, and the figure of its looks tells how long they are.
 */
function hurry(): Seen['scheduling'] {
  if (spawnSync('chrt', ['--fifo', '--pid', '1', String(process.pid)], { stdio: 'ignore' }).status === 0)
    return 'real time'
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST)
    return 'niceness'
  } catch {
    return 'ordinary'
  }
}

async function watch(plan: WatchPlan): Promise<void> {
  const watcher = new LineWatcher(plan)
  let awaited: Extract<WatchOrder, { kind: 'await' }> | undefined
  let isOver = false
  process.on('message', (order: WatchOrder) => {
    if (order.kind === 'await') awaited = order
  })
  process.once('disconnect', () => {
    isOver = true
  })
  watcher.scheduling = hurry()
  for (let turn = 0; !isOver; turn++) {
    if (turn % TURNS_PER_SEARCH === 0) watcher.findFiles()
    watcher.look()
    if (awaited !== undefined && (watcher.countLines() >= awaited.lines || nowNs() > awaited.untilNs)) {
      awaited = undefined
      process.send?.(watcher.seen)
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  watcher.close()
}

process.once('message', (order: WatchOrder) => {
  if (order.kind === 'watch') void watch(order)
})
