/**
 * Replays NDJSON into log files: each object is logged with its own fields, in the category that one of them names.
 * What cannot be read as an object is kept, too: as an entry of the category `unparsed`.
 */
import type { Logger } from '../../src/main/index.js'
import { CATEGORY_LENGTH_MAX } from '../../src/shared/option-rules.js'
import { LEVELS, type LevelName, levelNameOf } from './level-names.js'
import { type NdjsonLine, NdjsonReader } from './ndjson-reader.js'

const CATEGORY_IF_MISSING = 'general'
const CATEGORY_UNPARSED = 'unparsed'
/** Loggers kept for the next line of their category. Beyond it they are made anew, so that ids cost no memory. */
const LOGGERS_MAX = 1024
/** So many are counted, as spillway counts those that overflow. */
export const CATEGORIES_COUNTED_MAX = 65_536

/** What {@link Replay} needs. */
export interface ReplayOptions {
  /** The key whose value is the category. */
  readonly by: string
  /** Entries below it are counted, not logged. */
  readonly level: LevelName
  readonly loggerOf: (category: string) => Logger
  /** Called for each line that cannot be read, in order. */
  readonly onUnparsed: (input: string, lineNumber: number, reason: string) => void
}

/** What became of the lines read. */
export interface ReplayCounts {
  readonly read: number
  readonly objects: number
  /** Objects that name a category, whatever their level. */
  readonly keyed: number
  readonly belowLevel: number
  /** Logged in general: without the key, or with a value that is no name. */
  readonly withoutKey: number
  /** Logged in general: with a value that is too long for a category. */
  readonly overlongKey: number
  readonly blank: number
  readonly unparsed: number
  /** Different categories that lines were logged in by their key; the count stops at {@link CATEGORIES_COUNTED_MAX}. */
  readonly categories: number
}

/** An input that could not be read to its end; `cause` is the stream's error. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

export class Replay {
  readonly #options: ReplayOptions
  readonly #levelAt: number
  readonly #loggers = new Map<string, Logger>()
  readonly #categories = new Set<string>()
  readonly #counts = {
    read: 0,
    objects: 0,
    keyed: 0,
    belowLevel: 0,
    withoutKey: 0,
    overlongKey: 0,
    blank: 0,
    unparsed: 0,
    categories: 0,
  }

  constructor(options: ReplayOptions) {
    this.#options = options
    this.#levelAt = LEVELS.indexOf(options.level)
  }

  get counts(): ReplayCounts {
    return this.#counts
  }

  /** Replays one input to its end; rejects with an {@link InputError} if it cannot be read so far. */
  async run(input: string, chunks: AsyncIterable<Buffer>): Promise<void> {
    const reader = new NdjsonReader()
    for await (const chunk of readable(chunks)) {
      for (const line of reader.push(chunk)) this.#log(input, line)
    }
    for (const line of reader.end()) this.#log(input, line)
  }

  #log(input: string, line: NdjsonLine): void {
    this.#counts.read++
    switch (line.kind) {
      case 'blank':
        this.#counts.blank++
        return
      case 'unparsed': {
        this.#counts.unparsed++
        const { number, reason, text, overlongBytes } = line
        const overlong = overlongBytes === undefined ? {} : { overlongBytes }
        this.#loggerOf(CATEGORY_UNPARSED).info({ input, line: number, reason, ...overlong, text })
        this.#options.onUnparsed(input, number, reason)
        return
      }
      case 'object':
        this.#counts.objects++
        this.#logObject(line.value)
    }
  }

  #logObject(value: Readonly<Record<string, unknown>>): void {
    const name = this.#nameIn(value)
    if (name !== null) this.#counts.keyed++
    const level = levelNameOf(value.level)
    if (LEVELS.indexOf(level ?? 'info') < this.#levelAt) {
      this.#counts.belowLevel++
      return
    }
    const messageKey = typeof value.msg === 'string' ? 'msg' : 'message'
    const message = value[messageKey]
    const fields: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      // A level that means nothing to spillway stays a field: nothing of the input is lost.
      if (key === 'level' && level !== undefined) continue
      if (key === messageKey && typeof message === 'string') continue
      setOwn(fields, key, value[key])
    }
    const log = this.#loggerOf(this.#categoryOf(name))
    if (typeof message === 'string') log[level ?? 'info'](fields, message)
    else log[level ?? 'info'](fields)
  }

  /** What the key's value names; `null` where it names nothing. */
  #nameIn(value: Readonly<Record<string, unknown>>): string | null {
    const { by } = this.#options
    const name = Object.hasOwn(value, by) ? value[by] : undefined
    // An object has no text worth a file's name, and its own toString may be anything.
    if (name === undefined || name === null || typeof name === 'object') return null
    return String(name) || null
  }

  /** The category of an object that is logged. The name is a field of it in any case. */
  #categoryOf(name: string | null): string {
    if (name === null) {
      this.#counts.withoutKey++
      return CATEGORY_IF_MISSING
    }
    if (name.length > CATEGORY_LENGTH_MAX) {
      this.#counts.overlongKey++
      return CATEGORY_IF_MISSING
    }
    this.#countCategory(name)
    return name
  }

  #countCategory(category: string): void {
    if (this.#counts.categories === CATEGORIES_COUNTED_MAX) return
    this.#categories.add(category)
    this.#counts.categories = this.#categories.size
  }

  #loggerOf(category: string): Logger {
    const known = this.#loggers.get(category)
    if (known !== undefined) return known
    if (this.#loggers.size === LOGGERS_MAX) this.#loggers.clear()
    const log = this.#options.loggerOf(category)
    this.#loggers.set(category, log)
    return log
  }
}

/** Tells the errors of the input apart from all others. */
async function* readable(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* chunks
  } catch (error) {
    throw new InputError((error as Error).message, { cause: error })
  }
}

/** Sets a key even if it is called `__proto__`, which an assignment would take for the prototype. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
  else target[key] = value
}
