import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatRange, formatTick, formatValue } from '../../../bench/report/figures.js'
import type { Unit } from '../../../bench/scenarios/scenario.js'

const VALUES: readonly (readonly [value: number, unit: Unit, text: string])[] = [
  [1.25, 'ns', '1.3 ns'],
  [40, 'ns', '40 ns'],
  [1234, 'ns', '1.23 us'],
  [45_600, 'ns', '45.6 us'],
  [789e6, 'ns', '789 ms'],
  [1500, 'ms', '1.50 s'],
  [0, 'bytes', '0 B'],
  [4200, 'bytes', '4.20 kB'],
  [54.2e6, 'bytes', '54.2 MB'],
  [25.28e9, 'bytes', '25.3 GB'],
  [-2e6, 'bytes', '-2.0 MB'],
  [182_345, 'per second', '182k'],
  [1 / 3, 'per second', '0.33'],
  [5, 'per second', '5'],
  [0, 'percent', '0 %'],
  [12.5, 'percent', '12.5 %'],
  [1_234_567, 'count', '1,234,567'],
  [2.5, 'count', '2.50'],
  [7.94, 'times', '7.94 x'],
  [Number.NaN, 'ns', '-'],
]

for (const [value, unit, text] of VALUES) {
  test(`formatValue() gives ${value} ${unit} as ${text}`, () => assert.equal(formatValue(value, unit), text))
}

test('formatRange() names the unit once where both ends have the same, and nothing where both read the same', () => {
  assert.equal(formatRange({ min: 472, max: 522 }, 'ns'), '472–522 ns')
  assert.equal(formatRange({ min: 850, max: 1200 }, 'ns'), '850 ns–1.20 us')
  assert.equal(formatRange({ min: 346e3, max: 863e3 }, 'per second'), '346k–863k')
  assert.equal(formatRange({ min: 40.1, max: 40.2 }, 'ns'), undefined)
})

test('formatTick() has no zeros at the end', () => {
  assert.deepEqual(
    [0, 1000, 1500, 20_000].map((value) => formatTick(value, 'ns')),
    ['0', '1 us', '1.5 us', '20 us'],
  )
  assert.equal(formatTick(2.5e6, 'per second'), '2.5M')
  assert.equal(formatTick(50e6, 'bytes'), '50 MB')
})
