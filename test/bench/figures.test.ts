import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCount } from '../../bench/report/figures.js'

test('formatCount() puts a comma before every three digits of the whole number', () => {
  const texts = [0, 7, 999, 1000, 12_345.6, 1_234_567, -1000].map(formatCount)
  assert.deepEqual(texts, ['0', '7', '999', '1,000', '12,346', '1,234,567', '-1,000'])
})
