import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SpillwayStats } from '../../src/main/index.js'
import { runFixture } from '../support/fixture-run.js'
import { assertAllWritten, logFiles } from '../support/written-lines.js'

const CATEGORIES = 1000
const ROUNDS = 3
/** That log before. */
const STARTERS = 4
/** So many that two writers do take each other's last descriptor. */
const STARVED_ROUNDS = 12
/** Far fewer than files, and so many that two writers at once can read all their modules, which lie in many files here. */
const DESCRIPTORS_MAX = 128
const noLimit = process.platform === 'win32' ? 'there is no ulimit here' : false

describe('a thousand categories', () => {
  for (const [name, settings] of [
    [
      `with ${DESCRIPTORS_MAX} descriptors for the process`,
      { descriptorsMax: DESCRIPTORS_MAX, env: { SPILLWAY_MAX_HANDLES: '1000' } },
    ],
    [
      `with ${DESCRIPTORS_MAX} descriptors and two writers`,
      { descriptorsMax: DESCRIPTORS_MAX, workers: 2, env: { SPILLWAY_MAX_HANDLES: '1000' } },
    ],
    [
      'with two writers where the application takes all other descriptors',
      {
        descriptorsMax: DESCRIPTORS_MAX,
        workers: 2,
        rounds: STARVED_ROUNDS,
        spare: [0],
        env: { SPILLWAY_MAX_HANDLES: '1000' },
      },
    ],
    ['with 4 handles', { env: { SPILLWAY_MAX_HANDLES: '4' } }],
    ['with 4 handles for four writers', { workers: 4, env: { SPILLWAY_MAX_HANDLES: '4' } }],
  ] as const) {
    const skip = 'descriptorsMax' in settings ? noLimit : false
    it(`lose no line ${name}`, { skip }, async (t) => {
      const { rounds, spare } = { rounds: ROUNDS, spare: [], ...settings }
      const args = [CATEGORIES, rounds, ...spare].map(String)
      const end = await runFixture(t, 'many-categories', { ...settings, args })
      assert.equal(end.code, 0, end.stderr)
      assertAllWritten(end.directory, STARTERS + CATEGORIES * rounds + rounds)
      assert.equal(logFiles(end.directory).length, CATEGORIES + 1)
      const { dropped, handles, writeErrors } = JSON.parse(end.stdout) as SpillwayStats
      assert.deepEqual([dropped, writeErrors], [0, 0], end.stderr)
      assert.equal(handles.requests, handles.hits + handles.opens)
      assert.ok(handles.opens > CATEGORIES && handles.evictions > CATEGORIES)
      assert.equal(
        handles.exhausted > 0,
        'descriptorsMax' in settings,
        `${handles.exhausted} times without a descriptor`,
      )
    })
  }
})
