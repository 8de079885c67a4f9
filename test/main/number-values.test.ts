import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { NUMBER_BYTES_MAX, writeNumber } from '../../src/workers/drain/json-bytes.js'
import { decimals, ODD_NUMBERS } from './value-arbitraries.js'

const NUMBERS = 200_000

describe('writeNumber()', () => {
  const view = new DataView(new ArrayBuffer(8))
  const anyBits = fc.tuple(fc.integer(), fc.integer()).map(([high, low]) => {
    view.setInt32(0, high)
    view.setInt32(4, low)
    return view.getFloat64(0)
  })
  const magnitudes = fc
    .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -30, max: 30 }))
    .map(([mantissa, exponent]) => mantissa * 10 ** exponent)
  const nearby = fc
    .tuple(
      fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, 1e15, 1e12, 1e6, 1e21, 1e-3, 1e-6),
      fc.integer({ min: -99, max: 99 }),
    )
    .map(([centre, step]) => centre + step * (centre < 1 ? centre / 8 : 1))
  const numbers = fc.oneof(
    fc.constantFrom(...ODD_NUMBERS),
    fc.double(),
    anyBits,
    magnitudes,
    decimals(),
    nearby,
    nearby.map((near) => -near),
    fc.maxSafeInteger(),
  )

  it('writeNumber() writes every double as JSON.stringify does, within NUMBER_BYTES_MAX', () => {
    const out = Buffer.alloc(NUMBER_BYTES_MAX * 2)
    const property = fc.property(numbers, (double) => {
      const end = writeNumber(out, 1, double)
      assert.equal(out.toString('latin1', 1, end), JSON.stringify(double))
      assert.ok(end - 1 <= NUMBER_BYTES_MAX)
    })
    fc.assert(property, { numRuns: NUMBERS })
  })
})
