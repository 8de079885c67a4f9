/**
 * Which conditions hold in which partition, in memory that all threads share: so that a condition of many files and
 * partitions (a full disk) is told once, and again only after it was over everywhere. One bit for each partition.
 */

/** The codes that are told once for all partitions; any other has the last place. */
const CODES: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT']
const PLACES = CODES.length + 1
/** 65 partitions at most: 64 writers and the terminal. */
const BIT_WORDS = 3
/** The bits of a code, and whether it was told. */
const WORDS_PER_CODE = BIT_WORDS + 1
const TOLD = BIT_WORDS
const WORD_BITS = 32

/** A new board. */
export function createConditionBoard(): SharedArrayBuffer {
  return new SharedArrayBuffer(PLACES * WORDS_PER_CODE * 4)
}

/** The board as one partition uses it. */
export class ConditionBoard {
  readonly #words: Int32Array
  readonly #word: number
  readonly #bit: number

  constructor(board: SharedArrayBuffer, partition: number) {
    this.#words = new Int32Array(board)
    this.#word = Math.trunc(partition / WORD_BITS) % BIT_WORDS
    this.#bit = 1 << (partition % WORD_BITS)
  }

  /** Takes note that a condition holds in this partition; true for the first one of all that is to tell of it. */
  begin(code: string): boolean {
    const place = placeOf(code)
    Atomics.or(this.#words, place + this.#word, this.#bit)
    return Atomics.compareExchange(this.#words, place + TOLD, 0, 1) === 0
  }

  /** Takes note that it is over in this partition. */
  end(code: string): void {
    this.#end(placeOf(code))
  }

  /** Nothing is known of this partition: a new owner finds out for itself. */
  clear(): void {
    for (let place = 0; place < PLACES; place++) this.#end(place * WORDS_PER_CODE)
  }

  #end(place: number): void {
    const before = Atomics.and(this.#words, place + this.#word, ~this.#bit)
    if ((before & this.#bit) === 0) return
    for (let i = 0; i < BIT_WORDS; i++) if (Atomics.load(this.#words, place + i) !== 0) return
    Atomics.store(this.#words, place + TOLD, 0)
  }
}

function placeOf(code: string): number {
  const index = CODES.indexOf(code)
  return (index < 0 ? PLACES - 1 : index) * WORDS_PER_CODE
}
