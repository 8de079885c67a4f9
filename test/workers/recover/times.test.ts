/** The first and the last time that a clock of the application may tell, and their days in the west. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PartitionRig } from '../partition-rig.js'
import { recoverBytes } from './leftover-files.js'

describe('recoverLeftover() of lines at the ends of time', () => {
  const zone = process.env.TZ
  for (const timeMs of [0, Date.UTC(9999, 11, 31)]) {
    it(`a line of ${timeMs} and one in parts, whose beginning is in the file, are written`, () => {
      process.env.TZ = 'America/New_York'
      try {
        using rig = new PartitionRig({
          geometry: { ringBytes: 8192, fileBufferBytes: 4096 },
          drain: { utc: false },
          options: { utc: false },
          clock: () => timeMs,
          inMemory: true,
        })
        const day = timeMs === 0 ? '1969-12-31' : '9999-12-30'
        rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(1500) }) }, 'in parts')
        rig.drain.pass(timeMs)
        rig.logger('actions').info('behind it')
        const report = recoverBytes(rig.directory, rig.arena.bytes.slice())
        assert.deepEqual([report.damaged, report.problem], [0, null])
        assert.deepEqual(rig.messages('actions', day), ['in parts', 'behind it'])
      } finally {
        if (zone === undefined) delete process.env.TZ
        else process.env.TZ = zone
      }
    })
  }
})
