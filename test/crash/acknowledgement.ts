/**
 * What a child tells of the calls that have returned: the number of the last one, and when that was, in sixteen bytes of a
 * file that parent and child share. They are the kernel's as soon as they are written, so they outlive the child; and they
 * are written by one pwrite(2) within a page, which no signal ends in the middle. Those before it are kept for a while, so
 * that of a loss it can be said how long it was in the making.
 */
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'

const ENTRY_BYTES = 16
const TIME_OFFSET = 8
const ENTRIES_KEPT = 16_384

/** The child's side. */
export class Acknowledgement {
  readonly #file: number
  readonly #entry = Buffer.alloc(ENTRY_BYTES)
  #told = 0

  constructor(path: string) {
    this.#file = openSync(path, 'r+')
  }

  /** Tells that all calls up to this one have returned. */
  tell(n: number): void {
    this.#entry.writeDoubleLE(n)
    this.#entry.writeDoubleLE(performance.now(), TIME_OFFSET)
    writeSync(this.#file, this.#entry, 0, ENTRY_BYTES, (this.#told++ % ENTRIES_KEPT) * ENTRY_BYTES)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Makes the file: nothing has returned yet. */
export function openAcknowledgement(path: string): void {
  writeFileSync(path, '')
}

/** What a child has told until its end. */
export class Acknowledged {
  /** Numbers and times in turn, in the order of their places in the file. */
  readonly #told: Float64Array
  /** The place of the last one, in pairs; -1 for none. */
  #lastAt = -1

  /** Reads the file, which goes. */
  constructor(path: string) {
    const bytes = readFileSync(path)
    rmSync(path)
    const count = Math.floor(bytes.length / ENTRY_BYTES)
    this.#told = Float64Array.from({ length: 2 * count }, (_, index) => bytes.readDoubleLE(index * TIME_OFFSET))
    for (let at = 0; at < count; at++) if (this.#n(at) >= this.last) this.#lastAt = at
  }

  /** The last call that is known to have returned; 0 for none. */
  get last(): number {
    return this.#lastAt < 0 ? 0 : this.#n(this.#lastAt)
  }

  /**
   * Milliseconds from the last return that was told of before a call's to the last one of all. As far as it is kept: a loss
   * may have been longer in the making.
   */
  sinceMs(n: number): number {
    const count = this.#told.length / 2
    let at = this.#lastAt
    for (let back = 0; back < count && this.#n(at) >= n; back++) {
      const before = (at + count - 1) % count
      if (this.#n(before) > this.#n(at)) break
      at = before
    }
    return at < 0 ? 0 : this.#atMs(this.#lastAt) - this.#atMs(at)
  }

  #n(at: number): number {
    return this.#told[2 * at] as number
  }

  #atMs(at: number): number {
    return this.#told[2 * at + 1] as number
  }
}
