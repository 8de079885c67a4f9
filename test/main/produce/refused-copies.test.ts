/** Lines that are more than one record, and what is refused of them: copies into the category file, parts, rendered lines. */
import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { CONSUMED, PUBLISHED, URGENT_PUBLISHED } from '../../../src/shared/arena-layout.js'
import { RECORD_IDS } from '../../../src/shared/record-layout.js'
import { BEFORE_INT32_WRAP } from '../../workers/partition-rig.js'
import { Books } from './refused-books.js'

const KIB = 1024

describe('Copies into the category file', () => {
  it('that find no room are counted and told there, and so are those of an entry that finds none', () => {
    using books = new Books('drop', { partitions: 2, options: { alsoInCategoryFile: true } })
    const { rig } = books
    // error and warning are in different partitions; so are the first two categories.
    for (const category of ['a', 'b', 'c', 'd']) books.log('info', category)
    rig.flush()
    for (let i = 0; i < 2000; i++) {
      for (const category of ['a', 'b', 'c', 'd'])
        books.log(i % 3 === 0 ? 'warn' : i % 3 === 1 ? 'error' : 'info', category)
      if (i % 500 === 499) rig.turn()
    }
    books.settle()
    assert.ok(books.check() > 1000)
  })

  it('wait under block, and none is lost', () => {
    const wait = mock.method(Atomics, 'wait', () => 'timed-out')
    using books = new Books('block', { partitions: 2, options: { alsoInCategoryFile: true } })
    for (let i = 0; i < 1000; i++) books.log(i % 2 === 0 ? 'warn' : 'error', `category${i % 4}`)
    books.settle()
    assert.equal(books.check(), 0)
    wait.mock.restore()
  })
})

describe('A line in parts', () => {
  it('is there as a whole or not at all, whatever room there is when it comes', () => {
    for (const onFull of ['shed', 'drop'] as const) {
      for (let filled = 0; filled < 48; filled += 3) {
        using books = new Books(onFull, {
          options: { alsoInCategoryFile: true },
          startPosition: BEFORE_INT32_WRAP,
          onFull: () => assert.fail('it waited'),
        })
        while (books.rig.ring.occupiedBytes < filled * KIB) books.log('error', 'actions', 1000)
        for (const level of ['warn', 'info', 'error', 'debug'] as const) books.log(level, 'actions', 20_000)
        books.settle()
        const lost = books.check()
        // All four, and the copies of two.
        if (filled >= 45) assert.equal(lost, 6)
        if (filled === 0) assert.ok(lost > 0 && lost < 6)
      }
    }
  })

  it('that is longer than the ring waits for the owner part by part once its first has room', () => {
    const wait = mock.method(Atomics, 'wait', () => 'timed-out')
    for (const onFull of ['shed', 'drop'] as const) {
      using books = new Books(onFull)
      books.log('info', 'actions', 150_000)
      books.fill('info', 'engine')
      books.log('info', 'actions', 150_000)
      assert.equal(books.rig.encoder.refused.lines, 2)
      books.settle()
      assert.equal(books.check(), 2)
      assert.equal(books.rig.messages('actions')[0]!.length, 150_000)
    }
    wait.mock.restore()
  })
})

describe('Rendered lines', () => {
  it('name their category in the record, as parts and as a whole', () => {
    using books = new Books('block')
    const { rig } = books
    const log = rig.logger('engine')
    const { dictionaryId } = rig.routes.of('engine')!
    const categoryOfRecordAt = (position: number): number =>
      rig.arena.words[(rig.arena.offsets.ring + position + RECORD_IDS) >> 2]! >>> 16
    log.info({ toJSON: () => ({}) }, 'rendered')
    const partsAt = rig.ring.published
    log.info('x'.repeat(20_000))
    assert.deepEqual([categoryOfRecordAt(0), categoryOfRecordAt(partsAt)], [dictionaryId, dictionaryId])
    assert.equal(rig.flush(), true)
    assert.equal(rig.lines('engine').length, 2)
  })

  it('are counted under their category where their copy is refused', () => {
    using books = new Books('drop', { partitions: 2, options: { alsoInCategoryFile: true } })
    // error.jsonl is in one partition, the category's file in the other, whose head-room is full first.
    books.fill('info', 'a')
    for (let i = 0; i < 60; i++) books.log('error', 'a', 300, true)
    books.settle()
    assert.ok(books.check() > 1)
    assert.equal(books.rig.lines('error').length, 60)
  })
})

describe('Urgent entries', () => {
  it('are counted for the owner after each is published', () => {
    using books = new Books('block')
    const { words } = books.rig.arena
    books.log('info', 'actions')
    books.log('warn', 'actions')
    assert.equal(Atomics.load(words, URGENT_PUBLISHED), 0)
    books.log('error', 'actions')
    books.log('fatal', 'actions', 20_000)
    assert.ok(Atomics.load(words, URGENT_PUBLISHED) >= 2)
    assert.notEqual(words[PUBLISHED], words[CONSUMED])
  })
})
