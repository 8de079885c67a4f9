/** What of a file is not on the disk, though a sync was tried, or somebody put another file in its place. */
import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, it } from 'node:test'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { FileCalls, injected } from '../file-calls.js'
import { liveRecordsOf, messagesIn } from '../journal-lines.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

describe('FileSyncs', () => {
  it('a durable file that could not be opened once is synced with its next lines', () => {
    using rig = new PartitionRig({
      options: { durability: { info: 'sync' } },
      drain: { handlesMax: 1 },
    })
    let failing = false
    let opened = 0
    using calls = new FileCalls({
      onOpen: (path, open) => {
        // The first two are those of the write: an attempt to make it, and one that finds it.
        if (failing && path.includes('actions') && opened++ === 2) throw injected('EACCES')
        return open()
      },
      onStandardError: () => {},
    })
    const log = (): void => {
      for (const name of ['actions', 'engine']) rig.logger(name).info('x')
      rig.turn()
    }
    log()
    calls.syncs.length = 0
    failing = true
    log()
    failing = false
    assert.equal(opened, 3)
    assert.equal(calls.syncs.splice(0).includes(rig.path('actions')), false, 'could be opened')
    log()
    assert.ok(calls.syncs.includes(rig.path('actions')), `${calls.syncs}`)
  })

  it('a file that was closed and has another one in its place is not taken for it', () => {
    using rig = new PartitionRig()
    using _calls = new FileCalls({ onStandardError: () => {} })
    rig.logger('actions').info('first')
    rig.flush()
    assert.deepEqual(rig.drain.sync(), [])
    rig.logger('actions').info('not on the disk')
    rig.flush()
    rig.drain.closeHandles()
    const path = rig.path('actions')
    renameSync(path, `${path}.1`)
    writeFileSync(path, '')
    assert.deepEqual(
      rig.drain.sync().map((each) => basename(each)),
      ['actions.jsonl'],
    )
    assert.deepEqual(rig.drain.sync(), [])
  })

  it('journals what comes while files are brought to the disk', () => {
    using rig = new PartitionRig({ journals: true })
    let synced = 0
    using _calls = new FileCalls({
      onSync: () => {
        rig.logger('later').info(`during ${synced++}`)
        const giveUpAt = Date.now() + 100
        const start = Date.now()
        while (Date.now() === start && Date.now() < giveUpAt);
      },
    })
    rig.drains[0] = new PartitionDrain(rig.arena, rig.drainOptions)
    for (const name of ['actions', 'engine', 'turns']) rig.logger(name).info('x')
    rig.drain.pass(NOON_MS)
    rig.drain.writeDue(NOON_MS, true)
    rig.drain.sync()
    const found = messagesIn(liveRecordsOf(rig.journal)!).filter((text) => text.startsWith('during'))
    assert.ok(found.includes('during 0') && found.includes('during 1'), `${found} of ${synced}`)
  })
})
