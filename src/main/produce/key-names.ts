/**
 * Names of members in a line. No line has a key twice: what spillway writes itself (level, time, seq, category, msg)
 * is reserved, and a field with such a name gets underscores behind it until it is alone.
 */

const RESERVED_NAMES: ReadonlySet<string> = new Set(['level', 'time', 'seq', 'category', 'msg'])

// What JSON.stringify passes through, and a line must not hold: DEL, the C1 controls and the two Unicode line ends.
const UNSAFE_IN_LINE = /[\x7f-\x9f\u2028\u2029]/g

/** Escapes in JSON text what JSON.stringify leaves as it is and a line must not hold. */
export function escapeUnsafe(json: string): string {
  return json.replace(UNSAFE_IN_LINE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The body of a JSON string, without its quotes. */
export function escapedText(text: string): string {
  return escapeUnsafe(JSON.stringify(text).slice(1, -1))
}

/** What stands before a member's value: `,"name":`. */
export function memberPrefix(name: string): string {
  return `,"${escapedText(name)}":`
}

/** The member that tells where the code of an entry is; an application's own member of that name stands in its place. */
export const PLACE_NAME = 'src'

/** That member as it stands in a line, with its comma. */
export function placeMember(place: string): string {
  return `${memberPrefix(PLACE_NAME)}"${escapedText(place)}"`
}

/** Whether spillway writes a member of this name itself. */
export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.has(name)
}

/**
 * The names under which `keys` stand in a line. A key keeps its name unless it is reserved; it never takes one that
 * another of the keys has.
 */
export function lineNames(keys: readonly string[]): string[] {
  if (!keys.some((key) => RESERVED_NAMES.has(key))) return [...keys]
  const used = new Set([...keys, ...RESERVED_NAMES])
  return keys.map((key) => {
    if (!RESERVED_NAMES.has(key)) return key
    let name = `${key}_`
    while (used.has(name)) name += '_'
    used.add(name)
    return name
  })
}
