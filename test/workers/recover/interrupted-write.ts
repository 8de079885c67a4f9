/** Rigs whose owner has died in a write of a log file. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { Death, type LastWrite, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'

/** One whose owner dies in its first write for `actions` of what `prepare` logs, when so much of it is in the file. */
export function rigDeadInWrite(
  settings: RigSettings,
  part: LastWrite,
  prepare: (rig: PartitionRig) => void,
): PartitionRig {
  for (let events = 0; ; events++) {
    const rig = new PartitionRig({ inMemory: true, ...settings })
    prepare(rig)
    const lifetime = new Lifetime(events)
    try {
      using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
      owner.drain.pass(NOON_MS)
      owner.drain.writeDue(NOON_MS, true)
    } catch (death) {
      if (!(death instanceof Death)) throw death
    }
    assert.ok(lifetime.dead, 'nothing is written')
    if (lifetime.epitaph === `write ${part}` && existsSync(rig.path('actions'))) return rig
    rig[Symbol.dispose]()
  }
}
