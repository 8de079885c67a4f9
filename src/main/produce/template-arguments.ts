/**
 * What stands in a tagged template: pieces of text, and arguments, some of which are fields.
 */
import { isError } from './json-text.js'

/** The key of an object of one key, which stands in a template for a field; `null` for every other value. */
export function fieldName(value: unknown): string | null {
  try {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isError(value)) return null
    const prototype: unknown = Object.getPrototypeOf(value)
    // An object literal, of this realm or another: above its prototype there is nothing.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null
    const keys = Object.keys(value)
    return keys.length === 1 ? (keys[0] ?? null) : null
  } catch {
    return null // A hostile or revoked proxy.
  }
}

/** The pieces of text around the arguments; a piece with an escape that is none stands as it was written. */
export function templateTexts(strings: TemplateStringsArray): string[] {
  return strings.map((text: string | undefined, index) => text ?? strings.raw[index] ?? '')
}

/** Whether a value is the strings array of a tagged template: an array with its raw text. */
export function isTemplateStrings(value: unknown): value is TemplateStringsArray {
  try {
    if (!Array.isArray(value)) return false
    const { raw } = value as { raw?: unknown }
    return Array.isArray(raw) && raw.length === value.length
  } catch {
    return false // A hostile proxy: it is logged as an object.
  }
}
