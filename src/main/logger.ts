/**
 * Stage 1: the logger an application calls. It tells the shapes of a call apart and hands the entry to the encoder, with
 * the route of its level. Nothing here throws, whatever it is given.
 *
 * A level below the threshold costs two comparisons. The threshold is looked up again only when some level of this
 * Spillway has changed (`Levels.version`), which is how a change reaches every logger and child without a list of them.
 */
import {
  DEBUG,
  ERROR,
  FATAL,
  INFO,
  LEVEL_NUMBERS,
  type LevelName,
  type LevelThreshold,
  TRACE,
  WARN,
} from '../shared/levels.js'
import type { AnyFunction } from './classify/call-sites.js'
import type { PlacedContexts } from './classify/placed-contexts.js'
import type { Source } from './classify/source-cache.js'
import { checkLevel } from './level-check.js'
import type { Bindings } from './produce/bindings.js'
import { isError } from './produce/json-text.js'
import { type LogContext, ofLevel, type Route } from './produce/log-context.js'
import { formatMessage, placeholdersIn, textOfValue } from './produce/message-format.js'
import type { RecordEncoder } from './produce/record-encoder.js'
import { isTemplateStrings } from './produce/template-arguments.js'

/**
 * A method that logs one entry. It returns at once; it waits only where the ring is full (bounded by the writer's
 * progress). It never throws.
 *
 * @example
 * log.info('moved')
 * log.info({ userId, durationMs }, 'moved to %s', room)
 * log.info`user ${{ userId }} moved to ${room}`
 * log.error(error, 'move failed')
 */
export interface LogMethod {
  /** A message; `%s %d %i %f %j %o %O %%` take the arguments behind it. An error behind those is the entry's error. */
  (message: string, ...args: unknown[]): void
  /** An error, with its own message or another. */
  (error: Error, message?: string, ...args: unknown[]): void
  /** Fields, with a message or none. */
  (fields: object, message?: string, ...args: unknown[]): void
  /** A tagged template: an argument that is an object of one key is its value in the text, and a field by that key. */
  (strings: TemplateStringsArray, ...args: unknown[]): void
  /** Anything else is logged as its text: what was caught, for one. */
  (value?: unknown, message?: string, ...args: unknown[]): void
}

/** The level of a whole Spillway, and the mark that some level has changed. */
export class Levels {
  threshold: LevelThreshold
  version = 1

  constructor(threshold: LevelThreshold) {
    this.threshold = threshold
  }
}

/** Settings of a child that are its own. */
export interface ChildOptions {
  /** The child's threshold; unset, it follows its parent. */
  readonly level?: LevelThreshold | undefined
}

/** A logger of one category. Made by `spillway.logger()` and by `child()`. */
export interface Logger {
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  readonly fatal: LogMethod
  /**
   * The threshold: entries below it are not logged. Setting it reaches this logger and all its children that have none
   * of their own, at their next call. Setting what is no level throws `ERR_SPILLWAY_INVALID_OPTION`.
   */
  level: LevelThreshold
  /** Whether an entry of this level would be logged. */
  isLevelEnabled(level: LevelName): boolean
  /**
   * A logger of the same category whose lines also hold `bindings`, rendered now. Bindings of the same name replace the
   * parent's; a field of an entry replaces a binding.
   * @throws SpillwayError `ERR_SPILLWAY_INVALID_OPTION` for an option `level` that is no level.
   */
  child(bindings: object, options?: ChildOptions): Logger
}

/** How a logger came by its category: its source, and where that is in no rule its name. */
export interface Origin {
  /** `null` for a logger that was named. */
  readonly source: Source | null
  readonly category: string
}

/** The logging method of a level: on a stack, what is below it is the application. */
export function methodOfLevel(level: number): AnyFunction {
  return ofLevel<AnyFunction>(CategoryLogger.prototype, level)
}

/** A logger bound to the routes of its category, or of the places of its entries. */
export class CategoryLogger implements Logger {
  readonly #encoder: RecordEncoder
  readonly #context: LogContext
  readonly #levels: Levels
  readonly #parent: CategoryLogger | null
  /** Of a logger whose entries are filed by their places; `null` for all others. */
  readonly #placed: PlacedContexts | null
  /** How the logger came by its category. */
  readonly origin: Origin
  /** Set for this logger itself; `null` follows the parent. */
  #ownLevel: LevelThreshold | null
  #threshold = 0
  #seenVersion = 0

  constructor(
    encoder: RecordEncoder,
    context: LogContext,
    levels: Levels,
    parent: CategoryLogger | null,
    ownLevel: LevelThreshold | null,
    origin: Origin,
    placed: PlacedContexts | null = null,
  ) {
    this.#encoder = encoder
    this.#context = context
    this.#levels = levels
    this.#parent = parent
    this.#ownLevel = ownLevel
    this.origin = origin
    this.#placed = placed
  }

  get level(): LevelThreshold {
    // A loop: children of children may be thousands deep.
    for (let logger: CategoryLogger | null = this; logger !== null; logger = logger.#parent) {
      if (logger.#ownLevel !== null) return logger.#ownLevel
    }
    return this.#levels.threshold
  }

  set level(level: LevelThreshold) {
    this.#ownLevel = checkLevel('level', level)
    this.#levels.version++
  }

  isLevelEnabled(level: LevelName): boolean {
    const number: number | undefined = LEVEL_NUMBERS[level]
    return number !== undefined && number < LEVEL_NUMBERS.silent && number >= LEVEL_NUMBERS[this.level]
  }

  child(bindings: object, options?: ChildOptions): Logger {
    const ownLevel = options?.level === undefined ? null : checkLevel('level', options.level)
    const context = this.#context.child(this.#extendedBindings(bindings))
    const placed = this.#placed?.child(context) ?? null
    return new CategoryLogger(this.#encoder, context, this.#levels, this, ownLevel, this.origin, placed)
  }

  #extendedBindings(bindings: object): Bindings {
    const bound = this.#context.bindings
    if (!this.#encoder.tryEnter()) return bound
    try {
      return bound.extend(bindings)
    } catch {
      return bound // The stack or the memory is at its end.
    } finally {
      this.#encoder.nesting--
    }
  }

  trace(first: unknown, ...rest: unknown[]): void {
    if (this.#isEnabled(TRACE)) this.#log(this.#context.category.trace, first, rest)
  }

  debug(first: unknown, ...rest: unknown[]): void {
    if (this.#isEnabled(DEBUG)) this.#log(this.#context.category.debug, first, rest)
  }

  info(first: unknown, ...rest: unknown[]): void {
    if (this.#isEnabled(INFO)) this.#log(this.#context.category.info, first, rest)
  }

  warn(first: unknown, ...rest: unknown[]): void {
    if (this.#isEnabled(WARN)) this.#log(this.#context.category.warn, first, rest)
  }

  error(first: unknown, ...rest: unknown[]): void {
    if (this.#isEnabled(ERROR)) this.#log(this.#context.category.error, first, rest)
  }

  fatal(first: unknown, ...rest: unknown[]): void {
    if (this.#isEnabled(FATAL)) this.#log(this.#context.category.fatal, first, rest)
  }

  #isEnabled(level: number): boolean {
    if (this.#seenVersion !== this.#levels.version) {
      this.#seenVersion = this.#levels.version
      this.#threshold = LEVEL_NUMBERS[this.level]
    }
    return level >= this.#threshold
  }

  /** Guards a call: whatever the entry's own code does, logging does not throw, and a recursion ends. */
  #log(route: Route, first: unknown, rest: readonly unknown[]): void {
    const encoder = this.#encoder
    if (!encoder.enter()) return
    let seqBefore = -1
    try {
      seqBefore = encoder.entries
      if (this.#placed === null) this.#encode(this.#context, route, first, rest)
      else this.#encodePlaced(this.#placed.contextOf(first, route.level), route.level, first, rest)
    } catch (error) {
      encoder.unloggable(this.#context, route, error, seqBefore)
    } finally {
      encoder.nesting--
    }
  }

  #encodePlaced(context: LogContext, level: number, first: unknown, rest: readonly unknown[]): void {
    this.#encode(context, ofLevel(context.category, level), first, rest)
  }

  /** The shapes of a call, the most frequent first. */
  #encode(context: LogContext, route: Route, first: unknown, rest: readonly unknown[]): void {
    if (first === context.strings) {
      this.#encoder.template(context, route, context.strings, rest)
    } else if (typeof first === 'string') {
      if (rest.length === 0) this.#encoder.message(context, route, first)
      else this.#logFormatted(context, route, first, rest)
    } else if (typeof first !== 'object' || first === null) {
      const message = first === null || first === undefined ? messageOf(rest) : undefined
      this.#encoder.message(context, route, message ?? textOfValue(first))
    } else if (!hasToJson(first) && isPlainObject(first)) {
      // In this order: where the look-up of toJSON has told the compiler the shape, the prototype costs no call.
      this.#encoder.fields(context, route, first, rest.length === 0 ? errorMessageIn(first) : messageOf(rest))
    } else {
      this.#logOther(context, route, first, rest)
    }
  }

  /** A message with arguments. An error behind them that the format does not take is the entry's. */
  #logFormatted(context: LogContext, route: Route, format: string, args: readonly unknown[]): void {
    const message = formatMessage(format, args)
    const last = args[args.length - 1]
    if (isError(last) && placeholdersIn(format) < args.length) this.#encoder.error(context, route, last, message)
    else this.#encoder.message(context, route, message)
  }

  /** What is neither text nor a plain object: a tagged template from elsewhere, an error, an object of a class. */
  #logOther(context: LogContext, route: Route, first: object, rest: readonly unknown[]): void {
    if (isTemplateStrings(first)) this.#encoder.template(context, route, first, rest)
    else if (isError(first)) this.#encoder.error(context, route, first, messageOf(rest))
    else if (hasToJson(first)) this.#encoder.render(context, route, first, messageOf(rest))
    else this.#encoder.fields(context, route, ownMembers(first), messageOf(rest))
  }
}

/** The message behind an object or an error. */
function messageOf(rest: readonly unknown[]): string | undefined {
  const message = rest[0]
  if (rest.length === 1 && typeof message === 'string') return message
  if (message === undefined) return undefined
  return formatMessage(textOfValue(message), rest.slice(1))
}

/** Of fields without a message: that of the error among them, as pino has it. */
function errorMessageIn(fields: object): string | undefined {
  try {
    const { err } = fields as { err?: unknown }
    if (!isError(err)) return undefined
    const message: unknown = err.message
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined // A getter that throws: the line says so of the field.
  }
}

/** A plain copy: `for in` would find the members of a class's prototype as well. */
function ownMembers(object: object): object {
  try {
    return { ...object }
  } catch {
    return object // A getter that throws: the rendering reads member by member.
  }
}

/** False also for a proxy whose traps throw. */
function isPlainObject(value: object): boolean {
  try {
    return Object.getPrototypeOf(value) === Object.prototype
  } catch {
    return false
  }
}

/** Whether an object says itself what it is in JSON. */
function hasToJson(value: object): boolean {
  try {
    return typeof (value as { toJSON?: unknown }).toJSON === 'function'
  } catch {
    return true // The rendering copes with what throws.
  }
}
