import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SeqSet } from '../../../src/main/verify/seq-set.js'

/** What a set without pages would say. */
function gapsOf(seqs: ReadonlySet<number>, first: number, last: number): [number, number][] {
  const gaps: [number, number][] = []
  for (let seq = first; seq <= last; seq++) {
    if (seqs.has(seq)) continue
    const open = gaps.at(-1)
    if (open?.[1] === seq - 1) open[1] = seq
    else gaps.push([seq, seq])
  }
  return gaps
}

describe('SeqSet', () => {
  it('add(), has() and gaps() are those of a plain set, over pages that are lists and pages that are bits', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 9000 }))
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40_000 })),
        (ranges, singles) => {
          const set = new SeqSet()
          const plain = new Set<number>()
          const seqs = [
            ...ranges.flatMap(([from, count]) => Array.from({ length: count }, (_, at) => from + at)),
            ...singles,
          ]
          for (const seq of seqs) {
            assert.equal(set.add(seq), !plain.has(seq))
            plain.add(seq)
          }
          for (const seq of [...singles, 1, 8191, 8192, 8193]) assert.equal(set.has(seq), plain.has(seq))
          for (const [first, last] of [
            [1, 41_000],
            [5000, 9000],
            [8192, 8192],
          ] as const) {
            assert.deepEqual([...set.gaps(first, last)], gapsOf(plain, first, last))
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('takes seqs that are far apart, and gives the gaps between them at once', () => {
    const set = new SeqSet()
    for (const seq of [1, 2 ** 40, Number.MAX_SAFE_INTEGER]) assert.ok(set.add(seq))
    assert.ok(!set.add(2 ** 40))
    assert.deepEqual(
      [...set.gaps(1, Number.MAX_SAFE_INTEGER)],
      [
        [2, 2 ** 40 - 1],
        [2 ** 40 + 1, Number.MAX_SAFE_INTEGER - 1],
      ],
    )
  })
})
