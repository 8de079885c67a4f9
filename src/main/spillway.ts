/**
 * The one object an application holds: wiring only. Making it is synchronous; the first line can be logged in the next
 * statement, while the writers start behind it.
 */
import { createArena } from '../shared/arena.js'
import { categoryReserve, terminalGeometry } from '../shared/arena-sizes.js'
import { createConditionBoard } from '../shared/condition-board.js'
import type { ConditionKind } from '../shared/conditions.js'
import { createDescriptorPleas } from '../shared/descriptor-pleas.js'
import { SpillwayError } from '../shared/errors.js'
import type { LevelThreshold } from '../shared/levels.js'
import { CATEGORY_LENGTH_MAX, renderValue, unknownVariables } from '../shared/option-rules.js'
import { type ResolvedOptions, resolveOptions, type SpillwayOptions } from '../shared/options.js'
import { monotonicMs } from '../shared/real-timers.js'
import type { DrainOptions } from '../shared/writer-protocol.js'
import { ArenaStore } from './arenas/arena-store.js'
import { invalidArgument } from './argument-check.js'
import { CategoryContexts } from './classify/category-contexts.js'
import { GENERAL_CATEGORY } from './classify/category-name.js'
import { type Explanation, explainOrigin, type KnownSource, knownSources } from './classify/explain.js'
import { PlacedContexts, type Places } from './classify/placed-contexts.js'
import { RouteTable } from './classify/route-table.js'
import { SourceFinder } from './classify/source-finder.js'
import { type StackCarrier, stackText } from './classify/stack-text.js'
import { TemplateSites } from './classify/template-sites.js'
import { type ConditionListener, Conditions } from './control/conditions.js'
import { optionsFilePath, readOptionsFile } from './control/options-file.js'
import { Partition } from './control/partition.js'
import { ProcessEnd } from './control/process-end.js'
import { WriterPool } from './control/writer-pool.js'
import { type FlushOptions, wantsSync } from './flush-options.js'
import { checkLevel } from './level-check.js'
import { CategoryLogger, Levels, type Logger, methodOfLevel, type Origin } from './logger.js'
import { readStats, type SpillwayStats } from './observe/stats.js'
import { Bindings } from './produce/bindings.js'
import { Dictionary } from './produce/dictionary.js'
import type { LogContext } from './produce/log-context.js'
import { RecordEncoder } from './produce/record-encoder.js'
import type { PlaceOf } from './produce/template-table.js'

/** Of all that log from this thread: descriptors are the process's. */
const descriptorPleas = createDescriptorPleas()

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
  readonly #options: ResolvedOptions
  readonly #partitions: readonly Partition[]
  readonly #terminal: Partition | null
  readonly #pool: WriterPool
  readonly #dictionary: Dictionary
  readonly #encoder: RecordEncoder
  readonly #routes: RouteTable
  readonly #levels: Levels
  readonly #finder: SourceFinder
  readonly #places: Places
  readonly #stackContexts = new Map<string, LogContext>()
  readonly #conditions = new Conditions()
  readonly #store: ArenaStore
  readonly #end: ProcessEnd
  #closing: Promise<void> | null = null

  /**
   * Checks the options, finishes what dead processes have left in the directory, makes the arenas and starts the
   * writers; waits for none of them.
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_OPTION`, `ERR_SPILLWAY_UNKNOWN_OPTION` or `ERR_SPILLWAY_CONFIG_FILE`;
   *   `ERR_SPILLWAY_ARENA` where arenas must be mapped and cannot be. Before any thread is started.
   */
  constructor(options?: SpillwayOptions) {
    const path = optionsFilePath(options, process.env)
    const fromFile = path === null ? undefined : readOptionsFile(path)
    this.#options = resolveOptions(options, fromFile, process.env)
    for (const warning of unknownVariables(process.env)) process.emitWarning(warning, { code: 'SPILLWAY_VARIABLE' })
    const { workers, pretty, onFull } = this.#options
    this.#store = new ArenaStore(this.#options, this.#conditions)
    const allArenas = [...this.#store.arenas]
    try {
      if (pretty !== null) allArenas.push(createArena(workers, terminalGeometry(this.#options)))
      this.#pool = new WriterPool(allArenas.length)
    } catch (error) {
      this.#store.release() // The process may not make threads, say: nobody is left to give the seat up.
      throw error
    }
    this.#dictionary = new Dictionary(allArenas, categoryReserve(this.#options))
    const settings = {
      drain: drainOptionsOf(this.#options, this.#store.journalDirectory),
      onFull,
      writerTimeoutMs: this.#options.writerTimeoutMs,
      conditions: this.#conditions,
      onUnwritten: () => this.#end.expect(),
    }
    // The terminal has no journal: what it was to show is in the files.
    const ofTerminal = { ...settings, drain: { ...settings.drain, journalDirectory: null } }
    const partitions = allArenas.map((arena, index) => {
      return new Partition(arena, index === workers ? ofTerminal : settings, this.#pool)
    })
    this.#partitions = partitions.slice(0, workers)
    this.#terminal = partitions[workers] ?? null
    this.#finder = new SourceFinder(this.#options)
    const sites = new TemplateSites(this.#finder, methodOfLevel)
    const tellsPlace = this.#options.source
    const placeOf: PlaceOf | null = tellsPlace ? (strings, level) => sites.placeOf(strings, level) : null
    this.#encoder = new RecordEncoder(this.#dictionary, this.#options.clock, placeOf, (condition) =>
      this.#conditions.report(condition),
    )
    const rings = this.#partitions.map(({ ring }) => ring)
    this.#routes = new RouteTable(rings, this.#terminal?.ring ?? null, this.#dictionary, {
      ...this.#options,
      seat: this.#store.state.seat,
    })
    this.#places = {
      contexts: new CategoryContexts(this.#routes, this.#encoder),
      finder: this.#finder,
      sites,
      methodOf: methodOfLevel,
      eachCall: this.#options.classify === 'call-site',
      tellsPlace,
    }
    this.#levels = new Levels(this.#options.level)
    this.#end = new ProcessEnd(partitions, this.#options, this.#store, () => this.#encoder.refused.tell())
  }

  /** What holds: environment over options over file over defaults. Frozen. */
  get options(): ResolvedOptions {
    return this.#options
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
   *
   * Without a category it is shared: a tagged template goes to the category of the file it stands in, everything else
   * to general. Where `classify` is `call-site`, each call goes to the category of the file it stands in, and `category`
   * counts only for files that are in no rule.
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_CATEGORY` for what is no text of 1 to 256 characters.
   */
  logger(category?: string): Logger {
    if (category !== undefined) checkCategory(category)
    const own = category ?? GENERAL_CATEGORY
    const context = this.#places.contexts.make(own, Bindings.none)
    const isPlaced = category === undefined || this.#places.eachCall
    const placed = isPlaced ? new PlacedContexts(this.#places, context) : null
    return this.#loggerIn(context, { source: null, category: own }, placed)
  }

  /**
   * A logger for the file that calls this: its category is found once, here. `file` is `import.meta.url` for those who
   * want to say it; the file of a bundle is no use, there the place of the call is taken all the same. Costs the reading
   * of the file's source map when it is seen first, and then nothing: a call costs what a named logger's does.
   *
   * @example
   * const log = spillway.here() // in src/actions/move.ts: actions.jsonl
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_ARGUMENT` for a `file` that is no text or URL.
   */
  here(file?: string | URL): Logger {
    if (file !== undefined && typeof file !== 'string' && !(file instanceof URL)) {
      throw invalidArgument('file', file, 'a path, a URL or left out')
    }
    const { here } = Spillway.prototype
    const source = file === undefined ? this.#finder.ofCall(here) : this.#finder.ofFile(String(file), here)
    const { category } = source
    return this.#loggerIn(this.#places.contexts.make(category, Bindings.none), { source, category }, null)
  }

  /**
   * The logger for an entry that brings its stack with it, of a browser for example: of the category of the stack's first
   * frame that is the application's. `hint` is the category where that frame is in no rule. The time it takes is bounded,
   * whatever the stack. Of a text that has its message in it, lines of the message that look like frames count as such:
   * who has the message apart gives both.
   *
   * @example
   * spillway.loggerFor(entry, 'client').info(entry.fields, entry.message)
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_ARGUMENT` for a stack that is no text,
   *   `ERR_SPILLWAY_INVALID_CATEGORY` for a hint that is no category.
   */
  loggerFor(stack: string | StackCarrier, hint: string = GENERAL_CATEGORY): Logger {
    const text = stackText(stack)
    if (text === null) throw invalidArgument('stack', stack, 'a text, or an object that has one as its stack')
    checkCategory(hint)
    const source = this.#finder.ofStack(text)
    const category = source.category === GENERAL_CATEGORY ? hint : source.category
    const known = this.#stackContexts.get(category)
    const context = known ?? this.#places.contexts.make(category, Bindings.none)
    if (known === undefined && this.#stackContexts.size < this.#options.maxCategories) {
      this.#stackContexts.set(category, context)
    }
    return this.#loggerIn(context, { source, category }, null)
  }

  /**
   * Why entries land where they do: of a logger, or of a stack in text (or an error's).
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_ARGUMENT` for anything else.
   */
  explain(loggerOrStack: Logger | string | StackCarrier): Explanation {
    const given: unknown = loggerOrStack
    if (given instanceof CategoryLogger) return explainOrigin(given.origin, this.#routes)
    const stack = stackText(given)
    if (stack === null) throw invalidArgument('loggerOrStack', given, 'a logger, a stack or an error')
    const source = this.#finder.ofStack(stack)
    return explainOrigin({ source, category: source.category }, this.#routes)
  }

  /** The places that are remembered, the last used first; with all their frames where `compression` is off. */
  sources(): readonly KnownSource[] {
    return knownSources(this.#finder.cache)
  }

  /**
   * Fulfils when everything logged before the call is the kernel's, and with `sync` when it is on the disk. What went to
   * stderr is beyond syncing.
   *
   * @example
   * await spillway.flush({ sync: true }) // What was logged outlives a power cut from here on.
   * @throws SpillwayError `ERR_SPILLWAY_TIMEOUT` after `flushTimeoutMs`, `ERR_SPILLWAY_IO` where a file cannot be
   *   written; the lines stay pending in both cases. `ERR_SPILLWAY_SYNC` where `sync` is asked for and a file cannot be
   *   brought to the disk, or could not before, as long as that day's file is in use: no later sync makes that good.
   *   `ERR_SPILLWAY_INVALID_ARGUMENT` for other options.
   */
  async flush(options?: FlushOptions): Promise<void> {
    const sync = wantsSync(options)
    if (this.#closing !== null) {
      await this.#closing.catch(() => {}) // Whoever closed was told; what was logged since is this call's affair.
      this.flushSync(options) // The main thread is the owner of all partitions: nobody is waited for.
      return
    }
    const deadlineMs = this.#options.flushTimeoutMs
    const flushAll = (): Promise<void> => settleAll(this.#all.map((partition) => partition.flush(deadlineMs, sync)))
    const isTold = this.#encoder.tellRefused()
    await flushAll()
    // What found no room before finds it now.
    this.#encoder.tellRefused()
    if (!isTold) await flushAll()
  }

  /**
   * As `flush()`, without the event loop: blocks until the writers have written, `flushTimeoutMs` at most.
   * @throws as `flush()`.
   */
  flushSync(options?: FlushOptions): void {
    const sync = wantsSync(options)
    const giveUpAt = monotonicMs() + this.#options.flushTimeoutMs
    const isTold = this.#encoder.tellRefused()
    this.#flushAllSync(giveUpAt, sync)
    this.#encoder.tellRefused() // As in flush().
    if (!isTold) this.#flushAllSync(giveUpAt, sync)
  }

  #flushAllSync(giveUpAt: number, sync: boolean): void {
    const failures: unknown[] = []
    const requests = this.#all.map((partition) => partition.requestFlush(sync))
    for (const [index, partition] of this.#all.entries()) {
      try {
        partition.flushed(requests[index] as number, Math.max(0, giveUpAt - monotonicMs()), sync)
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

  /**
   * Has `listener` called with each condition of a kind: `warning` (something happened and is dealt with), `degraded`
   * (from now on something is worse than it should be), `recovered` (that has ended). It is called when the event loop
   * turns, never inside a log call, and may log; what it throws is an uncaught exception.
   *
   * @example
   * spillway.on('degraded', ({ code, message }) => alarm(`logging: ${code}: ${message}`))
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_ARGUMENT` for another event, or a listener that is no function.
   */
  on(event: ConditionKind, listener: ConditionListener): this {
    this.#conditions.on(event, listener)
    return this
  }

  /** As `on`, for the next one alone. */
  once(event: ConditionKind, listener: ConditionListener): this {
    this.#conditions.once(event, listener)
    return this
  }

  /** Takes a listener away again. */
  off(event: ConditionKind, listener: ConditionListener): this {
    this.#conditions.off(event, listener)
    return this
  }

  /** A snapshot of the counters: no message, no wait. */
  stats(): SpillwayStats {
    return readStats({
      arena: this.#store.state,
      partitions: this.#partitions,
      terminal: this.#terminal,
      encoder: this.#encoder,
      routes: this.#routes,
      dictionary: this.#dictionary,
      sources: this.#finder.cache,
    })
  }

  #loggerIn(context: LogContext, origin: Origin, placed: PlacedContexts | null): Logger {
    return new CategoryLogger(this.#encoder, context, this.#levels, null, null, origin, placed)
  }

  get #all(): readonly Partition[] {
    return this.#terminal === null ? this.#partitions : [...this.#partitions, this.#terminal]
  }

  async #close(): Promise<void> {
    this.#encoder.tellRefused()
    try {
      await settleAll(this.#all.map((partition) => partition.close(this.#options.flushTimeoutMs)))
    } finally {
      this.#encoder.refused.tell() // The rings are drained: what found no room before is written by this call.
      await this.#pool.destroy()
      this.#end.closed()
    }
  }
}

function checkCategory(category: unknown): void {
  if (typeof category === 'string' && category !== '' && category.length <= CATEGORY_LENGTH_MAX) return
  const rule = `a text of 1 to ${CATEGORY_LENGTH_MAX} characters`
  const message = `The category of a logger is ${renderValue(category)}: it must be ${rule}.`
  throw new SpillwayError('ERR_SPILLWAY_INVALID_CATEGORY', message, { option: 'category', value: category, rule })
}

function drainOptionsOf(options: ResolvedOptions, journalDirectory: string | null): DrainOptions {
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
    fallbackDirectory: options.fallbackDirectory,
    conditionBoard: createConditionBoard(),
    descriptorPleas,
    journalDirectory,
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
