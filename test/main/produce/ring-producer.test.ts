import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import fc from 'fast-check'
import { attachPublishKernel, type Publish } from '../../../src/main/produce/publish-kernel.js'
import { RingProducer, type StallHandler } from '../../../src/main/produce/ring-producer.js'
import type { Arena } from '../../../src/shared/arena.js'
import {
  APPLIED,
  BELL,
  COMMITTED,
  CONSUMED,
  PARKED,
  PRODUCER_WAITING,
  PUBLISHED,
} from '../../../src/shared/arena-layout.js'
import { FATAL } from '../../../src/shared/levels.js'
import { distanceBytes } from '../../../src/shared/positions.js'
import { KIND_FIELDS, KIND_PAD, RECORD_HEAD, RECORD_LENGTH, recordKind } from '../../../src/shared/record-layout.js'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, smallArena } from '../../workers/partition-rig.js'

/** The same cases at each run. */
const SEED = 20_261_123

const RING_BYTES = 8192
const STARTS = [0, 4096 + 8, BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, 0x7ffffff8 | 0, -8]

function ringArena(startPosition: number): Arena {
  return smallArena({ ringBytes: RING_BYTES, fileBufferBytes: 4096, fileBufferCount: 1 }, startPosition)
}

function refuseToStall(): never {
  assert.fail('the ring called its stall handler')
}

/** Writes a record that is nothing but its header and a mark in each of its other words. */
function writeRecord(arena: Arena, at: number, bytes: number, mark: number): void {
  arena.words[(at + RECORD_LENGTH) >> 2] = bytes
  arena.words[(at + RECORD_HEAD) >> 2] = KIND_FIELDS
  arena.words.fill(mark, (at >> 2) + 2, (at + bytes) >> 2)
}

function append(ring: RingProducer, bytes: number, mark = 1): number {
  const at = ring.claim(bytes, FATAL)
  writeRecord(ring.arena, at, bytes, mark)
  ring.publish(bytes)
  return at
}

/** The consuming end, for tests: takes the next record, over a pad, and gives its bytes and mark. */
function takeRecord(arena: Arena): { bytes: number; mark: number } | null {
  const { words, offsets } = arena
  const to = Atomics.load(words, PUBLISHED)
  let position = words[APPLIED]!
  while (position !== to) {
    const word = (offsets.ring + (position & (RING_BYTES - 1))) >> 2
    const bytes = words[word + (RECORD_LENGTH >> 2)]!
    const isPad = recordKind(words[word + (RECORD_HEAD >> 2)]!) === KIND_PAD
    position = (position + bytes) | 0
    if (isPad) continue
    const marks = new Set(words.subarray(word + 2, word + (bytes >> 2)))
    assert.equal(marks.size, 1, 'a record was overwritten before it was consumed')
    words[APPLIED] = position
    Atomics.store(words, CONSUMED, position)
    return { bytes, mark: [...marks][0]! }
  }
  words[APPLIED] = position
  Atomics.store(words, CONSUMED, position)
  return null
}

/** How PUBLISHED can be stored. */
const WAYS: readonly (readonly [way: string, publishOf: (arena: Arena) => Publish | null])[] = [
  ['atomic accesses', () => null],
  ['the kernel', attachPublishKernel],
]

for (const [way, publishOf] of WAYS) {
  describe(`RingProducer, publishing by ${way}`, () => {
    function ringOn(arena: Arena, onStall: StallHandler): RingProducer {
      return new RingProducer(arena, onStall, { publish: publishOf(arena) })
    }

    it('claim() and publish() place records one after the other, at the ring offset of their positions', () => {
      for (const start of STARTS) {
        const arena = ringArena(start)
        const ring = ringOn(arena, refuseToStall)
        for (const bytes of [40, 48, 32]) {
          const position = ring.published
          if ((position & (RING_BYTES - 1)) + bytes > RING_BYTES) continue
          assert.equal(append(ring, bytes), arena.offsets.ring + (position & (RING_BYTES - 1)))
          assert.equal(ring.published, (position + bytes) | 0)
        }
      }
    })

    it('claim() shows nothing to the owner before publish()', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      const ring = ringOn(arena, refuseToStall)
      writeRecord(arena, ring.claim(64, FATAL), 64, 1)
      assert.equal(Atomics.load(arena.words, PUBLISHED), BEFORE_INT32_WRAP)
      assert.equal(ring.occupiedBytes, 0)
      ring.publish(64)
      assert.equal(Atomics.load(arena.words, PUBLISHED), (BEFORE_INT32_WRAP + 64) | 0)
      assert.equal(ring.occupiedBytes, 64)
    })

    it('claim() pads the rest of the ring where a record would cross its end, and publishes both at once', () => {
      for (const start of [RING_BYTES - 48, BEFORE_INT32_WRAP + 4096 - 48, -48]) {
        const arena = ringArena(start)
        const ring = ringOn(arena, refuseToStall)
        const at = ring.claim(56, FATAL)
        assert.equal(at, arena.offsets.ring)
        const pad = (arena.offsets.ring + RING_BYTES - 48) >> 2
        assert.equal(arena.words[pad + (RECORD_LENGTH >> 2)], 48)
        assert.equal(arena.words[pad + (RECORD_HEAD >> 2)], KIND_PAD)
        assert.equal(ring.published, start)
        writeRecord(arena, at, 56, 7)
        ring.publish(56)
        assert.equal(ring.published, (start + 48 + 56) | 0)
        assert.deepEqual(takeRecord(arena), { bytes: 56, mark: 7 })
      }
    })

    it('claim() uses the ring up to its last byte, without a pad', () => {
      const arena = ringArena(-48)
      const ring = ringOn(arena, refuseToStall)
      assert.equal(append(ring, 48), arena.offsets.ring + RING_BYTES - 48)
      assert.equal(ring.published, 0)
      assert.equal(append(ring, 40), arena.offsets.ring)
    })

    it('claim() pads a rest of 8 bytes, which has room for a length and a kind only', () => {
      const arena = ringArena(-8)
      const ring = ringOn(arena, refuseToStall)
      append(ring, 32, 9)
      assert.deepEqual(takeRecord(arena), { bytes: 32, mark: 9 })
      assert.equal(arena.words[CONSUMED], 32)
    })

    it('claim() that is given up takes nothing, whatever its size', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      const ring = ringOn(arena, refuseToStall)
      const first = ring.claim(1024, FATAL)
      assert.equal(ring.claim(32, FATAL), first)
      assert.equal(ring.claim(ring.recordBytesMax, FATAL), first)
      assert.equal(ring.tryClaim(64, FATAL), first)
      append(ring, 40, 3)
      assert.equal(ring.occupiedBytes, 40)
      assert.deepEqual(takeRecord(arena), { bytes: 40, mark: 3 })
    })

    it('claim() that is given up behind a pad leaves a ring that goes on', () => {
      const arena = ringArena(-64)
      const ring = ringOn(arena, refuseToStall)
      assert.equal(ring.claim(128, FATAL), arena.offsets.ring)
      assert.equal(ring.published, -64)
      assert.equal(ring.occupiedBytes, 0)
      append(ring, 32, 5)
      assert.equal(ring.published, 32)
      assert.deepEqual(takeRecord(arena), { bytes: 32, mark: 5 })
      assert.equal(takeRecord(arena), null)
    })

    it('claim() fills the ring to the last byte before it calls the stall handler', () => {
      for (const start of [0, BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP]) {
        const arena = ringArena(start)
        let stalls = 0
        const ring = ringOn(arena, () => {
          stalls++
          assert.equal(Atomics.load(arena.words, PRODUCER_WAITING), 1)
          while (takeRecord(arena) !== null);
        })
        for (let i = 0; i < RING_BYTES / 1024; i++) append(ring, 1024, i)
        assert.equal(stalls, 0)
        assert.equal(ring.occupiedBytes, RING_BYTES)
        append(ring, 32, 99)
        assert.equal(stalls, 1)
        assert.equal(ring.stalls, 1)
        assert.ok(ring.stalledMs > 0)
        assert.equal(Atomics.load(arena.words, PRODUCER_WAITING), 0)
        assert.deepEqual(takeRecord(arena), { bytes: 32, mark: 99 })
      }
    })

    it('claim() calls the stall handler again while it has freed too little', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      const waits: number[] = []
      const ring = ringOn(arena, (waitedMs) => {
        waits.push(waitedMs)
        takeRecord(arena)
      })
      for (let i = 0; i < RING_BYTES / 64; i++) append(ring, 64, i)
      append(ring, 256, 1000)
      assert.equal(waits.length, 4)
      assert.deepEqual(
        waits,
        [...waits].sort((left, right) => left - right),
      )
      assert.equal(ring.stalls, 1)
      assert.equal(takeRecord(arena)?.mark, 4)
    })

    it('claim() counts the pad when it looks for room at the ring end', () => {
      const arena = ringArena(-1024)
      const taken: number[] = []
      const ring = ringOn(arena, () => taken.push(takeRecord(arena)!.mark))
      for (let i = 0; i < 4; i++) append(ring, 1024, i)
      for (let i = 4; i < 8; i++) append(ring, 1024 - 8, i)
      // 32 bytes are free and 1,056 are left before the end: 1,056 of pad and 2,048 of record need 3,072 to be taken.
      append(ring, 2048, 8)
      assert.deepEqual(taken, [0, 1, 2])
    })

    it('tryClaim() gives null where claim() would wait, and never waits', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      const ring = ringOn(arena, refuseToStall)
      for (let i = 0; i < 7; i++) append(ring, 1024, i)
      assert.notEqual(ring.tryClaim(1024, FATAL), null)
      assert.equal(ring.tryClaim(1032, FATAL), null)
      append(ring, 1024, 7)
      assert.equal(ring.tryClaim(32, FATAL), null)
      assert.equal(ring.stalls, 0)
      takeRecord(arena)
      assert.notEqual(ring.tryClaim(1024, FATAL), null)
    })

    it('tryClaim() counts the pad at the ring end', () => {
      const arena = ringArena(-512)
      Atomics.store(arena.words, CONSUMED, -512 - RING_BYTES + 1024)
      arena.words[APPLIED] = arena.words[CONSUMED]!
      const ring = ringOn(arena, refuseToStall)
      assert.equal(ring.tryClaim(520, FATAL), null) // 512 of pad and 520 of record, and 1,024 are free
      assert.equal(ring.tryClaim(512, FATAL), arena.offsets.ring + RING_BYTES - 512)
    })

    it('claim() rings the owner above half of the ring, and not below', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      const ring = ringOn(arena, refuseToStall)
      for (let i = 0; i < 4; i++) append(ring, 1024)
      assert.equal(Atomics.load(arena.words, BELL), 0)
      append(ring, 32)
      assert.equal(Atomics.load(arena.words, BELL), 1)
    })

    it('publish() rings the owner when it is parked, and only then', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      const ring = ringOn(arena, refuseToStall)
      append(ring, 32)
      assert.equal(Atomics.load(arena.words, BELL), 0)
      Atomics.store(arena.words, PARKED, 1)
      append(ring, 32)
      assert.equal(Atomics.load(arena.words, BELL), 1)
    })

    it('drainHere() has every publication drained at once, and null ends it', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      const ring = ringOn(arena, refuseToStall)
      const marks: (number | undefined)[] = []
      ring.drainHere(() => marks.push(takeRecord(arena)?.mark))
      append(ring, 32, 1)
      append(ring, 32, 2)
      assert.deepEqual(marks, [1, 2])
      assert.equal(Atomics.load(arena.words, BELL), 0)
      ring.drainHere(null)
      append(ring, 32, 3)
      assert.deepEqual(marks, [1, 2])
      assert.equal(Atomics.load(arena.words, PARKED), 0)
    })

    it('new RingProducer() goes on where the arena stands', () => {
      const arena = ringArena(BEFORE_INT32_WRAP)
      append(ringOn(arena, refuseToStall), 4096, 1)
      const second = ringOn(arena, refuseToStall)
      assert.equal(second.occupiedBytes, 4096)
      append(second, 32, 2)
      assert.deepEqual([takeRecord(arena)?.mark, takeRecord(arena)?.mark, takeRecord(arena)], [1, 2, null])
    })

    it('RingProducer gives every published record to the owner once, in order and untouched, whatever the calls', () => {
      const size = fc.integer({ min: 4, max: RING_BYTES / 4 / 8 }).map((units) => units * 8)
      const step = fc.oneof(
        { weight: 4, arbitrary: fc.record({ call: fc.constant('append' as const), bytes: size }) },
        { weight: 1, arbitrary: fc.record({ call: fc.constant('tryAppend' as const), bytes: size }) },
        { weight: 1, arbitrary: fc.record({ call: fc.constant('giveUp' as const), bytes: size }) },
        { weight: 3, arbitrary: fc.record({ call: fc.constant('take' as const), bytes: fc.constant(0) }) },
      )
      const start = fc.constantFrom(...STARTS)
      // The stall handler drains at once; waiting for another thread first would only take time.
      const wait = mock.method(Atomics, 'wait', () => 'timed-out')
      fc.assert(
        fc.property(start, fc.array(step, { maxLength: 200, size: 'max' }), (position, steps) => {
          const arena = ringArena(position)
          const queue: { bytes: number; mark: number }[] = []
          const ring = ringOn(arena, take)
          let mark = 0
          function take(): void {
            assert.deepEqual(takeRecord(arena), queue.shift() ?? null)
          }
          for (const { call, bytes } of steps) {
            if (call === 'take') take()
            else {
              const at = call === 'tryAppend' ? ring.tryClaim(bytes, FATAL) : ring.claim(bytes, FATAL)
              if (at === null) continue
              assert.ok(at >= arena.offsets.ring && at + bytes <= arena.offsets.ring + RING_BYTES)
              writeRecord(arena, at, bytes, ++mark)
              if (call === 'giveUp') continue
              ring.publish(bytes)
              queue.push({ bytes, mark })
            }
            const occupied = distanceBytes(arena.words[CONSUMED]!, arena.words[PUBLISHED]!)
            assert.ok(occupied >= 0 && occupied <= RING_BYTES, `${occupied} bytes occupied`)
            assert.equal(arena.words[COMMITTED], position)
          }
          while (queue.length > 0) take()
          take()
        }),
        { numRuns: 300, seed: SEED },
      )
      assert.ok(wait.mock.callCount() > 100, 'the ring was hardly ever full')
      wait.mock.restore()
    })
  })
}
