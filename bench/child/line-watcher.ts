/**
 * Entry of the process that watches when lines can be read: it reads what is appended to the watched files again and
 * again, as `tail -f` would if it never slept long, and keeps the instant at which it had each line. The clock is
 * CLOCK_MONOTONIC, which all processes share.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import type { Contender, ParsedLine } from '../contenders/contender.js'
import { contenderNamed } from '../contenders/index.js'
import { categoryOf, logFilesIn } from '../passes/log-files.js'
import { categoriesOf, categoryAt, entryNumberOf } from '../workload/entries.js'
import { isWrittenAs, priorityAt, WATCHED_FILE, watchedNumberOf } from '../workload/priorities.js'
import type { Seen, WatchOrder, WatchPlan } from './watch.js'

/** Between two looks; the kernel makes some 0.1 ms of it. */
const LOOK_MS = 0.05
/** Looks between two turns of the event loop, for messages, and for files that are new. */
const LOOKS_PER_TURN = 50
const READ_BYTES = 1 << 20
const NEWLINE = 0x0a

/** The first is the entry's, whatever a contender puts around its fields. */
const USER_ID = /"userId":(\d+)/

/** A file that is read to its end again and again. */
interface WatchedFile {
  readonly descriptor: number
  position: number
  /** The beginning of a line whose end has not come. */
  rest: Buffer
}

class LineWatcher {
  readonly #plan: WatchPlan
  readonly #contender: Contender
  readonly #otherCategories: ReadonlySet<string>
  readonly #files = new Map<string, WatchedFile>()
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES)
  readonly #seenNs: number[] = []
  readonly #lookNs: number[] = []
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
      lookNs: Float64Array.from(this.#lookNs),
    }
  }

  get lines(): number {
    return this.#lines
  }

  /** The watched category's file, and whatever takes the lines of a level from all categories. */
  findFiles(): void {
    for (const path of logFilesIn(this.#plan.directory)) {
      if (this.#files.has(path) || this.#otherCategories.has(categoryOf(path))) continue
      this.#files.set(path, { descriptor: openSync(path, 'r'), position: 0, rest: Buffer.alloc(0) })
    }
  }

  /** Some looks; the time of each, from the one before, is kept. */
  look(): void {
    for (let looks = 0; looks < LOOKS_PER_TURN; looks++) {
      Atomics.wait(this.#nothing, 0, 0, LOOK_MS)
      for (const file of this.#files.values()) this.#read(file)
      const lookedNs = nowNs()
      this.#lookNs.push(lookedNs - this.#lookedNs)
      this.#lookedNs = lookedNs
    }
  }

  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor)
  }

  #read(file: WatchedFile): void {
    for (;;) {
      const bytes = readSync(file.descriptor, this.#buffer, 0, READ_BYTES, file.position)
      if (bytes === 0) return
      const seenNs = nowNs()
      file.position += bytes
      const read = this.#buffer.subarray(0, bytes)
      const end = read.lastIndexOf(NEWLINE) + 1
      if (end > 0) {
        const lines = Buffer.concat([file.rest, read.subarray(0, end)]).toString('utf8')
        for (const line of lines.split('\n')) this.#addLine(line, seenNs)
      }
      // A copy: the next read is into the same buffer.
      file.rest = Buffer.concat([end > 0 ? Buffer.alloc(0) : file.rest, read.subarray(end)])
    }
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

/** Its reading is what is measured, so it shall not wait for a core; only some users may ask for that. */
function hurry(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST)
  } catch {
    // Then the times have its waits in them; the figure of its looks tells how long they are.
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
  hurry()
  while (!isOver) {
    watcher.findFiles()
    watcher.look()
    if (awaited !== undefined && (watcher.lines >= awaited.lines || nowNs() > awaited.untilNs)) {
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
