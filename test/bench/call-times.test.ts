import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callTimesOf } from '../../bench/call-times.js'

test('callTimesOf() finds percentiles within a thousandth, and mean and maximum exactly', async () => {
  const times = await callTimesOf(Float32Array.from({ length: 10_000 }, (_, index) => 10_000 - index))
  assert.equal(times.meanNs, 5000.5)
  assert.equal(times.maxNs, 10_000)
  for (const [measured, exact] of [
    [times.p50Ns, 5000],
    [times.p99Ns, 9900],
    [times.p999Ns, 9990],
  ] as const) {
    assert.ok(Math.abs(measured - exact) <= exact / 1000, `${measured} is not ${exact}`)
  }
})

test('callTimesOf() takes a call of no time and one of two minutes', async () => {
  const times = await callTimesOf(Float32Array.of(0, 2 ** 37))
  assert.equal(times.maxNs, 2 ** 37)
  assert.ok(times.p999Ns >= 59.9e9)
})

test('callTimesOf() gives no percentile above the maximum', async () => {
  const { p50Ns, p99Ns, p999Ns, maxNs } = await callTimesOf(Float32Array.of(100_001, 100_001, 100_001))
  assert.deepEqual([p50Ns, p99Ns, p999Ns, maxNs], [100_001, 100_001, 100_001, 100_001])
})
