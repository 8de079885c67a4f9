import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { type DeadOwner, difference, expectedFiles, filesBelow, runToDeath, scenarioRig } from './deaths-run.js'
import { leftoverPath, recoverySettings, writeLeftover } from './leftover-files.js'
import { MortalRecovery } from './mortal-recovery.js'

/** Deaths of the owner at which little, much, and half a line is in the files. */
const OWNER_DEATHS = [5, 150, 240, 330, 430, 560, 700, 811, 950, 1203, 1450, 1640, 2051]

/** Runs a scenario to a death, and then recoveries that each live so long; the last one for ever. */
function run(
  ownerEvents: number,
  recoveryEvents: readonly number[],
): { owner: DeadOwner; fault: string; died: boolean } {
  using rig = scenarioRig()
  const owner = runToDeath(rig, [ownerEvents])
  const path = writeLeftover(rig.directory, owner.bytes)
  const settings = recoverySettings(rig.directory)
  let epitaphs = ''
  for (const events of recoveryEvents) {
    using recovery = new MortalRecovery(events)
    recoverLeftover(path, settings)
    if (recovery.epitaph !== '') epitaphs += ` ${events} (${recovery.epitaph})`
  }
  const report = recoverLeftover(path, settings)
  const expected = EXPECTED[owner.step]!
  const differs = difference(filesBelow(rig.directory), expected)
  const isDone = report.isDone && report.damaged === 0 && !existsSync(leftoverPath(rig.directory))
  const fault =
    differs === '' && isDone ? '' : `owner ${ownerEvents} (${owner.epitaph}), recovery${epitaphs}: ${differs}`
  return { owner, fault, died: epitaphs !== '' }
}

const EXPECTED = expectedFiles()

describe('recoverLeftover() that is interrupted', () => {
  it('a repetition finishes what one that died at any system call has begun', () => {
    const faults: string[] = []
    let deaths = 0
    for (const ownerEvents of OWNER_DEATHS) {
      for (let events = 0; ; events++) {
        const { fault, died } = run(ownerEvents, [events])
        if (fault !== '') faults.push(fault)
        if (!died) break
        deaths++
      }
    }
    assert.ok(deaths > 100, `${deaths} deaths`)
    assert.equal(faults.length, 0, `${faults.length} of ${deaths}:\n${faults.slice(0, 12).join('\n')}`)
  })

  it('recovery comes to its end after many that died early', () => {
    for (const ownerEvents of OWNER_DEATHS) {
      for (const life of [3, 5, 11]) {
        const { fault } = run(
          ownerEvents,
          Array.from({ length: 20 }, (_, i) => life + (i % 4)),
        )
        assert.equal(fault, '')
      }
    }
  })
})
