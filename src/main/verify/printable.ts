/** Text of files and their names as text on which no terminal acts. */

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu
const QUOTED_CHARACTERS = 60
/** A character has four bytes at most. */
const CHARACTER_BYTES_MAX = 4

/** The text with everything but plain characters written out: `\u{1b}`. */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`)
}

/** The beginning of a text, in quotes. */
export function quoted(text: string): string {
  const isCut = text.length > QUOTED_CHARACTERS
  return printable(JSON.stringify(isCut ? `${text.slice(0, QUOTED_CHARACTERS)}...` : text))
}

/** The beginning of a line, in quotes. */
export function quotedBytes(bytes: Buffer, start: number, end: number): string {
  return quoted(bytes.toString('utf8', start, Math.min(end, start + (QUOTED_CHARACTERS + 1) * CHARACTER_BYTES_MAX)))
}
