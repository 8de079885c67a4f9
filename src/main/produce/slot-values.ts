/**
 * Slots of values that are neither number nor string: those two are written where they are met, for they are most.
 */
import {
  LITERAL_FALSE,
  LITERAL_NULL,
  LITERAL_TRUE,
  LITERAL_UNDEFINED,
  TAG_JSON,
  TAG_LITERAL,
  TAG_STRING,
} from '../../shared/record-layout.js'
import { jsonText } from './json-text.js'
import { textOfValue } from './message-format.js'

/** The slot of a value that is neither number nor string; gives the text that belongs to it. */
export function encodeOther(words: Int32Array, word: number, key: string, value: unknown): string {
  if (typeof value === 'object' ? value !== null : typeof value === 'bigint' || typeof value === 'function') {
    const json = jsonText(key, value)
    if (json !== undefined) {
      words[word] = json.length
      words[word + 1] = TAG_JSON
      return json
    }
  }
  words[word] = literalOf(value)
  words[word + 1] = TAG_LITERAL
  return ''
}

/** The slot of a template's argument that is neither number, string nor object: its text for people. */
export function encodeArgument(words: Int32Array, word: number, value: unknown): string {
  if (isLiteral(value)) {
    words[word] = literalOf(value)
    words[word + 1] = TAG_LITERAL
    return ''
  }
  const text = textOfValue(value)
  words[word] = text.length
  words[word + 1] = TAG_STRING
  return text
}

export function isLiteral(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'boolean'
}

/** Functions and symbols have no JSON: they are left out, as JSON.stringify does. */
export function literalOf(value: unknown): number {
  if (value === true) return LITERAL_TRUE
  if (value === false) return LITERAL_FALSE
  return value === null ? LITERAL_NULL : LITERAL_UNDEFINED
}
