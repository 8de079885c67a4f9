import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Arena, fileEntryWord } from '../../../src/shared/arena.js'
import {
  FILE_BUFFER,
  FILE_BUFFER_SIZE,
  FILE_COUNT,
  FILE_PENDING_BYTES,
  FILE_PRIORITY,
  WRITES_F64,
} from '../../../src/shared/arena-layout.js'
import {
  type BufferRange,
  checkedRange,
  overlap,
  sliceSizes,
  slicesMax,
} from '../../../src/shared/file-buffers-layout.js'
import { positionCheck } from '../../../src/shared/positions.js'
import { URGENT_PRIORITY } from '../../../src/shared/priorities.js'
import { BufferLending } from '../../../src/workers/drain/buffer-lending.js'
import { PartitionRig, smallArena } from '../partition-rig.js'

const KIB = 1024
const FILES = 64
const GEOMETRY = { fileBufferBytes: 16 * KIB, fileBufferCount: 4, fileCapacity: FILES }

/** Of an arena with so many files, of which the first one is urgent. */
function newArena(): Arena {
  const arena = smallArena(GEOMETRY)
  arena.words[FILE_COUNT] = FILES
  arena.words[fileEntryWord(arena, 0) + FILE_PRIORITY] = URGENT_PRIORITY
  return arena
}

function rangeOf(arena: Arena, file: number): BufferRange {
  const range = checkedRange(arena, file)
  assert.ok(range !== null, `file ${file} has a buffer`)
  return range
}

/** As an owner that knows how many files are busy. */
function afterPass(arena: Arena, files: number): BufferLending {
  const lending = new BufferLending(arena, new Map())
  lending.passed(files)
  return lending
}

describe('BufferLending', () => {
  it('lends whole buffers to few files and slices to many, so that each finds room', () => {
    for (const [files, leastBytes] of [
      [3, 16 * KIB],
      [6, 8 * KIB],
      [7, 4 * KIB],
      [12, 4 * KIB],
      [48, KIB],
    ] as const) {
      const arena = newArena()
      const lending = afterPass(arena, files)
      for (let file = 1; file <= files; file++) assert.ok(lending.lend(file, 100), `${files} files`)
      const sizes = Array.from({ length: files }, (_, index) => rangeOf(arena, index + 1).bytes)
      assert.equal(Math.min(...sizes), leastBytes, `${files} files`)
    }
  })

  it('gives a few files too many smaller slices, and the others what they would have had', () => {
    const arena = newArena()
    const lending = afterPass(arena, 13)
    for (let file = 1; file <= 13; file++) assert.ok(lending.lend(file, 100))
    const sizes = Array.from({ length: 13 }, (_, index) => rangeOf(arena, index + 1).bytes)
    assert.deepEqual(
      sizes.map((bytes) => bytes / KIB),
      [2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4],
    )
  })

  it('finds out how many files are busy by those that find no room', () => {
    const arena = newArena()
    const lending = new BufferLending(arena, new Map())
    const held = new Set<number>()
    for (let turn = 0; turn < 500; turn++) {
      const file = 1 + (turn % 24)
      if (held.has(file) || lending.lend(file, 100)) {
        held.add(file)
        continue
      }
      const [coarse] = lending.coarse()
      assert.ok(coarse !== undefined)
      for (const other of held) {
        if (Math.floor(rangeOf(arena, other).offset / (16 * KIB)) !== coarse) continue
        lending.takeBack(other)
        held.delete(other)
      }
    }
    assert.equal(held.size, 24)
  })

  it('lends no less than a line needs, and a whole buffer again once all slices are back', () => {
    const arena = newArena()
    const lending = afterPass(arena, 40)
    for (let file = 1; file <= 40; file++) lending.lend(file, file === 7 ? 3 * KIB : 100)
    assert.ok(rangeOf(arena, 7).bytes >= 3 * KIB)
    assert.equal(lending.lend(41, 16 * KIB), false)
    for (let file = 1; file <= 40; file++) if (checkedRange(arena, file) !== null) lending.takeBack(file)
    for (const file of [41, 42, 43]) assert.ok(lending.lend(file, 16 * KIB))
  })

  it('keeps a buffer for urgent files, and what is cut from it', () => {
    const arena = newArena()
    const lending = afterPass(arena, 40)
    let file = 1
    while (lending.lend(file, 100)) file++
    assert.ok(lending.lend(0, 16 * KIB), 'an urgent file finds a whole one')
    lending.takeBack(0)
    assert.ok(lending.lend(0, 100))
    assert.equal(lending.lend(file, 100), false, 'nothing of it is for others')
    lending.takeBack(0)
    assert.equal(lending.lend(file, 100), false)
  })

  it('lends nothing twice, whatever comes and goes, and so does a successor', () => {
    const step = fc.record({ file: fc.nat(FILES - 1), bytes: fc.integer({ min: 1, max: 16 * KIB }) })
    fc.assert(
      fc.property(fc.array(fc.oneof(step, fc.constant(null)), { maxLength: 400 }), (steps) => {
        const arena = newArena()
        let lending = new BufferLending(arena, new Map())
        const held = new Map<number, BufferRange>()
        for (const next of steps) {
          if (next === null) {
            lending.passed(held.size)
            lending = new BufferLending(arena, held)
            continue
          }
          const { file, bytes } = next
          if (held.delete(file)) lending.takeBack(file)
          else if (lending.lend(file, bytes)) {
            const range = rangeOf(arena, file)
            assert.ok(range.bytes >= bytes)
            assert.ok([...held.values()].every((other) => !overlap(other, range)))
            held.set(file, range)
          }
        }
        for (const file of held.keys()) lending.takeBack(file)
        for (const file of [1, 2, 3]) assert.ok(lending.lend(file, 16 * KIB), 'nothing is lost')
      }),
    )
  })

  it('takes a range that is no slice for none', () => {
    const arena = newArena()
    assert.deepEqual(
      sliceSizes(arena.geometry),
      [16, 8, 4, 2, 1].map((kib) => kib * KIB),
    )
    assert.equal(slicesMax(arena.geometry), 64)
    for (const [buffer, bytes] of [
      [0, 0],
      [0, KIB],
      [1, KIB],
      [positionCheck(-8), KIB],
      [positionCheck(0), 3 * KIB],
      [positionCheck(512), KIB],
      [positionCheck(64 * KIB), KIB],
      [positionCheck(4 * KIB), 8 * KIB],
      [positionCheck(KIB) ^ (1 << 11), KIB],
    ] as const) {
      const entry = fileEntryWord(arena, 5)
      arena.words[entry + FILE_BUFFER] = buffer
      arena.words[entry + FILE_BUFFER_SIZE] = bytes
      assert.equal(checkedRange(arena, 5), null, `${buffer}, ${bytes}`)
    }
  })
})

describe('FileBuffers', () => {
  it('gathers the lines of more files than there are buffers', () => {
    const geometry = { ringBytes: 1 << 20, fileBufferBytes: 64 * KIB, fileBufferCount: 4, fileCapacity: 128 }
    using rig = new PartitionRig({ geometry })
    const loggers = Array.from({ length: 100 }, (_, index) => rig.logger(`c${index}`))
    for (let round = 0; round < 40; round++) {
      for (const logger of loggers) logger.info(`round ${round}`)
      if (round % 10 === 9) rig.turn()
    }
    assert.equal(rig.flush(), true)
    for (let index = 0; index < 100; index++) {
      assert.deepEqual(
        rig.messages(`c${index}`),
        Array.from({ length: 40 }, (_, round) => `round ${round}`),
      )
    }
    const perWrite = 4000 / rig.counted(WRITES_F64)
    assert.ok(perWrite > 5, `${perWrite} lines a write`)
  })

  it('a successor finds the pending lines of all slices', () => {
    const geometry = { fileBufferBytes: 16 * KIB, fileBufferCount: 2, fileCapacity: 64 }
    using rig = new PartitionRig({ geometry })
    const loggers = Array.from({ length: 20 }, (_, index) => rig.logger(`c${index}`))
    for (let turn = 0; turn < 3; turn++) {
      for (const logger of loggers) logger.info('one')
      rig.turn()
    }
    const { arena } = rig
    const pending = Array.from(
      { length: 20 },
      (_, file) => arena.words[fileEntryWord(arena, file) + FILE_PENDING_BYTES],
    )
    assert.ok(pending.filter((bytes) => bytes !== 0).length > 2, 'more files than buffers have lines that wait')
    rig.succeed()
    for (const logger of loggers) logger.info('two')
    assert.equal(rig.flush(), true)
    for (let index = 0; index < 20; index++) assert.deepEqual(rig.messages(`c${index}`), ['one', 'one', 'one', 'two'])
  })
})
