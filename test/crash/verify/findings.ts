/** What a verifier has found: how much of each kind, and the first of each in words. */

/**
 * `lost`: acknowledged and in no file. `hole`: lost, though a later entry of its file is there. `doubled`: there twice.
 * `torn`: no whole line. `misordered`: behind a later entry, or a later run. `misplaced`: in another file, day or level
 * than its own. `altered`: with another text than was logged. `foreign`: a line of no entry, or a file that should not be.
 * `early`: further beyond the acknowledged one than a batch, so the acknowledgement is wrong.
 */
export const KINDS = [
  'lost',
  'hole',
  'doubled',
  'torn',
  'misordered',
  'misplaced',
  'altered',
  'foreign',
  'early',
  'over bound',
  'life',
] as const
export type Kind = (typeof KINDS)[number]

const EXAMPLES_MAX = 5
const EXAMPLE_CHARACTERS = 400

/** Counts, and some examples; adds up over directories in constant memory. */
export class Findings {
  readonly #counts = new Map<Kind, number>()
  readonly #examples: string[] = []
  readonly #told = new Map<Kind, number>()
  acknowledged = 0
  /** Lines of entries, those beyond the acknowledged ones included. */
  lines = 0
  beyond = 0

  tell(kind: Kind, text: string, count = 1): void {
    this.#counts.set(kind, this.count(kind) + count)
    const told = this.#told.get(kind) ?? 0
    if (told >= EXAMPLES_MAX) return
    this.#told.set(kind, told + 1)
    this.#examples.push(`${kind}: ${text.slice(0, EXAMPLE_CHARACTERS)}`)
  }

  count(kind: Kind): number {
    return this.#counts.get(kind) ?? 0
  }

  get examples(): readonly string[] {
    return this.#examples
  }

  /** How much there is of these kinds. */
  sum(kinds: readonly Kind[]): number {
    return kinds.reduce((sum, kind) => sum + this.count(kind), 0)
  }

  add(other: Findings, prefix: string): void {
    for (const example of other.#examples) {
      const kind = example.slice(0, example.indexOf(':')) as Kind
      this.tell(kind, `${prefix}: ${example.slice(kind.length + 2)}`, 0)
    }
    for (const [kind, count] of other.#counts) this.#counts.set(kind, this.count(kind) + count)
    this.acknowledged += other.acknowledged
    this.lines += other.lines
    this.beyond += other.beyond
  }
}
