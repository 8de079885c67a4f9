import assert from 'node:assert/strict'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, it } from 'node:test'
import { fileEntryWord } from '../../../src/shared/arena.js'
import {
  APPLIED,
  APPLYING_POSITION,
  COMMITTED,
  CONSUMED,
  DAMAGED_RECORDS_F64,
  FILE_PENDING_BYTES,
  HANDLE_EVICTIONS_F64,
  HANDLE_HITS_F64,
  HANDLE_OPENS_F64,
  LINES_F64,
  PUBLISHED,
  WRITES_F64,
} from '../../../src/shared/arena-layout.js'
import { RECORD_LENGTH } from '../../../src/shared/record-layout.js'
import { noDescriptors, openFilesBelow } from '../../support/open-files.js'
import { FileCalls } from '../file-calls.js'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, NOON_DAY, NOON_MS, PartitionRig } from '../partition-rig.js'

const SMALL = { ringBytes: 64 * 1024, fileBufferBytes: 4096, fileBufferCount: 4 }

function mark(index: number, length: number): string {
  return `${index}:`.padEnd(length, 'abcdefghijklmnopqrstuvwxyz')
}

describe('PartitionDrain', () => {
  it('pass() and writeDue() write every line to its file, in the order of the calls', () => {
    using rig = new PartitionRig()
    const names = ['actions', 'engine', 'turns']
    const loggers = names.map((name) => rig.logger(name))
    for (let i = 0; i < 600; i++) loggers[i % 3]!.info({ index: i }, 'moved')
    assert.equal(rig.flush(), true)
    for (const [at, name] of names.entries()) {
      const lines = rig.lines(name)
      assert.deepEqual(
        lines.map((line) => line.seq),
        Array.from({ length: 200 }, (_, i) => 1 + at + i * 3),
      )
      for (const line of lines) {
        assert.deepEqual(line, {
          level: 30,
          time: NOON_MS,
          seq: line.seq,
          category: name,
          index: line.seq - 1,
          msg: 'moved',
        })
      }
    }
    assert.equal(rig.counted(LINES_F64), 600)
    assert.equal(rig.counted(DAMAGED_RECORDS_F64), 0)
  })

  it('resume() on an arena that nobody has owned takes nothing away: the first record may be there already', () => {
    using rig = new PartitionRig()
    rig.logger('actions').info('first')
    rig.succeed()
    assert.equal(rig.flush(), true)
    assert.deepEqual(rig.messages('actions'), ['first'])
  })

  it('pass() goes on over the wraps of its positions, at 2^31 and at 2^32 bytes', () => {
    for (const startPosition of [BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP]) {
      using rig = new PartitionRig({ geometry: SMALL, startPosition })
      const log = rig.logger('actions')
      // Six times round the ring, in steps that leave the wrap in the middle of a pass once and at its end another time.
      for (let i = 0; i < 3000; i++) {
        log.info({ index: i }, mark(i, i % 200))
        if (i % 17 === 0) rig.turn()
        assert.ok(rig.drain.backlogBytes >= 0)
      }
      assert.ok(rig.ring.published !== rig.arena.words[APPLIED] || rig.drain.backlogBytes === 0)
      assert.equal(rig.flush(), true)
      assert.equal(Math.sign(rig.ring.published), startPosition > 0 ? -1 : 1, 'the position has wrapped')
      assert.deepEqual(
        rig.lines('actions').map((line) => [line.index, line.msg]),
        Array.from({ length: 3000 }, (_, i) => [i, mark(i, i % 200)]),
      )
      assert.equal(rig.arena.words[COMMITTED], rig.ring.published)
      assert.equal(rig.arena.words[CONSUMED], rig.ring.published)
    }
  })

  it('pass() makes the same line of a message whatever its length, also about a file buffer and the largest record', () => {
    using rig = new PartitionRig({ geometry: { ...SMALL, ringBytes: 32 * 1024 }, startPosition: BEFORE_INT32_WRAP })
    const log = rig.logger('actions')
    const { recordBytesMax } = rig.ring
    const around = (middle: number, reach: number): number[] =>
      Array.from({ length: reach * 2 + 1 }, (_, i) => middle - reach + i)
    const lengths = [
      ...Array.from({ length: 160 }, (_, i) => i * 9),
      ...around(4096, 130), // the line reaches the buffer's size somewhere in here
      ...around(Math.floor(recordBytesMax / 3), 70), // at three bytes a unit the record reaches its limit
      ...around(recordBytesMax, 70),
    ]
    for (const [index, length] of lengths.entries()) {
      log.info(mark(index, length))
      if (index % 5 === 0) log.info({ text: mark(index, length) }, 'field')
      if (index % 7 === 0) log.info(`é${mark(index, length)}\u2028"`)
      rig.turn()
    }
    rig.flush()
    const expected = lengths.flatMap((length, index) => [
      mark(index, length),
      ...(index % 5 === 0 ? ['field'] : []),
      ...(index % 7 === 0 ? [`é${mark(index, length)}\u2028"`] : []),
    ])
    assert.deepEqual(rig.messages('actions'), expected)
    assert.equal(rig.dropped, 0)
  })

  it('pass() fills a file buffer to its last byte, and writes one byte more past it', () => {
    using rig = new PartitionRig({ geometry: SMALL })
    const log = rig.logger('actions')
    log.info('')
    rig.flush()
    const frameBytes = statSync(rig.path('actions')).size
    for (const bytes of [4095, 4096, 4097]) {
      // Rendered lines need the room of their bytes: for a typed record more is set aside.
      log
        .child({ bound: '' })
        .info({ toJSON: () => ({ bound: 'x'.repeat(bytes - frameBytes - ',"bound":""'.length) }) }, '')
    }
    rig.flush()
    const sizes = rig
      .text('actions')
      .split('\n')
      .map((text) => text.length + 1)
    assert.deepEqual(sizes.slice(1, 4), [4095, 4096, 4097])
    assert.equal(rig.lines('actions').length, 4)
  })

  it('pass() writes a line that is longer than a file buffer behind those that wait before it', () => {
    using rig = new PartitionRig({ geometry: SMALL })
    const log = rig.logger('actions')
    const texts = ['short', 'x'.repeat(5000), 'short again', 'y'.repeat(9000), 'z'.repeat(5001), 'end']
    for (const text of texts) log.info(text)
    rig.flush()
    assert.deepEqual(rig.messages('actions'), texts)
  })

  it('pass() joins lines that are longer than the ring, in parts through a full ring', () => {
    for (const startPosition of [0, BEFORE_INT32_WRAP]) {
      using rig = new PartitionRig({ geometry: { ...SMALL, fileBufferBytes: 16_384 }, startPosition })
      const log = rig.logger('actions')
      const other = rig.logger('engine')
      const texts = [65_536, 1_000_003, 3_000_000].map((length, index) => mark(index, length))
      for (const text of texts) {
        log.info({ text }, 'long')
        other.info('between')
      }
      rig.flush()
      assert.deepEqual(
        rig.lines('actions').map((line) => line.text),
        texts,
      )
      assert.equal(rig.lines('engine').length, 3)
      assert.ok(rig.ring.stalls > 0)
    }
  })

  it('pass() serves more files than there are file buffers, and writes the fullest to get one', () => {
    // Three, and one that is kept for errors.
    using rig = new PartitionRig({ geometry: { ...SMALL, fileBufferCount: 4 } })
    const names = ['a', 'b', 'c', 'd']
    const [a, b, c, d] = names.map((name) => rig.logger(name))
    a!.info('one')
    for (let i = 0; i < 5; i++) b!.info('two')
    c!.info('three')
    rig.turn()
    assert.equal(existsSync(rig.path('b')), false)
    d!.info('four')
    rig.turn()
    assert.equal(rig.lines('b').length, 5)
    for (const name of ['a', 'c', 'd']) assert.equal(existsSync(rig.path(name)), false)
    rig.flush()
    for (const [at, name] of names.entries()) assert.equal(rig.lines(name).length, at === 1 ? 5 : 1)
  })

  it('pass() serves 48 files with 1, 2 or 4 file buffers and as many handles', () => {
    for (const count of [1, 2, 4]) {
      using rig = new PartitionRig({ geometry: { ...SMALL, fileBufferCount: count }, drain: { handlesMax: count } })
      const names = Array.from({ length: 48 }, (_, i) => `category-${i}`)
      const loggers = names.map((name) => rig.logger(name))
      for (let i = 0; i < 480; i++) {
        loggers[(i * 7) % 48]!.info(`${i}`)
        if (i % 50 === 0) rig.turn()
      }
      assert.equal(rig.flush(), true)
      for (const [at, name] of names.entries()) {
        const expected = Array.from({ length: 480 }, (_, i) => i).filter((i) => (i * 7) % 48 === at)
        assert.deepEqual(rig.messages(name), expected.map(String))
      }
      const opens = rig.counted(HANDLE_OPENS_F64)
      assert.ok(opens >= 48 && rig.counted(HANDLE_EVICTIONS_F64) >= opens - count, 'handles were evicted')
      assert.equal(rig.counted(HANDLE_HITS_F64) + opens, rig.counted(WRITES_F64))
    }
  })

  it('pass() drains entries of a full dictionary: rendered, and counted as refused', () => {
    using rig = new PartitionRig({ geometry: { ...SMALL, dictionaryBytes: 108 } })
    const log = rig.logger('actions')
    const left = rig.logger('left-over')
    for (let i = 0; i < 50; i++) {
      log.info({ [`key${i % 5}`]: i, flag: true }, 'same')
      log.info`turn ${i} of ${{ total: 50 }}`
      left.info('no room for a category')
    }
    rig.flush()
    const lines = rig.lines('actions')
    assert.equal(lines.length, 100)
    for (let i = 0; i < 50; i++) {
      assert.equal(lines[i * 2]![`key${i % 5}`], i)
      assert.equal(lines[i * 2]!.msg, 'same')
      assert.equal(lines[i * 2 + 1]!.msg, `turn ${i} of 50`)
      assert.equal(lines[i * 2 + 1]!.total, 50)
    }
    const general = rig.lines('general')
    assert.equal(general.length, 50)
    assert.ok(general.every((line) => line.category === 'general' && line.category_ === 'left-over'))
    assert.ok(rig.dictionary.refused > 0)
    assert.ok(rig.dictionary.usedBytes <= 108)
    assert.ok(rig.encoder.rendered > 0)
  })

  it('writeDue() writes by priority: errors, warnings, high-traffic categories, then the rest', () => {
    using rig = new PartitionRig({ options: { highTrafficCategories: ['engine'] }, drain: { handlesMax: 1 } })
    for (const name of ['actions', 'engine']) rig.logger(name).info(name)
    rig.logger('actions').warn('warn')
    rig.logger('actions').error('error')
    using calls = new FileCalls()
    rig.flush()
    const order = calls.paths.map((path) => basename(path))
    assert.deepEqual(order, ['error.jsonl', 'warning.jsonl', 'engine.jsonl', 'actions.jsonl'])
  })

  it('writeDue() of everything leaves nothing pending and commits all; its committed position never passes a pending line', () => {
    using rig = new PartitionRig({ drain: { linesMax: 2 }, startPosition: BEFORE_INT32_WRAP })
    const { words } = rig.arena
    rig.logger('quiet').info('waits')
    const first = BEFORE_INT32_WRAP
    for (let i = 0; i < 40; i++) {
      rig.logger('busy').info('x'.repeat(300))
      rig.turn()
      assert.equal(words[COMMITTED], first, 'the first line is still pending')
    }
    assert.notEqual(words[CONSUMED], first)
    assert.equal(rig.flush(), true)
    assert.equal(rig.drain.pendingFiles, 0)
    assert.equal(words[COMMITTED], rig.ring.published)
    rig.logger('busy').info('one more')
    const before = words[COMMITTED]
    rig.drain.pass(NOON_MS)
    assert.equal(words[COMMITTED], before)
  })

  it('a successor on the same arena finds the pending lines and writes them once', () => {
    using rig = new PartitionRig({ geometry: SMALL })
    const log = rig.logger('actions')
    for (let i = 0; i < 60; i++) log.info(`${i}`)
    rig.turn()
    rig.drain.closeHandles()
    rig.succeed()
    for (let i = 60; i < 90; i++) log.info(`${i}`)
    rig.flush()
    assert.deepEqual(
      rig.messages('actions'),
      Array.from({ length: 90 }, (_, i) => `${i}`),
    )
  })

  it('resume() that found a record under way does not let its successor judge by it again', () => {
    using rig = new PartitionRig({ geometry: SMALL })
    const { words } = rig.arena
    const log = rig.logger('actions')
    log.info('one')
    rig.drain.pass(NOON_MS)
    log.info('two')
    // What an owner leaves that dies while it formats the second line.
    const { file } = rig.routes.of('actions')!.info
    words.set([words[APPLIED]!, file, words[fileEntryWord(rig.arena, file) + FILE_PENDING_BYTES]!], APPLYING_POSITION)
    rig.succeed()
    rig.drain.writeDue(NOON_MS, true)
    rig.succeed()
    rig.flush()
    assert.deepEqual(rig.messages('actions'), ['one', 'two'])
  })

  it('pass() counts a record whose length leaves what is published, and goes on behind it', () => {
    for (const length of [0, -8, 12, 1 << 20, 0x7ffffff8]) {
      using rig = new PartitionRig()
      const log = rig.logger('actions')
      log.info('one')
      rig.turn()
      const at = rig.arena.offsets.ring + (rig.ring.published & (rig.arena.geometry.ringBytes - 1))
      log.info('two')
      rig.arena.words[(at + RECORD_LENGTH) >> 2] = length
      rig.turn()
      assert.equal(rig.counted(DAMAGED_RECORDS_F64), 1)
      log.info('three')
      rig.flush()
      assert.deepEqual(rig.messages('actions'), ['one', 'three'])
      assert.equal(Atomics.load(rig.arena.words, PUBLISHED), rig.arena.words[CONSUMED])
    }
  })

  it('closeHandles() leaves no descriptor open', { skip: noDescriptors }, () => {
    using rig = new PartitionRig()
    const descriptors = (): number => openFilesBelow(realpathSync(rig.directory))
    for (const name of ['a', 'b', 'c']) rig.logger(name).info('x')
    rig.flush()
    assert.equal(descriptors(), 3)
    rig.drain.closeHandles()
    assert.equal(descriptors(), 0)
    assert.deepEqual(rig.files(NOON_DAY), ['a.jsonl', 'b.jsonl', 'c.jsonl'])
  })
})
