/** Messages that are another each time are not compared for a while; what repeats is interned all the same. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PartitionRig } from '../../workers/partition-rig.js'

describe('messages of one logger', () => {
  for (const fields of [null, { userId: 7 }]) {
    const way = fields === null ? 'alone' : 'behind fields'
    it(`are their own whether they change or repeat, and one that repeats is interned, ${way}`, () => {
      using rig = new PartitionRig({ geometry: { ringBytes: 1 << 20 }, inMemory: true })
      const logger = rig.logger('actions')
      const expected: string[] = []
      const log = (message: string): void => {
        expected.push(message)
        if (fields === null) logger.info(message)
        else logger.info(fields, message)
      }
      for (let round = 0; round < 4; round++) {
        for (let i = 0; i < 100; i++) log(`user ${round * 1000 + i} moved`)
        for (let i = 0; i < 400; i++) log('all are where they were')
      }
      const bytesBefore = rig.ring.occupiedBytes
      const { count } = rig.dictionary
      log('all are where they were')
      assert.ok(rig.ring.occupiedBytes - bytesBefore <= 48, 'the message is in the record')
      assert.equal(rig.dictionary.count, count)
      rig.flush()
      assert.deepEqual(rig.messages('actions'), expected)
    })

    it(`that change at each call are not in the dictionary, ${way}`, () => {
      using rig = new PartitionRig({ geometry: { ringBytes: 1 << 20 }, inMemory: true })
      for (let i = 0; i < 10; i++) rig.logger('actions').info(fields ?? {}, `warm ${i}`)
      const { count } = rig.dictionary
      const logger = rig.logger('actions')
      for (let i = 0; i < 2000; i++) {
        if (fields === null) logger.info(`message ${i}`)
        else logger.info(fields, `message ${i}`)
      }
      assert.equal(rig.dictionary.count, count)
    })
  }
})
