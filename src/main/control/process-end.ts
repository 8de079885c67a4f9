/**
 * The end of the process for one Spillway: what was logged is in the files before it, within `exitTimeoutMs`. All writers
 * are asked before the first is waited for, so they write at the same time; meanwhile the main thread writes what has no
 * writer, the partition of error.jsonl first, each with a fair part of the time that is left.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import { FILE_COUNT, FILE_PRIORITY } from '../../shared/arena-layout.js'
import type { ExitSignal } from '../../shared/options.js'
import { URGENT_PRIORITY } from '../../shared/priorities.js'
import { monotonicMs } from '../../shared/real-timers.js'
import { addExitHook, removeExitHook } from './exit-hook.js'
import { addSignalHook, removeSignalHook } from './exit-signals.js'
import type { Partition } from './partition.js'
import { reportCondition } from './takeover.js'

/** The part of the options that an end needs. */
export interface EndOptions {
  readonly exitTimeoutMs: number
  readonly exitSignals: readonly ExitSignal[]
}

/** What keeps the entries of a process that has ended. */
export interface Keeper {
  /** Whether the next process finds what could not be written. */
  readonly survives: boolean
  /** All is written. */
  release(): void
}

/** Writes what is left when the process ends. */
export class ProcessEnd {
  readonly #partitions: readonly Partition[]
  readonly #exitTimeoutMs: number
  readonly #keeper: Keeper
  readonly #tellRefused: () => void
  readonly #atExit = (): void => this.#drain()
  readonly #atSignal = (isEnd: boolean): void => (isEnd ? this.#drain() : this.#flush())

  /** `tellRefused` publishes what full rings have refused and their files are yet to be told. */
  constructor(
    partitions: readonly Partition[],
    { exitTimeoutMs, exitSignals }: EndOptions,
    keeper: Keeper,
    tellRefused: () => void,
  ) {
    this.#partitions = partitions
    this.#exitTimeoutMs = exitTimeoutMs
    this.#keeper = keeper
    this.#tellRefused = tellRefused
    addExitHook(this.#atExit)
    addSignalHook(exitSignals, this.#atSignal)
  }

  /** Nothing is left to be written when the process ends, or only what could not be written so far. */
  closed(): void {
    removeSignalHook(this.#atSignal)
    if (!this.#isWritten) return
    removeExitHook(this.#atExit)
    this.#release()
  }

  /** Lines that were logged after close() could not be written: they are tried once more when the process ends. */
  expect(): void {
    addExitHook(this.#atExit)
  }

  /** Everything is written by its writer or here, and the main thread is the owner of all partitions. */
  #drain(): void {
    const giveUpAt = monotonicMs() + this.#exitTimeoutMs
    this.#tellRefused()
    let open = [...this.#partitions].sort((left, right) => urgency(right.arena) - urgency(left.arena))
    for (const partition of open) attempt(partition, () => partition.beginExit(this.#exitTimeoutMs))
    while (open.length > 0) {
      const before = open.length
      let left = before
      open = open.filter((partition) => {
        const now = monotonicMs()
        const share = Math.max(0, giveUpAt - now) / left--
        return attempt(partition, () => !partition.exitStep(now + share))
      })
      if (monotonicMs() >= giveUpAt) break
      if (open.length === before) open[0]?.waitForEnd()
    }
    this.#tellRefused() // What found no room before finds it now, and is written by this call.
    // What outlives the process goes to its own files when they can be written again.
    if (!this.#keeper.survives) for (const partition of this.#partitions) attempt(partition, () => partition.divert())
    this.#reportUnwritten()
    if (this.#isWritten) this.#release()
  }

  #release(): void {
    for (const partition of this.#partitions) attempt(partition, () => partition.endJournal())
    this.#keeper.release()
  }

  get #isWritten(): boolean {
    return this.#partitions.every(({ isWritten }) => isWritten)
  }

  /** The process may go on after this: writers stay what they are. */
  #flush(): void {
    const giveUpAt = monotonicMs() + this.#exitTimeoutMs
    this.#tellRefused()
    const requests = this.#partitions.map((partition) => partition.requestFlush())
    for (const [index, partition] of this.#partitions.entries()) {
      attempt(partition, () => partition.flushed(requests[index] as number, Math.max(0, giveUpAt - monotonicMs())))
    }
  }

  #reportUnwritten(): void {
    let lines = 0
    let ringBytes = 0
    for (const { unwritten } of this.#partitions.filter(hasUnwritten)) {
      lines += unwritten.lines
      ringBytes += unwritten.ringBytes
    }
    if (lines === 0 && ringBytes === 0) return
    reportCondition(
      `spillway: ${lines} lines that wait for their files, and ${ringBytes} bytes of records that were not looked at, ` +
        `could not be written; ${this.#keeper.survives ? 'the next process in the directory writes them' : 'they end with the process'}.`,
    )
  }
}

function hasUnwritten({ unwritten }: Partition): boolean {
  return unwritten.lines > 0 || unwritten.ringBytes > 0
}

/** What fails in one partition must not keep the others from being written. False where it failed. */
function attempt<T>(partition: Partition, step: () => T): T | false {
  try {
    return step()
  } catch (error) {
    reportCondition(`spillway: partition ${partition.arena.partition} could not be written: ${error}`)
    return false
  }
}

/** The highest priority among a partition's files. */
function urgency(arena: Arena): number {
  const count = Math.min(Atomics.load(arena.words, FILE_COUNT), arena.geometry.fileCapacity)
  let highest = 0
  for (let file = 0; file < count && highest < URGENT_PRIORITY; file++) {
    highest = Math.max(highest, arena.words[fileEntryWord(arena, file) + FILE_PRIORITY] as number)
  }
  return highest
}
