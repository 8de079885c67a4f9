/**
 * The dictionary of a leftover: only entries whose checksum is right. The checksum has the entry's id in it, so that
 * behind a damaged entry the next one is found again and has its own number.
 */
import { type Arena, dictionaryEntryCheck } from '../../shared/arena.js'
import {
  DICTIONARY_ENTRY_CHECK,
  DICTIONARY_ENTRY_COUNT,
  DICTIONARY_ENTRY_TEXTS_BYTES,
} from '../../shared/arena-layout.js'
import { DICTIONARY_IDS_MAX, SHAPE_KEYS_MAX } from '../../shared/record-layout.js'
import { type DictionaryEntry, type DictionaryTexts, joinTexts, NO_TEXTS } from '../drain/dictionary-reader.js'
import { type Damage, damageAt } from './live-records.js'

/** A template has its pieces, as many names, and its place. */
const TEXTS_MAX = 2 * SHAPE_KEYS_MAX + 2
/** How many entries in a row may be damaged so that those behind them are found. */
const LOST_MAX = 4
/** Entries are looked for in so many times the dictionary's bytes at the most. */
const SEARCH_RATIO = 8

interface FoundEntry {
  readonly id: number
  readonly endByte: number
  readonly texts: readonly Uint8Array[]
}

/** The intact entries of one leftover. */
export class CheckedDictionary implements DictionaryTexts {
  readonly damage: readonly Damage[]
  readonly #arena: Arena
  readonly #entries = new Map<number, DictionaryEntry>()
  #searchBytes: number

  constructor(arena: Arena) {
    this.#arena = arena
    this.#searchBytes = arena.geometry.dictionaryBytes * SEARCH_RATIO
    this.damage = this.#read()
  }

  entry(id: number): DictionaryEntry {
    return this.#entries.get(id) ?? NO_TEXTS
  }

  has(id: number): boolean {
    return this.#entries.has(id)
  }

  /** To the end of the region, whatever the word says that tells how much of it is used. */
  #read(): Damage[] {
    const damage: Damage[] = []
    const { dictionary } = this.#arena.offsets
    const end = dictionary + this.#arena.geometry.dictionaryBytes
    let at = dictionary
    let id = 0
    while (at < end && id < DICTIONARY_IDS_MAX) {
      const found = this.#entryAt(at, end, id, id)
      if (found !== null) {
        this.#entries.set(id, joinTexts(found.texts))
        at = found.endByte
        id++
        continue
      }
      const next = this.#find(at + 4, end, id)
      // The end, or the entry that was being added: no record refers to it.
      if (next === null) break
      damage.push(damageAt(at, next.at - at, 'a dictionary entry does not fit its checksum'))
      at = next.at
      id = next.id
    }
    return damage
  }

  /** The next intact entry from `from`: one of the ids that may follow `id`. */
  #find(from: number, end: number, id: number): { at: number; id: number } | null {
    for (let at = from; at + DICTIONARY_ENTRY_TEXTS_BYTES < end && this.#searchBytes > 0; at += 4) {
      this.#searchBytes -= 4
      const found = this.#entryAt(at, end, id + 1, id + LOST_MAX)
      if (found !== null) return { at, id: found.id }
    }
    return null
  }

  /** The entry that stands at `at` and has an id from `idMin` to `idMax`. */
  #entryAt(at: number, end: number, idMin: number, idMax: number): FoundEntry | null {
    const { words, bytes } = this.#arena
    const count = words[(at >> 2) + DICTIONARY_ENTRY_COUNT] as number
    const check = words[(at >> 2) + DICTIONARY_ENTRY_CHECK] as number
    // Zeros are what nobody has written to.
    if (count < 0 || count > TEXTS_MAX || (count === 0 && check === 0)) return null
    const texts: Uint8Array[] = []
    const textsAt = at + DICTIONARY_ENTRY_TEXTS_BYTES
    let textAt = textsAt
    for (let i = 0; i < count; i++) {
      const length = textAt + 4 <= end ? (words[textAt >> 2] as number) : -1
      if (length < 0 || length > end - textAt - 4) return null
      texts.push(bytes.subarray(textAt + 4, textAt + 4 + length))
      textAt += 4 + ((length + 3) & ~3)
    }
    const covered = bytes.subarray(textsAt, textAt)
    for (let id = idMin; id <= idMax; id++) {
      this.#searchBytes -= id === idMin && idMin === idMax ? 0 : covered.length
      if (this.#searchBytes < 0) return null
      if (dictionaryEntryCheck(id, count, covered) === check) return { id, endByte: textAt, texts }
    }
    return null
  }
}
