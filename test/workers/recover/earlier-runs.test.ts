/**
 * Each run counts its entries from 1, so an earlier run's last line may have the seq of one of a leftover's.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { recoverBytes } from './leftover-files.js'

const PARTS_SEQ = 3
const IN_PARTS = { toJSON: () => ({ text: 'part'.repeat(900) }) }

/** A rig whose file has a line of a run before, with the seq that a line in parts will have. */
function rigAfterRun(): PartitionRig {
  const rig = new PartitionRig({ geometry: { ringBytes: 8192, fileBufferBytes: 4096 }, inMemory: true })
  mkdirSync(dirname(rig.path('actions')), { recursive: true })
  const earlier = { level: 30, time: NOON_MS - 5000, seq: PARTS_SEQ, category: 'actions', msg: 'of an earlier run' }
  writeFileSync(rig.path('actions'), `${JSON.stringify(earlier)}\n`, { mode: 0o600 })
  return rig
}

describe('recoverLeftover() behind the lines of an earlier run', () => {
  it('a line in parts with the seq of the last one there is written, and what is before it', () => {
    using rig = rigAfterRun()
    rig.logger('actions').info('one')
    rig.logger('actions').info('two')
    rig.logger('actions').info(IN_PARTS, 'three')
    const report = recoverBytes(rig.directory, rig.arena.bytes.slice())
    assert.deepEqual([report.lines, report.damaged], [3, 0])
    assert.deepEqual(rig.messages('actions'), ['of an earlier run', 'one', 'two', 'three'])
  })

  it('a line in parts with that seq is finished behind its beginning', () => {
    using rig = rigAfterRun()
    for (let i = 1; i < PARTS_SEQ; i++) rig.logger('engine').info('elsewhere')
    rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(1500) }) }, 'three')
    rig.logger('actions').info('four')
    rig.drain.pass(NOON_MS)
    const bytes = rig.arena.bytes.slice()
    assert.ok(!rig.text('actions').endsWith('\n'), 'the file has the beginning alone')
    const report = recoverBytes(rig.directory, bytes)
    assert.deepEqual([report.damaged, report.problem], [0, null])
    assert.deepEqual(rig.messages('actions'), ['of an earlier run', 'three', 'four'])
    // Once more, as after a recovery that died before it took the leftover away.
    assert.equal(recoverBytes(rig.directory, bytes).lines, 0)
    assert.deepEqual(rig.messages('actions'), ['of an earlier run', 'three', 'four'])
  })
})
