import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { EMERGENCIES_F64, EMERGENCY_REQUESTED, EPOCH } from '../../../src/shared/arena-layout.js'
import { DrainLoop } from '../../../src/workers/drain/drain-loop.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

const BUFFERS = { ringBytes: 1024 * 1024, fileBufferBytes: 16_384, fileBufferCount: 14 }
const LINES = 83
const QUIET = Array.from({ length: 10 }, (_, index) => `quiet-${index}`)
const BUSY = ['engine', 'actions']

/** Fills the buffers of 13 files nearly: none of them is due. */
function fill(rig: PartitionRig): void {
  for (let i = 0; i < LINES; i++) {
    for (const name of [...QUIET, ...BUSY]) rig.logger(name).info('x'.repeat(110))
    rig.logger('quiet-0').warn('x'.repeat(110))
  }
}

describe('an emergency drain', () => {
  it('writes files by priority, due or not, until the buffers are under 70 %', () => {
    using rig = new PartitionRig({ geometry: BUFFERS })
    fill(rig)
    rig.turn()
    const written = ['warning', ...BUSY, ...QUIET].filter((name) => existsSync(rig.path(name)))
    assert.equal(rig.counted(EMERGENCIES_F64), 1)
    assert.deepEqual(written.slice(0, 3), ['warning', ...BUSY])
    assert.ok(written.length < 13, 'it stops when there is room')
    assert.equal(rig.drain.pendingFiles, 13 - written.length)
    rig.turn()
    assert.equal(rig.counted(EMERGENCIES_F64), 1)
    assert.equal(rig.flush(), true)
    for (const name of QUIET) assert.equal(rig.lines(name).length, LINES)
  })

  it('comes when a producer asks for it, once', () => {
    using rig = new PartitionRig({ geometry: BUFFERS })
    const { words } = rig.arena
    // Nobody drains: above the high-water mark the producer asks.
    while (words[EMERGENCY_REQUESTED] === 0) rig.logger('quiet-0').info('x'.repeat(1000))
    const occupied = rig.ring.occupiedBytes
    assert.ok(occupied > BUFFERS.ringBytes / 3 && occupied < BUFFERS.ringBytes, `${occupied} bytes`)
    const loop = new DrainLoop(rig.arena, rig.drain, Atomics.load(words, EPOCH))
    loop.turn()
    loop.turn()
    assert.equal(words[EMERGENCY_REQUESTED], 0)
    assert.equal(rig.counted(EMERGENCIES_F64), 1)
    assert.equal(rig.ring.occupiedBytes, 0)
    rig.drain.writeDue(NOON_MS, true)
  })
})
