/**
 * The slow way of stage 3: what a typed record cannot hold is rendered as a line on the application's thread. It takes
 * everything and is several times dearer.
 *
 * Rendering runs code of the application (getters, toJSON), which may log. Such an entry is rendered at once and
 * published after the one that was under way; a recursion without end is cut off and counted.
 */
import {
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  KIND_LINE,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_LENGTH,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordBytes,
} from '../../shared/record-layout.js'
import { reasonOf } from './json-text.js'
import { renderLine, renderMembers, renderTemplateMembers } from './line-renderer.js'
import type { LogContext, Route } from './log-context.js'
import type { RecordCopier } from './record-copier.js'
import type { SeqClock } from './seq-clock.js'

/** A UTF-16 unit is three bytes of UTF-8 at most. */
const UTF8_BYTES_MAX = 3
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
  readonly #deferred: DeferredEntry[] = []
  #rendered = 0

  constructor(seqClock: SeqClock, copier: RecordCopier) {
    this.#seqClock = seqClock
    this.#copier = copier
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
    if (bytesMax <= ring.recordBytesMax) {
      const at = ring.claim(bytesMax)
      this.#publishText(route, at, KIND_LINE, ring.buffer.utf8Write(line, at + RECORD_SLOTS), time, seq)
      return
    }
    const bytes = Buffer.from(line, 'utf8')
    // So short that a part fits into an empty file buffer, counted with its header.
    const partBytesMax = Math.min(ring.recordBytesMax, ring.arena.geometry.fileBufferBytes) - recordBytes(0, 8)
    for (let from = 0; from < bytes.length; from += partBytesMax) {
      const part = bytes.subarray(from, from + partBytesMax)
      const at = ring.claim(recordBytes(0, part.length))
      ring.arena.bytes.set(part, at + RECORD_SLOTS)
      const kind = from + part.length === bytes.length ? KIND_LAST_FRAGMENT : KIND_FRAGMENT
      this.#publishText(route, at, kind, part.length, time, seq)
    }
  }

  #publishText(route: Route, at: number, kind: number, textBytes: number, time: number, seq: number): void {
    const { words, doubles } = route.ring
    const bytes = recordBytes(0, textBytes)
    words[(at + RECORD_LENGTH) >> 2] = bytes
    words[(at + RECORD_HEAD) >> 2] = route.head | kind
    doubles[(at + RECORD_TIME) >> 3] = time
    doubles[(at + RECORD_SEQ) >> 3] = seq
    words[(at + RECORD_IDS) >> 2] = 0
    words[(at + RECORD_PREFIX_BYTES) >> 2] = textBytes
    this.#copier.release(route, at, bytes)
    if (kind !== KIND_FRAGMENT) this.#seqClock.published++
  }
}
