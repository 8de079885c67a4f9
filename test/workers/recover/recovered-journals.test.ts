/**
 * Recovery of journals as a whole: files that are not written to any more get what they lack, once, whatever stands at
 * their end.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { type LeftoverReport, recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { FileCalls, injected } from '../file-calls.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

const GEOMETRY = { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 4 }

function recovered(rig: PartitionRig): LeftoverReport {
  for (const drain of rig.drains) drain.closeHandles()
  return recoverLeftover(rig.journal, {
    directory: rig.directory,
    fallbackDirectory: null,
    fileMode: 0o600,
    directoryMode: 0o700,
  })
}

describe('recoverLeftover() of a journal', () => {
  it('writes what no file has, and takes the journal away', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, journals: true })
    const messages = Array.from({ length: 40 }, (_, i) => `${i} ${'x'.repeat(i * 20)}`)
    for (const [i, message] of messages.entries()) {
      rig.logger('actions').info(message)
      rig.logger('engine').info({ toJSON: () => ({ part: 'p'.repeat(i * 100) }) }, message)
      rig.drain.pass(NOON_MS)
      if (i === 13 || i === 22) rig.drain.writeDue(NOON_MS, true)
    }
    const report = recovered(rig)
    assert.deepEqual([report.isDone, report.damaged, report.problem], [true, 0, null])
    assert.ok(report.lines > 0)
    assert.deepEqual(rig.messages('actions'), messages)
    assert.deepEqual(rig.messages('engine'), messages)
    assert.equal(existsSync(rig.journal), false)
  })

  it('writes nothing twice where the file ends with what its owner has told of dropped lines', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, journals: true })
    let isFull = true
    {
      using _calls = new FileCalls({
        onOpen: (path, open) => {
          if (isFull && path.includes('actions')) throw injected('ENOSPC')
          return open()
        },
        onStandardError: () => {},
      })
      for (let i = 0; i < 60; i++) {
        rig.logger('actions').info(`${i} ${'x'.repeat(100)}`)
        rig.drain.pass(NOON_MS)
      }
      isFull = false
      rig.flush()
      for (const drain of rig.drains) drain.closeHandles()
    }
    assert.ok(rig.dropped > 0)
    assert.equal(rig.lines('actions').at(-1)!.seq, undefined)
    recovered(rig)
    const seqs = rig.lines('actions').flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
    // What was dropped is there, too: the journal still had it.
    assert.deepEqual(
      seqs,
      Array.from({ length: 60 }, (_, i) => i + 1),
    )
  })
})
