/**
 * The write that a former owner hung in has ended, its books are finished, and who does that dies in the middle of it.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { recoverBytes } from '../recover/leftover-files.js'

const BEFORE = 8
const MEANWHILE = 3

function log(rig: PartitionRig, from: number, count: number): void {
  for (let i = from; i < from + count; i++)
    rig.logger('actions').info({ toJSON: () => ({ text: 'x'.repeat(220) }) }, `${i}`)
}

function live(rig: PartitionRig, lifetime: Lifetime, step: (owner: MortalOwner) => void): void {
  try {
    using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
    step(owner)
  } catch (death) {
    if (!(death instanceof Death)) throw death
  }
}

/** A rig whose owner hangs in its first write, of which so much happens. */
function rigWithHang(write: 'half' | 'all'): PartitionRig {
  for (let events = 0; ; events++) {
    const rig = new PartitionRig({ geometry: { fileBufferBytes: 4096, fileBufferCount: 1 }, inMemory: true })
    log(rig, 0, BEFORE)
    const lifetime = new Lifetime(events)
    live(rig, lifetime, ({ drain }) => {
      drain.pass(NOON_MS)
      drain.writeDue(NOON_MS, true)
    })
    if (lifetime.epitaph.startsWith(`write ${write}`)) return rig
    rig[Symbol.dispose]()
  }
}

describe('PartitionDrain.writerEnded() of an owner that dies in it', () => {
  for (const write of ['half', 'all'] as const) {
    it(`every line is there once, for a successor and for a recovery, where ${write} of the write happened`, () => {
      const expected = Array.from({ length: BEFORE + MEANWHILE }, (_, i) => i)
      const faults: string[] = []
      for (let n = 0, isDead = true; isDead; n++) {
        for (const heir of ['successor', 'recovery']) {
          using rig = rigWithHang(write)
          live(rig, new Lifetime(Number.POSITIVE_INFINITY), ({ drain }) => {
            drain.resume(true)
            log(rig, BEFORE, MEANWHILE)
            drain.pass(NOON_MS)
          })
          const mortal = new Lifetime(n)
          live(rig, mortal, ({ drain }) => {
            drain.resume()
            drain.writerEnded()
          })
          isDead = mortal.dead
          if (heir === 'recovery') {
            const { damaged } = recoverBytes(rig.directory, rig.arena.bytes.slice())
            if (damaged > 0) faults.push(`${mortal.epitaph}: ${damaged} damaged`)
          } else {
            rig.succeed()
            rig.drain.writerEnded()
            rig.flush()
          }
          const found = rig.messages('actions').map(Number)
          if (found.join() !== expected.join()) faults.push(`${heir} after ${mortal.epitaph}: ${found.join()}`)
        }
      }
      assert.deepEqual(faults, [])
    })
  }
})
