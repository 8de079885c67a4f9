/**
 * The main thread's side of a writer's message port: control calls through comlink. The only importer of comlink here.
 *
 * comlink's requests never time out, and a proxy that is collected while awaited never settles: so every call has a
 * deadline, and the proxy is held as long as the writer lives.
 */
import { setMaxListeners } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { type Remote, wrap } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { Arena } from '../../shared/arena.js'
import { BELL, CONTROL_PENDING } from '../../shared/arena-layout.js'
import { SpillwayError, type SpillwayErrorCode } from '../../shared/errors.js'
import { clearInterval, clearTimeout, setInterval, setTimeout } from '../../shared/real-timers.js'
import type { ControlAnswer, WriterControl } from '../../shared/writer-protocol.js'

/** A bell that came before its message is rung again after this long. */
const RING_AGAIN_MS = 20

/** Calls one writer. */
export class WriterClient {
  readonly #arena: Arena
  readonly #port: MessagePort
  readonly #remote: Remote<WriterControl>
  /** The other end, for the writer's start task. */
  readonly writerPort: MessagePort
  readonly #disposed = new AbortController()
  #callsUnderWay = 0

  constructor(arena: Arena) {
    this.#arena = arena
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.writerPort = port2
    this.#remote = wrap<WriterControl>(nodeEndpoint(port1))
    port1.unref()
    // Every call under way listens for the end.
    setMaxListeners(0, this.#disposed.signal)
  }

  /** Has the writer write everything that was published before this call, and bring it to the disk where `sync` asks for it. */
  flush(deadlineMs: number, sync: boolean): Promise<void> {
    return this.#call('flush', deadlineMs, () => this.#remote.flush(sync))
  }

  /** Has the writer write everything, close its files and end its loop; answered before it has done so. */
  close(deadlineMs: number): Promise<void> {
    return this.#call('close', deadlineMs, () => this.#remote.close())
  }

  /** Whether the writer was given up. */
  get isDisposed(): boolean {
    return this.#disposed.signal.aborted
  }

  /** Gives the writer up: calls under way reject. */
  dispose(): void {
    this.#port.close()
    this.#disposed.abort()
  }

  async #call(method: keyof WriterControl, deadlineMs: number, call: () => Promise<ControlAnswer>): Promise<void> {
    const { words } = this.#arena
    const ring = (): void => {
      Atomics.store(words, CONTROL_PENDING, 1)
      Atomics.store(words, BELL, 1)
      Atomics.notify(words, BELL)
    }
    // Somebody waits for the answer, so the process must not end before it.
    if (this.#callsUnderWay++ === 0) this.#port.ref()
    const ringer = setInterval(ring, RING_AGAIN_MS)
    try {
      const pending = call()
      ring()
      const answer = await withDeadline(pending, method, deadlineMs, this.#disposed.signal)
      if (!answer.ok) {
        const { code, message, context } = answer.error
        throw new SpillwayError(code as SpillwayErrorCode, message, context)
      }
    } finally {
      clearInterval(ringer)
      if (--this.#callsUnderWay === 0) this.#port.unref()
    }
  }
}

function withDeadline(
  pending: Promise<ControlAnswer>,
  method: string,
  deadlineMs: number,
  disposed: AbortSignal,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const onDisposed = (): void => {
      clearTimeout(timer)
      reject(new SpillwayError('ERR_SPILLWAY_WRITER', `A writer ended before it answered ${method}().`, { method }))
    }
    disposed.addEventListener('abort', onDisposed, { once: true })
    const timer = setTimeout(() => {
      const message = `A writer did not answer ${method}() within ${deadlineMs} ms.`
      reject(new SpillwayError('ERR_SPILLWAY_TIMEOUT', message, { method, deadlineMs }))
    }, deadlineMs)
    pending.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      disposed.removeEventListener('abort', onDisposed)
    })
  })
}
