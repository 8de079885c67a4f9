/** A process that dies while one of its threads still hangs in the write of a long line. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NOON_MS, type PartitionRig } from '../partition-rig.js'
import { rigDeadInWrite } from './interrupted-write.js'
import { recoverBytes } from './leftover-files.js'

const SETTINGS = { geometry: { fileBufferBytes: 4096, fileBufferCount: 2 } }

function logLong(rig: PartitionRig): void {
  rig.logger('actions').info({ toJSON: () => ({ text: 'x'.repeat(5000) }) }, 'long')
}

describe('recoverLeftover() of a process with a hung write', () => {
  for (const write of ['none of it', 'half of it', 'all of it'] as const) {
    it(`a long line is there once, where ${write} was written`, () => {
      using rig = rigDeadInWrite(SETTINGS, write, logLong)
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
