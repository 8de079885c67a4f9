import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CAUSES, noNullPointer } from './causes.js'
import { noMapping } from './no-mapping.js'
import { reportText } from './report.js'
import { soak } from './soak.js'

/** `node dist/test/crash/deaths.js` has fifty. */
const DEATHS = 5
const TITLES = {
  abort: 'abort()',
  heap: 'a full heap',
  segv: 'SIGSEGV',
  null: 'a null pointer in C code',
} as const

describe('processes that die of themselves', () => {
  for (const cause of CAUSES) {
    const skip = noMapping() || (cause === 'null' && noNullPointer())
    it(`lose no line of a call that has returned, by ${TITLES[cause]}`, { skip }, async (t) => {
      const seed = Math.floor(Math.random() * 1_000_000)
      const result = await soak({ mode: 'mapped', cause, kills: DEATHS, seed, jobs: 2, killsPerDirectory: 3 })
      t.diagnostic(`seed ${seed}\n${reportText(result)}`)
      assert.equal(result.faults, 0, reportText(result))
      assert.deepEqual([...result.kills], [[cause, DEATHS]])
    })
  }
})
