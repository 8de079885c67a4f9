/**
 * Which conditions hold in which partition, in memory that all threads share: so that a condition of many files and
 * partitions (a full disk) is told once, and again only after it was over everywhere. One bit for each partition.
 */

/** The codes that are told once for all partitions; any other has the last place. */
const CODES: readonly string[] = [
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT'],
  'JOURNAL_FAILED',
]
const PLACES = CODES.length + 1
/** 65 partitions at most: 64 writers and the terminal. */
const BIT_WORDS = 3
/** The bits of a code, and whether it was told. */
const WORDS_PER_CODE = BIT_WORDS + 1
const TOLD = BIT_WORDS
const WORD_BITS = 32

/** 1 while a thread writes lines to standard error, so that no two mix theirs. */
const STANDARD_ERROR_TAKEN = PLACES * WORDS_PER_CODE
/** A thread that died with it does not hold it for ever: it is waited for so often, for so long. */
const STANDARD_ERROR_WAITS = 20
const STANDARD_ERROR_WAIT_MS = 10

/** A new board. */
export function createConditionBoard(): SharedArrayBuffer {
  return new SharedArrayBuffer((STANDARD_ERROR_TAKEN + 1) * 4)
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

  /** Runs what writes lines to standard error, one thread at a time. */
  withStandardError<T>(write: () => T): T {
    const words = this.#words
    for (let waits = 0; waits < STANDARD_ERROR_WAITS; waits++) {
      if (Atomics.compareExchange(words, STANDARD_ERROR_TAKEN, 0, 1) === 0) break
      Atomics.wait(words, STANDARD_ERROR_TAKEN, 1, STANDARD_ERROR_WAIT_MS) // Pairs with the notify below.
    }
    try {
      return write()
    } finally {
      Atomics.store(words, STANDARD_ERROR_TAKEN, 0)
      Atomics.notify(words, STANDARD_ERROR_TAKEN, 1)
    }
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
