/**
 * Looks at an object's keys without making an array of them.
 */

/** Whether `for in` finds exactly these keys, in this order. */
export function hasKeys(object: object, keys: readonly string[]): boolean {
  let index = 0
  for (const key in object) if (key !== keys[index++]) return false
  return index === keys.length
}

const hasOwn = Object.prototype.hasOwnProperty

/** Whether a value is a plain object with this one key. Its constructor is looked at, not its prototype: that is a call. */
export function hasOnlyKey(value: object, name: string): boolean {
  let count = 0
  for (const key in value) if (key !== name || !hasOwn.call(value, key) || ++count > 1) return false
  return count === 1 && (value as { constructor?: unknown }).constructor === Object
}
