/**
 * Stage 3: an entry becomes a record, typed binary in the claimed space of a ring. It runs on the application's thread;
 * every line of it is paid for by each call.
 *
 * What makes it cheap: the keys of an object are compared with those of the logger's last one, by identity of interned
 * strings; a message that stays the same is a number of the dictionary; numbers are float64 stores; all strings are
 * concatenated and written by ONE native write (80 ns whatever the length up to 256 bytes), or by a loop if they are
 * short. The lengths stored are those of ASCII; where the text had more bytes the strings are written again, one by one.
 *
 * What a record cannot hold goes to the LinePublisher. Nothing that makes a closure may stand in the methods of the hot
 * path: V8 would allocate their parameters on the heap at each call.
 */
import type { ConditionHandler } from '../../shared/conditions.js'
import {
  headOfKind,
  KIND_FIELDS,
  KIND_TEMPLATE,
  LITERAL_FALSE,
  LITERAL_TRUE,
  LITERAL_UNDEFINED,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_LENGTH,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordBytes,
  SHAPE_KEYS_MAX,
  TAG_INTERNED,
  TAG_LITERAL,
  TAG_STRING,
} from '../../shared/record-layout.js'
import type { Bindings } from './bindings.js'
import type { Dictionary } from './dictionary.js'
import { reasonOf } from './json-text.js'
import { LinePublisher } from './line-publisher.js'
import { type CategoryRoutes, LogContext, type Route, type ShapeMemory } from './log-context.js'
import { messageOfError } from './message-format.js'
import { MessageTable } from './message-table.js'
import { hasKeys, hasOnlyKey } from './object-keys.js'
import { RecordCopier } from './record-copier.js'
import { makeRoomForText, rewriteText, writeShortAscii } from './record-text.js'
import { RefusedEntries } from './refused-entries.js'
import { NO_ROOM } from './ring-producer.js'
import { SeqClock } from './seq-clock.js'
import { ShapeTable } from './shape-table.js'
import { encodeArgument, encodeOther, isLiteral } from './slot-values.js'
import { type PlaceOf, TemplateTable } from './template-table.js'

/** Space every entry claims first: a full shape's slots, and this much text without a second claim. */
const TEXT_CLAIM_BYTES = 1024
const CLAIM_BYTES = recordBytes(SHAPE_KEYS_MAX + 1, TEXT_CLAIM_BYTES)
/** Up to here a loop beats the native write, and a concatenation is still one flat string. */
const SHORT_TEXT_MAX = 12
/** Shapes a logger compares an object with besides its last. */
const OTHER_SHAPES_MAX = 4
/** Entries logged by the code that logging another one runs, so deep: deeper is a recursion without end. */
const NESTING_MAX = 4

/** Encodes the entries of one Spillway on one thread. */
export class RecordEncoder {
  readonly #shapes: ShapeTable
  readonly #templates: TemplateTable
  readonly #messages: MessageTable
  readonly #seqClock: SeqClock
  /** What full rings refused. */
  readonly refused: RefusedEntries
  readonly #copier: RecordCopier
  readonly #lines: LinePublisher
  /**
   * How many log calls are under way, each within the one before it. Who has entered takes one off as its last thing, itself:
   * a call for that would throw at the end of the stack, and the count stay for good.
   */
  nesting = 0

  /** `placeOf` is `null` where lines do not tell their place; `onCondition` hears of rings that refuse entries. */
  constructor(
    dictionary: Dictionary,
    clock?: () => number,
    placeOf: PlaceOf | null = null,
    onCondition: ConditionHandler = () => {},
  ) {
    this.#shapes = new ShapeTable(dictionary)
    this.#templates = new TemplateTable(dictionary, placeOf)
    this.#messages = new MessageTable(dictionary)
    // Errors are rare and matter: their shape does not wait for a second one.
    this.#shapes.intern(['err'])
    this.#seqClock = new SeqClock(clock === undefined || clock === Date.now ? undefined : () => this.#ask(clock))
    this.refused = new RefusedEntries(this.#seqClock, onCondition)
    this.#copier = new RecordCopier(this.refused)
    this.#lines = new LinePublisher(this.#seqClock, this.#copier, this.refused)
  }

  /** How many entries were logged: the seq of the last one. */
  get entries(): number {
    return this.#seqClock.lastSeq
  }

  /** How many of them were rendered on this thread. */
  get rendered(): number {
    return this.#lines.rendered
  }

  /** How many were lost: logging them logged again, without end, or they were too much for memory or stack. */
  get lost(): number {
    return this.#seqClock.lost
  }

  /** The first thing a log call does. False where the entry is dropped: then nothing else may be called. */
  enter(): boolean {
    if (this.tryEnter()) return true
    this.#seqClock.nextSeq()
    return false
  }

  /** As `enter`, of a call that logs nothing: no entry is dropped. */
  tryEnter(): boolean {
    if (this.nesting >= NESTING_MAX) return false
    this.nesting++
    return true
  }

  /** As `refused.tell()`, but publishes nothing within a log call, for that would be in the middle of its entry. */
  tellRefused(): boolean {
    return this.nesting === 0 && this.refused.tell()
  }

  /** An entry that threw: the line says why. `seqBefore` is the last seq when its call began. */
  unloggable(context: LogContext, route: Route, error: unknown, seqBefore: number): void {
    try {
      this.message(context, route, `[not loggable: ${reasonOf(error)}]`)
    } catch {
      // The stack or the memory is at its end: a seq without a line tells of it.
      if (seqBefore < 0 || this.#seqClock.lastSeq === seqBefore) this.#seqClock.nextSeq()
    }
  }

  /** The memory of a new logger. */
  context(category: CategoryRoutes, bindings: Bindings): LogContext {
    return new LogContext(category, bindings, this.#shapes.empty)
  }

  /** An entry that is a message alone. */
  message(context: LogContext, route: Route, message: string): void {
    if (!this.#lines.busy) {
      const at = route.ring.claim(CLAIM_BYTES, route.level)
      if (at < 0) {
        this.refused.add(context, route)
        return
      }
      const memory = context.plain
      const text = context.boundText + this.#encodeMessage(route.ring.words, (at + RECORD_SLOTS) >> 2, memory, message)
      if (this.#finish(context, route, at, KIND_FIELDS, memory.id, RECORD_SLOTS + 8, text)) return
    }
    this.#lines.fields(context, route, null, message)
  }

  /** An entry of fields, with a message or none. `object` may be any object. */
  fields(context: LogContext, route: Route, object: object, message: string | undefined): void {
    if (!this.#lines.busy && this.#tryFields(context, route, object, message)) return
    this.#lines.fields(context, route, object, message)
  }

  /** An entry of an object that must be asked for its JSON. */
  render(context: LogContext, route: Route, object: object, message: string | undefined): void {
    this.#lines.fields(context, route, object, message)
  }

  /** An entry that is an error, with a message or the error's own. */
  error(context: LogContext, route: Route, error: Error, message: string | undefined): void {
    this.fields(context, route, { err: error }, message ?? messageOfError(error))
  }

  /** An entry that is a tagged template with its arguments. */
  template(context: LogContext, route: Route, strings: TemplateStringsArray, args: readonly unknown[]): void {
    if (!this.#lines.busy && this.#tryTemplate(context, route, strings, args)) return
    this.#lines.template(context, route, strings, args, this.#templates.placeOf(strings, route.level))
  }

  /** A clock of the application's that logs would publish into the middle of the entry: what it logs is dropped. */
  #ask(clock: () => number): number {
    const nesting = this.nesting
    this.nesting = NESTING_MAX
    try {
      return clock()
    } finally {
      this.nesting = nesting
    }
  }

  #tryFields(context: LogContext, route: Route, object: object, message: string | undefined): boolean {
    const lines = this.#lines
    lines.busy = true
    let done = false
    try {
      done =
        this.#encodeFields(context, route, object, message) ||
        (this.#takeOtherShape(context, object) && this.#encodeByKeys(context, route, object, message))
    } catch {
      // A getter threw, or a proxy's trap: the rendering says so in the line.
    }
    lines.busy = false
    if (done && lines.deferred !== 0) lines.publishDeferred()
    return done
  }

  #tryTemplate(context: LogContext, route: Route, strings: TemplateStringsArray, args: readonly unknown[]): boolean {
    const lines = this.#lines
    lines.busy = true
    let done = false
    try {
      done =
        (context.strings === strings && this.#encodeTemplate(context, route, args)) ||
        (this.#takeTemplate(context, strings, args, route.level) && this.#encodeTemplate(context, route, args))
    } catch {
      // As in #tryFields().
    }
    lines.busy = false
    if (done && lines.deferred !== 0) lines.publishDeferred()
    return done
  }

  /** Fields of an object whose keys are those of the logger's last one. False where they are not, or too long. */
  #encodeFields(context: LogContext, route: Route, object: object, message: string | undefined): boolean {
    const ring = route.ring
    const at = ring.claim(CLAIM_BYTES, route.level)
    if (at < 0) return this.refused.add(context, route)
    const doubles = ring.doubles
    const words = ring.words
    const memory = context.last
    const keys = memory.keys
    let slot = (at + RECORD_SLOTS) >> 3
    let text = context.boundText
    let index = 0
    for (const key in object) {
      if (key !== keys[index]) return false
      const value = (object as Record<string, unknown>)[key]
      if (typeof value === 'number') {
        // A NaN may carry a payload that looks like a tag; the literal has none.
        doubles[slot] = Number.isNaN(value) ? Number.NaN : value
      } else if (typeof value === 'string') {
        words[slot << 1] = value.length
        words[(slot << 1) + 1] = TAG_STRING
        text += value
      } else if (typeof value === 'boolean') {
        words[slot << 1] = value ? LITERAL_TRUE : LITERAL_FALSE
        words[(slot << 1) + 1] = TAG_LITERAL
      } else {
        text += encodeOther(words, slot << 1, key, value)
      }
      slot++
      index++
    }
    if (index !== keys.length) return false
    text += this.#encodeMessage(words, slot << 1, memory, message)
    return this.#finish(context, route, at, KIND_FIELDS, memory.id, ((slot + 1) << 3) - at, text)
  }

  /** As `#encodeFields`, for objects that `for in` finds inherited members of. */
  #encodeByKeys(context: LogContext, route: Route, object: object, message: string | undefined): boolean {
    if (this.#encodeFields(context, route, object, message)) return true
    const own: Record<string, unknown> = Object.create(null)
    for (const key of context.last.keys) own[key] = (object as Record<string, unknown>)[key]
    return this.#encodeFields(context, route, own, message)
  }

  /** Makes the shape of this object the logger's last one. False where the entry has to be rendered. */
  #takeOtherShape(context: LogContext, object: object): boolean {
    const others = context.others
    for (let i = 0; i < others.length; i++) {
      const candidate = others[i]
      if (candidate !== undefined && hasKeys(object, candidate.keys)) {
        others[i] = context.last
        context.last = candidate
        return true
      }
    }
    const shape = this.#shapes.find(Object.keys(object))
    if (shape === null || !context.admits(shape.names)) return false
    if (shape !== context.last.shape) {
      if (others.unshift(context.last) > OTHER_SHAPES_MAX) others.pop()
      context.last = context.memoryOf(shape)
    }
    return true
  }

  #encodeTemplate(context: LogContext, route: Route, args: readonly unknown[]): boolean {
    const template = context.template
    if (template === null) return false
    const names = template.names
    if (names.length !== args.length) return false
    const ring = route.ring
    const at = ring.claim(CLAIM_BYTES, route.level)
    if (at < 0) return this.refused.add(context, route)
    const doubles = ring.doubles
    const words = ring.words
    let slot = (at + RECORD_SLOTS) >> 3
    let text = context.boundText
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string | null
      let value = args[index]
      if (name !== null) {
        if (typeof value !== 'object' || value === null || !hasOnlyKey(value, name)) return false
        value = (value as Record<string, unknown>)[name]
      }
      if (typeof value === 'number') {
        doubles[slot] = Number.isNaN(value) ? Number.NaN : value
      } else if (typeof value === 'string') {
        words[slot << 1] = value.length
        words[(slot << 1) + 1] = TAG_STRING
        text = text.length === 0 ? value : text + value
      } else {
        // A nested value has another text in the message than in the field; the rendering makes both.
        if (typeof value === 'object' ? value !== null : name !== null && !isLiteral(value)) return false
        text += encodeArgument(words, slot << 1, value)
      }
      slot++
    }
    return this.#finish(context, route, at, KIND_TEMPLATE, template.id, (slot << 3) - at, text)
  }

  /** Makes the template of this call the logger's last one. False where the entry has to be rendered. */
  #takeTemplate(context: LogContext, strings: TemplateStringsArray, args: readonly unknown[], level: number): boolean {
    if (args.length !== strings.length - 1 || args.length > SHAPE_KEYS_MAX) return false
    const template = this.#templates.find(strings, args, level)
    if (template === null || (template.memberNames.length > 0 && !context.admits(template.memberNames))) return false
    context.strings = strings
    context.template = template
    return true
  }

  /** The slot of a message; gives the text that belongs to it, which is none where the message is interned. */
  #encodeMessage(words: Int32Array, word: number, memory: ShapeMemory, message: string | undefined): string {
    if (memory.unasked > 0) memory.unasked--
    else if (message === memory.message) {
      if (memory.messageId >= 0 || this.#messages.repeats(memory)) {
        words[word] = memory.messageId
        words[word + 1] = TAG_INTERNED
        return ''
      }
    } else memory.change(message)
    if (message === undefined) {
      words[word] = LITERAL_UNDEFINED
      words[word + 1] = TAG_LITERAL
      return ''
    }
    words[word] = message.length
    words[word + 1] = TAG_STRING
    return message
  }

  /**
   * Writes the text and the header of a record whose slots stand at `claimedAt`, and publishes it. False, and nothing is
   * published, where the text is too long for a record or is not well-formed.
   */
  #finish(
    context: LogContext,
    route: Route,
    claimedAt: number,
    kind: number,
    dictionaryId: number,
    textOffset: number,
    text: string,
  ): boolean {
    const ring = route.ring
    let at = claimedAt
    let textBytes = text.length
    if (textBytes > SHORT_TEXT_MAX || !writeShortAscii(ring.arena.bytes, at + textOffset, text)) {
      at = makeRoomForText(ring, route.level, claimedAt, CLAIM_BYTES, textOffset, text)
      if (at < 0) return at === NO_ROOM && this.refused.add(context, route)
      textBytes = ring.buffer.utf8Write(text, at + textOffset)
      if (textBytes !== text.length) {
        textBytes = rewriteText(ring, at, textOffset, text, context)
        if (textBytes < 0) return false
      }
    }
    const seqClock = this.#seqClock
    const words = ring.words
    const doubles = ring.doubles
    const bytes = (textOffset + textBytes + 7) & ~7
    words[(at + RECORD_LENGTH) >> 2] = bytes
    words[(at + RECORD_HEAD) >> 2] = headOfKind(route.head, kind)
    doubles[(at + RECORD_TIME) >> 3] = seqClock.now()
    doubles[(at + RECORD_SEQ) >> 3] = seqClock.nextSeq()
    words[(at + RECORD_IDS) >> 2] = dictionaryId | context.categoryBits
    words[(at + RECORD_PREFIX_BYTES) >> 2] = context.boundBytes
    if (route.isPlain) ring.publish(bytes)
    else this.#copier.release(route, at, bytes, route.copies)
    seqClock.published++
    return true
  }
}
