/**
 * What the encoder knows of a logger: its category, its bindings, where its entries go, and what its last entries looked
 * like. It is the logger's memory on the hot path; the logger itself is only its public face.
 */
import type { FileId } from '../../shared/arena.js'
import { DEBUG, ERROR, INFO, TRACE, WARN } from '../../shared/levels.js'
import type { Bindings } from './bindings.js'
import type { CopyBudget } from './copy-budget.js'
import { NO_DICTIONARY_ID } from './dictionary.js'
import type { RingProducer } from './ring-producer.js'
import { NO_SHAPE, type Shape } from './shape-table.js'
import type { Template } from './template-table.js'

/** A way from level and category to a file: computed once, followed by every entry. */
export interface Route {
  readonly ring: RingProducer
  readonly file: FileId
  readonly level: number
  /** Entries that ring the writer at once: error and fatal. */
  readonly urgent: boolean
  /** Level and file index as a record's head has them; the kind is added. */
  readonly head: number
  /** Neither urgent nor copied: nothing is left to do once the record is published. */
  readonly isPlain: boolean
  /** Where a copy of the record goes: the category's own file (if asked for), the terminal. */
  readonly copies: readonly RouteCopy[]
}

/** A second destination of a record. */
export interface RouteCopy {
  readonly ring: RingProducer
  readonly file: FileId
  /** Of a copy that may be left out: the terminal never holds up the application. */
  readonly budget: CopyBudget | null
}

/** Something of each level. */
export interface ByLevel<T> {
  readonly trace: T
  readonly debug: T
  readonly info: T
  readonly warn: T
  readonly error: T
  readonly fatal: T
}

/** A category's routes and its name, shared by all its loggers. */
export interface CategoryRoutes extends ByLevel<Route> {
  /** `,"category":"actions"` for entries that are rendered. */
  readonly memberText: string
  readonly dictionaryId: number
}

/** What belongs to a level. */
export function ofLevel<T>(members: ByLevel<T>, level: number): T {
  if (level === TRACE) return members.trace
  if (level === DEBUG) return members.debug
  if (level === INFO) return members.info
  if (level === WARN) return members.warn
  return level === ERROR ? members.error : members.fatal
}

/** What a logger's entries of one shape look like: a call site has its shape, and mostly one message. */
export class ShapeMemory {
  readonly shape: Shape
  readonly keys: readonly string[]
  readonly id: number
  /** The last message, its dictionary id (once it has one), and how often in a row it was the message. */
  message: string | undefined = undefined
  messageId = NO_DICTIONARY_ID
  repeats = 0
  /** How often in a row it was another one than before; and how many entries are not asked whether it is. */
  changes = 0
  unasked = 0

  constructor(shape: Shape) {
    this.shape = shape
    this.keys = shape.keys
    this.id = shape.id
  }

  /** Another message. Those of a logger that makes each anew are not compared for a while: that costs as much as a clock. */
  change(message: string | undefined): void {
    this.message = message
    this.messageId = NO_DICTIONARY_ID
    this.repeats = 0
    if (++this.changes < CHANGES_MAX) return
    this.changes = 0
    this.unasked = UNASKED_ENTRIES
  }
}

/** After so many changes in a row so many entries are not asked. */
const CHANGES_MAX = 32
const UNASKED_ENTRIES = 256

/** A logger remembers so many shapes. */
const MEMORIES_MAX = 256

/** The strings of no call site. */
const NO_STRINGS: TemplateStringsArray = Object.freeze(Object.assign([], { raw: Object.freeze([]) }))

/** The mutable memory of one logger. */
export class LogContext {
  readonly category: CategoryRoutes
  readonly bindings: Bindings
  /** The bindings' text and its bytes, and the category's id where a record has it: read by every call. */
  readonly boundText: string
  readonly boundBytes: number
  readonly categoryBits: number
  /** Entries that are a message alone. */
  readonly plain: ShapeMemory
  /** The shape of the last object: the next is compared with it key by key. */
  last: ShapeMemory
  /** Shapes before it. */
  readonly others: ShapeMemory[] = []
  /** Of every shape that it had: a logger of many call sites comes back to each. */
  readonly #memories = new Map<Shape, ShapeMemory>()
  /** The call site of the last tagged template, and its template. */
  strings: TemplateStringsArray = NO_STRINGS
  template: Template | null = null

  constructor(category: CategoryRoutes, bindings: Bindings, empty: Shape, last: Shape = NO_SHAPE) {
    this.category = category
    this.bindings = bindings
    this.boundText = bindings.text
    this.boundBytes = bindings.textBytes
    this.categoryBits = category.dictionaryId << 16
    this.plain = new ShapeMemory(empty)
    this.last = new ShapeMemory(last)
  }

  /** What its entries of this shape look like. */
  memoryOf(shape: Shape): ShapeMemory {
    const known = this.#memories.get(shape)
    if (known !== undefined) return known
    const memory = new ShapeMemory(shape)
    if (this.#memories.size >= MEMORIES_MAX) this.#memories.clear()
    this.#memories.set(shape, memory)
    return memory
  }

  /** The memory of a child: what its parent's entries looked like is a good guess for its own. */
  child(bindings: Bindings): LogContext {
    const { shape } = this.last
    const bound = bindings.names
    const fits = bound === null || !shape.names.some((name) => bound.has(name))
    return new LogContext(this.category, bindings, this.plain.shape, fits ? shape : NO_SHAPE)
  }

  /** The memory of another logger of this category, with other bindings. */
  sibling(bindings: Bindings): LogContext {
    return new LogContext(this.category, bindings, this.plain.shape)
  }

  /** Whether none of these names is bound already: else the entry's value must win, which the rendering sees to. */
  admits(names: readonly (string | null)[]): boolean {
    const bound = this.bindings.names
    return bound === null || !names.some((name) => name !== null && bound.has(name))
  }
}
