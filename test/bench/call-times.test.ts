import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CallTimes } from '../../bench/figures/call-times.js'
import { timesOf } from '../../bench/figures/curve.js'

/** Three significant digits are kept. */
const PRECISION = 1e-3

describe('CallTimes', () => {
  it('counts times by nanosecond, and keeps each that is longer', () => {
    const seen = new Map<number, number>()
    CallTimes.of([40, 40.4, 39.6, 8191.4, 8191.6, 8192, 3e9, 3e9, 0]).forEach((valueNs, count) => {
      seen.set(valueNs, (seen.get(valueNs) ?? 0) + count)
    })
    assert.deepEqual(
      [...seen],
      [
        [0, 1],
        [40, 3],
        [8191, 1],
        [8192, 2],
        [3e9, 2],
      ],
    )
  })

  it('has an exact mean and maximum', () => {
    const times = CallTimes.of([1.25, 2.5, 90_000.75])
    assert.equal(times.meanNs, 90_004.5 / 3)
    assert.equal(times.maxNs, 90_000.75)
  })
})

describe('timesOf', () => {
  it('gives the percentiles of the times, however they were counted', async () => {
    const durationsNs = Array.from({ length: 20_000 }, (_, index) => 100 + ((index * 7919) % 20_000) * 3.7)
    const sorted = durationsNs.toSorted((a, b) => a - b)
    const { p50Ns, p99Ns, p999Ns, maxNs } = await timesOf(CallTimes.of(durationsNs))
    const expected = [sorted[9999]!, sorted[19_799]!, sorted[19_979]!, sorted[19_999]!]
    for (const [index, valueNs] of [p50Ns, p99Ns, p999Ns, maxNs].entries()) {
      const expectedNs = expected[index]!
      assert.ok(Math.abs(valueNs - expectedNs) <= 1 + expectedNs * PRECISION, `${valueNs} in place of ${expectedNs}`)
    }
  })
})
