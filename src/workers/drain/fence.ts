/**
 * Who owns a partition is told by EPOCH, which each taker-over raises first. An owner looks at it right before and right
 * after each system call on a file: between two calls it cannot be held up for long, in one it can for ever.
 */
import type { Arena } from '../../shared/arena.js'
import { EPOCH } from '../../shared/arena-layout.js'

/** Thrown into the code of an owner that has a successor: nothing it does may have an effect any more. */
export class Fenced extends Error {}

/** The fence of one owner. */
export class Fence {
  readonly #words: Int32Array
  readonly #epoch: number

  constructor(arena: Arena, epoch: number) {
    this.#words = arena.words
    this.#epoch = epoch
  }

  /** @throws Fenced where somebody has taken the partition over. */
  check(): void {
    if (Atomics.load(this.#words, EPOCH) !== this.#epoch) throw new Fenced('The partition has another owner.')
  }
}
