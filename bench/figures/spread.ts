/** Median, least and most of one figure over the rounds. */

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The spread of the values, the middle two averaged for an even number; undefined if there are none. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]!
  const lower = sorted[(sorted.length - 1) >> 1]!
  return { median: (lower + upper) / 2, min: sorted[0]!, max: sorted[sorted.length - 1]! }
}
