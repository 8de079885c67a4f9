/** What is wrong, up to a number; the rest is counted. */

/** One thing that is wrong. All of its text is safe to print. */
export interface Problem {
  /** `null` where it is not in a file. */
  readonly path: string | null
  /** From 1; `null` where it is the whole file. */
  readonly line: number | null
  readonly what: string
}

export class ProblemList {
  readonly #max: number
  readonly #problems: Problem[] = []
  #count = 0

  constructor(max: number) {
    this.#max = max
  }

  get count(): number {
    return this.#count
  }

  get problems(): readonly Problem[] {
    return this.#problems
  }

  add(path: string | null, line: number | null, what: string): void {
    if (++this.#count <= this.#max) this.#problems.push({ path, line, what })
  }
}
