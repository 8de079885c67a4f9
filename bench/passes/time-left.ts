/**
 * How long the passes that are still to come will take, by those that are over: one of the same contender at the same
 * point takes as long again; else one like it, the nearest there is.
 */

/** What tells a pass from others, for its length. */
export interface PassKind {
  readonly scenario: string
  readonly cell: string
  readonly contender: string
}

export class TimeLeft {
  readonly #seconds = new Map<string, number[]>()

  /** A pass is over. */
  add(kind: PassKind, seconds: number): void {
    for (const key of keysOf(kind)) {
      const known = this.#seconds.get(key)
      if (known === undefined) this.#seconds.set(key, [seconds])
      else known.push(seconds)
    }
  }

  /** Seconds for all of these; `undefined` before the first is over. */
  of(kinds: readonly PassKind[]): number | undefined {
    if (this.#seconds.size === 0) return undefined
    return kinds.reduce((sum, kind) => sum + this.#one(kind), 0)
  }

  #one(kind: PassKind): number {
    const nearest = keysOf(kind).find((key) => this.#seconds.has(key))
    const likeIt = this.#seconds.get(nearest ?? '') ?? []
    return likeIt.reduce((sum, seconds) => sum + seconds, 0) / likeIt.length
  }
}

/** From the nearest kind to that of all passes. */
function keysOf({ scenario, cell, contender }: PassKind): readonly string[] {
  return [
    `${scenario} ${cell} ${contender}`,
    `${scenario} ${contender}`,
    `${scenario} ${cell}`,
    scenario,
    contender,
    '',
  ]
}
