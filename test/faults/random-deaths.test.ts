import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runRandomDeaths } from './random-deaths.js'

/** `npm run test:faults` has a thousand. */
const DEATHS_MIN = 120
const JOBS = 2

it('writers that die at random instants under load lose, double, tear and swap nothing', async (t) => {
  const seed = Math.floor(Math.random() * 1_000_000)
  t.diagnostic(`seed ${seed}`)
  const { deaths, entries, problems } = await runRandomDeaths(DEATHS_MIN, JOBS, seed)
  t.diagnostic(`${deaths} deaths, ${entries} entries`)
  assert.deepEqual(problems, [])
  assert.ok(deaths >= DEATHS_MIN, `${deaths} writers died`)
})
