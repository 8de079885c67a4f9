/**
 * How the owners of partitions share descriptors where the process has too few: one that finds none, and has none left to
 * close, pleads; the others close theirs as soon as they see it. It is a count in memory that all threads share, which
 * nobody takes back: a thread that dies pleading leaves nothing behind.
 */

/** How long one plea waits for what the others close, in milliseconds. */
const PLEA_MS = 1

/** New memory of pleas, for all owners of a process. */
export function createDescriptorPleas(): SharedArrayBuffer {
  return new SharedArrayBuffer(4)
}

/** The pleas as one owner makes and hears them. */
export class DescriptorPleas {
  readonly #words: Int32Array
  readonly #pause = new Int32Array(new SharedArrayBuffer(4))
  #heard: number

  constructor(pleas: SharedArrayBuffer) {
    this.#words = new Int32Array(pleas)
    this.#heard = Atomics.load(this.#words, 0)
  }

  /** Asks the others for descriptors, and blocks for a moment. Others' pleas are heard by it: there is nothing to give. */
  plead(): void {
    this.#heard = (Atomics.add(this.#words, 0, 1) + 1) | 0
    Atomics.wait(this.#pause, 0, 0, PLEA_MS) // Nobody notifies: a bounded pause.
  }

  /** Whether somebody has pleaded since the last time. */
  hear(): boolean {
    const pleas = Atomics.load(this.#words, 0)
    if (pleas === this.#heard) return false
    this.#heard = pleas
    return true
  }

  /** Blocks for so long that the one who pleads takes first what was closed for it. */
  leaveTime(): void {
    Atomics.wait(this.#pause, 0, 0, 2 * PLEA_MS) // As above.
  }
}
