import assert from 'node:assert/strict'
import { existsSync, linkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { APPLYING_POSITION, EPOCH, JOURNAL_AT, JOURNAL_BLOCKED, LINES_F64 } from '../../../src/shared/arena-layout.js'
import type { Condition } from '../../../src/shared/conditions.js'
import { journalGeometry } from '../../../src/shared/journal-layout.js'
import { RECORD_SEQ } from '../../../src/shared/record-layout.js'
import { Fenced } from '../../../src/workers/drain/fence.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { RingRecords } from '../../../src/workers/drain/ring-records.js'
import { createJournal } from '../../../src/workers/files/journal-file.js'
import { newDirectory } from '../../support/new-directory.js'
import { linesAfterTheEnd } from '../after-the-end.js'
import { FileCalls, injected } from '../file-calls.js'
import { linesIn, liveRecordsOf } from '../journal-lines.js'
import { BEFORE_INT32_WRAP, NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'
import { tracedKernel } from '../traced-kernel.js'
import { WatchedAtomics, watchArena } from '../watched-arena.js'

const SMALL: RigSettings = {
  geometry: { ringBytes: 16_384, fileBufferBytes: 8192, fileBufferCount: 4 },
  journals: true,
  inMemory: true,
}

function messages(lines: readonly string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg)
}

/** The half that the last frame is in: 1 or 2, and 0 before the first. */
function halfOf({ arena }: PartitionRig): number {
  return Math.ceil(arena.words[JOURNAL_AT]! / (journalGeometry(arena.geometry).ringBytes / 2))
}

/** Logs and drains until the other half is begun. */
function untilNextHalf(rig: PartitionRig): void {
  const half = halfOf(rig)
  for (let i = 0; halfOf(rig) === half; i++) {
    if (i > 1000) throw new Error('no other half is begun')
    rig.logger('turns').info('t'.repeat(1000))
    rig.drain.pass(NOON_MS)
    rig.drain.writeDue(NOON_MS, false)
  }
}

describe('Journal', () => {
  it('holds all that a pass has applied and no file has', () => {
    using rig = new PartitionRig({ ...SMALL, startPosition: BEFORE_INT32_WRAP })
    const logger = rig.logger('actions')
    logger.info({ n: 1 }, 'one')
    logger.info`two ${2}`
    rig.drain.pass(NOON_MS)
    logger.error('three')
    rig.drain.pass(NOON_MS)
    logger.info('after the last pass')
    const live = liveRecordsOf(rig.journal)!
    assert.deepEqual(live.damage, [])
    assert.deepEqual(messages(linesIn(live).get('actions')!), ['one', 'two 2'])
    assert.deepEqual(messages(linesIn(live).get('error')!), ['three'])
  })

  it('has each record before anything of it is stored for its file', (context) => {
    using rig = new PartitionRig(SMALL)
    // In one millisecond: it is not journaled by the way.
    context.mock.method(Date, 'now', () => NOON_MS)
    let urgent = 0
    using _calls = new FileCalls({
      onWrite: (length, write) => {
        if (++urgent % 2 === 0) rig.logger('engine').error('urgent, in the midst of writes')
        return write(length)
      },
    })
    const records = new RingRecords(rig.arena)
    let looked = 0
    const onStore = (index: number, value: number): void => {
      if (index !== APPLYING_POSITION || value < 0) return
      looked++
      const { arena, recordAt } = liveRecordsOf(rig.journal)!
      const seqs = recordAt.map((at) => arena.doubles[(at + RECORD_SEQ) >> 3])
      assert.ok(seqs.includes(records.line(value).seq), `the record at ${value} is not journaled`)
    }
    const watched = watchArena(
      rig.arena,
      {
        access: (view, index, isStore, value = -1) => {
          if (view === 'words' && isStore) onStore(index, value)
        },
        wait: () => 'timed-out',
        notify: () => {},
      },
      ['words'],
    )
    using _atomics = new WatchedAtomics()
    const drain = new PartitionDrain(watched, rig.drainOptions, {}, tracedKernel(rig.arena, onStore))
    drain.resume()
    for (let step = 0; step < 20; step++) {
      for (let i = 0; i < 3; i++) rig.logger('actions').info({ step }, 'x'.repeat(300))
      if (step % 3 === 0) rig.logger('engine').error('urgent')
      drain.pass(NOON_MS, step % 2 === 0 ? 600 : Number.POSITIVE_INFINITY)
      rig.logger('engine').error('urgent, between pass and writes')
      drain.writeDue(NOON_MS, step % 4 === 3)
    }
    drain.closeHandles()
    assert.ok(looked > 60, `${looked} records`)
  })

  it('carries lines of a file that cannot be written over several laps', () => {
    using rig = new PartitionRig(SMALL)
    let isFull = true
    using _calls = new FileCalls({
      onOpen: (path, open) => {
        if (isFull && path.includes('engine')) throw injected('ENOSPC')
        return open()
      },
    })
    const expected: string[] = []
    const log = (): void => {
      expected.push(`engine ${expected.length}`)
      rig.logger('engine').info(expected.at(-1)!)
    }
    const found = (): string[] => messages(linesAfterTheEnd(rig, ['engine', 'turns']).get('engine')!)
    for (let lap = 0; lap < 5; lap++) {
      log()
      log()
      untilNextHalf(rig)
      assert.deepEqual(found(), expected, `lap ${lap}`)
      log()
      rig.drain.pass(NOON_MS)
      assert.deepEqual(found(), expected, `lap ${lap}, and a pass`)
    }
    isFull = false
    assert.ok(rig.flush())
    assert.deepEqual(rig.messages('engine'), expected)
    assert.deepEqual(found(), expected, 'written, and the journal does not know yet')
    // What was carried must not come again once the journal tells that it is written.
    log()
    assert.ok(rig.flush())
    log()
    rig.drain.pass(NOON_MS)
    assert.deepEqual(found(), expected)
    assert.equal(linesIn(liveRecordsOf(rig.journal)!).get('engine')!.length, 1)
  })

  it('carries urgent lines over that were applied ahead of what was published before them', () => {
    using rig = new PartitionRig(SMALL)
    using _calls = new FileCalls({
      onOpen: (path, open) => {
        if (path.includes('error')) throw injected('ENOSPC')
        return open()
      },
      onStandardError: () => {},
    })
    const halfBytes = journalGeometry(rig.arena.geometry).ringBytes / 2
    while (halfBytes - rig.arena.words[JOURNAL_AT]! > 2600) {
      rig.logger('turns').info('t'.repeat(1000))
      rig.turn()
    }
    rig.logger('turns').info('before it')
    rig.logger('turns').error('urgent')
    rig.drain.pass(NOON_MS, 1)
    assert.equal(halfOf(rig), 1)
    rig.logger('turns').info('t'.repeat(3000))
    const found = (): string[] => messages(linesAfterTheEnd(rig, ['error']).get('error')!)
    rig.drain.pass(NOON_MS, 1)
    assert.equal(halfOf(rig), 2)
    assert.deepEqual(found(), ['urgent'])
    for (let i = 0; i < 2; i++) {
      rig.turn()
      rig.logger('turns').info('after it')
    }
    assert.deepEqual(found(), ['urgent'])
  })

  it('of an owner that rests has nothing that is in files', () => {
    using rig = new PartitionRig(SMALL)
    rig.logger('actions').info('written')
    rig.flush()
    assert.equal(linesIn(liveRecordsOf(rig.journal)!).size, 1)
    rig.drain.rest()
    assert.equal(linesIn(liveRecordsOf(rig.journal)!).size, 0)
    const at = rig.arena.words[JOURNAL_AT]
    rig.drain.rest()
    assert.equal(rig.arena.words[JOURNAL_AT], at, 'told once')
  })

  it('goes on with what the kernel did not take', () => {
    using rig = new PartitionRig(SMALL)
    using _calls = new FileCalls({ onJournalWrite: (length, write) => write(Math.min(length, 100)) })
    for (let i = 0; i < 3; i++) untilNextHalf(rig)
    rig.logger('actions').info('whole')
    rig.drain.pass(NOON_MS)
    assert.deepEqual(messages(linesAfterTheEnd(rig, ['actions']).get('actions')!), ['whole'])
  })

  for (const at of [0, 1, 2, 30]) {
    it(`that cannot be written is told of once and done without, from its write ${at}`, () => {
      using rig = new PartitionRig(SMALL)
      const conditions: Condition[] = []
      rig.drains[0] = new PartitionDrain(rig.arena, rig.drainOptions, {
        onCondition: (condition) => conditions.push(condition),
      })
      let writes = 0
      const texts: string[] = []
      using _calls = new FileCalls({
        onJournalWrite: (length, write) => {
          if (writes++ >= at) throw injected('ENOSPC')
          return write(length)
        },
        onStandardError: (text) => texts.push(text),
      })
      const expected = Array.from({ length: 60 }, (_, i) => `${i}`)
      for (const message of expected) {
        rig.logger('actions').info(message)
        rig.logger('turns').error('e'.repeat(900))
        rig.turn()
      }
      assert.ok(rig.flush())
      assert.deepEqual(rig.messages('actions'), expected)
      assert.equal(rig.lines('error').length, 60)
      assert.equal(writes, at + 1)
      assert.deepEqual(
        conditions.map(({ kind, code, path }) => `${kind} ${code} ${path}`),
        [`degraded JOURNAL_FAILED ${rig.journal}`],
      )
      assert.equal(texts.length, 1)
      // What it has would be taken for what the files lack.
      assert.equal(existsSync(rig.journal), false)
    })
  }

  it('is not asked for where the seat it was in is left', () => {
    using rig = new PartitionRig(SMALL)
    rmSync(dirname(rig.journal), { recursive: true })
    const texts: string[] = []
    using _calls = new FileCalls({ onStandardError: (text) => texts.push(text) })
    rig.logger('actions').info('after the end')
    assert.ok(rig.flush())
    assert.deepEqual(rig.messages('actions'), ['after the end'])
    assert.deepEqual(texts, [])
  })

  it('is not written where something else stands in its place', () => {
    const others: ((path: string) => void)[] = [
      (path) => symlinkSync(`${path}.kept`, path),
      (path) => linkSync(`${path}.kept`, path),
      (path) =>
        createJournal(path, {
          geometry: {
            ringBytes: 8192,
            fileBufferBytes: 4096,
            fileBufferCount: 4,
            fileCapacity: 9,
            dictionaryBytes: 4096,
          },
          partition: 0,
          utc: false,
        }),
    ]
    for (const place of others) {
      using rig = new PartitionRig(SMALL)
      renameSync(rig.journal, `${rig.journal}.kept`)
      place(rig.journal)
      using _calls = new FileCalls({ onStandardError: () => {} })
      rig.logger('actions').info('all the same')
      assert.ok(rig.flush())
      assert.deepEqual(rig.messages('actions'), ['all the same'])
      assert.deepEqual(linesIn(liveRecordsOf(`${rig.journal}.kept`)!).size, 0)
    }
  })
})

describe('Journal, whose owner hangs in a write of it', () => {
  /** The former owner hangs in a write; its successor does `meanwhile`; then the write happens after all. */
  function hangInWrite(rig: PartitionRig, meanwhile: (successor: PartitionDrain) => void): void {
    let isHung = false
    using _calls = new FileCalls({
      onStandardError: () => {},
      onJournalWrite: (length, write) => {
        if (isHung) return write(length)
        isHung = true
        const epoch = Atomics.add(rig.arena.words, EPOCH, 1) + 1
        const successor = new PartitionDrain(rig.arena, rig.drainOptions, { epoch })
        successor.resume(true)
        rig.drains[0] = successor
        meanwhile(successor)
        successor.closeHandles()
        return write(length)
      },
    })
    const former = rig.drain
    assert.throws(() => former.pass(NOON_MS), Fenced)
    former.closeHandles()
  }

  it('goes on in the other half, and has all whatever becomes of that write', () => {
    using rig = new PartitionRig(SMALL)
    const expected = Array.from({ length: 8 }, (_, i) => `${i}`)
    const log = (i: number): void => rig.logger('actions').info(expected[i]!)
    log(0)
    rig.drain.pass(NOON_MS)
    log(1)
    hangInWrite(rig, (successor) => {
      for (const i of [2, 3]) {
        log(i)
        successor.pass(NOON_MS)
      }
    })
    assert.deepEqual(messages(linesAfterTheEnd(rig, ['actions']).get('actions')!), expected.slice(0, 4))
    log(4)
    rig.drain.pass(NOON_MS)
    rig.drain.writerEnded()
    assert.equal(rig.arena.words[JOURNAL_BLOCKED], 0)
    log(5)
    for (let i = 0; i < 2; i++) untilNextHalf(rig)
    log(6)
    log(7)
    rig.drain.pass(NOON_MS)
    assert.deepEqual(messages(linesAfterTheEnd(rig, ['actions']).get('actions')!), expected)
  })

  it('is done without where the other half is full before that thread has ended', () => {
    using rig = new PartitionRig(SMALL)
    rig.logger('actions').info('one')
    rig.drain.pass(NOON_MS)
    rig.logger('actions').info('two')
    hangInWrite(rig, (successor) => {
      successor.pass(NOON_MS)
      untilNextHalf(rig)
    })
    assert.equal(existsSync(rig.journal), false)
    assert.ok(rig.flush())
    assert.deepEqual(rig.messages('actions'), ['one', 'two'])
    assert.equal(rig.counted(LINES_F64), 2 + rig.lines('turns').length)
  })
})

describe('createJournal()', () => {
  const geometry = {
    ringBytes: 8192,
    fileBufferBytes: 4096,
    fileBufferCount: 2,
    fileCapacity: 8,
    dictionaryBytes: 4096,
  }
  const settings = { geometry, partition: 3, utc: true }

  it('writes all of the file, for its owner alone', (context) => {
    const path = join(newDirectory(context), 'p3.journal')
    createJournal(path, settings)
    const { size, blocks, mode } = statSync(path)
    assert.equal(mode & 0o777, 0o600)
    assert.ok(blocks * 512 >= size, `${blocks} blocks for ${size} bytes`)
    assert.deepEqual(liveRecordsOf(path)?.recordAt, [])
    assert.throws(() => createJournal(path, settings), { code: 'EEXIST' })
  })

  it('leaves nothing behind where the disk is full', (context) => {
    const path = join(newDirectory(context), 'p3.journal')
    let bytes = 0
    using _calls = new FileCalls({
      onWrite: (length, write) => {
        if (bytes > 8192) throw injected('ENOSPC')
        const written = write(Math.min(length, 5000))
        bytes += written
        return written
      },
    })
    assert.throws(() => createJournal(path, settings), { code: 'ENOSPC' })
    assert.equal(existsSync(path), false)
  })
})
