import assert from 'node:assert/strict'
import { it } from 'node:test'
import { noCutDisk } from './cut-disk.js'
import { cutOften } from './power-cuts.js'

/** Of the hundred that `node dist/test/crash/power-cut.js` makes. */
const CUTS = 10
const CONTROL_CUTS = 3

it(`flush({ sync: true }) loses nothing that it has told of, in ${CUTS} power cuts`, {
  skip: noCutDisk(),
}, async (t) => {
  const control = await cutOften(CONTROL_CUTS, 'flush')
  assert.ok(control.lost > 0, 'without sync nothing is lost either: this disk shows nothing')
  const { safe, lost, problems } = await cutOften(CUTS, 'sync')
  t.diagnostic(`${safe} entries; without sync ${control.lost} of ${control.safe} were lost`)
  assert.deepEqual({ lost, problems }, { lost: 0, problems: [] })
  assert.ok(safe > 0)
})
