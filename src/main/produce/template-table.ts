/**
 * Tagged templates: the strings array is one object per call site, so a site is known by identity and its text is
 * interned in the dictionary. An argument that is an object of one key gives its value to the text and a field to the
 * line; which arguments do so is part of the template, for a site can be called with either.
 *
 * Dictionary entry of a template with n arguments: n + 1 pieces of text, escaped, then n prefixes of fields (`,"name":`,
 * or empty where the argument is no field), and last, where lines tell their place, the whole member that does.
 */
import { type Dictionary, NO_DICTIONARY_ID } from './dictionary.js'
import { escapedText, isReservedName, memberPrefix, PLACE_NAME, placeMember } from './key-names.js'
import { hasOnlyKey } from './object-keys.js'
import { fieldName, templateTexts } from './template-arguments.js'

/** A site may be called with this many different lists of field names; more are rendered. */
const VARIANTS_MAX = 8

/** A site with a list of field names, as records refer to it. */
export interface Template {
  readonly id: number
  /** Of each argument: the key of the field it is, or `null`. */
  readonly names: readonly (string | null)[]
  readonly hasNames: boolean
  /** The names of all members that it gives a line. */
  readonly memberNames: readonly string[]
}

/** Where the call of a template is, by the level of the method that was called; empty where it is not known. */
export type PlaceOf = (strings: TemplateStringsArray, level: number) => string

/** All templates of one Spillway. */
export class TemplateTable {
  readonly #dictionary: Dictionary
  readonly #placeOf: PlaceOf | null
  readonly #sites = new WeakMap<TemplateStringsArray, Template[]>()

  /** `placeOf` is `null` where lines do not tell their place. */
  constructor(dictionary: Dictionary, placeOf: PlaceOf | null) {
    this.#dictionary = dictionary
    this.#placeOf = placeOf
  }

  /** The place of a template's call; empty where lines do not tell it. */
  placeOf(strings: TemplateStringsArray, level: number): string {
    return this.#placeOf === null ? '' : this.#placeOf(strings, level)
  }

  /** The template of a site for these arguments, or `null` where the entry has to be rendered. */
  find(strings: TemplateStringsArray, args: readonly unknown[], level: number): Template | null {
    let variants = this.#sites.get(strings)
    const first = variants?.[0]
    // The common case: no argument is a field, here or at the first call.
    if (first !== undefined && !first.hasNames && first.names.length === args.length && !args.some(isObject))
      return first
    const fitting = variants?.find((template) => fits(template.names, args))
    if (fitting !== undefined) return fitting
    const names = args.map(fieldName)
    if (variants === undefined) {
      variants = []
      this.#sites.set(strings, variants)
    }
    const known = variants.find((template) => sameNames(template.names, names))
    if (known !== undefined) return known
    if (variants.length >= VARIANTS_MAX || !internable(names)) return null
    const texts = templateTexts(strings).map(escapedText)
    const fields = names.map((name) => (name === null ? '' : memberPrefix(name)))
    // A field of that name is the application's, and stands alone.
    const place = names.includes(PLACE_NAME) ? '' : this.placeOf(strings, level)
    const id = this.#dictionary.add([...texts, ...fields, ...(place === '' ? [] : [placeMember(place)])])
    if (id === NO_DICTIONARY_ID) return null
    const memberNames = [...names.filter((name) => name !== null), ...(place === '' ? [] : [PLACE_NAME])]
    const template = { id, names, hasNames: names.some((name) => name !== null), memberNames }
    variants.push(template)
    return template
  }
}

/** A reserved name or one that stands twice needs care, which the rendering takes. */
function internable(names: readonly (string | null)[]): boolean {
  const present = names.filter((name) => name !== null)
  return new Set(present).size === present.length && !present.some(isReservedName)
}

function sameNames(left: readonly (string | null)[], right: readonly (string | null)[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index])
}

/** Whether arguments have the names of a template, told without asking an object for its keys. */
function fits(names: readonly (string | null)[], args: readonly unknown[]): boolean {
  if (names.length !== args.length) return false
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string | null
    const arg = args[index]
    if (!isObject(arg) ? name !== null : name === null || !hasOnlyKey(arg, name)) return false
  }
  return true
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
