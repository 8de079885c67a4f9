/** A process that dies while one of its threads still hangs in the write of a long line. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { recoverBytes } from './leftover-files.js'

/** A rig whose owner hangs in the write of a long line, of which so much happens. */
function rigWithHang(write: string): PartitionRig {
  for (let events = 0; ; events++) {
    const rig = new PartitionRig({ geometry: { fileBufferBytes: 4096, fileBufferCount: 2 }, inMemory: true })
    rig.logger('actions').info({ toJSON: () => ({ text: 'x'.repeat(5000) }) }, 'long')
    const lifetime = new Lifetime(events)
    try {
      using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
      owner.drain.pass(NOON_MS)
    } catch (death) {
      if (!(death instanceof Death)) throw death
    }
    assert.ok(lifetime.dead)
    if (lifetime.epitaph === `write ${write}`) return rig
    rig[Symbol.dispose]()
  }
}

describe('recoverLeftover() of a process with a hung write', () => {
  for (const write of ['none of it', 'half of it', 'all of it']) {
    it(`a long line is there once, where ${write} was written`, () => {
      using rig = rigWithHang(write)
      rig.drains[0]!.resume(true)
      rig.logger('engine').info('meanwhile')
      rig.drains[0]!.pass(NOON_MS)
      const report = recoverBytes(rig.directory, rig.arena.bytes.slice())
      assert.deepEqual([report.isDone, report.damaged], [true, 0])
      assert.deepEqual(rig.messages('actions'), ['long'])
      assert.deepEqual(rig.messages('engine'), ['meanwhile'])
    })
  }
})
