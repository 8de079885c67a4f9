import { test } from 'node:test'
import { scenario } from '../../../bench/scenarios/service.js'
import { quickPass } from './quick-pass.js'

for (const cell of ['bare', 'work-1ms']) {
  test(`service, ${cell}: every line of every request is on disk, and all is measured`, async (t) => {
    await quickPass(t, scenario, cell)
  })
}
