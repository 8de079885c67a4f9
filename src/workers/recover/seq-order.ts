/**
 * The order of `seq`: what was published one after the other has ascending ones. One that stands out between its
 * neighbours is damaged, or left from an earlier use of the memory.
 */

/**
 * Which of them stand out. `null` for those that have none. `mayRepeat` where the copies of an entry, or the parts of its
 * line, have the same.
 */
export function outOfOrder(seqs: readonly (number | null)[], mayRepeat: boolean): Set<number> {
  const out = new Set<number>()
  const nexts = nextSeqs(seqs)
  let before = mayRepeat ? 1 : 0
  for (const [index, seq] of seqs.entries()) {
    if (seq === null) continue
    const next = nexts[index] as number
    const isBehind = mayRepeat ? seq < before : seq <= before
    // One that is too high makes the next one look too low: it is judged by both.
    if (isBehind || (seq > next && next >= before)) out.add(index)
    else before = seq
  }
  return out
}

/** For each, the seq that follows; `Infinity` behind the last. */
function nextSeqs(seqs: readonly (number | null)[]): Float64Array {
  const nexts = new Float64Array(seqs.length)
  let next = Number.POSITIVE_INFINITY
  for (let index = seqs.length - 1; index >= 0; index--) {
    nexts[index] = next
    next = seqs[index] ?? next
  }
  return nexts
}
