/**
 * Where the pending bytes of a file start and how many they are is two stores. An owner may die between them, and its
 * successor before it has done anything.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

/** Runs a step of an owner that dies at the event; gives what it died of. */
function ownerUntil(rig: PartitionRig, eventsMax: number, step: (owner: MortalOwner) => void): Lifetime {
  const lifetime = new Lifetime(eventsMax)
  try {
    using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
    step(owner)
  } catch (death) {
    if (!(death instanceof Death)) throw death
  }
  return lifetime
}

describe('PartitionDrain on a buffer that was nearly full when its owners died', () => {
  it('its lines are written once, wherever two owners died', () => {
    const lines = 12
    const logAll = (rig: PartitionRig): void => {
      for (let i = 0; i < lines; i++) rig.logger('actions').info({ toJSON: () => ({ text: 'x'.repeat(220) }) }, `${i}`)
    }
    const newRig = (): PartitionRig =>
      new PartitionRig({ geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 1 }, inMemory: true })
    const passAndWrite = ({ drain }: MortalOwner): void => {
      drain.pass(NOON_MS)
      drain.writeDue(NOON_MS, true)
    }
    let firstEvents = 0
    {
      using rig = newRig()
      logAll(rig)
      firstEvents = ownerUntil(rig, Number.POSITIVE_INFINITY, passAndWrite).events
    }
    for (let first = firstEvents - 30; first < firstEvents; first++) {
      for (let second = 0; second < 20; second++) {
        using rig = newRig()
        logAll(rig)
        const one = ownerUntil(rig, first, passAndWrite)
        const two = ownerUntil(rig, second, ({ drain }) => drain.resume())
        rig.succeed()
        rig.flush()
        const found = rig.messages('actions').map(Number)
        const expected = Array.from({ length: lines }, (_, i) => i)
        assert.deepEqual(found, expected, `${one.epitaph}, then ${two.epitaph}`)
      }
    }
  })
})
