/**
 * The process dies at every store and in every write of an owner: then files and journal together have every line that was
 * published before its last pass, once and in order, and nothing else.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP } from '../partition-rig.js'
import { FILES, faultAfter, runUndisturbed } from './journal-deaths-run.js'

describe('Journal, when the process dies', () => {
  const undisturbed = runUndisturbed()

  it('the scenario begins several halves', () => {
    assert.ok(undisturbed.turns >= 3, `${undisturbed.turns} turns`)
    assert.deepEqual(
      FILES.map((name) => undisturbed.lines.get(name)!.length),
      [34, 41, 75, 17],
    )
  })

  for (const [name, startPosition] of [
    ['0', 0],
    ['the wrap of int32', BEFORE_INT32_WRAP],
    ['the wrap to 0', BEFORE_UINT32_WRAP],
  ] as const) {
    it(`has every line that was published before its last pass, wherever it died (positions from ${name})`, () => {
      const faults: string[] = []
      const stride = startPosition === 0 ? 13 : 67
      let deaths = 0
      for (let n = 0; ; n += stride) {
        const fault = faultAfter({ eventsMax: [n], startPosition }, undisturbed)
        if (fault === null) break
        deaths++
        if (fault !== '') faults.push(fault)
      }
      assert.ok(deaths * stride > 1000, `${deaths} deaths`)
      assert.equal(faults.length, 0, `${faults.length} of ${deaths}:\n${faults.slice(0, 12).join('\n')}`)
    })
  }

  it('has every such line where a writer had died before, wherever that was', () => {
    const faults: string[] = []
    let deaths = 0
    for (let n = 100; ; n += 331) {
      if (faultAfter({ eventsMax: [n] }, undisturbed) === null) break
      for (let m = 0; m < 120; m += 3) {
        const fault = faultAfter({ eventsMax: [n, m] }, undisturbed)
        if (fault === null) break
        deaths++
        if (fault !== '') faults.push(fault)
      }
    }
    assert.ok(deaths > 300, `${deaths} double deaths`)
    assert.equal(faults.length, 0, `${faults.length} of ${deaths}:\n${faults.slice(0, 12).join('\n')}`)
  })
})
