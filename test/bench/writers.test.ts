import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spreadOf } from '../../bench/figures/spread.js'
import { recommendedWriters, type WritersResult } from '../../bench/scenarios/writers.js'

/** One result for each number of writers; each row has its lines a second by round. */
function resultsOf(...rows: readonly (readonly number[])[]): WritersResult[] {
  return rows.map((rates, index) => {
    const byRound = Object.fromEntries(rates.map((rate, round) => [round + 1, rate]))
    return { writers: index + 1, linesPerSecond: { median: spreadOf(rates)!.median, byRound } }
  })
}

test('recommendedWriters() takes fewer writers where more are not clearly faster', () => {
  assert.equal(recommendedWriters(resultsOf([1000], [1040], [1049]))?.writers, 1)
})

test('recommendedWriters() takes more writers where they are', () => {
  assert.equal(recommendedWriters(resultsOf([1000], [1900], [2400], [2410]))?.writers, 3)
})

test('recommendedWriters() says nothing where nothing was measured', () => {
  assert.equal(recommendedWriters([]), undefined)
})

test('recommendedWriters() compares by the round, for the machine may be slower in one of them', () => {
  // By their medians two are three times as fast; in most rounds they are hardly faster.
  assert.equal(recommendedWriters(resultsOf([1000, 1000, 3000], [1010, 3030, 3030]))?.writers, 1)
})
