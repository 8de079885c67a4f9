/**
 * Which seqs of a run were seen: a bit for each. In pages, for the seqs of a day may begin anywhere; a page that has few
 * is a list of them, so that seqs far apart, as nobody but an attacker makes them, cost no more than their lines do.
 */

/** The first and the last of a range. */
export type SeqRange = readonly [first: number, last: number]

const PAGE_SEQS = 8192
const LISTED_MAX = 64
const ALL_BITS = 0xffffffff

type Page = number[] | Uint32Array

export class SeqSet {
  readonly #pages = new Map<number, Page>()
  #lastPage = -1
  #last: Page = []

  /** Adds a seq. False if it was there. */
  add(seq: number): boolean {
    const number = Math.floor(seq / PAGE_SEQS)
    const page = number === this.#lastPage ? this.#last : this.#pageOf(number)
    const at = seq - number * PAGE_SEQS
    if (page instanceof Uint32Array) {
      const bits = page[at >>> 5] as number
      page[at >>> 5] = bits | (1 << (at & 31))
      return (bits & (1 << (at & 31))) === 0
    }
    if (page.includes(at)) return false
    page.push(at)
    if (page.length > LISTED_MAX) this.#replaceList(number, page)
    return true
  }

  has(seq: number): boolean {
    const number = Math.floor(seq / PAGE_SEQS)
    const page = this.#pages.get(number)
    return page !== undefined && isIn(page, seq - number * PAGE_SEQS)
  }

  /** The ranges between `first` and `last`, both included, that are not in the set. */
  *gaps(first: number, last: number): Generator<SeqRange, void, undefined> {
    let next = first
    for (const [from, to] of this.ranges()) {
      if (from > last) break
      if (from > next) yield [next, from - 1]
      next = Math.max(next, to + 1)
    }
    if (next <= last) yield [next, last]
  }

  /** What is in the set, as ranges that rise; two of them may touch. */
  *ranges(): Generator<SeqRange, void, undefined> {
    for (const number of [...this.#pages.keys()].sort((left, right) => left - right)) {
      const page = this.#pages.get(number) as Page
      const base = number * PAGE_SEQS
      if (page instanceof Uint32Array) yield* runsOfBits(page, base)
      else for (const at of [...page].sort((left, right) => left - right)) yield [base + at, base + at]
    }
  }

  #pageOf(number: number): Page {
    let page = this.#pages.get(number)
    if (page === undefined) {
      page = []
      this.#pages.set(number, page)
    }
    this.#lastPage = number
    this.#last = page
    return page
  }

  #replaceList(number: number, list: readonly number[]): void {
    const bits = new Uint32Array(PAGE_SEQS / 32)
    for (const at of list) bits[at >>> 5] = (bits[at >>> 5] as number) | (1 << (at & 31))
    this.#pages.set(number, bits)
    this.#last = bits
  }
}

function isIn(page: Page, at: number): boolean {
  return page instanceof Uint32Array ? ((page[at >>> 5] as number) & (1 << (at & 31))) !== 0 : page.includes(at)
}

function* runsOfBits(page: Uint32Array, base: number): Generator<SeqRange, void, undefined> {
  let from = 0
  let isOpen = false
  for (let at = 0; at < PAGE_SEQS; at++) {
    const word = page[at >>> 5] as number
    // 32 at a time, as most of them are.
    const isWhole = (at & 31) === 0 && word === (isOpen ? ALL_BITS : 0)
    if (isWhole) at += 31
    else if (((word & (1 << (at & 31))) !== 0) !== isOpen) {
      if (isOpen) yield [base + from, base + at - 1]
      else from = at
      isOpen = !isOpen
    }
  }
  if (isOpen) yield [base + from, base + PAGE_SEQS - 1]
}
