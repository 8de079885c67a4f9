import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import {
  difference,
  expectedFiles,
  filesBelow,
  PLAIN,
  runToDeath,
  scenarioRig,
  type Variant,
  WITH_COPIES,
} from './deaths-run.js'
import { leftoverPath, recoverBytes } from './leftover-files.js'

/** What is wrong after a death and a recovery; empty where nothing is. */
function faultAfter(
  eventsMax: readonly number[],
  expected: readonly Map<string, string>[],
  variant: Variant = PLAIN,
): string {
  using rig = scenarioRig(variant)
  const { epitaph, events, step, bytes } = runToDeath(rig, eventsMax)
  const report = recoverBytes(rig.directory, bytes)
  const faults = [
    difference(filesBelow(rig.directory), expected[step]!),
    report.problem ?? '',
    report.damaged > 0 ? `${report.damaged} damaged` : '',
    report.isDone ? '' : 'not done',
    existsSync(leftoverPath(rig.directory)) ? 'the leftover is still there' : '',
  ].filter((fault) => fault !== '')
  return faults.length === 0 ? '' : `died at event ${events}: ${epitaph}: ${faults.join('; ')}`
}

/** Every so many-th death is tried, from another one on each time; all with SPILLWAY_TEST_ALL. */
const STRIDE = process.env.SPILLWAY_TEST_ALL === undefined ? 7 : 1
const FIRST = STRIDE === 1 ? 0 : randomInt(STRIDE)

describe('recoverLeftover() after a death', () => {
  const expected = expectedFiles()
  const { events } = (() => {
    using rig = scenarioRig()
    return runToDeath(rig, [Number.POSITIVE_INFINITY])
  })()

  it('every line is in its file once, in order and whole, wherever the owner died', () => {
    assert.ok(events > 500, `${events} events`)
    const faults: string[] = []
    for (let n = FIRST; n < events; n += STRIDE) {
      const fault = faultAfter([n], expected)
      if (fault !== '') faults.push(fault)
    }
    assert.equal(faults.length, 0, `${faults.length} of ${events} deaths:\n${faults.slice(0, 12).join('\n')}`)
  })

  it('so it is with copies of errors in the files of their categories, where positions wrap to zero', () => {
    const withCopies = expectedFiles(WITH_COPIES)
    const faults: string[] = []
    for (let n = FIRST; n < events; n += 2 * STRIDE) {
      const fault = faultAfter([n], withCopies, WITH_COPIES)
      if (fault !== '') faults.push(fault)
    }
    assert.equal(faults.length, 0, `${faults.length} deaths:\n${faults.slice(0, 12).join('\n')}`)
  })

  it('every line is in its file once, in order and whole, wherever its successor died as well', () => {
    const faults: string[] = []
    for (let n = FIRST; n < events; n += 29 * STRIDE) {
      for (let m = 0; m < 60; m += 1 + (n % 3)) {
        const fault = faultAfter([n, m], expected)
        if (fault !== '') faults.push(fault)
      }
    }
    assert.equal(faults.length, 0, `${faults.length} deaths:\n${faults.slice(0, 12).join('\n')}`)
  })
})
