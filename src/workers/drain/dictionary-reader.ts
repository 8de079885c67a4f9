/**
 * The owner's end of the dictionary: the texts that records refer to by number. Entries never change, so each is copied
 * out of the arena once, and noted in its index; a successor's reader starts empty and reads them again.
 */
import type { Arena } from '../../shared/arena.js'
import {
  DICTIONARY_ENTRY_COUNT,
  DICTIONARY_ENTRY_TEXTS_BYTES,
  DICTIONARY_USED,
  INDEX_ENTRIES,
} from '../../shared/arena-layout.js'
import { FixedText } from './fixed-text.js'

/** The texts of one entry, one after the other. */
export interface DictionaryEntry {
  readonly texts: FixedText
  /** Where each text starts in `texts`, and at the end where the last one ends. */
  readonly starts: Int32Array
}

/** An entry without texts: of an id that was never given. */
export const NO_TEXTS: DictionaryEntry = { texts: new FixedText(new Uint8Array(0)), starts: new Int32Array(1) }

/** Whatever gives entries by their ids. */
export interface DictionaryTexts {
  /** One without texts for an id that has none. */
  entry(id: number): DictionaryEntry
}

/** Reads the dictionary of one arena. */
export class DictionaryReader implements DictionaryTexts {
  readonly #arena: Arena
  readonly #entries: DictionaryEntry[] = []
  #readBytes = 0

  constructor(arena: Arena) {
    this.#arena = arena
    const { index } = arena.offsets
    arena.words.fill(0, index >> 2, (index >> 2) + INDEX_ENTRIES)
  }

  /** The entry of an id; one without texts for an id that the producer never gave. */
  entry(id: number): DictionaryEntry {
    return this.#entries[id] ?? this.#readUpTo(id)
  }

  #readUpTo(id: number): DictionaryEntry {
    // Bounded by the region whatever the word says: after a crash it is somebody else's memory.
    const used = Math.min(Atomics.load(this.#arena.words, DICTIONARY_USED), this.#arena.geometry.dictionaryBytes)
    while (this.#entries.length <= id && this.#readBytes < used) this.#readOne(used)
    return this.#entries[id] ?? NO_TEXTS
  }

  #readOne(used: number): void {
    const base = this.#arena.offsets.dictionary
    const end = base + used
    const start = base + this.#readBytes
    let at = start
    const count = this.#arena.words[(at >> 2) + DICTIONARY_ENTRY_COUNT] ?? 0
    at += DICTIONARY_ENTRY_TEXTS_BYTES
    const texts: Uint8Array[] = []
    for (let i = 0; i < count && at < end; i++) {
      const bytes = this.#arena.words[at >> 2] ?? 0
      if (bytes < 0 || at + 4 + bytes > end) break
      texts.push(this.#arena.bytes.slice(at + 4, at + 4 + bytes))
      at += 4 + ((bytes + 3) & ~3)
    }
    this.#readBytes = at - base
    if (texts.length === count) this.#note(this.#entries.length, start)
    this.#entries.push(joinTexts(texts))
  }

  /** For the line kernel, which has no memory of its own. */
  #note(id: number, at: number): void {
    if (id < INDEX_ENTRIES) this.#arena.words[(this.#arena.offsets.index >> 2) + id] = at
  }
}

/** An entry of these texts. */
export function joinTexts(texts: readonly Uint8Array[]): DictionaryEntry {
  const starts = new Int32Array(texts.length + 1)
  for (const [index, text] of texts.entries()) starts[index + 1] = (starts[index] ?? 0) + text.length
  const bytes = new Uint8Array(starts[texts.length] ?? 0)
  for (const [index, text] of texts.entries()) bytes.set(text, starts[index])
  return { texts: new FixedText(bytes), starts }
}
