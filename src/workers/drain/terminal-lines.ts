/**
 * What the terminal's partition does with its lines, and with the count of those that it was not given.
 */
import type { Arena } from '../../shared/arena.js'
import { LINES_DROPPED_F64, LINES_NOT_SHOWN_F64, LINES_NOT_SHOWN_TOLD_F64 } from '../../shared/arena-layout.js'
import { grouped } from '../../shared/option-rules.js'
import type { TerminalOptions } from '../../shared/writer-protocol.js'
import { Terminal } from '../files/terminal.js'

/** While lines are shown, those left out are told of this often. */
const NOTICE_MS = 1000

/** Prints the lines of one partition. */
export class TerminalLines {
  readonly #doubles: Float64Array
  readonly #options: TerminalOptions
  #terminal: Terminal | null = null
  #toldAt = 0

  constructor(arena: Arena, options: TerminalOptions) {
    this.#doubles = arena.doubles
    this.#options = options
  }

  /** Prints whole lines of NDJSON. */
  print(source: Uint8Array, offset: number, length: number): void {
    this.#terminal ??= new Terminal(this.#options)
    const lines = Buffer.from(source.buffer, source.byteOffset + offset, length).toString('utf8')
    const notShown = this.#terminal.print(lines)
    this.#doubles[LINES_DROPPED_F64] = (this.#doubles[LINES_DROPPED_F64] as number) + notShown
    if (Date.now() - this.#toldAt >= NOTICE_MS) this.tellNotShown()
  }

  /** Tells how many lines were left out since the last time, if any. */
  tellNotShown(): void {
    const left = this.#doubles[LINES_NOT_SHOWN_F64] as number
    const told = this.#doubles[LINES_NOT_SHOWN_TOLD_F64] as number
    if (left <= told) return
    this.#terminal ??= new Terminal(this.#options)
    this.#terminal.note(`… ${grouped(left - told)} lines not shown here`)
    this.#doubles[LINES_NOT_SHOWN_TOLD_F64] = left
    this.#toldAt = Date.now()
  }
}
