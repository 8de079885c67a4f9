import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import {
  CLOSE_REQUESTED,
  EPOCH,
  HOLDER_NONE,
  HOLDER_OWNER,
  JOURNAL_AT,
  JOURNAL_FRAMES,
  JOURNAL_HOLDER,
  PARKED,
} from '../../../src/shared/arena-layout.js'
import { journalGeometry } from '../../../src/shared/journal-layout.js'
import { claimPartition, DrainLoop } from '../../../src/workers/drain/drain-loop.js'
import { EarlyJournal } from '../../../src/workers/drain/early-journal.js'
import { recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import type { JournalOwnerTask } from '../../fixtures/journal-owner.js'
import { linesAfterTheEnd } from '../after-the-end.js'
import { FileCalls, injected } from '../file-calls.js'
import { BEFORE_INT32_WRAP, NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'

const SMALL: RigSettings = {
  geometry: { ringBytes: 16_384, fileBufferBytes: 8192, fileBufferCount: 4 },
  journals: true,
  inMemory: true,
}
/** A thread that waits is found by waking it; one that does not come to it fails the test. */
const WAITER_MS_MAX = 10_000

function earlyOf(rig: PartitionRig): EarlyJournal {
  return new EarlyJournal(rig.arena, dirname(rig.journal))
}

/** The messages of actions.jsonl as they are found after the death of the process. */
function found(rig: PartitionRig): string[] {
  return linesAfterTheEnd(rig, ['actions'])
    .get('actions')!
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
}

/** The half that the last frame is in: 1 or 2, and 0 before the first. */
function halfOf({ arena }: PartitionRig): number {
  return Math.ceil(arena.words[JOURNAL_AT]! / (journalGeometry(arena.geometry).ringBytes / 2))
}

/** Logs, drains and writes until a frame of `bytes` has no room in the half any more. */
function untilHalfIsFull(rig: PartitionRig, bytes: number): void {
  const halfBytes = journalGeometry(rig.arena.geometry).ringBytes / 2
  while (halfBytes - rig.arena.words[JOURNAL_AT]! >= bytes) {
    rig.logger('turns').info('t'.repeat(500))
    rig.flush()
  }
}

describe('EarlyJournal', () => {
  it('has what is published before there is an owner, who goes on behind it: each line once, in order', () => {
    using rig = new PartitionRig({ ...SMALL, startPosition: BEFORE_INT32_WRAP })
    const expected: string[] = []
    const log = (message: string): void => {
      expected.push(message)
      rig.logger('actions').info({ n: expected.length }, message)
    }
    const early = earlyOf(rig)
    for (let i = 0; i < 5; i++) {
      log(`early ${i}`)
      assert.equal(early.append(), true)
      assert.deepEqual(found(rig), expected)
    }
    early.close()
    log('before the owner comes')
    rig.succeed()
    for (let i = 0; i < 5; i++) {
      rig.drain.pass(NOON_MS)
      if (i === 2) rig.drain.writeDue(NOON_MS, true)
      assert.deepEqual(found(rig), expected)
      log(`of the owner ${i}`)
    }
    rig.drain.pass(NOON_MS)
    assert.deepEqual(found(rig), expected)
    const settings = { directory: rig.directory, fallbackDirectory: null, fileMode: 0o600, directoryMode: 0o700 }
    const { isDone, damaged } = recoverLeftover(rig.journal, settings)
    assert.deepEqual({ isDone, damaged }, { isDone: true, damaged: 0 })
    assert.deepEqual(rig.messages('actions'), expected)
  })

  it('writes nothing where nothing has come', () => {
    using rig = new PartitionRig(SMALL)
    const early = earlyOf(rig)
    early.append()
    assert.equal(rig.arena.words[JOURNAL_FRAMES], 0)
    rig.logger('actions').info('one')
    early.append()
    early.append()
    assert.equal(rig.arena.words[JOURNAL_FRAMES], 1)
    early.close()
  })

  it('touches nothing from when the owner has come to the journal, until that one is followed', () => {
    using rig = new PartitionRig(SMALL)
    const early = earlyOf(rig)
    rig.logger('actions').info('one')
    early.append()
    assert.equal(early.isOurs, true)
    rig.succeed()
    rig.logger('actions').info('two')
    assert.equal(early.isOurs, false)
    assert.equal(early.append(), false)
    early.close()
    assert.equal(rig.arena.words[JOURNAL_FRAMES], 1)
    assert.deepEqual(found(rig), ['one'])
    rig.drain.pass(NOON_MS)
    rig.drain.closeHandles()
    const next = earlyOf(rig)
    rig.logger('actions').info('three')
    assert.equal(next.append(), true)
    next.close()
    assert.deepEqual(found(rig), ['one', 'two', 'three'])
  })

  it('begins another half where no line is pending, and leaves it to the owner where one is', () => {
    for (const isPending of [false, true]) {
      using rig = new PartitionRig(SMALL)
      rig.logger('actions').info('one')
      rig.flush()
      untilHalfIsFull(rig, 2000)
      rig.logger('actions').info('two')
      rig.drain.pass(NOON_MS)
      if (!isPending) rig.drain.writeDue(NOON_MS, true)
      rig.drain.closeHandles()
      const [half, at] = [halfOf(rig), rig.arena.words[JOURNAL_AT]]
      rig.logger('actions').info({ text: 'x'.repeat(3000) }, 'three')
      const early = earlyOf(rig)
      assert.equal(early.append(), true)
      early.close()
      assert.deepEqual(found(rig), isPending ? ['one', 'two'] : ['one', 'two', 'three'])
      assert.equal(halfOf(rig) !== half, !isPending)
      if (isPending) assert.equal(rig.arena.words[JOURNAL_AT], at)
      rig.succeed()
      rig.drain.pass(NOON_MS)
      assert.notEqual(halfOf(rig), half)
      assert.deepEqual(found(rig), ['one', 'two', 'three'])
    }
  })

  for (const [name, taken] of [
    ['takes nothing', 0],
    ['takes a part', 30],
  ] as const) {
    it(`leaves the journal as it was where a write fails that ${name}, tells nobody, and tries no more`, () => {
      using rig = new PartitionRig(SMALL)
      const texts: string[] = []
      let writes = 0
      const early = earlyOf(rig)
      rig.logger('actions').info('one')
      early.append()
      {
        using _calls = new FileCalls({
          onJournalWrite: (length, write) => {
            if (++writes === 1 && taken > 0) return write(Math.min(length, taken))
            throw injected('ENOSPC')
          },
          onStandardError: (text) => texts.push(text),
        })
        for (let i = 0; i < 3; i++) {
          rig.logger('actions').info(`not journaled ${i}`)
          assert.equal(early.append(), true)
        }
      }
      assert.equal(writes, taken > 0 ? 2 : 1)
      assert.deepEqual(texts, [])
      assert.equal(rig.arena.words[JOURNAL_HOLDER], HOLDER_NONE)
      assert.deepEqual(found(rig), ['one'])
      rig.succeed()
      rig.drain.pass(NOON_MS)
      assert.deepEqual(found(rig), ['one', 'not journaled 0', 'not journaled 1', 'not journaled 2'])
    })
  }

  it('deletes nothing, and makes nothing, where it cannot be opened', () => {
    using rig = new PartitionRig(SMALL)
    renameSync(rig.journal, `${rig.journal}.aside`)
    const early = earlyOf(rig)
    rig.logger('actions').info('one')
    assert.equal(early.append(), true)
    assert.equal(existsSync(rig.journal), false)
    renameSync(`${rig.journal}.aside`, rig.journal)
    rig.succeed()
    rig.drain.pass(NOON_MS)
    assert.deepEqual(found(rig), ['one'])
  })

  it('goes on after something else was thrown in the middle of a write', () => {
    using rig = new PartitionRig(SMALL)
    const early = earlyOf(rig)
    rig.logger('actions').info('one')
    {
      using _calls = new FileCalls({
        onJournalWrite: () => {
          throw new RangeError('Maximum call stack size exceeded')
        },
      })
      assert.equal(early.append(), true)
    }
    assert.equal(rig.arena.words[JOURNAL_HOLDER], HOLDER_NONE)
    assert.equal(early.append(), true)
    early.close()
    assert.deepEqual(found(rig), ['one'])
  })

  it('is left alone by what logs in the middle of its own write', () => {
    using rig = new PartitionRig(SMALL)
    const early = earlyOf(rig)
    rig.logger('actions').info('one')
    const answers: boolean[] = []
    let isFirst = true
    using _calls = new FileCalls({
      onJournalWrite: (length, write) => {
        if (isFirst) rig.logger('actions').info('logged by the file system')
        isFirst = false
        answers.push(early.append())
        return write(length)
      },
    })
    early.append()
    assert.deepEqual(found(rig), ['one'])
    early.append()
    assert.deepEqual(found(rig), ['one', 'logged by the file system'])
    assert.ok(answers.length > 0 && answers.every((isOurs) => isOurs))
  })
})

describe('EarlyJournal.close()', () => {
  it('lets an owner go on that comes in the middle of a write, on the same thread, and ends that write', () => {
    using rig = new PartitionRig(SMALL)
    const early = earlyOf(rig)
    rig.logger('actions').info('one')
    let isFirst = true
    using _calls = new FileCalls({
      onJournalWrite: (length, write) => {
        if (!isFirst) return write(length)
        isFirst = false
        early.close()
        Atomics.add(rig.arena.words, EPOCH, 1)
        rig.succeed()
        rig.drain.pass(NOON_MS)
        return length
      },
    })
    assert.equal(early.append(), true)
    assert.equal(rig.arena.words[JOURNAL_HOLDER], HOLDER_OWNER)
    assert.equal(rig.arena.words[JOURNAL_FRAMES], 1)
    assert.deepEqual(found(rig), ['one'])
  })
})

describe('Journal.resume()', () => {
  it('waits for the write that the main thread is in, and goes on behind it', async () => {
    using rig = new PartitionRig({ ...SMALL, inMemory: false })
    const { words } = rig.arena
    const early = earlyOf(rig)
    rig.logger('actions').info('one')
    const go = new SharedArrayBuffer(4)
    const task: JournalOwnerTask = { shared: rig.arena.shared, options: rig.drainOptions, nowMs: NOON_MS, go }
    const thread = new Worker(new URL('../../fixtures/journal-owner.js', import.meta.url), { workerData: task })
    const ended = once(thread, 'exit')
    await once(thread, 'message')
    let isWaiting = false
    const giveUpAt = performance.now() + WAITER_MS_MAX
    {
      using _calls = new FileCalls({
        onJournalWrite: (length, write) => {
          Atomics.store(new Int32Array(go), 0, 1)
          Atomics.notify(new Int32Array(go), 0)
          // Each call wakes the thread if it waits, and it finds that it has to go on waiting.
          while (!isWaiting && performance.now() < giveUpAt) isWaiting = Atomics.notify(words, JOURNAL_HOLDER) > 0
          return write(length)
        },
      })
      early.append()
      early.close()
    }
    assert.ok(isWaiting, 'it does not wait')
    rig.logger('actions').info('two')
    const [code] = await ended
    assert.equal(code, 0)
    assert.equal(words[JOURNAL_HOLDER], HOLDER_OWNER)
    rig.succeed()
    rig.drain.pass(NOON_MS)
    assert.deepEqual(found(rig), ['one', 'two'])
  })
})

describe('DrainLoop.run()', () => {
  it('says itself from then on whether a publication has to ring', async () => {
    using rig = new PartitionRig(SMALL)
    const { words } = rig.arena
    words[PARKED] = 1
    assert.ok(claimPartition(rig.arena))
    Atomics.store(words, CLOSE_REQUESTED, 1)
    assert.equal(await new DrainLoop(rig.arena, rig.drain, Atomics.load(words, EPOCH)).run(), 'closed')
    assert.equal(words[PARKED], 0)
  })
})
