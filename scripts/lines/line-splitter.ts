/**
 * Splits a stream of bytes into lines at each newline, whatever the chunks. Knows nothing of what a line holds.
 *
 * Bounded: at most `lineBytesMax` bytes of an unfinished line are kept; of a longer one the rest is counted and let go.
 * A chunk's memory may be used again by the caller once push() is through with it; a line's bytes are valid until the
 * next one is asked for.
 */
const NEWLINE = 0x0a
const CARRY_START_BYTES = 4096
/** A carry that has grown beyond this is given back after its line: one huge line must not cost memory for ever. */
const CARRY_KEPT_BYTES = 1 << 20

/** One line, without its newline. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** The line's first bytes: all of it, unless `lengthBytes` says more. */
  readonly bytes: Buffer
  /** How long the line is. */
  readonly lengthBytes: number
  /** False for a last line without a newline. */
  readonly terminated: boolean
}

export class LineSplitter {
  readonly #lineBytesMax: number
  #carry = Buffer.allocUnsafe(0)
  /** Bytes of the unfinished line in the carry, and how long that line is in truth. */
  #keptBytes = 0
  #lengthBytes = 0
  #number = 0

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax
  }

  /** The lines that the chunk completes. */
  *push(chunk: Buffer): Generator<Line, void, undefined> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end)
      start = end + 1
      if (this.#lengthBytes > 0) {
        this.#keep(piece)
        yield this.#take(true)
      } else {
        this.#number++
        const bytes = piece.length > this.#lineBytesMax ? piece.subarray(0, this.#lineBytesMax) : piece
        yield { number: this.#number, bytes, lengthBytes: piece.length, terminated: true }
      }
    }
    this.#keep(chunk.subarray(start))
  }

  /** The last line, if the bytes did not end with a newline. */
  *end(): Generator<Line, void, undefined> {
    if (this.#lengthBytes > 0) yield this.#take(false)
  }

  #keep(piece: Buffer): void {
    this.#lengthBytes += piece.length
    const bytes = Math.min(piece.length, this.#lineBytesMax - this.#keptBytes)
    const neededBytes = this.#keptBytes + bytes
    if (neededBytes > this.#carry.length) {
      const grown = Buffer.allocUnsafe(Math.max(neededBytes, CARRY_START_BYTES, this.#carry.length * 2))
      this.#carry.copy(grown, 0, 0, this.#keptBytes)
      this.#carry = grown
    }
    piece.copy(this.#carry, this.#keptBytes, 0, bytes)
    this.#keptBytes = neededBytes
  }

  #take(terminated: boolean): Line {
    this.#number++
    const bytes = this.#carry.subarray(0, this.#keptBytes)
    const line = { number: this.#number, bytes, lengthBytes: this.#lengthBytes, terminated }
    if (this.#carry.length > CARRY_KEPT_BYTES) this.#carry = Buffer.allocUnsafe(0)
    this.#keptBytes = 0
    this.#lengthBytes = 0
    return line
  }
}
