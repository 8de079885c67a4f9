/** What full rings refuse, and how files are told of it: partitions whose owner is the test, so that it stands still. */
import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import fc from 'fast-check'
import type { CategoryLogger } from '../../../src/main/logger.js'
import { readDroppedLines } from '../../../src/main/observe/dropped-lines.js'
import { CONSUMED, PUBLISHED, URGENT_PUBLISHED } from '../../../src/shared/arena-layout.js'
import { LEVEL_NAMES } from '../../../src/shared/drop-line.js'
import { LEVEL_NUMBERS, type LevelName } from '../../../src/shared/levels.js'
import type { OnFull, SpillwayOptions } from '../../../src/shared/options.js'
import { RECORD_IDS } from '../../../src/shared/record-layout.js'
import {
  BEFORE_INT32_WRAP,
  BEFORE_UINT32_WRAP,
  type Line,
  NOON_MS,
  PartitionRig,
  type RigSettings,
} from '../../workers/partition-rig.js'

/** The same cases at each run. */
const SEED = 20_261_125
const KIB = 1024

interface Call {
  readonly seq: number
  readonly level: LevelName
  readonly category: string
}

/** A rig that remembers what was logged, and compares it with what is in the files and what they tell. */
class Books implements Disposable {
  readonly rig: PartitionRig
  readonly #alsoInCategoryFile: boolean
  readonly #calls: Call[] = []
  readonly #logs = new Map<string, CategoryLogger>()

  constructor(onFull: OnFull, settings: RigSettings = {}) {
    const options: SpillwayOptions = { ...settings.options, onFull }
    this.#alsoInCategoryFile = options.alsoInCategoryFile === true
    const geometry = { ringBytes: 64 * KIB, fileBufferBytes: 16 * KIB, ...settings.geometry }
    this.rig = new PartitionRig({ inMemory: true, ...settings, options, geometry })
  }

  log(level: LevelName, category: string, textBytes = 200, isRendered = false): void {
    const log = this.#logs.get(category) ?? this.rig.logger(category)
    this.#logs.set(category, log)
    const text = 'x'.repeat(textBytes)
    log[level](isRendered ? { toJSON: () => ({ text }) } : text)
    this.#calls.push({ seq: this.rig.encoder.entries, level, category })
  }

  /** Logs until an entry is refused; gives how many were not. */
  fill(level: LevelName, category: string): number {
    const { refused } = this.rig.encoder
    for (let count = 0; ; count++) {
      const before = refused.lines
      this.log(level, category)
      if (refused.lines > before) return count
    }
  }

  /** Everything is told and written. */
  settle(): void {
    while (!this.rig.encoder.refused.tell()) this.rig.flush()
    assert.ok(this.rig.flush())
    assert.equal(this.rig.encoder.refused.tell(), true)
  }

  /** Each line that is missing in a file is told in it, once, under its level and within the range. Gives how many are. */
  check(): number {
    const { rig } = this
    const lost = new Map<string, Record<string, number>>()
    let missingLines = 0
    for (const [file, calls] of this.#expected()) {
      const lines = rig.files().includes(`${file}.jsonl`) ? rig.lines(file) : []
      const told = lines.filter(({ seq }) => seq === undefined)
      const written = lines.filter(({ seq }) => seq !== undefined).map(({ seq }) => seq)
      assert.deepEqual(
        written,
        [...written].sort((left, right) => left - right),
      )
      const there = new Set(written)
      assert.equal(there.size, written.length)
      const missing = calls.filter(({ seq }) => !there.has(seq))
      assert.equal(written.length + missing.length, calls.length)
      assertTold(missing, told)
      for (const { category, level } of missing) {
        const levels = lost.get(category) ?? {}
        levels[level] = (levels[level] ?? 0) + 1
        lost.set(category, levels)
      }
      missingLines += missing.length
    }
    const { refused, lost: lostEntries } = rig.encoder
    const stats = readDroppedLines(rig.arenas, refused.byCategory, (id) => rig.routes.nameOf(id))
    assert.deepEqual(stats, { lines: missingLines, byCategory: Object.fromEntries(lost) })
    assert.equal(refused.lines, missingLines)
    assert.equal(lostEntries, 0)
    assert.equal(rig.encoder.entries, this.#calls.length)
    return missingLines
  }

  [Symbol.dispose](): void {
    this.rig[Symbol.dispose]()
  }

  /** What each file would have. */
  #expected(): Map<string, Call[]> {
    const files = new Map<string, Call[]>()
    for (const call of this.#calls) {
      const number = LEVEL_NUMBERS[call.level]
      const own = number >= LEVEL_NUMBERS.error ? 'error' : number === LEVEL_NUMBERS.warn ? 'warning' : call.category
      const names = this.#alsoInCategoryFile ? new Set([own, call.category]) : [own]
      for (const name of names) files.set(name, [...(files.get(name) ?? []), call])
    }
    return files
  }
}

function assertTold(missing: readonly Call[], told: readonly Line[]): void {
  const rest = [...missing]
  for (const line of told) {
    const { level, category, dropped, levels, seqFrom, seqTo, msg } = line
    assert.deepEqual([level, category], [40, 'spillway'])
    const those = rest.splice(0, Number(dropped))
    assert.deepEqual([those.length, those[0]?.seq, those.at(-1)?.seq], [dropped, seqFrom, seqTo])
    const counts = LEVEL_NAMES.map((name) => [name, those.filter((call) => call.level === name).length] as const)
    assert.deepEqual(levels, Object.fromEntries(counts.filter(([, count]) => count > 0)))
    assert.equal(
      msg,
      dropped === 1 ? '1 line was dropped: the ring was full' : `${dropped} lines were dropped: the ring was full`,
    )
  }
  assert.deepEqual(rest, [])
}

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
