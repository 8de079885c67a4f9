/** Where records begin and end, which two words tell each: one may be damaged, and who stores them may die between them. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createArena } from '../../../src/shared/arena.js'
import { APPLIED, APPLIED_CHECK, PUBLISHED, PUBLISHED_CHECK } from '../../../src/shared/arena-layout.js'
import { checkedPosition, positionCheck } from '../../../src/shared/positions.js'
import { Death, Lifetime } from '../mortal-owner.js'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, linesOf, NOON_MS, PartitionRig } from '../partition-rig.js'
import { WatchedAtomics, watchArena } from '../watched-arena.js'
import { recoverBytes } from './leftover-files.js'

const RING_BYTES = 16_384
const GEOMETRY = { ringBytes: RING_BYTES, fileBufferBytes: 4096, fileBufferCount: 2, fileCapacity: 4 }
/** The lengths of their records differ, and are powers of two among others: 48, 64, 128, 256. */
const MESSAGES = ['a', 'b'.repeat(20), 'c'.repeat(85), 'd'.repeat(210), 'e'.repeat(50), 'f'.repeat(85)]

function messagesIn(rig: PartitionRig): string[] {
  return linesOf(rig.path('actions')).map(({ msg }) => msg)
}

/** The leftover of a rig that has logged `MESSAGES`, and the position before the last one. */
function leftoverOf(rig: PartitionRig): { bytes: Uint8Array<ArrayBuffer>; beforeLast: number } {
  let beforeLast = 0
  for (const message of MESSAGES) {
    beforeLast = rig.ring.published
    rig.logger('actions').info(message)
  }
  return { bytes: rig.arena.bytes.slice(), beforeLast }
}

function withWord(bytes: Uint8Array<ArrayBuffer>, word: number, change: (value: number) => number): Uint8Array {
  const words = new Int32Array(bytes.slice().buffer)
  words[word] = change(words[word]!)
  return new Uint8Array(words.buffer)
}

describe('positionCheck()', () => {
  it('tells of each flipped bit of itself', () => {
    for (const position of [0, 8, 4096, BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, -8, -0x80000000]) {
      const check = positionCheck(position)
      assert.equal(checkedPosition(check), position)
      for (let bit = 0; bit < 32; bit++) assert.equal(checkedPosition(check ^ (1 << bit)), null, `${position}, ${bit}`)
    }
    assert.equal(checkedPosition(0), null)
  })
})

describe('recoverLeftover() of a leftover with a flipped bit where records end', () => {
  for (const startPosition of [0, BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, RING_BYTES - 512]) {
    it(`of PUBLISHED or its check, from position ${startPosition} on, loses nothing, and nothing that was never logged comes`, () => {
      using rig = new PartitionRig({ geometry: GEOMETRY, startPosition, inMemory: true })
      const { bytes, beforeLast } = leftoverOf(rig)
      for (const word of [PUBLISHED, PUBLISHED_CHECK]) {
        for (let bit = 0; bit < 32; bit++) {
          const report = recoverBytes(
            rig.directory,
            withWord(bytes, word, (value) => value ^ (1 << bit)),
          )
          assert.deepEqual(messagesIn(rig), MESSAGES, `bit ${bit} of word ${word}`)
          // That the last one alone is hidden could be a death as well.
          const isLikeDeath = word === PUBLISHED && (rig.ring.published ^ (1 << bit)) === beforeLast
          assert.equal(report.damaged, isLikeDeath ? 0 : 1, `bit ${bit} of word ${word}`)
          rmSync(rig.path('actions'))
        }
      }
    })
  }

  it('a hidden last record of 128 bytes is yielded', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, startPosition: 128, inMemory: true })
    for (const letter of ['a', 'b']) rig.logger('actions').info(letter.repeat(MESSAGES[2]!.length))
    const { published } = rig.ring
    assert.equal(published & 128, 128)
    const report = recoverBytes(
      rig.directory,
      withWord(rig.arena.bytes.slice(), PUBLISHED, () => published - 128),
    )
    assert.deepEqual([report.lines, report.damaged], [2, 0])
  })

  it('records of an earlier round of the ring do not come again', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
    // Of one length, so that records of the round before begin where others end.
    while (rig.ring.published < 3 * RING_BYTES) {
      rig.logger('actions').info(MESSAGES[2]!)
      rig.flush()
    }
    const written = rig.text('actions')
    const bytes = rig.arena.bytes.slice()
    for (const word of [PUBLISHED, PUBLISHED_CHECK]) {
      for (let bit = 0; bit < 32; bit++) {
        const report = recoverBytes(
          rig.directory,
          withWord(bytes, word, (value) => value ^ (1 << bit)),
        )
        assert.deepEqual([report.lines, report.damaged], [0, 1], `bit ${bit} of word ${word}`)
      }
    }
    assert.equal(rig.text('actions'), written)
  })

  it('of APPLIED or its check loses nothing, and no line comes twice', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
    const positions: number[] = []
    const logged = Array.from({ length: 24 }, (_, index) => `${MESSAGES[index % MESSAGES.length]} ${index}`)
    for (const [index, message] of logged.entries()) {
      rig.logger('actions').info(message)
      if (index === 5) rig.flush()
      if (index === 11) rig.drain.pass(NOON_MS)
      positions.push(rig.ring.published)
    }
    const bytes = rig.arena.bytes.slice()
    const written = rig.text('actions')
    for (const word of [APPLIED, APPLIED_CHECK]) {
      for (let bit = 0; bit < 32; bit++) {
        writeFileSync(rig.path('actions'), written)
        const report = recoverBytes(
          rig.directory,
          withWord(bytes, word, (value) => value ^ (1 << bit)),
        )
        assert.deepEqual(messagesIn(rig), logged, `bit ${bit} of word ${word}`)
        // That the last one applied looks as if it was not could be a death as well.
        const isLikeDeath = word === APPLIED && (positions[11]! ^ (1 << bit)) === positions[10]
        assert.equal(report.damaged, isLikeDeath ? 0 : 1, `bit ${bit} of word ${word}`)
      }
    }
  })

  it('the words of another arena than this cost the records, and are told', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
    const { bytes } = leftoverOf(rig)
    const words = new Int32Array(bytes.buffer)
    words[PUBLISHED] = RING_BYTES * 5
    words[PUBLISHED_CHECK] = positionCheck(RING_BYTES * 5)
    const report = recoverBytes(rig.directory, bytes)
    assert.ok(report.damaged > 0 && report.isDone)
    assert.deepEqual(messagesIn(rig), [])
  })
})

/** Stores of a producer that dies at one of them, and whether it had stored the check of its record. */
interface ProducerDeath {
  readonly isDead: boolean
  readonly isAnnounced: boolean
  readonly bytes: Uint8Array
}

/** Logs all messages; the producer dies in the last call, at the store of this number. */
function dieInLastCall(rig: PartitionRig, lives: Lifetime[], storesMax: number): ProducerDeath {
  for (const message of MESSAGES.slice(0, -1)) rig.logger('actions').info(message)
  const lifetime = new Lifetime(storesMax)
  lives.push(lifetime)
  const check = rig.arena.words[PUBLISHED_CHECK]
  const logger = rig.logger('actions')
  try {
    logger.info(MESSAGES.at(-1)!)
  } catch (death) {
    if (!(death instanceof Death)) throw death
  }
  lives.pop()
  const isAnnounced = rig.arena.words[PUBLISHED_CHECK] !== check
  return { isDead: lifetime.dead, isAnnounced, bytes: rig.arena.bytes.slice() }
}

/** Where a ring starts whose end comes before the last of `MESSAGES`. */
function startBeforeEnd(): number {
  for (let startPosition = RING_BYTES - 4096; startPosition < RING_BYTES; startPosition += 64) {
    using rig = new PartitionRig({ geometry: GEOMETRY, startPosition, inMemory: true })
    if (leftoverOf(rig).beforeLast < RING_BYTES && rig.ring.published > RING_BYTES) return startPosition
  }
  return assert.fail('no ring ends there')
}

describe('recoverLeftover() after the death of a producer', () => {
  it('of one that has logged nothing yet: nothing is damaged', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
    const arena = createArena(0, rig.arena.geometry)
    const { isDone, lines, damaged } = recoverBytes(rig.directory, arena.bytes.slice())
    assert.deepEqual([isDone, lines, damaged], [true, 0, 0])
  })

  for (const startPosition of [BEFORE_INT32_WRAP, startBeforeEnd()]) {
    it(`at any store of a call, from position ${startPosition} on: its line is whole or not there, and nothing is damaged`, () => {
      using _atomics = new WatchedAtomics()
      let between = 0
      for (let stores = 0, isDead = true; isDead; stores++) {
        const lives: Lifetime[] = []
        using rig = new PartitionRig({
          geometry: GEOMETRY,
          startPosition,
          inMemory: true,
          watch: (arena) =>
            watchArena(
              arena,
              {
                access: (view, index, isStore) => {
                  if (isStore) lives.at(-1)?.event(`${view} ${index}`)
                },
                wait: () => 'timed-out',
                notify: () => {},
              },
              ['words', 'doubles', 'bytes', 'buffer'],
            ),
        })
        const death = dieInLastCall(rig, lives, stores)
        isDead = death.isDead
        const expected = death.isAnnounced ? MESSAGES : MESSAGES.slice(0, -1)
        for (const lines of [expected.length, 0]) {
          const report = recoverBytes(rig.directory, death.bytes)
          assert.deepEqual([report.lines, report.damaged], [lines, 0], `store ${stores}`)
          assert.deepEqual(messagesIn(rig), expected, `store ${stores}`)
        }
        const isBetween =
          death.isAnnounced &&
          checkedPosition(new Int32Array(death.bytes.slice().buffer)[PUBLISHED_CHECK]!) !== rig.arena.words[PUBLISHED]
        between += isBetween ? 1 : 0
      }
      assert.equal(between, 1, 'deaths between the stores of the two words')
    })
  }

  it('a record that the end of the stack keeps from being published is announced by nothing', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
    rig.logger('actions').info('before')
    const { words } = rig.arena
    const { store } = Atomics
    const failing = (view: Int32Array, index: number, value: number): number => {
      if (view === words && index === PUBLISHED) throw new RangeError('Maximum call stack size exceeded')
      return store(view, index, value)
    }
    Object.assign(Atomics, { store: failing })
    try {
      rig.logger('actions').info('never published')
    } finally {
      Object.assign(Atomics, { store })
    }
    const report = recoverBytes(rig.directory, rig.arena.bytes.slice())
    assert.deepEqual([report.lines, report.damaged], [1, 0])
    assert.deepEqual(messagesIn(rig), ['before'])
  })
})
