/** What a line must say of what was logged. */
import { type Member, scanObject } from '../support/log-directory.js'

export const RESERVED = ['level', 'time', 'seq', 'category', 'msg']
const UNSAFE = /[\x7f-\x9f\u2028\u2029]/g

/** What a line must say of an object: JSON.stringify's bytes, under names that are free, without unsafe characters. */
export function expectedMembers(object: object): Member[] {
  return inLine(scanObject(JSON.stringify(object)), Object.keys(object))
}

export function inLine(members: readonly Member[], keys: readonly string[]): Member[] {
  const taken = new Set([...keys, ...RESERVED])
  return members.map(({ name, text }) => ({
    name: RESERVED.includes(name) ? freeName(name, taken) : name,
    text: text.replace(UNSAFE, unicodeEscape),
  }))
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = `${name}_`
  while (taken.has(free)) free += '_'
  return free
}

export function safeJson(message: string): string {
  return JSON.stringify(message).replace(UNSAFE, unicodeEscape)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
