/** Places labels in a column, each as near as can be to where it belongs, none over another. */

/**
 * The least moves, squared, that keep them apart: with the gaps taken out this is the regression by a rising row of
 * numbers, which pools neighbours that are in the wrong order until none is (the pool-adjacent-violators algorithm).
 *
 * @param wanted where each belongs, in any order
 * @returns where each goes, in the same order
 */
export function placeApart(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!)
  const pools: { sum: number; count: number }[] = []
  order.forEach((index, rank) => {
    pools.push({ sum: wanted[index]! - rank * gap, count: 1 })
    while (pools.length > 1 && meanOf(pools.at(-2)!) > meanOf(pools.at(-1)!)) {
      const last = pools.pop()!
      const before = pools.pop()!
      pools.push({ sum: before.sum + last.sum, count: before.count + last.count })
    }
  })
  const room = high - low - (wanted.length - 1) * gap
  const starts = pools.flatMap((pool) =>
    Array.from({ length: pool.count }, () => Math.min(Math.max(meanOf(pool), low), low + Math.max(room, 0))),
  )
  const placed = new Array<number>(wanted.length)
  order.forEach((index, rank) => {
    placed[index] = starts[rank]! + rank * gap
  })
  return placed
}

function meanOf({ sum, count }: { readonly sum: number; readonly count: number }): number {
  return sum / count
}
