import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { describe, it } from 'node:test'
import { MODEL_RUNS } from '../../scripts/model/model-runs.js'
import { missingTool, parseSearch, searchFault, searchModel } from '../../scripts/model/model-search.js'

const SOUND = { name: 'sound', defines: [], violated: null }
const MISTAKE = { name: 'MISTAKE', defines: [], violated: 'one_owner' }

/** What a search prints, in short. */
function output(errors: number, ...lines: readonly string[]): string {
  return [...lines, `State-vector 140 byte, depth reached 526, errors: ${errors}`, '  4390615 states, stored'].join(
    '\n',
  )
}

describe('The model of the arena', {
  skip: missingTool() ?? false,
  concurrency: Math.min(2, availableParallelism()),
}, () => {
  for (const run of MODEL_RUNS) {
    const title = run.violated === null ? 'holds in every state' : `violates ${run.violated}`
    it(`${run.name} ${title}`, async () => assert.equal(searchFault(run, await searchModel(run)), null))
  }
})

describe('searchFault()', () => {
  it('searchFault() wants every state of a sound model seen, and nothing found', () => {
    assert.equal(searchFault(SOUND, parseSearch(output(0))), null)
    const cut = parseSearch(output(0, 'error: max search depth too small'))
    assert.match(searchFault(SOUND, cut) ?? '', /not every state/)
    const full = parseSearch(output(0, 'pan: reached -DMEMLIM bound: out of memory', 'Warning: Search not completed'))
    assert.match(searchFault(SOUND, full) ?? '', /not every state/)
    const found = parseSearch(output(1, 'pan:1: invalid end state (at depth 12)'))
    assert.match(searchFault(SOUND, found) ?? '', /violates invalid end state/)
  })

  it('searchFault() wants a mistake to violate what it is for, and nothing else', () => {
    const assertion = 'pan:1: assertion violated (one_owner||(owner==me)) (at depth 57)'
    const found = parseSearch(output(1, assertion))
    assert.deepEqual([found.states, found.depth, found.errors, found.violated], [4_390_615, 526, 1, 'one_owner'])
    assert.equal(searchFault(MISTAKE, found), null)
    assert.match(searchFault(MISTAKE, parseSearch(output(0))) ?? '', /no counter-example/)
    const other = parseSearch(output(1, 'pan:1: acceptance cycle (at depth 9)'))
    assert.match(searchFault(MISTAKE, other) ?? '', /acceptance cycle in place of one_owner/)
  })

  it('parseSearch() throws where a search tells no outcome', () => {
    assert.throws(() => parseSearch('Segmentation fault'), /without an outcome/)
  })
})
