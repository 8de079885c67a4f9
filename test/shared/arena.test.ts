import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attachArena, createArena, fileEntryWord } from '../../src/shared/arena.js'
import {
  APPLYING_POSITION,
  ARENA_VERSION,
  type ArenaGeometry,
  arenaOffsets,
  DICTIONARY_BYTES,
  FILE_BUFFER_BYTES,
  FILE_BUFFER_COUNT,
  FILE_CAPACITY,
  FILE_ENTRY_BYTES,
  MAGIC,
  RING_BYTES,
  VERSION,
} from '../../src/shared/arena-layout.js'
import { SpillwayError } from '../../src/shared/errors.js'
import { distanceBytes } from '../../src/shared/positions.js'
import { MEMORY_PAGE_BYTES } from '../../src/shared/shared-memory.js'

const GEOMETRY: ArenaGeometry = {
  ringBytes: 65_536,
  fileBufferBytes: 4096,
  fileBufferCount: 3,
  fileCapacity: 5,
  dictionaryBytes: 8192,
}

function refuses(shared: SharedArrayBuffer, what: string): void {
  assert.throws(
    () => attachArena(shared),
    (error) => error instanceof SpillwayError && error.code === 'ERR_SPILLWAY_WRITER',
    what,
  )
}

/** An arena's memory with one word changed. */
function tampered(index: number, value: number): SharedArrayBuffer {
  const { shared, words } = createArena(0, GEOMETRY)
  words[index] = value
  return shared
}

describe('createArena()', () => {
  it('createArena() lays its regions out one behind the other, each on a page, and nothing beyond the end', () => {
    const { offsets, shared, bytes } = createArena(3, GEOMETRY)
    const { dictionary, fileTable, ring, fileBuffers, end } = offsets
    assert.ok(dictionary > 0)
    assert.ok(dictionary + GEOMETRY.dictionaryBytes <= fileTable)
    assert.ok(fileTable + GEOMETRY.fileCapacity * FILE_ENTRY_BYTES <= ring)
    assert.ok(ring + GEOMETRY.ringBytes <= fileBuffers)
    assert.equal(fileBuffers + GEOMETRY.fileBufferCount * GEOMETRY.fileBufferBytes, end)
    assert.equal(bytes.length, end)
    assert.ok(shared.byteLength >= end && shared.byteLength < end + MEMORY_PAGE_BYTES)
    for (const offset of [dictionary, fileTable, ring, fileBuffers]) assert.equal(offset % 4096, 0)
  })

  it('createArena() and attachArena() give views on the same memory', () => {
    const arena = createArena(3, GEOMETRY)
    const other = attachArena(arena.shared)
    assert.deepEqual(other.geometry, GEOMETRY)
    assert.deepEqual(other.offsets, arenaOffsets(GEOMETRY))
    assert.equal(other.partition, 3)
    other.doubles[arena.offsets.ring >> 3] = -1.5
    assert.equal(arena.doubles[arena.offsets.ring >> 3], -1.5)
    other.buffer.write('spill', arena.offsets.ring, 'latin1')
    assert.equal(arena.words[arena.offsets.ring >> 2], Buffer.from('spil').readInt32LE())
    assert.equal(arena.words[APPLYING_POSITION], -1)
  })

  it('fileEntryWord() places the entries within the file table, doubles aligned', () => {
    const arena = createArena(0, GEOMETRY)
    assert.equal(fileEntryWord(arena, 0) * 4, arena.offsets.fileTable)
    assert.ok(fileEntryWord(arena, 4) * 4 + FILE_ENTRY_BYTES <= arena.offsets.ring)
    for (let file = 0; file < 5; file++) assert.equal(fileEntryWord(arena, file) % 2, 0)
  })
})

describe('attachArena()', () => {
  it('attachArena() refuses memory that is no arena of this version', () => {
    refuses(new SharedArrayBuffer(65_536), 'zeros')
    refuses(tampered(MAGIC, 0x59575053), 'the magic of the other byte order')
    refuses(tampered(VERSION, ARENA_VERSION + 1), 'a later version')
    refuses(tampered(VERSION, 0), 'no version')
  })

  it('attachArena() refuses memory that is smaller than the arena says', () => {
    for (const index of [RING_BYTES, FILE_BUFFER_BYTES, FILE_BUFFER_COUNT, FILE_CAPACITY, DICTIONARY_BYTES]) {
      refuses(tampered(index, 0x7fffffff), `word ${index}`)
    }
    const { shared, offsets } = createArena(0, GEOMETRY)
    const cut = new SharedArrayBuffer(offsets.end - 4096)
    new Uint8Array(cut).set(new Uint8Array(shared, 0, cut.byteLength))
    refuses(cut, 'cut off')
  })

  it('attachArena() refuses sizes that no arena has: none, negative, not aligned', () => {
    for (const index of [RING_BYTES, FILE_BUFFER_BYTES, FILE_BUFFER_COUNT, FILE_CAPACITY, DICTIONARY_BYTES]) {
      for (const value of [-1, -4096, -0x80000000]) refuses(tampered(index, value), `word ${index} is ${value}`)
    }
    refuses(tampered(RING_BYTES, 0), 'no ring')
    refuses(tampered(RING_BYTES, 65_528), 'a ring whose size is no power of two')
    refuses(tampered(FILE_BUFFER_BYTES, 0), 'file buffers of no bytes')
  })

  it('attachArena() refuses memory that ends within a word', () => {
    for (const bytes of [0, 1, 7, 4099]) refuses(new SharedArrayBuffer(bytes), `${bytes} bytes`)
  })
})

describe('distanceBytes()', () => {
  it('distanceBytes() compares positions over the wrap', () => {
    assert.equal(distanceBytes(0x7ffffff8, -0x80000000), 8)
    assert.equal(distanceBytes(-0x80000000, 0x7ffffff8), -8)
    assert.equal(distanceBytes(-8, 8), 16)
    assert.equal(distanceBytes(16, 16), 0)
    assert.equal(distanceBytes(0, 0x7fffffff), 0x7fffffff)
  })
})
