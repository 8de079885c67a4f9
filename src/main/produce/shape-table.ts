/**
 * Shapes: the ordered keys that the objects of one kind of entry have. A shape's keys are interned in the dictionary, so
 * a record holds its id in place of them.
 *
 * A shape is interned when it is seen the second time (later the third, and so on, the more there are): objects with keys of their own (a map by user id) must not fill
 * the dictionary. Shapes that cannot be interned are rendered on the application's thread; they lose speed, nothing else.
 */
import { SHAPE_KEYS_MAX } from '../../shared/record-layout.js'
import { type Dictionary, NO_DICTIONARY_ID } from './dictionary.js'
import { lineNames, memberPrefix } from './key-names.js'

/** How many shapes that are not interned yet are remembered. */
const CANDIDATES_MAX = 512
/** With each so many shapes one more sighting is asked for: what is logged must not fill the dictionary. */
const SHAPES_PER_SIGHTING = 256
/** Longer lists of keys are not worth their place in the dictionary. */
const SIGNATURE_LENGTH_MAX = 4096

/** Keys in their order, and the dictionary's id of them. */
export interface Shape {
  readonly id: number
  readonly keys: readonly string[]
  /** The keys as they stand in a line. */
  readonly names: readonly string[]
}

/** Fits no object: what a logger starts with. */
export const NO_SHAPE: Shape = Object.freeze({
  id: NO_DICTIONARY_ID,
  // No key of an object that `for in` finds is a symbol.
  keys: [Symbol('none') as unknown as string],
  names: [],
})

/** All shapes of one Spillway. */
export class ShapeTable {
  readonly #dictionary: Dictionary
  readonly #shapes = new Map<string, Shape>()
  /** How often each was seen. */
  readonly #candidates = new Map<string, number>()
  /** The shape of an object without members, and of entries that are a message alone. */
  readonly empty: Shape

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
    this.empty = { id: dictionary.add([]), keys: [], names: [] }
    this.#shapes.set('', this.empty)
  }

  /** How many shapes are interned. */
  get size(): number {
    return this.#shapes.size
  }

  /** Interns keys at once: for shapes spillway knows it will use. */
  intern(keys: readonly string[]): Shape | null {
    const signature = keys.join('\0')
    const shape = this.#shapes.get(signature) ?? this.#add(signature, keys)
    return shape !== null && sameKeys(shape.keys, keys) ? shape : null
  }

  /** The shape of these keys, or `null` where the entry has to be rendered. */
  find(keys: readonly string[]): Shape | null {
    if (keys.length === 0) return this.empty
    if (keys.length > SHAPE_KEYS_MAX) return null
    const signature = keys.join('\0')
    const known = this.#shapes.get(signature)
    // A key that contains the separator can give two lists one signature.
    if (known !== undefined) return sameKeys(known.keys, keys) ? known : null
    // `msg` and `toJSON` have a meaning of their own, which depends on the entry.
    if (signature.length > SIGNATURE_LENGTH_MAX || keys.includes('msg') || keys.includes('toJSON')) return null
    const sightings = this.#candidates.get(signature) ?? 0
    if (sightings < 1 + Math.trunc(this.#shapes.size / SHAPES_PER_SIGHTING)) {
      if (this.#candidates.size >= CANDIDATES_MAX) this.#candidates.clear()
      this.#candidates.set(signature, sightings + 1)
      return null
    }
    this.#candidates.delete(signature)
    return this.#add(signature, keys)
  }

  #add(signature: string, keys: readonly string[]): Shape | null {
    const names = lineNames(keys)
    const id = this.#dictionary.add(names.map(memberPrefix))
    if (id === NO_DICTIONARY_ID) return null
    const shape = { id, keys, names }
    this.#shapes.set(signature, shape)
    return shape
  }
}

function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((key, index) => key === right[index])
}
