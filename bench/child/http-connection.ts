/**
 * A keep-alive connection that sends one request at a time and waits for the whole response. By hand on a socket: what
 * the load costs is taken from the service where both share cores, and node:http's client costs as much as its server.
 */
import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const GOOD_STATUS = 'HTTP/1.1 200 '
const CONTENT_LENGTH = /^content-length: (\d+)$/im

/** Told of each response, and of what should not happen. */
export interface ConnectionEvents {
  responded(connection: HttpConnection): void
  failed(error: Error): void
}

export class HttpConnection {
  readonly #socket: Socket
  readonly #events: ConnectionEvents
  /** What has come of a head that is not whole yet. */
  #head: Buffer | null = null
  #bodyBytesLeft = 0
  #isEnding = false

  constructor(port: number, events: ConnectionEvents) {
    this.#events = events
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.once('error', (error) => events.failed(error))
    this.#socket.once('close', () => {
      if (!this.#isEnding) events.failed(new Error('the service has closed a connection'))
    })
  }

  send(request: Buffer): void {
    this.#socket.write(request)
  }

  end(): void {
    this.#isEnding = true
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    if (this.#bodyBytesLeft > 0) {
      this.#readBody(chunk.length)
      return
    }
    const head = this.#head === null ? chunk : Buffer.concat([this.#head, chunk])
    const end = head.indexOf(HEAD_END)
    if (end < 0) {
      this.#head = head
      return
    }
    this.#head = null
    const text = head.toString('latin1', 0, end)
    const length = CONTENT_LENGTH.exec(text)?.[1]
    if (!text.startsWith(GOOD_STATUS) || length === undefined || length === '0') {
      this.#events.failed(new Error(`the service has answered: ${text.split('\r\n')[0]}`))
      return
    }
    this.#bodyBytesLeft = Number(length)
    this.#readBody(head.length - end - HEAD_END.length)
  }

  #readBody(bytes: number): void {
    this.#bodyBytesLeft -= bytes
    if (this.#bodyBytesLeft < 0) this.#events.failed(new Error('more came than one response'))
    else if (this.#bodyBytesLeft === 0) this.#events.responded(this)
  }
}
