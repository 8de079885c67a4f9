/**
 * The one object an application holds: wiring only. Making it is synchronous; the first line can be logged in the next
 * statement, while the writers start behind it.
 */
import { createArena } from '../shared/arena.js'
import { SpillwayError } from '../shared/errors.js'
import type { LevelThreshold } from '../shared/levels.js'
import { renderValue, unknownVariables } from '../shared/option-rules.js'
import {
  FILE_BUFFERS_PER_WRITER,
  type ResolvedOptions,
  resolveOptions,
  type SpillwayOptions,
} from '../shared/options.js'
import type { DrainOptions } from '../shared/writer-protocol.js'
import { GENERAL_CATEGORY, RouteTable } from './classify/route-table.js'
import { addExitHook, removeExitHook } from './control/exit-hook.js'
import { optionsFilePath, readOptionsFile } from './control/options-file.js'
import { Partition } from './control/partition.js'
import { reportCondition } from './control/takeover.js'
import { WriterPool } from './control/writer-pool.js'
import { checkLevel } from './level-check.js'
import { CategoryLogger, Levels, type Logger } from './logger.js'
import { readStats, type SpillwayStats } from './observe/stats.js'
import { Bindings } from './produce/bindings.js'
import { Dictionary } from './produce/dictionary.js'
import { RecordEncoder } from './produce/record-encoder.js'

const DICTIONARY_BYTES = 1024 * 1024
/** error, warning and general, besides the categories' own. */
const FURTHER_FILES = 4
const TERMINAL_RING_BYTES = 256 * 1024
const CATEGORY_LENGTH_MAX = 256

/**
 * Logs into many files off the application's thread.
 *
 * @example
 * const spillway = new Spillway({ directory: 'logs' })
 * const log = spillway.logger('actions')
 * log.info({ userId }, 'moved to %s', room)
 * await spillway.close()
 */
export class Spillway {
  /** What holds: environment over options over file over defaults. Frozen. */
  readonly options: ResolvedOptions
  readonly #partitions: readonly Partition[]
  readonly #terminal: Partition | null
  readonly #pool: WriterPool
  readonly #dictionary: Dictionary
  readonly #encoder: RecordEncoder
  readonly #routes: RouteTable
  readonly #levels: Levels
  readonly #exitHook = (): void => this.#drainAtExit()
  #closing: Promise<void> | null = null

  /**
   * Checks the options, makes the arenas and starts the writers; waits for none of them.
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_OPTION`, `ERR_SPILLWAY_UNKNOWN_OPTION` or `ERR_SPILLWAY_CONFIG_FILE`,
   *   before any thread is started.
   */
  constructor(options?: SpillwayOptions) {
    const path = optionsFilePath(options, process.env)
    const fromFile = path === null ? undefined : readOptionsFile(path)
    this.options = resolveOptions(options, fromFile, process.env)
    for (const warning of unknownVariables(process.env)) process.emitWarning(warning, { code: 'SPILLWAY_VARIABLE' })
    const { workers, pretty } = this.options
    const arenas = Array.from({ length: workers }, (_, index) => createArena(index, writerGeometry(this.options)))
    const terminalArena = pretty === null ? null : createArena(workers, terminalGeometry(this.options))
    const allArenas = terminalArena === null ? arenas : [...arenas, terminalArena]

    this.#dictionary = new Dictionary(allArenas)
    this.#pool = new WriterPool(allArenas.length)
    const drainOptions = drainOptionsOf(this.options)
    const partitions = allArenas.map((arena) => new Partition(arena, drainOptions, this.#pool))
    this.#partitions = partitions.slice(0, workers)
    this.#terminal = partitions[workers] ?? null
    this.#encoder = new RecordEncoder(this.#dictionary, this.options.clock)
    const rings = this.#partitions.map(({ ring }) => ring)
    this.#routes = new RouteTable(rings, this.#terminal?.ring ?? null, this.#dictionary, this.options)
    this.#levels = new Levels(this.options.level)
    addExitHook(this.#exitHook)
  }

  /** The threshold of all loggers that have none of their own. Setting it reaches them at their next call. */
  get level(): LevelThreshold {
    return this.#levels.threshold
  }

  /** @throws SpillwayError `ERR_SPILLWAY_INVALID_OPTION` for a value that is no level. */
  set level(level: LevelThreshold) {
    this.#levels.threshold = checkLevel('level', level)
    this.#levels.version++
  }

  /**
   * A logger whose lines go to the category's file; warnings and errors to theirs. Categories beyond `maxCategories`
   * share general.jsonl, where their name stands in `category_`.
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_CATEGORY` for what is no text of 1 to 256 characters.
   */
  logger(category: string): Logger {
    if (typeof category !== 'string' || category === '' || category.length > CATEGORY_LENGTH_MAX) {
      const rule = `a text of 1 to ${CATEGORY_LENGTH_MAX} characters`
      const message = `The category of a logger is ${renderValue(category)}: it must be ${rule}.`
      throw new SpillwayError('ERR_SPILLWAY_INVALID_CATEGORY', message, { option: 'category', value: category, rule })
    }
    const own = this.#routes.of(category)
    const routes = own ?? this.#routes.of(GENERAL_CATEGORY)
    if (routes === null) throw new SpillwayError('ERR_SPILLWAY_INVALID_CATEGORY', 'There is no general category.')
    const bindings = own === null ? Bindings.none.extend({ category }) : Bindings.none
    return new CategoryLogger(this.#encoder, this.#encoder.context(routes, bindings), this.#levels, null, null)
  }

  /**
   * Fulfils when everything logged before the call is the kernel's.
   * @throws SpillwayError `ERR_SPILLWAY_TIMEOUT` after `flushTimeoutMs`, `ERR_SPILLWAY_IO` where a file cannot be
   *   written; the lines stay pending in both cases.
   */
  async flush(): Promise<void> {
    if (this.#closing !== null) return this.#closing
    const deadlineMs = this.options.flushTimeoutMs
    await settleAll(this.#all.map((partition) => partition.flush(deadlineMs)))
  }

  /**
   * As `flush()`, without the event loop: blocks until the writers have written, `flushTimeoutMs` at most.
   * @throws as `flush()`.
   */
  flushSync(): void {
    const giveUpAt = performance.now() + this.options.flushTimeoutMs
    const failures: unknown[] = []
    for (const partition of this.#all) {
      try {
        partition.flushSync(Math.max(0, giveUpAt - performance.now()))
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  /**
   * Writes everything, ends the writers and closes the files. What is logged afterwards is still written, by the call
   * that logs it. A second call gives the first one's outcome.
   * @throws as `flush()`.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** `await using spillway = new Spillway()` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** A snapshot of the counters: no message, no wait. */
  stats(): SpillwayStats {
    return readStats(this.#partitions, this.#terminal, this.#encoder, this.#routes, this.#dictionary)
  }

  get #all(): readonly Partition[] {
    return this.#terminal === null ? this.#partitions : [...this.#partitions, this.#terminal]
  }

  async #close(): Promise<void> {
    try {
      await settleAll(this.#all.map((partition) => partition.close(this.options.flushTimeoutMs)))
    } finally {
      for (const partition of this.#all) partition.takeForExit(this.options.exitTimeoutMs)
      await this.#pool.destroy()
      removeExitHook(this.#exitHook)
    }
  }

  /** The process ends: every partition is finished by its writer, or here. */
  #drainAtExit(): void {
    const giveUpAt = performance.now() + this.options.exitTimeoutMs
    for (const partition of this.#all) {
      try {
        const lines = partition.takeForExit(Math.max(0, giveUpAt - performance.now()))
        if (lines > 0) reportCondition(`spillway: ${lines} lines could not be written; they end with the process.`)
      } catch (error) {
        reportCondition(`spillway: partition ${partition.arena.partition} could not be written at exit: ${error}`)
      }
    }
  }
}

function writerGeometry(options: ResolvedOptions) {
  return {
    ringBytes: options.ringBytes,
    fileBufferBytes: options.fileBufferBytes,
    fileBufferCount: FILE_BUFFERS_PER_WRITER,
    fileCapacity: options.maxCategories + FURTHER_FILES,
    dictionaryBytes: DICTIONARY_BYTES,
  }
}

function terminalGeometry(options: ResolvedOptions) {
  return { ...writerGeometry(options), ringBytes: TERMINAL_RING_BYTES, fileBufferCount: 1, fileCapacity: 1 }
}

function drainOptionsOf(options: ResolvedOptions): DrainOptions {
  const { buffer, fileHandles, writes } = options.performance
  return {
    directory: options.directory,
    utc: options.utc,
    fileMode: options.fileMode,
    directoryMode: options.directoryMode,
    linesMax: buffer.maxBufferSize,
    dueBytes: buffer.compressionThreshold,
    flushIntervalMs: buffer.flushInterval,
    handlesMax: Math.max(1, Math.floor(fileHandles.maxHandles / options.workers)),
    handleTtlMs: fileHandles.ttl,
    evictionRatio: fileHandles.evictionRatio,
    retryAttempts: writes.retryAttempts,
    retryDelayMs: writes.retryDelay,
    terminal: {
      colorize: options.pretty?.colorize ?? process.stdout.isTTY === true,
      linesPerSecond: options.pretty?.linesPerSecond ?? Number.POSITIVE_INFINITY,
    },
  }
}

/** Waits for all, then throws the first error. */
async function settleAll(promises: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(promises)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
