/** The first and the last number of a range. */
export type SeqRange = readonly [first: number, last: number]

/** Which sequence numbers, from 1 to a known last one, have been seen: one bit for each. */
export class SeqSet {
  readonly #last: number
  readonly #words: Uint32Array

  constructor(last: number) {
    this.#last = last
    this.#words = new Uint32Array(wordOf(last) + 1)
  }

  /** Adds a number from 1 to the last. Returns false if it was in the set. */
  add(seq: number): boolean {
    const word = wordOf(seq)
    const bit = 1 << (seq % 32)
    const bits = this.#words[word] ?? 0
    this.#words[word] = bits | bit
    return (bits & bit) === 0
  }

  has(seq: number): boolean {
    return ((this.#words[wordOf(seq)] ?? 0) & (1 << (seq % 32))) !== 0
  }

  /** The ranges of numbers that are not in the set, both ends included. */
  gaps(): Generator<SeqRange, void, undefined> {
    return this.#ranges((seq) => !this.has(seq))
  }

  /** The ranges of numbers that are in this set and not in the other one. */
  missingIn(other: SeqSet): Generator<SeqRange, void, undefined> {
    return this.#ranges((seq) => this.has(seq) && !other.has(seq))
  }

  *#ranges(isIn: (seq: number) => boolean): Generator<SeqRange, void, undefined> {
    let first = 0
    for (let seq = 1; seq <= this.#last; seq++) {
      const belongs = isIn(seq)
      if (belongs && first === 0) first = seq
      if (!belongs && first !== 0) {
        yield [first, seq - 1]
        first = 0
      }
    }
    if (first !== 0) yield [first, this.#last]
  }
}

/** A division, because a shift would cut a number above 32 bits. */
function wordOf(seq: number): number {
  return Math.floor(seq / 32)
}
