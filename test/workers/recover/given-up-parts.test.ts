import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { recoverBytes } from './leftover-files.js'

describe('recoverLeftover() of an owner that was giving up a line in parts', () => {
  it('nothing counts as damaged where nothing else was pending for its file, wherever the owner died', () => {
    const faults: string[] = []
    for (let events = 0, isDead = true; isDead; events++) {
      using rig = new PartitionRig({
        geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 1 },
        drain: { retryAttempts: 0 },
        inMemory: true,
      })
      rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(1800) }) }, 'in parts')
      const lifetime = new Lifetime(events)
      try {
        using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime, () => 'ENOSPC')
        owner.drain.pass(NOON_MS)
      } catch (death) {
        if (!(death instanceof Death)) throw death
      }
      isDead = lifetime.dead
      const report = recoverBytes(rig.directory, rig.arena.bytes.slice())
      if (report.damaged > 0 || !report.isDone) faults.push(`${lifetime.epitaph}: ${JSON.stringify(report)}`)
    }
    assert.deepEqual(faults, [])
  })
})
