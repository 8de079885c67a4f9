/**
 * Appends lines to one open file, many in a write(2), and knows after each how many are whole in it. Where a write fails,
 * the part of a line that it has left is taken back.
 */
import { cutLogFile, type LogFile, writeLogFile } from '../files/log-file.js'

const BATCH_BYTES = 64 * 1024

/** The lines on their way into one file. */
export class LineAppender {
  readonly #file: LogFile
  readonly #batch = Buffer.allocUnsafe(BATCH_BYTES)
  /** Where in the file the lines end that are not known to be whole in it. */
  readonly #ends: number[] = []
  #batchBytes = 0
  #sizeBytes: number
  #keptBytes: number
  #written = 0

  /** What is behind `keptBytes` is the beginning of the first line. */
  constructor(file: LogFile, keptBytes: number = file.sizeBytes) {
    this.#file = file
    this.#sizeBytes = file.sizeBytes
    this.#keptBytes = keptBytes
  }

  /** How many lines are whole in the file. */
  get written(): number {
    return this.#written
  }

  /** Adds one line, from `fromByte` on. @throws the system's error. */
  add(pieces: readonly Uint8Array[], fromByte: number): void {
    let skipped = fromByte
    for (const piece of pieces) {
      this.#addPiece(piece.subarray(Math.min(skipped, piece.length)))
      skipped = Math.max(0, skipped - piece.length)
    }
    this.#ends.push(this.#sizeBytes + this.#batchBytes)
  }

  /** @throws the system's error. */
  flush(): void {
    let at = 0
    try {
      while (at < this.#batchBytes) {
        const taken = writeLogFile(this.#file, this.#batch, at, this.#batchBytes - at)
        if (taken === 0) throw new Error(`${this.#file.path} takes no byte`)
        at += taken
        this.#sizeBytes += taken
      }
    } finally {
      this.#batchBytes = 0
      const whole = this.#ends.findIndex((end) => end > this.#sizeBytes)
      const ended = this.#ends.splice(0, whole < 0 ? this.#ends.length : whole)
      this.#written += ended.length
      this.#keptBytes = ended.at(-1) ?? this.#keptBytes
    }
  }

  /** Cuts off what is behind the last whole line. @throws the system's error. */
  takeBack(): void {
    if (this.#sizeBytes !== this.#keptBytes) cutLogFile(this.#file, this.#sizeBytes, this.#keptBytes)
  }

  #addPiece(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      if (this.#batchBytes === BATCH_BYTES) this.flush()
      const part = piece.subarray(at, at + BATCH_BYTES - this.#batchBytes)
      this.#batch.set(part, this.#batchBytes)
      this.#batchBytes += part.length
      at += part.length
    }
  }
}
