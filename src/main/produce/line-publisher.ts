/**
 * The slow way of stage 3: what a typed record cannot hold is rendered as a line on the application's thread. It takes
 * everything and is several times dearer.
 *
 * Rendering runs code of the application (getters, toJSON), which may log. Such an entry is rendered at once and
 * published after the one that was under way; a recursion without end is cut off and counted.
 *
 * A line that is longer than a record goes in parts, whole or not at all: before the first one it is decided whether there
 * is room for it. One that is longer than the ring can only begin; each further part waits until the owner has made room,
 * whatever `onFull` says.
 */
import {
  headOfKind,
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  KIND_LINE,
  PART_SLOTS,
  RECORD_SLOTS,
  recordBytes,
  recordTextOffset,
} from '../../shared/record-layout.js'
import { reasonOf } from './json-text.js'
import { renderLine, renderMembers, renderTemplateMembers } from './line-renderer.js'
import type { LogContext, Route, RouteCopy } from './log-context.js'
import type { RecordCopier } from './record-copier.js'
import { UTF8_BYTES_MAX, writeLineHeader } from './record-text.js'
import type { RefusedEntries } from './refused-entries.js'
import { NO_ROOM } from './ring-producer.js'
import type { SeqClock } from './seq-clock.js'

/** Entries logged by the code that one entry runs: more are dropped. How deep they nest, RecordEncoder.enter() limits. */
const DEFERRED_MAX = 64

interface DeferredEntry {
  readonly context: LogContext
  readonly route: Route
  readonly members: string
}

/** Renders and publishes entries of one Spillway. No method throws. */
export class LinePublisher {
  /** True while code of the application may run in the middle of an entry: set by the encoder as well. */
  busy = false
  readonly #seqClock: SeqClock
  readonly #copier: RecordCopier
  readonly #refused: RefusedEntries
  readonly #deferred: DeferredEntry[] = []
  #rendered = 0

  constructor(seqClock: SeqClock, copier: RecordCopier, refused: RefusedEntries) {
    this.#seqClock = seqClock
    this.#copier = copier
    this.#refused = refused
  }

  /** How many entries were rendered. */
  get rendered(): number {
    return this.#rendered
  }

  /** How many entries wait for the one under way. */
  get deferred(): number {
    return this.#deferred.length
  }

  /** An entry of fields and a message, either of which may be missing. */
  fields(context: LogContext, route: Route, object: object | null, message: string | undefined): void {
    this.#render(context, route, () => renderMembers(context, object, message))
  }

  /** An entry that is a tagged template; `place` is empty where the line does not tell it. */
  template(
    context: LogContext,
    route: Route,
    strings: TemplateStringsArray,
    args: readonly unknown[],
    place: string,
  ): void {
    this.#render(context, route, () => renderTemplateMembers(context, strings, args, place))
  }

  /** Publishes what was logged while another entry was under way. */
  publishDeferred(): void {
    for (const { context, route, members } of this.#deferred.splice(0)) this.#publish(context, route, members)
  }

  #render(context: LogContext, route: Route, render: () => string): void {
    if (this.#deferred.length >= DEFERRED_MAX) {
      this.#seqClock.nextSeq()
      return
    }
    const outermost = !this.busy
    let members: string
    try {
      this.busy = true
      members = render()
    } catch (error) {
      members = `${context.boundText},"msg":${JSON.stringify(`[not serialisable: ${reasonOf(error)}]`)}`
    } finally {
      // Nothing is called here, so that it is done even where the stack is at its end.
      if (outermost) this.busy = false
    }
    if (!outermost) {
      this.#deferred.push({ context, route, members })
      return
    }
    this.#publish(context, route, members)
    if (this.#deferred.length !== 0) this.publishDeferred()
  }

  /** As one record, or in parts where the line is longer than a record may be. */
  #publish(context: LogContext, route: Route, members: string): void {
    this.#rendered++
    const { ring } = route
    const time = this.#seqClock.now()
    const seq = this.#seqClock.nextSeq()
    const line = renderLine(route.level, time, seq, context.category.memberText, members)
    const bytesMax = recordBytes(0, line.length * UTF8_BYTES_MAX)
    if (bytesMax > ring.recordBytesMax) {
      this.#publishInParts(context, route, Buffer.from(line, 'utf8'), time, seq)
      return
    }
    const at = ring.claim(bytesMax, route.level)
    if (at === NO_ROOM) {
      this.#refused.addOf(seq, context, route)
      return
    }
    const textBytes = ring.buffer.utf8Write(line, at + RECORD_SLOTS)
    const bytes = writeLineHeader(
      ring,
      at,
      headOfKind(route.head, KIND_LINE),
      textBytes,
      time,
      seq,
      context.categoryBits,
    )
    this.#copier.release(route, at, bytes, route.copies)
    this.#seqClock.published++
  }

  #publishInParts(context: LogContext, route: Route, line: Buffer, time: number, seq: number): void {
    const { ring, level } = route
    // So short that a part fits into an empty file buffer, counted with its header.
    const textBytesMax = Math.min(ring.recordBytesMax, ring.arena.geometry.fileBufferBytes) - recordBytes(PART_SLOTS, 8)
    const partBytes = recordBytes(PART_SLOTS, textBytesMax)
    const wholeParts = Math.floor((line.length - 1) / textBytesMax)
    const lineBytes = wholeParts * partBytes + recordBytes(PART_SLOTS, line.length - wholeParts * textBytesMax)
    if (!ring.admits(lineBytes, partBytes, 0, level)) {
      this.#refused.addOf(seq, context, route)
      return
    }
    const copies = this.#admittedCopies(context, route, lineBytes, partBytes, seq)
    for (let from = 0; from < line.length; from += textBytesMax) {
      const part = line.subarray(from, from + textBytesMax)
      const at = ring.claimWaiting(recordBytes(PART_SLOTS, part.length), level)
      ring.doubles[(at + RECORD_SLOTS) >> 3] = from
      ring.arena.bytes.set(part, at + recordTextOffset(PART_SLOTS))
      const kind = from + part.length === line.length ? KIND_LAST_FRAGMENT : KIND_FRAGMENT
      const ids = context.categoryBits
      const bytes = writeLineHeader(ring, at, headOfKind(route.head, kind), part.length, time, seq, ids, PART_SLOTS)
      this.#copier.release(route, at, bytes, copies)
    }
    this.#seqClock.published++
  }

  /** The copies that a line in parts gets: a file's whole or not at all. */
  #admittedCopies(
    context: LogContext,
    { ring, level, copies }: Route,
    lineBytes: number,
    partBytes: number,
    seq: number,
  ): readonly RouteCopy[] {
    return copies.filter((copy) => {
      if (copy.budget !== null) return true
      // The parts of both are published in turn.
      const besideBytes = copy.ring === ring ? lineBytes + partBytes : 0
      if (copy.ring.admits(lineBytes, partBytes, besideBytes, level)) return true
      this.#refused.addCopy(seq, copy, level, context.category.dictionaryId)
      return false
    })
  }
}
