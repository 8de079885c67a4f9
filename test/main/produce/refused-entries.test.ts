/** What full rings refuse, and how files are told of it: partitions whose owner is the test, so that it stands still. */
import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import fc from 'fast-check'
import { readDroppedLines } from '../../../src/main/observe/dropped-lines.js'
import { LEVEL_NAMES } from '../../../src/shared/drop-line.js'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, NOON_MS } from '../../workers/partition-rig.js'
import { Books } from './refused-books.js'

/** The same cases at each run. */
const SEED = 20_261_125
const KIB = 1024

describe('An entry that finds no room', () => {
  it('is counted and told in its file, under drop: all levels below error where the ordinary room is full', () => {
    using books = new Books('drop')
    assert.ok(books.fill('info', 'actions') > 100)
    for (const level of ['trace', 'debug', 'info', 'warn'] as const) books.log(level, 'actions')
    assert.equal(books.rig.encoder.refused.lines, 5)
    const errors = books.fill('error', 'actions')
    assert.ok(errors > 20)
    books.log('fatal', 'engine')
    books.settle()
    assert.equal(books.check(), 7)
    const lines = books.rig.lines('actions')
    assert.deepEqual(lines.at(-1), {
      level: 40,
      time: NOON_MS,
      category: 'spillway',
      dropped: 4,
      levels: { trace: 1, debug: 1, info: 2 },
      seqFrom: lines.length,
      seqTo: lines.length + 3,
      msg: '4 lines were dropped: the ring was full',
    })
    assert.equal(books.rig.lines('error').length, errors + 1)
  })

  it('is told by nobody while another entry is under way, whose space that would take', () => {
    using books = new Books('drop')
    const { rig } = books
    books.fill('info', 'actions')
    const told: boolean[] = []
    const tell = () => told.push(rig.encoder.tellRefused())
    rig.logger('engine').error(
      {
        get number() {
          return tell()
        },
      },
      'typed',
    )
    rig.logger('engine').error({ toJSON: () => ({ number: tell() }) }, 'rendered')
    books.settle()
    assert.deepEqual(told, [false, false])
    assert.deepEqual(
      rig.lines('error').map(({ msg }) => msg),
      ['typed', 'rendered'],
    )
    assert.equal(rig.lines('actions').at(-1)?.dropped, 1)
    assert.equal(rig.encoder.lost, 0)
  })

  it('is one of the lowest level that there is, under shed', () => {
    using books = new Books('shed')
    const { ring } = books.rig
    const occupied = LEVEL_NAMES.map((level) => {
      books.fill(level, 'actions')
      return ring.occupiedBytes / KIB
    })
    for (const [index, kib] of [24, 30, 36, 48, 64, 64].entries()) {
      // A claim asks for more than an entry takes, which counts where the room ends; a part of it begins exactly.
      assert.ok(
        occupied[index]! > kib - 1.6 && occupied[index]! < kib + 0.3,
        `${LEVEL_NAMES[index]}: ${occupied[index]} KiB`,
      )
    }
    for (const level of LEVEL_NAMES) books.log(level, 'engine')
    books.settle()
    assert.equal(books.check(), 12)
  })

  it('is told in the ring at once where that is relieved, before the next entry, and without a flush', () => {
    for (const startPosition of [0, BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP]) {
      using books = new Books('drop', { startPosition })
      const written = books.fill('info', 'actions')
      books.log('debug', 'engine')
      books.log('info', 'actions')
      books.rig.turn()
      books.log('info', 'actions')
      books.log('info', 'engine')
      books.rig.flush()
      assert.equal(books.check(), 3)
      const seqs = books.rig.lines('actions').map(({ seq }) => seq)
      assert.deepEqual(seqs.slice(written), [undefined, written + 4])
      assert.deepEqual(
        books.rig.lines('engine').map(({ seq }) => seq),
        [undefined, written + 5],
      )
    }
  })

  it('of a typed record that needs more than its first claim, or that is rendered, is refused as any other', () => {
    using books = new Books('drop')
    const { rig } = books
    books.fill('info', 'actions')
    for (const entry of [
      () => rig.logger('engine').info('y'.repeat(4000)),
      () => rig.logger('engine').info({ toJSON: () => ({ a: 'y'.repeat(600) }) }, 'rendered'),
      () => rig.logger('engine').info({ text: 'y'.repeat(4000) }, 'fields'),
      () => rig.logger('engine').info`a template with ${'an argument'}`,
      () =>
        rig
          .logger('engine')
          .info(Object.fromEntries(Array.from({ length: 70 }, (_, key) => [`a_longer_key${key}`, key]))),
    ]) {
      const before = rig.encoder.refused.lines
      const { entries } = rig.encoder
      entry()
      assert.deepEqual([rig.encoder.refused.lines, rig.encoder.entries], [before + 1, entries + 1])
    }
    assert.equal(rig.encoder.lost, 0)
    books.settle()
    assert.deepEqual(
      rig.lines('engine').map(({ dropped }) => dropped),
      [5],
    )
  })

  it('with a stack fits into the head-room as long as its text does, whatever a claim would like to have', () => {
    using books = new Books('drop')
    books.fill('info', 'actions')
    const errors = 12
    for (let i = 0; i < errors; i++) books.log('error', 'actions', 1200)
    assert.equal(books.rig.encoder.refused.lines, 1)
    books.settle()
    assert.equal(books.rig.lines('error').length, errors)
  })

  it('whose own code logs is refused with what that logs, each with its seq', () => {
    using books = new Books('drop')
    const { rig } = books
    books.fill('info', 'actions')
    const log = rig.logger('engine')
    const { entries } = rig.encoder
    const toJSON = (): object => {
      log.info('y'.repeat(600))
      return { a: 'y'.repeat(600) }
    }
    log.info({ toJSON }, 'outer')
    assert.deepEqual([rig.encoder.entries - entries, rig.encoder.refused.lines], [2, 3])
    assert.equal(rig.encoder.lost, 0)
  })

  it('is counted under the general category where its own has no file', () => {
    using books = new Books('drop', { options: { maxCategories: 1 } })
    books.fill('info', 'actions')
    books.rig.logger('overflow').info('x')
    const { refused } = books.rig.encoder
    const stats = readDroppedLines(books.rig.arenas, refused.byCategory, (id) => books.rig.routes.nameOf(id))
    assert.deepEqual(stats.byCategory, { actions: { info: 1 }, general: { info: 1 } })
  })
})

describe('RefusedEntries.tell()', () => {
  it('uses the head-room', () => {
    using books = new Books('drop')
    const { refused } = books.rig.encoder
    books.fill('info', 'actions')
    const { occupiedBytes } = books.rig.ring
    assert.equal(refused.tell(), true)
    assert.ok(books.rig.ring.occupiedBytes > occupiedBytes)
    assert.equal(refused.tell(), true)
    books.settle()
    books.check()
  })

  it('tells as many files as there is room for and says that these are not all; the others it tells the next time', () => {
    using books = new Books('drop', { geometry: { fileCapacity: 256, fileBufferCount: 256, fileBufferBytes: 4 * KIB } })
    books.fill('info', 'actions')
    for (let i = 0; i < 200; i++) books.log('info', `category${i}`)
    assert.equal(books.rig.encoder.refused.tell(), false)
    books.settle()
    assert.equal(books.check(), 201)
  })

  it('does nothing where nothing was refused', () => {
    using books = new Books('block')
    books.log('info', 'actions')
    const { published } = books.rig.ring
    assert.equal(books.rig.encoder.refused.tell(), true)
    assert.equal(books.rig.ring.published, published)
  })
})

describe('The conditions of a ring', () => {
  it('are that it refuses, once, and that its files were told', () => {
    using books = new Books('drop')
    const { rig } = books
    books.fill('info', 'actions')
    books.fill('info', 'engine')
    const degraded = { kind: 'degraded', code: 'RING_FULL', partition: 0, path: null }
    const message = 'The ring of writer 0 is full; entries are left out until it has room.'
    assert.deepEqual(rig.conditions, [{ ...degraded, message }])
    assert.equal(rig.encoder.refused.tell(), true) // Told, but the ring is as full as it was.
    assert.equal(rig.conditions.length, 1)
    rig.turn()
    books.log('info', 'actions')
    assert.deepEqual(
      rig.conditions.map(({ kind, code }) => `${kind} ${code}`),
      ['degraded RING_FULL', 'recovered RING_FULL'],
    )
    books.settle()
    assert.equal(books.check(), 2)
  })

  it('recover with a flush where nothing is logged any more', () => {
    using books = new Books('shed')
    books.fill('trace', 'actions')
    books.settle()
    assert.deepEqual(
      books.rig.conditions.map(({ kind }) => kind),
      ['degraded', 'recovered'],
    )
  })
})

describe('Entries of every length and level', () => {
  it('are in their file or told there, with exact counts, whatever the mode and whenever the owner comes round', () => {
    const wait = mock.method(Atomics, 'wait', () => 'timed-out')
    const textBytes = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 900 }) },
      { weight: 2, arbitrary: fc.integer({ min: 900, max: 8000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 8000, max: 90_000 }) },
    )
    const level = fc.constantFrom(...LEVEL_NAMES)
    const category = fc.constantFrom('a', 'b', 'c', 'd')
    const step = fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({
          level,
          category,
          textBytes,
          repeat: fc.integer({ min: 1, max: 40 }),
          isRendered: fc.boolean(),
        }),
      },
      { weight: 2, arbitrary: fc.constant('turn' as const) },
      { weight: 1, arbitrary: fc.constant('tell' as const) },
    )
    let lost = 0
    fc.assert(
      fc.property(
        fc.constantFrom('block' as const, 'shed' as const, 'drop' as const),
        fc.constantFrom(0, BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP),
        fc.boolean(),
        fc.array(step, { maxLength: 40, size: 'max' }),
        (onFull, startPosition, alsoInCategoryFile, steps) => {
          using books = new Books(onFull, { startPosition, partitions: 2, options: { alsoInCategoryFile } })
          for (const each of steps) {
            if (each === 'turn') books.rig.turn()
            else if (each === 'tell') books.rig.encoder.refused.tell()
            else
              for (let i = 0; i < each.repeat; i++)
                books.log(each.level, each.category, each.textBytes, each.isRendered)
          }
          books.settle()
          const missing = books.check()
          if (onFull === 'block') assert.equal(missing, 0)
          lost += missing
        },
      ),
      { numRuns: 60, seed: SEED },
    )
    assert.ok(lost > 1000, `${lost} lines were lost`)
    wait.mock.restore()
  })
})
