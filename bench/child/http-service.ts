/**
 * The service that the bench loads: node:http in the main thread, five log lines a request through the loggers of its
 * modules. It can be told to log, or to make the same calls of an empty function, so that both can be compared in one
 * process, minutes of a noisy machine apart from nothing.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Calls } from '../contenders/contender.js'
import { entryAt, MESSAGE } from '../workload/entries.js'
import { OrderPages } from '../workload/request-work.js'

/** Log lines of a request: some before its work, the rest behind it. */
export const LINES_PER_REQUEST = 5
const LINES_BEFORE_WORK = 2

const BARE_ANSWER = 'ok\n'

/** Where the lines of requests go. */
interface Logging {
  readonly call: Calls['object']
  nextEntry: number
}

export class HttpService {
  readonly #server: Server
  readonly #pages: OrderPages | undefined
  readonly #files: number
  readonly #logged: Logging
  readonly #unlogged: Logging = { call: () => {}, nextEntry: 0 }
  #logging: Logging
  #requests = 0

  /** @param hasWork whether a request is an order that is answered with a page, or nothing but logging */
  constructor(call: Calls['object'], { files, hasWork }: { readonly files: number; readonly hasWork: boolean }) {
    this.#files = files
    this.#pages = hasWork ? new OrderPages() : undefined
    this.#logged = { call, nextEntry: 0 }
    this.#logging = this.#logged
    this.#server = createServer((request, response) => this.#handle(request, response))
  }

  /** Listens on a free port of localhost. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  set isLogging(isLogging: boolean) {
    this.#logging = isLogging ? this.#logged : this.#unlogged
  }

  /** Requests answered. */
  get requests(): number {
    return this.#requests
  }

  /** Lines logged: entries 0 to this number - 1. */
  get lines(): number {
    return this.#logged.nextEntry
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.#pages === undefined) {
      this.#log(LINES_PER_REQUEST)
      this.#answer(response, 'text/plain', BARE_ANSWER)
      return
    }
    const pages = this.#pages
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      this.#log(LINES_BEFORE_WORK)
      const page = pages.pageFor(Buffer.concat(chunks).toString())
      this.#log(LINES_PER_REQUEST - LINES_BEFORE_WORK)
      this.#answer(response, 'text/html', page)
    })
  }

  #log(lines: number): void {
    const logging = this.#logging
    const { call, nextEntry } = logging
    for (let entry = nextEntry; entry < nextEntry + lines; entry++) call(entry % this.#files, entryAt(entry), MESSAGE)
    logging.nextEntry = nextEntry + lines
  }

  #answer(response: ServerResponse, type: string, body: string): void {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
    this.#requests += 1
  }
}
