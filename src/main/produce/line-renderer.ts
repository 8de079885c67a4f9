/**
 * Lines rendered on the application's thread: for entries that the typed records cannot hold. It is several times
 * dearer than a record and takes everything: objects with toJSON, names that are bound already, more keys than a shape
 * may have, templates with nested values, a full dictionary, entries larger than the ring.
 */
import { jsonText, readMember, replaceByToJson } from './json-text.js'
import { escapedText, escapeUnsafe, lineNames, memberPrefix, PLACE_NAME } from './key-names.js'
import type { LogContext } from './log-context.js'
import { textOfValue } from './message-format.js'
import { fieldName, templateTexts } from './template-arguments.js'

/** The members of a line behind seq, time and category: bindings, fields and message, each with a comma before it. */
export function renderMembers(context: LogContext, object: unknown, message: string | undefined): string {
  const source = replaceByToJson(object)
  const keys = keysOf(source)
  if (keys === null) return joinMembers(context, [['unreadable', 'true']], quoted(message))
  // A `msg` of the object is the message where there is no other.
  const ownMessage = message === undefined && keys.includes('msg')
  const names = lineNames(keys)
  const fields: [name: string, value: string][] = []
  let messageText = quoted(message)
  for (const [index, key] of keys.entries()) {
    const value = memberText(source as object, key)
    if (value === undefined) continue
    if (ownMessage && key === 'msg') messageText = value
    else fields.push([names[index] ?? key, value])
  }
  return joinMembers(context, fields, messageText)
}

/** As `renderMembers`, for a tagged template. */
export function renderTemplateMembers(
  context: LogContext,
  strings: TemplateStringsArray,
  args: readonly unknown[],
  place: string,
): string {
  const texts = templateTexts(strings)
  const fields = new Map<string, unknown>()
  let message = texts[0] ?? ''
  for (const [index, arg] of args.entries()) {
    const name = fieldName(arg)
    const value = name === null ? arg : readMember(arg as object, name)
    if (name !== null) fields.set(name, value)
    message += textOfValue(value) + (texts[index + 1] ?? '')
  }
  const keys = [...fields.keys()]
  const names = lineNames(keys)
  const members: [name: string, value: string][] = []
  for (const [index, key] of keys.entries()) {
    const value = jsonText(key, fields.get(key))
    if (value !== undefined) members.push([names[index] ?? key, value])
  }
  const isTaken = fields.has(PLACE_NAME) || context.bindings.names?.has(PLACE_NAME) === true
  if (place !== '' && !isTaken) members.push([PLACE_NAME, `"${escapedText(place)}"`])
  return joinMembers(context, members, `"${escapedText(message)}"`)
}

/** A whole line with its newline. */
export function renderLine(level: number, time: number, seq: number, categoryMember: string, members: string): string {
  return `{"level":${level},"time":${time},"seq":${seq}${categoryMember}${members}}\n`
}

function joinMembers(context: LogContext, fields: readonly [string, string][], message: string | undefined): string {
  const bound = context.bindings
  const names = new Set(fields.map(([name]) => name))
  let text = bound.names === null ? '' : bound.textWithout(names)
  for (const [name, value] of fields) text += memberPrefix(name) + escapeUnsafe(value)
  if (message !== undefined) text += `,"msg":${escapeUnsafe(message)}`
  return text
}

function quoted(message: string | undefined): string | undefined {
  return message === undefined ? undefined : `"${escapedText(message)}"`
}

/** The keys of an object's members; `null` where it does not tell them (a hostile or revoked proxy). */
function keysOf(source: unknown): string[] | null {
  if (typeof source !== 'object' || source === null) return []
  try {
    return Object.keys(source)
  } catch {
    return null
  }
}

/** A member's JSON text; a getter that throws gives a word in its place. */
function memberText(source: object, key: string): string | undefined {
  return jsonText(key, readMember(source, key))
}
