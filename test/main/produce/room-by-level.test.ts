/** What a claim does where a ring is nearly full, by level and `onFull`: RingProducer over an arena that the test consumes. */
import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import fc from 'fast-check'
import { NO_ROOM, RingProducer, type RingSettings } from '../../../src/main/produce/ring-producer.js'
import type { Arena } from '../../../src/shared/arena.js'
import { APPLIED, BELL, CONSUMED, EMERGENCY_REQUESTED, PUBLISHED } from '../../../src/shared/arena-layout.js'
import { DEBUG, ERROR, FATAL, INFO, TRACE, WARN } from '../../../src/shared/levels.js'
import type { OnFull } from '../../../src/shared/options.js'
import { distanceBytes } from '../../../src/shared/positions.js'
import { KIND_FIELDS, KIND_PAD, RECORD_HEAD, RECORD_LENGTH, recordKind } from '../../../src/shared/record-layout.js'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, smallArena } from '../../workers/partition-rig.js'

/** The same cases at each run. */
const SEED = 20_261_125

const RING_BYTES = 8192
/** A quarter of so small a ring is kept for error and fatal. */
const ORDINARY_BYTES = 6144
const LEVELS = [TRACE, DEBUG, INFO, WARN, ERROR, FATAL]
const STARTS = [0, 4096 + 8, BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, 0x7ffffff8 | 0, -8]

interface TestRing {
  readonly arena: Arena
  readonly ring: RingProducer
}

function testRing(
  onFull: OnFull,
  settings: RingSettings & { startPosition?: number; onStall?: (arena: Arena) => void } = {},
): TestRing {
  const geometry = { ringBytes: RING_BYTES, fileBufferBytes: 4096, fileBufferCount: 1 }
  const arena = smallArena(geometry, settings.startPosition ?? BEFORE_INT32_WRAP)
  const onStall = (): void => (settings.onStall ?? refuseToStall)(arena)
  return { arena, ring: new RingProducer(arena, onStall, { onFull, ...settings }) }
}

function refuseToStall(): never {
  assert.fail('the ring called its stall handler')
}

/** False where there was no room. */
function append({ arena, ring }: TestRing, bytes: number, level: number): boolean {
  const at = ring.claim(bytes, level)
  if (at === NO_ROOM) return false
  assert.ok(at >= arena.offsets.ring && at + bytes <= arena.offsets.ring + RING_BYTES)
  arena.words[(at + RECORD_LENGTH) >> 2] = bytes
  arena.words[(at + RECORD_HEAD) >> 2] = KIND_FIELDS
  ring.publish(bytes)
  return true
}

/** Consumes the next record, with a pad before it; gives its bytes, or none where there is no record. */
function consume({ words, offsets }: Arena): number {
  const to = Atomics.load(words, PUBLISHED)
  let position = words[APPLIED]!
  let taken = 0
  while (position !== to && taken === 0) {
    const word = (offsets.ring + (position & (RING_BYTES - 1))) >> 2
    const bytes = words[word + (RECORD_LENGTH >> 2)]!
    if (recordKind(words[word + (RECORD_HEAD >> 2)]!) !== KIND_PAD) taken = bytes
    position = (position + bytes) | 0
  }
  words[APPLIED] = position
  Atomics.store(words, CONSUMED, position)
  return taken
}

/** How many records of 64 bytes go into the ring at this level, one after the other. */
function fill(ring: TestRing, level: number): number {
  let count = 0
  while (append(ring, 64, level)) count++
  return count
}

describe('RingProducer.claim()', () => {
  it('leaves the head-room to error and fatal, which fill the ring to its last byte', () => {
    for (const startPosition of STARTS) {
      const test = testRing('drop', { startPosition })
      const records = [fill(test, WARN), fill(test, TRACE), fill(test, ERROR), fill(test, FATAL)]
      const { occupiedBytes } = test.ring
      if (startPosition % 64 === 0) {
        assert.deepEqual(records, [ORDINARY_BYTES / 64, 0, (RING_BYTES - ORDINARY_BYTES) / 64, 0])
        assert.equal(occupiedBytes, RING_BYTES)
      } else assert.ok(occupiedBytes > RING_BYTES - 64 && occupiedBytes <= RING_BYTES)
    }
  })

  it('keeps the ordinary limit where it was when urgent records have gone beyond it', () => {
    const test = testRing('drop')
    fill(test, INFO)
    assert.ok(append(test, 64, ERROR))
    assert.ok(!append(test, 64, INFO))
    consume(test.arena) // As much as the urgent one took.
    assert.ok(!append(test, 64, INFO))
    consume(test.arena)
    assert.ok(append(test, 64, INFO))
    assert.ok(!append(test, 64, INFO))
    assert.equal(fill(test, FATAL), (RING_BYTES - ORDINARY_BYTES) / 64)
  })

  it('waits under block: at the ordinary room, or for error and fatal at the end of the ring', () => {
    const wait = mock.method(Atomics, 'wait', () => 'timed-out')
    let stalls = 0
    const onStall = (arena: Arena): void => {
      stalls++
      consume(arena)
    }
    const test = testRing('block', { onStall })
    for (let bytes = 0; bytes < ORDINARY_BYTES; bytes += 64) append(test, 64, INFO)
    assert.equal(stalls, 0)
    for (let bytes = ORDINARY_BYTES; bytes < RING_BYTES; bytes += 64) append(test, 64, ERROR)
    assert.equal(stalls, 0)
    append(test, 64, FATAL)
    assert.equal(stalls, 1)
    append(test, 64, TRACE)
    assert.equal(stalls, 1 + (RING_BYTES - ORDINARY_BYTES) / 64 + 1)
    assert.equal(test.ring.occupiedBytes, ORDINARY_BYTES)
    wait.mock.restore()
  })

  it('refuses the lowest levels first under shed, each from its part of the ordinary room on', () => {
    const test = testRing('shed', { startPosition: 0 })
    const ends = LEVELS.map((level) => {
      fill(test, level)
      return test.ring.occupiedBytes
    })
    assert.deepEqual(ends, [3072, 3840, 4608, ORDINARY_BYTES, RING_BYTES, RING_BYTES])
    for (const level of LEVELS) assert.ok(!append(test, 64, level))
    // And takes them again in the opposite order.
    const taken: number[] = []
    while (taken.length < LEVELS.length && consume(test.arena) > 0) {
      const level = LEVELS.findLast((each) => !taken.includes(each) && test.ring.claim(64, each) !== NO_ROOM)
      if (level !== undefined) taken.push(level)
    }
    assert.deepEqual(taken, [FATAL, ERROR, WARN, INFO, DEBUG, TRACE])
  })

  it('never waits under shed and drop', () => {
    const wait = mock.method(Atomics, 'wait', () => assert.fail('it waited'))
    for (const onFull of ['shed', 'drop'] as const) {
      const test = testRing(onFull)
      for (let i = 0; i < 1000; i++) append(test, 64 + (i % 8) * 8, LEVELS[i % 6]!)
      assert.equal(test.ring.stalls, 0)
    }
    wait.mock.restore()
  })

  it('drains first where this thread is the owner, and is then not refused', () => {
    for (const onFull of ['shed', 'drop'] as const) {
      const test = testRing(onFull)
      let helps = false
      test.ring.drainHere(() => {
        while (helps && consume(test.arena) > 0);
      })
      for (const level of LEVELS) fill(test, level)
      assert.ok(!append(test, 64, FATAL))
      helps = true
      for (const level of LEVELS) assert.ok(append(test, 1024, level))
      for (let i = 0; i < 1000; i++) assert.ok(append(test, 1024, TRACE))
    }
  })

  it('takes nothing where it refuses, and makes no pad', () => {
    const test = testRing('drop', { startPosition: RING_BYTES - 1024 })
    for (let i = 0; i < 5; i++) assert.ok(append(test, 1024, INFO))
    Atomics.store(test.arena.words, CONSUMED, test.ring.published)
    test.arena.words[APPLIED] = test.ring.published
    const start = test.ring.published // 4,096 in the second lap.
    for (let i = 0; i < 3; i++) assert.ok(append(test, 1272, INFO))
    assert.equal(test.ring.claim(1280 + 1024 + 8, INFO), NO_ROOM) // 280 of pad before it.
    assert.equal(test.ring.published, (start + 3 * 1272) | 0)
    assert.equal(test.ring.occupiedBytes, 3 * 1272)
    assert.ok(append(test, 280, INFO))
    assert.equal(test.ring.published & (RING_BYTES - 1), 0)
  })

  it('asks for an emergency drain above half of the ring, before it rings, and only once until that is cleared', () => {
    const test = testRing('block')
    const { words } = test.arena
    for (let i = 0; i < 4; i++) append(test, 1024, INFO)
    assert.equal(Atomics.load(words, EMERGENCY_REQUESTED), 0)
    const notify = mock.method(Atomics, 'notify', () => {
      assert.equal(Atomics.load(words, EMERGENCY_REQUESTED), 1)
      return 0
    })
    append(test, 32, INFO)
    assert.equal(notify.mock.callCount(), 1)
    assert.equal(Atomics.load(words, BELL), 1)
    notify.mock.restore()
  })

  it('looks at the owner every 16 KiB, and tells where it stood still', () => {
    let still = 0
    const geometry = { ringBytes: 1 << 20, fileBufferBytes: 4096, fileBufferCount: 1 }
    const arena = smallArena(geometry, BEFORE_INT32_WRAP)
    const ring = new RingProducer(arena, refuseToStall, { onStill: () => still++ })
    const publish = (bytes: number): void => {
      for (let done = 0; done < bytes; done += 64) {
        ring.claim(64, INFO)
        ring.publish(64)
      }
    }
    publish(1 << 16)
    assert.equal(still, 3) // Of the first look nothing could be told.
    Atomics.store(arena.words, CONSUMED, (BEFORE_INT32_WRAP + 4096) | 0)
    publish(1 << 14)
    assert.equal(still, 3)
    publish(1 << 14)
    assert.equal(still, 4)
    Atomics.store(arena.words, CONSUMED, ring.published)
    publish(1 << 14)
    for (let i = 0; i < 100; i++) {
      Atomics.store(arena.words, CONSUMED, ring.published)
      ring.claim(1 << 14, INFO) // Given up: nothing is there that the owner could consume.
    }
    assert.equal(still, 4)
  })

  it('calls what waits for relief once, before the first claim that finds less than 0.7 of the open room occupied', () => {
    for (const [onFull, openBytes] of [
      ['drop', ORDINARY_BYTES],
      ['shed', ORDINARY_BYTES / 2],
    ] as const) {
      const test = testRing(onFull, { startPosition: 0 })
      const occupiedThen: number[] = []
      fill(test, WARN)
      test.ring.whenRelieved(() => {
        occupiedThen.push(test.ring.occupiedBytes)
        const at = test.ring.tryClaim(128, WARN)!
        test.arena.words[(at + RECORD_LENGTH) >> 2] = 128
        test.arena.words[(at + RECORD_HEAD) >> 2] = KIND_FIELDS
        test.ring.publish(128)
      })
      const published: number[] = []
      while (occupiedThen.length === 0) {
        consume(test.arena)
        consume(test.arena)
        published.push(test.ring.published)
        append(test, 64, ERROR)
      }
      assert.ok(occupiedThen[0]! < openBytes * 0.7 && occupiedThen[0]! >= openBytes * 0.7 - 128)
      assert.equal(test.ring.published - published.at(-1)!, 128 + 64)
      for (let i = 0; i < 5; i++) append(test, 64, ERROR)
      assert.equal(occupiedThen.length, 1)
    }
  })

  it('widen() keeps to the same rule, and publishes nothing before the record that is being made', () => {
    const test = testRing('drop', { startPosition: 0 })
    test.ring.whenRelieved(() => assert.fail('told in the middle of a record'))
    const at = test.ring.tryClaim(64, INFO)
    assert.equal(test.ring.widen(2048, INFO), at)
    test.ring.whenRelieved(() => {})
    for (let i = 0; i < 5; i++) assert.ok(append(test, 1024, INFO))
    assert.equal(test.ring.claim(64, INFO), test.ring.claim(1024, INFO))
    assert.equal(test.ring.widen(1032, INFO), NO_ROOM)
    assert.notEqual(test.ring.widen(1032, ERROR), NO_ROOM)
  })
})

describe('RingProducer', () => {
  it('takes and refuses as the rule says, whatever the levels, lengths and modes, and keeps every record', () => {
    const bytes = fc.integer({ min: 4, max: RING_BYTES / 4 / 8 }).map((units) => units * 8)
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ level: fc.constantFrom(...LEVELS), bytes }) },
      { weight: 2, arbitrary: fc.record({ level: fc.constant(null), bytes }) },
    )
    const shedFrom = [1 / 2, 5 / 8, 3 / 4, 1]
    const counts = { taken: 0, refused: 0, stalls: 0 }
    const wait = mock.method(Atomics, 'wait', () => 'timed-out')
    fc.assert(
      fc.property(
        fc.constantFrom('block' as const, 'shed' as const, 'drop' as const),
        fc.constantFrom(...STARTS),
        fc.array(step, { maxLength: 200, size: 'max' }),
        (onFull, startPosition, steps) => {
          const queue: number[] = []
          const take = (arena: Arena): void => assert.equal(consume(arena), queue.shift() ?? 0)
          const onStall = (arena: Arena): void => {
            counts.stalls++
            take(arena)
          }
          const test = testRing(onFull, { startPosition, onStall })
          const { ring, arena } = test
          for (const { level, bytes } of steps) {
            if (level === null) {
              take(arena)
              continue
            }
            const offset = ring.published & (RING_BYTES - 1)
            const needed = bytes + (RING_BYTES - offset < bytes ? RING_BYTES - offset : 0)
            const occupied = ring.occupiedBytes
            const room = level >= ERROR ? RING_BYTES : ORDINARY_BYTES
            const from =
              onFull === 'shed' && level < ERROR ? shedFrom[level / 10 - 1]! * ORDINARY_BYTES : RING_BYTES + 1
            const isTaken = occupied + needed <= room && occupied < from
            const stalls = ring.stalls
            if (!append(test, bytes, level)) {
              assert.ok(!isTaken && onFull !== 'block')
              counts.refused++
              continue
            }
            assert.equal(isTaken, ring.stalls === stalls)
            queue.push(bytes)
            counts.taken++
            const after = distanceBytes(arena.words[CONSUMED]!, arena.words[PUBLISHED]!)
            assert.ok(after >= 0 && after <= room, `${after} bytes occupied`)
          }
          while (queue.length > 0) take(arena)
        },
      ),
      { numRuns: 400, seed: SEED },
    )
    for (const [name, count] of Object.entries(counts)) assert.ok(count > 500, `${count} ${name}`)
    wait.mock.restore()
  })
})
