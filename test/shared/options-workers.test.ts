import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { arenaBytes, roomyGeometry, terminalBytes, writerGeometry } from '../../src/shared/arena-sizes.js'
import { SpillwayError } from '../../src/shared/errors.js'
import { MIB, refusal, resolved } from './options-sources.js'

describe('resolveOptions() workers', () => {
  const of = (options: unknown, cores: number) => resolved({ options, cores }).workers

  it('resolveOptions() leaves one core to the application, and starts one writer at least', () => {
    assert.deepEqual(
      [1, 2, 3, 6, 7, 128].map((cores) => of({}, cores)),
      [1, 1, 2, 5, 5, 5],
    )
  })

  it('resolveOptions() lowers the default workers until the memory budget holds', () => {
    const performance = { writes: { maxConcurrentWrites: 64 } }
    assert.equal(of({ performance }, 128), 5)
    assert.equal(of({ performance, ringBytes: 16 * MIB }, 128), 2)
    assert.equal(of({ performance, maxCategories: 16_384 }, 128), 2)
  })

  it('resolveOptions() refuses explicit workers beyond the memory budget', () => {
    assert.equal(of({ workers: 5, pretty: true }, 2), 5)
    const error = refusal({ options: { workers: 6 } })
    assert.equal(error.code, 'ERR_SPILLWAY_INVALID_OPTION')
    assert.equal(
      error.message,
      'Option "workers" is 6: the memory of all writers must not exceed performance.buffer.maxMemoryUsage, and ' +
        '6 x 10,092,544 bytes (ringBytes, 64 x fileBufferBytes, and what grows with maxCategories) exceed 52,428,800.',
    )
  })

  it('resolveOptions() refuses a budget in which not even one writer fits, and names what was set', () => {
    const env = { SPILLWAY_RING_BYTES: '67108864' }
    assert.match(
      refusal({ env }).message,
      /^Environment variable SPILLWAY_RING_BYTES is 67108864: the memory of all writers must/,
    )
    const options = { performance: { buffer: { maxMemoryUsage: MIB } } }
    assert.equal(refusal({ options }).context.option, 'performance.buffer.maxMemoryUsage')
  })

  it('resolveOptions() always keeps the budget, whatever is set', () => {
    const workers = fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined })
    const ringBytes = fc
      .option(fc.integer({ min: 16, max: 28 }), { nil: undefined })
      .map((power) => power && 2 ** power)
    const budget = fc.option(fc.integer({ min: MIB, max: 4_294_967_296 }), { nil: undefined })
    const others = fc.record({
      cores: fc.integer({ min: 1, max: 256 }),
      pretty: fc.boolean(),
      fileBufferBytes: fc.integer({ min: 1, max: 256 }).map((pages) => pages * 4096),
      maxCategories: fc.integer({ min: 1, max: 16_384 }),
    })
    fc.assert(
      fc.property(workers, ringBytes, budget, others, (workers, ringBytes, budget, { cores, ...rest }) => {
        const options = { workers, ringBytes, ...rest, performance: { buffer: { maxMemoryUsage: budget } } }
        try {
          const result = resolved({ options, cores })
          const usedBytes = terminalBytes(result) + result.workers * arenaBytes(roomyGeometry(result))
          assert.ok(usedBytes <= result.performance.buffer.maxMemoryUsage && result.workers >= 1)
          assert.equal(result.workers, workers ?? result.workers)
        } catch (error) {
          assert.ok(error instanceof SpillwayError)
          const sizes = { ringBytes: ringBytes ?? 4 * MIB, ...rest, pretty: rest.pretty ? {} : null }
          const neededBytes = terminalBytes(sizes) + (workers ?? 1) * arenaBytes(writerGeometry(sizes))
          assert.ok(neededBytes > (budget ?? 50 * MIB))
        }
      }),
    )
  })
})
