import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { noMapping } from './no-mapping.js'
import { reportText } from './report.js'
import { type SoakPlan, type SoakResult, soak } from './soak.js'

/** `npm run test:crash` has thousands. */
const KILLS = 200
const JOURNAL_KILLS = 30
const NEIGHBOUR_KILLS = 12
const CONTROL_KILLS = 6
const PEER_KILLS = 2
const PER_DIRECTORY = 20
const LOAD_MS = 100
const JOBS = 2

const reason = noMapping()
const seed = Math.floor(Math.random() * 1_000_000)

async function soakIn(
  context: TestContext,
  plan: Pick<SoakPlan, 'mode' | 'kills'> & Partial<SoakPlan>,
): Promise<SoakResult> {
  const result = await soak({ seed, jobs: JOBS, killsPerDirectory: PER_DIRECTORY, loadMs: LOAD_MS, ...plan })
  context.diagnostic(`seed ${seed}\n${reportText(result)}`)
  return result
}

describe('processes that are killed at random instants', () => {
  it('lose no line of a call that has returned, where arenas are mapped', { skip: reason }, async (t) => {
    const result = await soakIn(t, { mode: 'mapped', kills: KILLS })
    assert.equal(result.faults, 0, reportText(result))
    assert.ok(result.killCount >= KILLS && result.findings.acknowledged > 0)
  })

  it('lose what a pass takes at most, where arenas are journaled', async (t) => {
    const result = await soakIn(t, { mode: 'journal', kills: JOURNAL_KILLS })
    assert.equal(result.faults, 0, reportText(result))
    assert.ok(result.findings.lines > 0)
  })

  it('touch nothing of a process beside them in the directory', { skip: reason }, async (t) => {
    const result = await soakIn(t, { mode: 'mapped', kills: NEIGHBOUR_KILLS, killsPerDirectory: 6, hasNeighbour: true })
    assert.equal(result.faults, 0, reportText(result))
  })

  it('lose lines where arenas are in memory alone, and are seen to', async (t) => {
    const result = await soakIn(t, { mode: 'memory', kills: CONTROL_KILLS, phases: ['load'] })
    assert.equal(result.faults, 0, reportText(result))
    assert.ok(result.findings.count('lost') > 0)
  })

  for (const mode of ['pino-sync-false', 'pino-transport', 'winston'] as const) {
    it(`are counted for ${mode}`, async (t) => {
      const result = await soakIn(t, { mode, kills: PEER_KILLS, killsPerDirectory: 1, phases: ['steady'] })
      assert.equal(result.faults, 0, reportText(result))
      assert.equal(result.killCount, PEER_KILLS)
      assert.ok(result.findings.lines > 0)
    })
  }
})
