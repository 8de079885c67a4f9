/**
 * What records refer to by number: the keys of a shape, the texts of a template, the name of a category. The producer
 * appends to the dictionary region of every arena, so an id means the same in all of them; nothing is ever changed or
 * removed, so an owner (or its successor) reads an entry once and keeps it.
 *
 * How an entry looks is in arena-layout.ts; its checksum is computed once, for it costs no call anything. Complete entries end at DICTIONARY_USED, which is stored before the first record that names one is published.
 */
import { type Arena, dictionaryEntryCheck } from '../../shared/arena.js'
import {
  DICTIONARY_ENTRY_CHECK,
  DICTIONARY_ENTRY_COUNT,
  DICTIONARY_ENTRY_TEXTS_BYTES,
  DICTIONARY_USED,
} from '../../shared/arena-layout.js'
import { DICTIONARY_IDS_MAX } from '../../shared/record-layout.js'

/** Given instead of an id when the dictionary is full: the entry has to be rendered without it. */
export const NO_DICTIONARY_ID = -1

/** Room that is kept for entries that are added with `addReserved`. */
export interface DictionaryReserve {
  readonly entries: number
  /** For all of them together; an entry that needs more than its share takes the rest where all may. */
  readonly bytes: number
}

/** The producer's end of the dictionary, over all arenas. */
export class Dictionary {
  readonly #arenas: readonly Arena[]
  readonly #reserve: DictionaryReserve
  readonly #share: number
  #reservedCount = 0
  #count = 0
  #usedBytes = 0
  #refused = 0

  /** `reserve` is room that shapes, templates and messages never take, however many there are. */
  constructor(arenas: readonly Arena[], reserve: DictionaryReserve = { entries: 0, bytes: 0 }) {
    this.#arenas = arenas
    this.#reserve = reserve
    this.#share = reserve.entries === 0 ? 0 : reserve.bytes / reserve.entries
  }

  /** How many entries there are. */
  get count(): number {
    return this.#count
  }

  /** How many bytes of the region they take. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /** How many entries found no room: each of them is rendered on the application's thread, line by line. */
  get refused(): number {
    return this.#refused
  }

  /** Appends an entry of these texts and gives its id, or `NO_DICTIONARY_ID` where there is no room. */
  add(texts: readonly string[]): number {
    const entries = Math.max(0, this.#reserve.entries - this.#reservedCount)
    const bytes = entries * this.#share
    return this.#append(texts, DICTIONARY_IDS_MAX - entries, bytes)
  }

  /** As `add`, also in the reserve. */
  addReserved(texts: readonly string[]): number {
    const others = Math.max(0, this.#reserve.entries - this.#reservedCount - 1)
    const id = this.#append(texts, DICTIONARY_IDS_MAX, others * this.#share)
    if (id === NO_DICTIONARY_ID) return id
    this.#reservedCount++
    return id
  }

  #append(texts: readonly string[], idsMax: number, keptBytes: number): number {
    const encoded = Buffer.concat(texts.map(encodeText))
    const bytes = DICTIONARY_ENTRY_TEXTS_BYTES + encoded.length
    const capacity = this.#arenas[0]?.geometry.dictionaryBytes ?? 0
    if (this.#usedBytes + bytes > capacity - keptBytes || this.#count >= idsMax) {
      this.#refused++
      return NO_DICTIONARY_ID
    }
    const check = dictionaryEntryCheck(this.#count, texts.length, encoded)
    for (const arena of this.#arenas) {
      const at = arena.offsets.dictionary + this.#usedBytes
      arena.words[(at >> 2) + DICTIONARY_ENTRY_COUNT] = texts.length
      arena.words[(at >> 2) + DICTIONARY_ENTRY_CHECK] = check
      arena.bytes.set(encoded, at + DICTIONARY_ENTRY_TEXTS_BYTES)
      // Orders the entry's plain stores before it; the owner loads it before it reads the entry.
      Atomics.store(arena.words, DICTIONARY_USED, this.#usedBytes + bytes)
    }
    this.#usedBytes += bytes
    return this.#count++
  }
}

/** A text as it stands in an entry: a word with its bytes, and the bytes, padded to 4. */
function encodeText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8')
  const encoded = new Uint8Array(4 + ((bytes.length + 3) & ~3))
  // In the byte order of the arena's words.
  encoded.set(new Uint8Array(Int32Array.of(bytes.length).buffer))
  encoded.set(bytes, 4)
  return encoded
}
