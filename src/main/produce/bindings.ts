/**
 * Child bindings: members that stand in every line of a logger, rendered to JSON once, when the child is made.
 */
import { jsonText, readMember, replaceByToJson } from './json-text.js'
import { escapeUnsafe, lineNames, memberPrefix } from './key-names.js'

interface BoundMember {
  readonly name: string
  /** `,"name":value` */
  readonly text: string
}

/** The members bound by a logger and the loggers it descends from; immutable. */
export class Bindings {
  static readonly none = new Bindings([])

  readonly #members: readonly BoundMember[]
  /** All members as they stand in a line, each with a comma before it. */
  readonly text: string
  /** The bytes of `text` in UTF-8. */
  readonly textBytes: number
  /** The names that are taken, or `null` where there are none. */
  readonly names: ReadonlySet<string> | null

  private constructor(members: readonly BoundMember[]) {
    this.#members = members
    this.text = members.map((member) => member.text).join('')
    this.textBytes = Buffer.byteLength(this.text)
    this.names = members.length === 0 ? null : new Set(members.map((member) => member.name))
  }

  /** These and the members of `object`, whose values win where a name is bound already. Never throws. */
  extend(object: unknown): Bindings {
    if (typeof object !== 'object' || object === null) return this
    const members: BoundMember[] = []
    try {
      const source = replaceByToJson(object) as object
      const keys = Object.keys(source)
      const names = lineNames(keys)
      for (const [index, key] of keys.entries()) {
        const name = names[index] ?? key
        const value = jsonText(key, readMember(source, key))
        if (value !== undefined) members.push({ name, text: memberPrefix(name) + escapeUnsafe(value) })
      }
    } catch {
      // A hostile proxy: it has no members that could be read.
      members.splice(0, members.length, { name: 'unreadable', text: `${memberPrefix('unreadable')}true` })
    }
    const replaced = new Set(members.map((member) => member.name))
    return new Bindings([...this.#members.filter((member) => !replaced.has(member.name)), ...members])
  }

  /** The text of all members but those called as in `names`. */
  textWithout(names: ReadonlySet<string>): string {
    return this.#members
      .filter((member) => !names.has(member.name))
      .map((member) => member.text)
      .join('')
  }
}
