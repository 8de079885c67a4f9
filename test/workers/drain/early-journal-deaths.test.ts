/**
 * The process dies at every store and in every write of the main thread's journal, and of the owners that go on in it: then
 * every line is there that was journaled, once and in order. So it is where a write is broken off there, and others follow.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BEFORE_INT32_WRAP } from '../partition-rig.js'
import { faultAfter, type Role, runUndisturbed } from './journal-deaths-run.js'

/** What is published while nobody drains has to fit. */
const RING_BYTES = 65_536

/** A first start; one after lines that wait for their files (they are written in step 3 for the last time); and so on. */
const ROLES: readonly Role[] = [
  ...Array<Role>(4).fill('main thread'),
  ...Array<Role>(3).fill('owner'),
  ...Array<Role>(3).fill('main thread'),
  ...Array<Role>(2).fill('owner'),
  // All was written in step 11.
  ...Array<Role>(2).fill('main thread'),
  ...Array<Role>(2).fill('owner'),
]

describe('EarlyJournal, when the process dies', () => {
  const undisturbed = runUndisturbed()

  for (const startPosition of [0, BEFORE_INT32_WRAP]) {
    it(`has every line that was journaled, wherever it died (positions from ${startPosition})`, () => {
      const faults: string[] = []
      const stride = startPosition === 0 ? 3 : 11
      let deaths = 0
      for (let n = 0; ; n += stride) {
        const fault = faultAfter({ eventsMax: [n], roles: ROLES, ringBytes: RING_BYTES, startPosition }, undisturbed)
        if (fault === null) break
        deaths++
        if (fault !== '') faults.push(fault)
      }
      assert.ok(deaths * stride > 500, `${deaths} deaths`)
      assert.equal(faults.length, 0, `${faults.length} of ${deaths}:\n${faults.slice(0, 12).join('\n')}`)
    })
  }

  it('has every such line where a write was broken off before, wherever that was', () => {
    const faults: string[] = []
    let deaths = 0
    for (let n = 0; n < 90; n += 2) {
      for (let m = 0; m < 120; m += 7) {
        const fault = faultAfter({ eventsMax: [n, m], roles: ROLES, ringBytes: RING_BYTES }, undisturbed)
        assert.notEqual(fault, null, 'it died twice')
        deaths++
        if (fault !== '') faults.push(fault!)
      }
    }
    assert.equal(faults.length, 0, `${faults.length} of ${deaths}:\n${faults.slice(0, 12).join('\n')}`)
  })
})
