/**
 * Stage 2: level + category -> file. Everything is decided when a logger is made: which partition and which file each of
 * its levels goes to. A call only follows its route; no text is compared, and nothing ever looks at the message.
 *
 * warn goes to warning.jsonl, error and fatal to error.jsonl, the rest to the category's file.
 */
import type { Arena, FileId } from '../../shared/arena.js'
import { fileEntryCheck, fileEntryWord } from '../../shared/arena.js'
import {
  FILE_CHECK,
  FILE_COUNT,
  FILE_DURABLE,
  FILE_KIND,
  FILE_KIND_LOG,
  FILE_KIND_TERMINAL,
  FILE_NAME_BYTES,
  FILE_NAME_OFFSET_BYTES,
  FILE_PRIORITY,
} from '../../shared/arena-layout.js'
import { DEBUG, ERROR, FATAL, INFO, LEVEL_NUMBERS, type LevelName, TRACE, WARN } from '../../shared/levels.js'
import type { ResolvedOptions } from '../../shared/options.js'
import { HIGH_TRAFFIC_PRIORITY, NORMAL_PRIORITY, URGENT_PRIORITY, WARNING_PRIORITY } from '../../shared/priorities.js'
import { recordHead } from '../../shared/record-layout.js'
import { CopyBudget } from '../produce/copy-budget.js'
import { type Dictionary, NO_DICTIONARY_ID } from '../produce/dictionary.js'
import { escapedText } from '../produce/key-names.js'
import type { CategoryRoutes, Route, RouteCopy } from '../produce/log-context.js'
import type { RingProducer } from '../produce/ring-producer.js'
import { CategoryNames, GENERAL_CATEGORY } from './category-name.js'

const ERROR_FILE = 'error'
const WARNING_FILE = 'warning'
/** The levels of a category's file, and those that have files of their own and may be copied to it. */
const CATEGORY_LEVELS = ['trace', 'debug', 'info'] as const
const COPIED_LEVELS = ['warn', 'error', 'fatal'] as const
const EXTENSION = '.jsonl'
/** So many categories without a file of their own are told apart in counting them. */
const OVERFLOWS_MAX = 65_536

/** The part of the options that routes need, and the seat whose files they lead to. */
export type RouteOptions = ResolvedOptions & { readonly seat?: number }

interface Destination {
  readonly ring: RingProducer
  readonly file: FileId
}

/** All routes of one Spillway. */
export class RouteTable {
  readonly #rings: readonly RingProducer[]
  readonly #dictionary: Dictionary
  readonly #options: RouteOptions
  readonly #extension: string
  readonly #names = new CategoryNames([ERROR_FILE, WARNING_FILE])
  readonly #categories = new Map<string, CategoryRoutes>()
  readonly #namesById = new Map<number, string>()
  readonly #fileCounts: number[]
  readonly #error: Destination
  readonly #warning: Destination
  readonly #terminal: RouteCopy | null
  readonly #overflows = new Set<string>()
  readonly #areCategoriesDurable: boolean

  /** `rings` are those of the writers; `terminal` that of the terminal, or `null`. */
  constructor(
    rings: readonly RingProducer[],
    terminal: RingProducer | null,
    dictionary: Dictionary,
    options: RouteOptions,
  ) {
    this.#rings = rings
    this.#dictionary = dictionary
    this.#options = options
    const { seat = 0 } = options
    this.#extension = seat > 1 ? `~${seat}${EXTENSION}` : EXTENSION
    this.#fileCounts = rings.map(() => 0)
    const copied = options.alsoInCategoryFile ? COPIED_LEVELS : []
    this.#areCategoriesDurable = this.#isDurable(...CATEGORY_LEVELS, ...copied)
    this.#error = this.#addFile(ERROR_FILE, URGENT_PRIORITY, this.#isDurable('error', 'fatal'))
    this.#warning = this.#addFile(WARNING_FILE, WARNING_PRIORITY, this.#isDurable('warn'))
    this.#terminal = terminal === null || options.pretty === null ? null : this.#addTerminal(terminal, options.pretty)
    this.of(GENERAL_CATEGORY)
  }

  /** How many files there are. */
  get files(): number {
    return this.#fileCounts.reduce((sum, count) => sum + count, 0)
  }

  /** How many categories came after `maxCategories` and share general.jsonl. */
  get overflows(): number {
    return this.#overflows.size
  }

  /** The routes of a category, or `null` where there is no room for one more: then those of `general` serve. */
  of(category: string): CategoryRoutes | null {
    const known = this.#categories.get(category)
    if (known !== undefined) return known
    const memberText = `,"category":"${escapedText(category)}"`
    const dictionaryId = this.#isFull ? NO_DICTIONARY_ID : this.#dictionary.addReserved([memberText])
    if (dictionaryId === NO_DICTIONARY_ID) {
      if (this.#overflows.size < OVERFLOWS_MAX) this.#overflows.add(category)
      return null
    }
    const priority = this.#options.highTrafficCategories.includes(category) ? HIGH_TRAFFIC_PRIORITY : NORMAL_PRIORITY
    const own = this.#addFile(this.#names.nameOf(category), priority, this.#areCategoriesDurable)
    const routes: CategoryRoutes = {
      memberText,
      dictionaryId,
      trace: this.#route(TRACE, own, null),
      debug: this.#route(DEBUG, own, null),
      info: this.#route(INFO, own, null),
      warn: this.#route(WARN, this.#warning, own),
      error: this.#route(ERROR, this.#error, own),
      fatal: this.#route(FATAL, this.#error, own),
    }
    this.#categories.set(category, routes)
    this.#namesById.set(dictionaryId, category)
    return routes
  }

  /** The category that records refer to by this number, or `null` where none does. */
  nameOf(dictionaryId: number): string | null {
    return this.#namesById.get(dictionaryId) ?? null
  }

  /** The file that entries of a category go to, or would, below their day's directory. */
  fileOf(category: string): string {
    const shares = !this.#categories.has(category) && (this.#isFull || this.#overflows.has(category))
    return this.#names.peek(shares ? GENERAL_CATEGORY : category) + this.#extension
  }

  /** Besides general, which is there from the start. */
  get #isFull(): boolean {
    return this.#categories.size > this.#options.maxCategories
  }

  #route(level: number, to: Destination, own: Destination | null): Route {
    const copies: RouteCopy[] = []
    if (own !== null && this.#options.alsoInCategoryFile) copies.push({ ...own, budget: null })
    const pretty = this.#options.pretty
    if (this.#terminal !== null && pretty !== null && level >= LEVEL_NUMBERS[pretty.level]) copies.push(this.#terminal)
    const urgent = level >= ERROR
    // Written out: objects that a spread makes have hidden classes of their own, and each call would look them up.
    return {
      ring: to.ring,
      file: to.file,
      level,
      urgent,
      head: recordHead(0, level, to.file),
      isPlain: !urgent && copies.length === 0,
      copies,
    }
  }

  /** Whether lines of one of these levels go to the disk when they are written. */
  #isDurable(...levels: readonly LevelName[]): boolean {
    return levels.some((level) => this.#options.durability[level] === 'sync')
  }

  /** Announces a file in the partition that has the fewest. */
  #addFile(name: string, priority: number, isDurable: boolean): Destination {
    const partition = this.#fileCounts.indexOf(Math.min(...this.#fileCounts))
    const ring = this.#rings[partition] as RingProducer
    const file = writeFileEntry(ring.arena, name + this.#extension, priority, FILE_KIND_LOG, isDurable)
    this.#fileCounts[partition] = file + 1
    return { ring, file }
  }

  #addTerminal(ring: RingProducer, pretty: NonNullable<ResolvedOptions['pretty']>): RouteCopy {
    const file = writeFileEntry(ring.arena, '', URGENT_PRIORITY, FILE_KIND_TERMINAL, false)
    return { ring, file, budget: new CopyBudget(pretty.linesPerSecond, ring.arena) }
  }
}

function writeFileEntry(arena: Arena, name: string, priority: number, kind: number, isDurable: boolean): FileId {
  const { words, bytes } = arena
  const file = Atomics.load(words, FILE_COUNT) as FileId
  const entry = fileEntryWord(arena, file)
  bytes.set(Buffer.from(name, 'latin1'), entry * 4 + FILE_NAME_OFFSET_BYTES)
  words[entry + FILE_NAME_BYTES] = name.length
  words[entry + FILE_PRIORITY] = priority
  words[entry + FILE_KIND] = kind
  words[entry + FILE_DURABLE] = isDurable ? 1 : 0
  words[entry + FILE_CHECK] = fileEntryCheck(arena, file)
  // Orders the entry's plain stores before it; an owner loads it before it reads an entry.
  Atomics.store(words, FILE_COUNT, file + 1)
  return file
}
