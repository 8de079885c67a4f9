/**
 * Entry of the process that loads the bench's service: requests over keep-alive connections, either each as soon as the
 * one before is answered, or at a rate, whatever becomes of those before. There each request has an instant at which it
 * is due, and its time counts from there: what waits for a connection waits in the measured time (no coordinated
 * omission).
 */
import { performance } from 'node:perf_hooks'
import { HttpConnection } from './http-connection.js'
import type { LoadAnswer, LoadOrder, LoadPlan } from './load.js'

const NANOSECONDS_PER_MILLISECOND = 1e6

class LoadGenerator {
  readonly #requests: readonly Buffer[]
  readonly #connections: readonly HttpConnection[]
  #sent = 0
  #inFlight = 0
  /** What a connection does next when it has its response. */
  #next: (connection: HttpConnection) => void = () => {}

  constructor({ port, connections, requests }: LoadPlan) {
    this.#requests = requests.map((request) => Buffer.from(request))
    this.#connections = Array.from(
      { length: connections },
      () =>
        new HttpConnection(port, {
          responded: (connection) => {
            this.#inFlight -= 1
            this.#next(connection)
          },
          failed: (error) => {
            throw error
          },
        }),
    )
  }

  /** Sends on every connection, and again at each response, until rest(). */
  saturate(): void {
    this.#next = (connection) => this.#send(connection)
    for (const connection of this.#connections) this.#send(connection)
  }

  /** Sends nothing more; `rested` is called when all is answered. */
  rest(rested: () => void): void {
    const check = (): void => {
      if (this.#inFlight === 0) rested()
    }
    this.#next = check
    check()
  }

  /** Sends at a rate; `paced` gets each request's time from the instant at which it was due to its whole response. */
  pace(perSecond: number, requests: number, paced: (responseNs: Float32Array) => void): void {
    const responseNs = new Float32Array(requests)
    const free = [...this.#connections]
    const indexes = new Map<HttpConnection, number>()
    const intervalMs = 1000 / perSecond
    const startMs = performance.now()
    let sent = 0
    let answered = 0
    const dueBy = (): number => Math.min(requests, Math.floor((performance.now() - startMs) / intervalMs) + 1)
    const sendDue = (): void => {
      for (const due = dueBy(); sent < due && free.length > 0; sent++) {
        const connection = free.pop()!
        indexes.set(connection, sent)
        this.#send(connection)
      }
    }
    this.#next = (connection) => {
      const index = indexes.get(connection)!
      responseNs[index] = (performance.now() - startMs - index * intervalMs) * NANOSECONDS_PER_MILLISECOND
      answered += 1
      free.push(connection)
      sendDue()
      if (answered === requests) paced(responseNs)
    }
    // Turns without a pause: a timer would be late by up to a millisecond, which would count as the service's.
    const turn = (): void => {
      sendDue()
      if (sent < requests) setImmediate(turn)
    }
    turn()
  }

  end(): void {
    for (const connection of this.#connections) connection.end()
  }

  #send(connection: HttpConnection): void {
    this.#inFlight += 1
    connection.send(this.#requests[this.#sent++ % this.#requests.length]!)
  }
}

let generator: LoadGenerator | undefined

function answer(responseNs: LoadAnswer): void {
  process.send?.(responseNs)
}

process.on('message', (order: LoadOrder) => {
  if (order.kind === 'open') generator = new LoadGenerator(order)
  else if (order.kind === 'saturate') generator?.saturate()
  else if (order.kind === 'rest') generator?.rest(() => answer(new Float32Array()))
  else generator?.pace(order.perSecond, order.requests, answer)
})

// The service's end, whatever its reason, is this one's.
process.once('disconnect', () => generator?.end())
