import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

describe('DueRule', () => {
  it('writeDue() writes a file when so many of its lines wait, and not before', () => {
    using rig = new PartitionRig({ drain: { linesMax: 3 } })
    const log = rig.logger('actions')
    rig.logger('engine').info('one')
    for (const expected of [false, false, true]) {
      log.info('moved')
      rig.turn()
      assert.equal(existsSync(rig.path('actions')), expected)
    }
    assert.equal(existsSync(rig.path('engine')), false)
    assert.equal(rig.drain.pendingFiles, 1)
  })

  it('writeDue() of an owner that is behind writes no file for the count of its lines, but for all else', () => {
    using rig = new PartitionRig({ drain: { linesMax: 3, dueBytes: 3000 } })
    const few = rig.logger('actions')
    const large = rig.logger('engine')
    for (let i = 0; i < 3; i++) {
      few.info('moved')
      large.info('x'.repeat(1000))
    }
    const bytes = rig.drain.backlogBytes
    while (rig.drain.backlogBytes - bytes <= rig.arena.geometry.ringBytes / 8) rig.logger('chat').info('one more')
    rig.drain.pass(NOON_MS, bytes)
    assert.equal(rig.drain.isBehind, true)
    rig.drain.writeDue(NOON_MS, false)
    assert.equal(existsSync(rig.path('actions')), false)
    assert.equal(rig.lines('engine').length, 3)
    rig.turn()
    assert.equal(rig.lines('actions').length, 3)
  })

  it('writeDue() writes a file when so many of its bytes wait, and not before', () => {
    using rig = new PartitionRig({ drain: { dueBytes: 1000 } })
    const log = rig.logger('actions')
    log.info('x'.repeat(500))
    rig.turn()
    assert.equal(existsSync(rig.path('actions')), false)
    log.info('x'.repeat(500))
    rig.turn()
    assert.equal(rig.lines('actions').length, 2)
  })

  it('writeDue() writes a file when its oldest line has waited long enough, also after the clock was set back', () => {
    using rig = new PartitionRig({ drain: { flushIntervalMs: 1000 } })
    const log = rig.logger('actions')
    assert.equal(rig.drain.nextDueMs(NOON_MS), Number.POSITIVE_INFINITY)
    log.info('one')
    rig.turn(NOON_MS)
    log.info('two')
    rig.turn(NOON_MS + 999)
    assert.equal(rig.drain.nextDueMs(NOON_MS + 400), 600)
    assert.equal(existsSync(rig.path('actions')), false)
    rig.turn(NOON_MS + 1000)
    assert.equal(rig.lines('actions').length, 2)
    log.info('three')
    rig.turn(NOON_MS + 5000)
    assert.equal(rig.lines('actions').length, 2)
    rig.turn(NOON_MS - 5000)
    assert.equal(rig.lines('actions').length, 3)
  })

  it('writeDue() writes error.jsonl in the pass that drained it, and nothing else', () => {
    using rig = new PartitionRig()
    const log = rig.logger('actions')
    log.info('info')
    log.warn('warn')
    log.error('error')
    log.fatal('fatal')
    rig.turn()
    assert.deepEqual(rig.files(), ['error.jsonl'])
    assert.deepEqual(
      rig.lines('error').map(({ level, seq, msg }) => [level, seq, msg]),
      [
        [50, 3, 'error'],
        [60, 4, 'fatal'],
      ],
    )
    rig.flush()
    assert.deepEqual(rig.files(), ['actions.jsonl', 'error.jsonl', 'warning.jsonl'])
  })
})
