/**
 * Text that is copied into many lines as it is: keys, categories, interned messages. It is copied eight bytes at a time,
 * as doubles: no text of a line is ever a NaN, whose bits a copy might change, for that takes a byte 0x7f or 0xff in the
 * eighth place, and lines have neither (DEL is escaped, UTF-8 has no 0xff).
 */

/** A copy may write this many bytes past its end: they are written over by what comes next. */
export const OVERRUN_BYTES = 8

/** Bytes of a finished part of a line. */
export class FixedText {
  /** The text and spare bytes behind it, at least {@link OVERRUN_BYTES}. */
  readonly bytes: Uint8Array
  /** How many of them are the text. */
  length: number
  readonly #view: DataView

  /** A text of these bytes, with room for `capacityBytes` where it is written anew. */
  constructor(text: Uint8Array, capacityBytes: number = text.length) {
    this.length = text.length
    this.bytes = new Uint8Array(capacityBytes + OVERRUN_BYTES)
    this.bytes.set(text)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** Copies all of it to `at`; gives the place after it. */
  copyTo(out: DataView, at: number): number {
    return this.copyPart(out, at, 0, this.length)
  }

  /** Copies `length` bytes from `from`. */
  copyPart(out: DataView, at: number, from: number, length: number): number {
    const view = this.#view
    for (let i = 0; i < length; i += 8) out.setFloat64(at + i, view.getFloat64(from + i, true), true)
    return at + length
  }
}
