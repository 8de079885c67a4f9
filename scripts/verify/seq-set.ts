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

  /** The ranges of numbers that are not in the set, both ends included. */
  *gaps(): Generator<readonly [first: number, last: number], void, undefined> {
    let first = 0
    for (let seq = 1; seq <= this.#last; seq++) {
      const present = ((this.#words[wordOf(seq)] ?? 0) & (1 << (seq % 32))) !== 0
      if (!present && first === 0) first = seq
      if (present && first !== 0) {
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
