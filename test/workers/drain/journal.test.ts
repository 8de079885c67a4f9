import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linesIn, liveRecordsOf } from '../journal-lines.js'
import { BEFORE_INT32_WRAP, NOON_MS, PartitionRig } from '../partition-rig.js'

describe('Journal', () => {
  it('holds all that a pass has applied and no file has', () => {
    using rig = new PartitionRig({ journals: true, startPosition: BEFORE_INT32_WRAP })
    const logger = rig.logger('actions')
    logger.info({ n: 1 }, 'one')
    logger.info`two ${2}`
    rig.drain.pass(NOON_MS)
    logger.error('three')
    rig.drain.pass(NOON_MS)
    logger.info('after the last pass')
    const live = liveRecordsOf(rig.journal)!
    assert.deepEqual(live.damage, [])
    const lines = linesIn(live)
    assert.deepEqual(
      lines.get('actions')?.map((line) => (JSON.parse(line) as { msg: string }).msg),
      ['one', 'two 2'],
    )
    assert.deepEqual(
      lines.get('error')?.map((line) => (JSON.parse(line) as { msg: string }).msg),
      ['three'],
    )
  })
})
