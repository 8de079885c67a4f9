import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FullRing } from '../../../src/main/produce/full-ring.js'
import { DEBUG, ERROR, FATAL, INFO, TRACE, WARN } from '../../../src/shared/levels.js'

const LEVELS = [TRACE, DEBUG, INFO, WARN, ERROR, FATAL]
const KIB = 1024
const MIB = 1024 * KIB
/** All that the options allow, and the one of the tests. */
const CAPACITIES = [8 * KIB, ...Array.from({ length: 13 }, (_, power) => 64 * KIB * 2 ** power)]
/** The same cases at each run. */
const SEED = 20_261_125

/** The fewest occupied bytes, in steps of 8, at which a record of `bytes` is refused. */
function refusedFrom(full: FullRing, bytes: number, level: number, capacityBytes: number): number {
  let occupied = 0
  while (occupied <= capacityBytes && full.admits(occupied, bytes, level)) occupied += 8
  return occupied
}

describe('FullRing', () => {
  it('roomBytes() keeps a sixteenth of the ring for error and fatal, and in small rings 16 KiB or a quarter', () => {
    const headrooms = [8 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, MIB, 4 * MIB].map((capacityBytes) => {
      const full = new FullRing(capacityBytes, 'block')
      for (const level of [TRACE, DEBUG, INFO, WARN]) assert.equal(full.roomBytes(level), full.roomBytes(INFO))
      for (const level of [ERROR, FATAL]) assert.equal(full.roomBytes(level), capacityBytes)
      return capacityBytes - full.roomBytes(INFO)
    })
    assert.deepEqual(headrooms, [2 * KIB, 16 * KIB, 16 * KIB, 16 * KIB, 64 * KIB, 256 * KIB])
  })

  it('admits() a record of the greatest length and its pad into every empty ring, of any level and in any mode', () => {
    for (const capacityBytes of CAPACITIES) {
      for (const onFull of ['block', 'shed', 'drop'] as const) {
        const full = new FullRing(capacityBytes, onFull)
        for (const level of LEVELS) assert.ok(full.admits(0, capacityBytes / 2, level))
      }
    }
  })

  it('admits() under shed the lowest levels up to 1/2, 5/8 and 3/4 of the ordinary room, and warn as far as that goes', () => {
    const capacityBytes = 64 * KIB
    const full = new FullRing(capacityBytes, 'shed')
    const from = LEVELS.map((level) => refusedFrom(full, 8, level, capacityBytes))
    assert.deepEqual(from, [24 * KIB, 30 * KIB, 36 * KIB, 48 * KIB, 64 * KIB, 64 * KIB])
    assert.equal(full.openBytes, 24 * KIB)
  })

  it('admits() under drop and block every level as far as its room goes', () => {
    for (const onFull of ['drop', 'block'] as const) {
      const full = new FullRing(64 * KIB, onFull)
      const from = LEVELS.map((level) => refusedFrom(full, 8, level, 64 * KIB))
      assert.deepEqual(from, [...Array(4).fill(48 * KIB), 64 * KIB, 64 * KIB])
      assert.equal(full.waits, onFull === 'block')
    }
  })

  it('admits() never refuses a level while it takes a lower one of the same length', () => {
    const modes = fc.constantFrom('block' as const, 'shed' as const, 'drop' as const)
    const capacities = fc.constantFrom(...CAPACITIES)
    const part = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(modes, capacities, part, part, (onFull, capacityBytes, occupiedPart, part) => {
        const full = new FullRing(capacityBytes, onFull)
        const occupied = Math.floor((occupiedPart * capacityBytes) / 8) * 8
        const bytes = Math.ceil((part * capacityBytes) / 16) * 8
        const admitted = LEVELS.map((level) => full.admits(occupied, bytes, level))
        assert.deepEqual(
          admitted,
          [...admitted].sort((left, right) => Number(left) - Number(right)),
        )
        if (occupied < full.openBytes && occupied + bytes <= full.openBytes) assert.ok(admitted.every((each) => each))
      }),
      { numRuns: 2000, seed: SEED },
    )
  })
})
