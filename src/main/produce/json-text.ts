/**
 * One value as JSON text, on the application's thread: for what has no typed slot (nested values, errors, everything
 * odd). Whatever the value is, this never throws, and the text is valid JSON.
 *
 * A value that JSON.stringify accepts gives exactly its text; the exceptions are errors (which it would give as `{}`)
 * and what it throws at: those are copied by hand, within limits, with a word in place of what could not be read.
 */
import { types } from 'node:util'
import { errorToPlain } from './error-to-plain.js'

/** Limits of the copy that is made of values JSON.stringify throws at. */
const DEPTH_MAX = 32
const MEMBERS_MAX = 10_000

/**
 * The JSON text of `value` as the member `key` of an object, or `undefined` where JSON.stringify would leave it out.
 * Never throws.
 */
export function jsonText(key: string, value: unknown): string | undefined {
  try {
    if (typeof value === 'bigint' && !('toJSON' in BigInt.prototype)) return `"${value}"`
    if (isError(value)) return copyText(errorToPlain(value))
    const hasMembers = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (hasMembers && typeof (value as { toJSON?: unknown }).toJSON === 'function') {
      // toJSON is given the member's key, so the member is serialised in an object and cut out of it again.
      const holder: Record<string, unknown> = Object.create(null) // Inherits no toJSON of its own.
      holder[key] = value
      const member = JSON.stringify(holder)
      return member === '{}' ? undefined : member.slice(JSON.stringify(key).length + 2, -1)
    }
    return JSON.stringify(value)
  } catch {
    return copyText(value)
  }
}

/** The JSON text of what JSON.stringify throws at: cycles, throwing getters, BigInt, revoked proxies, great depth. */
function copyText(value: unknown): string {
  try {
    return JSON.stringify(copy(value, 0, new Set(), { members: 0 })) ?? 'null'
  } catch (error) {
    return JSON.stringify(`[not serialisable: ${reasonOf(error)}]`)
  }
}

/** Whether a value is an error, of this realm or another. Never throws. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  try {
    return types.isNativeError(value) || value instanceof Error
  } catch {
    return false // A hostile proxy: it is copied as an object.
  }
}

/** What went wrong, in a few words, whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  try {
    // A message may be anything, also what does not become text by itself.
    const text = String(thrown instanceof Error ? thrown.message : thrown)
    return text.length > 200 ? `${text.slice(0, 200)}…` : text
  } catch {
    return 'unknown'
  }
}

function copy(value: unknown, depth: number, path: Set<object>, budget: { members: number }): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (path.has(value)) return '[circular]'
  if (depth >= DEPTH_MAX) return '[too deep]'
  path.add(value)
  try {
    return copyObject(value, depth, path, budget)
  } catch (error) {
    return `[not serialisable: ${reasonOf(error)}]`
  } finally {
    path.delete(value)
  }
}

function copyObject(value: object, depth: number, path: Set<object>, budget: { members: number }): unknown {
  if (isError(value)) return copyMembers(errorToPlain(value), depth, path, budget)
  const toJSON = readMember(value, 'toJSON')
  if (typeof toJSON === 'function') {
    const replaced: unknown = toJSON.call(value, '')
    if (replaced !== value) return copy(replaced, depth + 1, path, budget)
  }
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (let i = 0; i < value.length && budget.members < MEMBERS_MAX; i++) {
      budget.members++
      const item = copy(readMember(value, String(i)), depth + 1, path, budget)
      items.push(item === undefined || typeof item === 'function' || typeof item === 'symbol' ? null : item)
    }
    if (items.length < value.length) items.push(`[${value.length - items.length} more]`)
    return items
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return value
  return copyMembers(value, depth, path, budget)
}

function copyMembers(value: object, depth: number, path: Set<object>, budget: { members: number }): unknown {
  // A null prototype, so that a member called __proto__ is a member.
  const members: Record<string, unknown> = Object.create(null)
  const keys = Object.keys(value)
  for (const [index, key] of keys.entries()) {
    if (++budget.members > MEMBERS_MAX) {
      members['...'] = `[${keys.length - index} more]`
      break
    }
    members[key] = copy(readMember(value, key), depth + 1, path, budget)
  }
  return members
}

/** A property's value, or a word where its getter throws. */
export function readMember(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key]
  } catch (error) {
    return `[threw: ${reasonOf(error)}]`
  }
}

/** What the object says it is in JSON; the object itself where it says nothing or throws. */
export function replaceByToJson(object: unknown): unknown {
  if (typeof object !== 'object' || object === null) return object
  try {
    const toJson = (object as { toJSON?: unknown }).toJSON
    if (typeof toJson !== 'function') return object
    const replaced: unknown = toJson.call(object, '')
    // What is no object has no members: it stands under a name of its own.
    return typeof replaced === 'object' && replaced !== null ? replaced : { value: replaced }
  } catch {
    return object
  }
}
