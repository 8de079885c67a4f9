/**
 * Messages that are always the same: most are literals of the source. A logger that sees one several times in a row has
 * it interned in the dictionary; from then on a record holds its number, and the writer its escaped bytes.
 */
import { type Dictionary, NO_DICTIONARY_ID } from './dictionary.js'
import { escapedText } from './key-names.js'
import type { ShapeMemory } from './log-context.js'

/** A message is interned when it came this often in a row. */
const REPEATS_BEFORE_INTERNING = 4
/** Longer messages are not worth their place in the dictionary. */
const MESSAGE_LENGTH_MAX = 512
/** So that messages leave room for shapes and templates. */
const MESSAGES_MAX = 4096

/** The interned messages of one Spillway. */
export class MessageTable {
  readonly #dictionary: Dictionary
  readonly #ids = new Map<string, number>()

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** Counts that a logger's message came once more; true where it is interned, by now or already. */
  repeats(memory: ShapeMemory): boolean {
    if (memory.messageId >= 0) return true
    memory.changes = 0
    if (memory.message === undefined || ++memory.repeats < REPEATS_BEFORE_INTERNING) return false
    memory.repeats = 0
    memory.messageId = this.#idOf(memory.message)
    return memory.messageId >= 0
  }

  /** The dictionary's id of a message, or `NO_DICTIONARY_ID` where it is not interned. */
  #idOf(message: string): number {
    const known = this.#ids.get(message)
    if (known !== undefined) return known
    if (message.length > MESSAGE_LENGTH_MAX || this.#ids.size >= MESSAGES_MAX) return NO_DICTIONARY_ID
    const id = this.#dictionary.add([escapedText(message)])
    if (id !== NO_DICTIONARY_ID) this.#ids.set(message, id)
    return id
  }
}
