/**
 * What the copies of warnings and errors in their categories' files say of time and level, in 16 bits each, so that an
 * entry and its copy can be compared without keeping either.
 */
const PAGE_SEQS = 256

export class CopyMarks {
  readonly #pages = new Map<number, Uint16Array>()

  get isEmpty(): boolean {
    return this.#pages.size === 0
  }

  /** Notes a copy. False where there was one before. */
  add(seq: number, time: number, level: number): boolean {
    const number = Math.floor(seq / PAGE_SEQS)
    const page = this.#pages.get(number) ?? new Uint16Array(PAGE_SEQS)
    this.#pages.set(number, page)
    const at = seq - number * PAGE_SEQS
    if (page[at] !== 0) return false
    page[at] = markOf(time, level)
    return true
  }

  has(seq: number): boolean {
    const number = Math.floor(seq / PAGE_SEQS)
    return (this.#pages.get(number)?.[seq - number * PAGE_SEQS] ?? 0) !== 0
  }

  /** Whether an entry has a copy, and whether that is of another time or level. */
  compare(seq: number, time: number, level: number): 'none' | 'same' | 'other' {
    const number = Math.floor(seq / PAGE_SEQS)
    const mark = this.#pages.get(number)?.[seq - number * PAGE_SEQS] ?? 0
    if (mark === 0) return 'none'
    return mark === markOf(time, level) ? 'same' : 'other'
  }
}

/** Never zero. Multipliers of Knuth's and Murmur's hashes, so that neighbours in time are far apart. */
function markOf(time: number, level: number): number {
  const high = Math.floor(time / 2 ** 32)
  let hash = Math.imul(time | 0, 0x9e3779b1) ^ Math.imul(high ^ (level << 8), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35)
  return (hash >>> 16) & 0xffff || 1
}
