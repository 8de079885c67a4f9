/** What an owner brings to the disk, when, and what it never says of it again: with a disk that the test is itself. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it } from 'node:test'
import { EPOCH, SYNC_ERRORS_F64, SYNCS_F64 } from '../../../src/shared/arena-layout.js'
import { Fenced } from '../../../src/workers/drain/fence.js'
import { newDirectory } from '../../support/new-directory.js'
import { linesOf, NOON_DAY, NOON_MS } from '../partition-rig.js'
import { SyncedRig } from './synced-rig.js'

const DAY_MS = 86_400_000
describe('PartitionDrain.sync()', () => {
  it('brings each file with new bytes to the disk once, then the directories that lead to it', (t) => {
    const synced = new SyncedRig(t)
    const { rig } = synced
    synced.log('actions')
    synced.log('engine')
    assert.deepEqual(synced.sync(), [])
    const day = `/${NOON_DAY}`
    assert.deepEqual(synced.synced(), [`${day}/actions.jsonl`, `${day}/engine.jsonl`, day, '', '..'])
    synced.assertOnDisk(rig.path('actions'), rig.path('engine'))
    assert.deepEqual(synced.sync(), [])
    assert.deepEqual(synced.synced(), [], 'nothing was written since')
    synced.log('actions')
    synced.log('network')
    assert.deepEqual(synced.sync(), [])
    assert.deepEqual(synced.synced(), [`${day}/actions.jsonl`, `${day}/network.jsonl`, day], 'only what is new')
    assert.equal(rig.counted(SYNCS_F64), 4)
  })

  it('leaves what nobody asked for to the kernel', (t) => {
    const synced = new SyncedRig(t)
    synced.log('actions')
    synced.rig.logger('actions').error('e')
    synced.write()
    assert.deepEqual(synced.synced(), [])
  })

  it('opens a file for it whose handle was closed, apart from the others, and closes it', (t) => {
    const synced = new SyncedRig(t, { drain: { handlesMax: 1 } })
    const names = ['actions', 'engine', 'network']
    for (const name of names) synced.log(name)
    assert.deepEqual(synced.sync(), [])
    synced.assertOnDisk(...names.map((name) => synced.rig.path(name)))
    assert.ok(synced.calls.open.size <= 1, `${synced.calls.open.size} handles are open`)
  })

  it("brings the day before's file to the disk as well", (t) => {
    const synced = new SyncedRig(t)
    synced.log('actions')
    synced.write()
    synced.nowMs += DAY_MS
    synced.log('actions')
    assert.deepEqual(synced.sync(), [])
    synced.assertOnDisk(synced.rig.path('actions'), synced.rig.path('actions', '2026-11-24'))
  })

  it('a third day has the oldest file synced before its word is used again, though nobody asked', (t) => {
    const synced = new SyncedRig(t)
    for (let day = 0; day < 3; day++) {
      synced.log('actions')
      synced.write()
      synced.nowMs += DAY_MS
    }
    assert.equal(synced.synced()[0], `/${NOON_DAY}/actions.jsonl`)
    assert.deepEqual(synced.sync(), [])
    for (const day of [NOON_DAY, '2026-11-24', '2026-11-25']) synced.assertOnDisk(synced.rig.path('actions', day))
  })

  it('the oldest of three days may have been deleted: nobody is told who did not ask', (t) => {
    const synced = new SyncedRig(t)
    for (let day = 0; day < 3; day++) {
      synced.log('actions')
      synced.write()
      synced.nowMs += DAY_MS
      rmSync(join(synced.rig.directory, NOON_DAY), { recursive: true, force: true })
    }
    assert.deepEqual(synced.sync(), [])
    assert.deepEqual(synced.told(), [])
  })

  it('files in the fallback directory, beside those in theirs', (t) => {
    const fallback = newDirectory(t)
    const synced = new SyncedRig(t, { drain: { fallbackDirectory: fallback, retryAttempts: 0 } })
    const { rig } = synced
    synced.log('actions')
    synced.write()
    rig.drain.closeHandles()
    renameSync(rig.path('actions'), `${rig.path('actions')}.kept`)
    mkdirSync(rig.path('actions'))
    synced.log('actions')
    rig.turn()
    rig.flush()
    const there = join(fallback, NOON_DAY, 'actions.jsonl')
    assert.equal(linesOf(there).length, 1)
    rmSync(rig.path('actions'), { recursive: true })
    renameSync(`${rig.path('actions')}.kept`, rig.path('actions'))
    assert.deepEqual(rig.drain.sync(), [])
    synced.assertOnDisk(there, rig.path('actions'))
    assert.ok(synced.synced().includes(fallback), 'its directories as well')
  })

  it('a file that was renamed is synced before its handle is closed', (t) => {
    const synced = new SyncedRig(t)
    const { rig } = synced
    const path = rig.path('actions')
    synced.log('actions', 'before')
    synced.write()
    renameSync(path, `${path}.1`)
    synced.log('actions', 'after')
    synced.write()
    assert.deepEqual(synced.synced(), [`/${NOON_DAY}/actions.jsonl`])
    assert.deepEqual(synced.sync(), [])
    assert.deepEqual(synced.synced(), [`/${NOON_DAY}/actions.jsonl`, `/${NOON_DAY}`, '', '..'])
    synced.assertOnDisk(path)
    assert.match(readFileSync(`${path}.1`, 'utf8'), /before/)
  })

  it('a file that was taken away while it was closed is told once to whoever asks', (t) => {
    for (const isMadeAnew of [false, true]) {
      const synced = new SyncedRig(t)
      synced.log('actions')
      assert.deepEqual(synced.sync(), [])
      synced.log('actions')
      synced.write()
      synced.rig.drain.closeHandles()
      renameSync(synced.rig.path('actions'), `${synced.rig.path('actions')}.1`)
      if (isMadeAnew) synced.log('actions')
      assert.deepEqual(synced.sync(), ['actions'])
      assert.deepEqual(synced.sync(), [])
    }
  })

  it('where a file system lets no directory be synced, that is no error', (t) => {
    for (const code of ['EINVAL', 'EPERM', 'EISDIR']) {
      const synced = new SyncedRig(t)
      synced.failing = (path) => (path.endsWith('.jsonl') ? null : code)
      synced.log('actions')
      assert.deepEqual(synced.sync(), [])
      synced.assertOnDisk(synced.rig.path('actions'))
    }
  })
})

describe('a sync that fails', () => {
  for (const code of ['EIO', 'ENOSPC', 'EDQUOT']) {
    it(`is said of that file as long as its day is in use, and of no other (${code})`, (t) => {
      const synced = new SyncedRig(t)
      synced.log('engine', 'first')
      assert.deepEqual(synced.sync(), [])
      const bytes = statSync(synced.rig.path('engine')).size
      synced.failing = (path) => (path.endsWith('engine.jsonl') ? code : null)
      for (const name of ['actions', 'engine', 'network']) synced.log(name)
      assert.deepEqual(synced.sync(), ['engine'])
      synced.assertOnDisk(synced.rig.path('actions'), synced.rig.path('network'))
      const [condition] = synced.conditions
      assert.equal(condition?.path, synced.rig.path('engine'))
      assert.match(condition?.message ?? '', new RegExp(`${code}.*from byte ${bytes} on`))
      assert.deepEqual(synced.told(), ['degraded SYNC_FAILED engine.jsonl'])

      synced.failing = () => null
      synced.synced()
      assert.deepEqual(synced.sync(), ['engine'], 'nothing is made good')
      assert.deepEqual(synced.synced(), [], 'and nothing is repeated')
      synced.log('engine')
      synced.log('actions')
      assert.deepEqual(synced.sync(), ['engine'], 'nor by a later sync of it')
      synced.assertOnDisk(synced.rig.path('engine'))
      assert.deepEqual(synced.told(), [])

      synced.nowMs += DAY_MS
      synced.log('engine')
      assert.deepEqual(synced.sync(), [], 'the file of the next day is another one')
      assert.deepEqual(synced.told(), ['recovered SYNC_FAILED engine.jsonl'])
      assert.equal(synced.rig.counted(SYNC_ERRORS_F64), 1)
    })
  }

  it('of the day before is told, and is over with what comes to the disk after that', (t) => {
    const synced = new SyncedRig(t)
    synced.log('actions')
    synced.write()
    synced.nowMs += DAY_MS
    synced.log('actions')
    synced.failing = (path) => (path.includes(NOON_DAY) ? 'EIO' : null)
    for (let waiting = 0; waiting < 3; waiting++) assert.deepEqual(synced.sync(), ['actions'], 'all who wait are told')
    synced.log('engine')
    assert.deepEqual(synced.sync(), [])
  })

  it('of a directory is one of the files in it', (t) => {
    const synced = new SyncedRig(t)
    synced.failing = (path) => (path.endsWith(NOON_DAY) ? 'EIO' : null)
    synced.log('actions')
    assert.deepEqual(synced.sync(), ['actions'])
    synced.failing = () => null
    assert.deepEqual(synced.sync(), ['actions'])
  })

  it('is remembered by the next owner', (t) => {
    const synced = new SyncedRig(t)
    synced.failing = () => 'EIO'
    synced.log('actions')
    assert.deepEqual(synced.sync(), ['actions'])
    synced.failing = () => null
    synced.rig.succeed()
    assert.deepEqual(synced.sync(), ['actions'])
  })

  it('a file that cannot be opened for it is tried again, for that proves something', (t) => {
    const synced = new SyncedRig(t)
    const path = synced.rig.path('actions')
    synced.log('actions')
    synced.write()
    synced.rig.drain.closeHandles()
    renameSync(path, `${path}.kept`)
    mkdirSync(path)
    assert.deepEqual(synced.sync(), ['actions'])
    assert.deepEqual(synced.told(), ['warning SYNC_FAILED actions.jsonl'])
    rmSync(path, { recursive: true })
    renameSync(`${path}.kept`, path)
    assert.deepEqual(synced.sync(), [])
    synced.assertOnDisk(path)
  })
})

describe('a sync in which a writer ends', () => {
  it('has an unknown outcome, and counts as one that failed', (t) => {
    const synced = new SyncedRig(t)
    synced.log('actions')
    synced.log('engine')
    synced.around = () => {
      throw new Error('the thread is ended')
    }
    assert.throws(() => synced.sync())
    synced.around = (_path, sync) => sync()
    synced.rig.drains[0] = synced.owner()
    synced.rig.drain.resume()
    assert.deepEqual(synced.sync(), ['actions'])
    assert.deepEqual(synced.told(), ['degraded SYNC_FAILED actions.jsonl'])
    synced.assertOnDisk(synced.rig.path('engine'))
  })

  it('is waited for where its thread cannot be ended, and the other files are synced meanwhile', (t) => {
    const synced = new SyncedRig(t)
    synced.log('actions')
    synced.log('engine')
    const former = synced.rig.drain
    let meanwhile: readonly string[] = []
    synced.around = () => {
      synced.around = (_path, sync) => sync()
      const successor = synced.owner(Atomics.add(synced.rig.arena.words, EPOCH, 1) + 1)
      synced.rig.drains[0] = successor
      successor.resume(true)
      meanwhile = successor.sync().map((path) => basename(path, '.jsonl'))
    }
    former.pass(NOON_MS)
    former.writeDue(NOON_MS, true)
    assert.throws(() => former.sync(), Fenced)
    assert.deepEqual(meanwhile, ['actions'])
    synced.assertOnDisk(synced.rig.path('engine'))
    synced.rig.drain.writerEnded()
    assert.deepEqual(synced.sync(), ['actions'])
    former.closeHandles()
  })
})

describe('a durable file', () => {
  const OPTIONS = { durability: { error: 'sync', info: 'sync' } } as const

  it('is due in the pass that gets its lines, and synced once in it', (t) => {
    const synced = new SyncedRig(t, { options: OPTIONS })
    for (let i = 0; i < 10; i++) synced.log('actions')
    synced.rig.logger('actions').error('e')
    synced.rig.logger('actions').error('e')
    synced.rig.logger('actions').warn('w')
    synced.rig.turn()
    synced.assertOnDisk(synced.rig.path('actions'), synced.rig.path('error'))
    const files = synced.synced().filter((path) => path.endsWith('.jsonl'))
    assert.deepEqual(files.sort(), [`/${NOON_DAY}/actions.jsonl`, `/${NOON_DAY}/error.jsonl`])
    synced.rig.turn()
    assert.deepEqual(synced.synced(), [], 'nothing is left to be synced')
  })

  it('is synced once, where a flush asks for all as well', (t) => {
    const synced = new SyncedRig(t, { options: OPTIONS })
    synced.log('actions')
    assert.deepEqual(synced.sync(), [])
    assert.equal(synced.synced().filter((path) => path.endsWith('.jsonl')).length, 1)
  })

  it('that was written by an owner that ended is synced by its successor', (t) => {
    const synced = new SyncedRig(t, { options: OPTIONS })
    synced.log('actions')
    synced.around = () => assert.fail('ended before')
    const { words } = synced.rig.arena
    synced.rig.drain.pass(NOON_MS)
    synced.failing = () => {
      Atomics.add(words, EPOCH, 1) // It finds the fence before its call.
      return null
    }
    assert.throws(() => synced.rig.drain.writeDue(NOON_MS, false))
    synced.failing = () => null
    synced.around = (_path, sync) => sync()
    synced.rig.drains[0] = synced.owner()
    synced.rig.turn()
    synced.assertOnDisk(synced.rig.path('actions'))
  })

  it('whose sync fails goes on, and whoever asks is told', (t) => {
    const synced = new SyncedRig(t, { options: OPTIONS })
    synced.failing = () => 'EIO'
    synced.log('actions')
    synced.rig.turn()
    synced.log('actions')
    synced.rig.turn()
    assert.deepEqual(synced.told(), ['degraded SYNC_FAILED actions.jsonl'])
    assert.equal(synced.rig.lines('actions').length, 2)
    synced.failing = () => null
    assert.deepEqual(synced.sync(), ['actions'])
  })
})
