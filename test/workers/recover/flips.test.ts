import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEATHS, noCounts, ownersWords, tryCut, tryFlip } from './flips.js'
import { smallLeftover } from './small-leftover.js'

/** About so many flips of each leftover, the same in each run. All of them: `node dist/test/workers/recover/flips.js`. */
const FLIPS = 250
const CUTS = 25
/** Odd, so that each bit of a word has its turn. All of them: `node dist/test/workers/recover/flips.js words`. */
const OWNERS_STRIDE = 7

describe('recoverLeftover() of a leftover that was changed', () => {
  it('a flipped bit is detected, or harms no more than the text of one line', () => {
    for (const death of DEATHS) {
      const leftover = smallLeftover(death)
      const counts = noCounts()
      const bits = leftover.bytes.length * 8
      const stride = Math.ceil(bits / FLIPS) | 1
      for (let bit = 0; bit < bits; bit += stride) tryFlip(leftover, bit, counts)
      assert.deepEqual(counts.faults, [])
      assert.ok(counts.detected > 0 && counts.harmless > 0)
    }
  })

  it('a flipped bit in what its owner was doing is, too', () => {
    for (const [index, death] of DEATHS.entries()) {
      const leftover = smallLeftover(death)
      const counts = noCounts()
      const words = ownersWords()
      for (let bit = index; bit < words.length * 32; bit += OWNERS_STRIDE)
        tryFlip(leftover, words[bit >> 5]! * 32 + (bit & 31), counts)
      assert.deepEqual(counts.faults, [])
      assert.ok(counts.detected > 0 && counts.harmless > 0)
    }
  })

  it('a leftover that was cut within its buffers yields the lines of its ring', () => {
    const leftover = smallLeftover(DEATHS[0] as number)
    const counts = noCounts()
    const { missing, report } = tryCut(leftover, leftover.bytes.length - 2048, counts)
    assert.deepEqual(counts.faults, [])
    assert.ok(report.lines > 0 && report.damaged > 0, JSON.stringify({ missing, report }))
  })

  it('a leftover that was cut off is detected, and what of it is in files stays', () => {
    for (const death of DEATHS) {
      const leftover = smallLeftover(death)
      const counts = noCounts()
      const stride = Math.ceil(leftover.bytes.length / CUTS)
      for (let length = 1; length < leftover.bytes.length; length += stride) {
        tryCut(leftover, length, counts)
      }
      assert.deepEqual(counts.faults, [])
      assert.equal(counts.detected, counts.tried)
    }
  })
})
