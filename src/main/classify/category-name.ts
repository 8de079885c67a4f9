/**
 * From a category to the name of its file. A category may be any text, even one an attacker chose; a name never leaves
 * the directory, and two categories never share one, not even where the file system folds case.
 */
import { createHash } from 'node:crypto'

/** The category of entries that have none: whose place is in no rule, or which came after `maxCategories`. */
export const GENERAL_CATEGORY = 'general'
const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/
/** What Windows takes for devices, with any extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i
const STEM_LENGTH_MAX = 48
const HASH_DIGITS = 12

/** Gives each category a file name (without its extension) of its own, the same at each call. */
export class CategoryNames {
  readonly #names = new Map<string, string>()
  /** Lower-cased, for file systems that fold case. */
  readonly #taken: Set<string>

  /** `reserved` names belong to other files: of the levels. */
  constructor(reserved: readonly string[]) {
    this.#taken = new Set(reserved.map((name) => name.toLowerCase()))
  }

  /** The file name of a category. */
  nameOf(category: string): string {
    const known = this.#names.get(category)
    if (known !== undefined) return known
    const name = this.#freeName(category)
    this.#taken.add(name.toLowerCase())
    this.#names.set(category, name)
    return name
  }

  /** The file name that a category has or would get. */
  peek(category: string): string {
    return this.#names.get(category) ?? this.#freeName(category)
  }

  #freeName(category: string): string {
    const plain = PLAIN_NAME.test(category) && !DEVICE_NAME.test(category)
    const free = plain && !this.#taken.has(category.toLowerCase())
    let name = free ? category : hashedName(category, 0)
    for (let attempt = 1; !free && this.#taken.has(name.toLowerCase()); attempt++) name = hashedName(category, attempt)
    return name
  }
}

/** What is left of a category's allowed characters, and a hash of all of it; another hash at each attempt. */
function hashedName(category: string, attempt: number): string {
  const stem = category
    .slice(0, STEM_LENGTH_MAX)
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const hash = createHash('sha256')
    .update(Buffer.from(category, 'utf16le'))
    .update('!'.repeat(attempt))
    .digest('hex')
    .slice(0, HASH_DIGITS)
  return stem === '' ? hash : `${stem}-${hash}`
}
