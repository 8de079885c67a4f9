import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { UsageError } from '../../../bench/options.js'
import { readResults } from '../../../bench/report/results-file.js'
import { newDirectory } from '../../support/new-directory.js'
import { outcomeOfAllKinds } from '../all-kinds.js'

test('readResults() reads what a bench has written', (t) => {
  const path = join(newDirectory(t), 'results.json')
  const outcome = outcomeOfAllKinds()
  writeFileSync(path, JSON.stringify(outcome))
  assert.deepEqual(readResults(path, '--baseline'), outcome)
})

const WRONG: readonly (readonly [what: string, content: string, message: RegExp])[] = [
  ['no JSON', '{', /^--baseline: cannot read .*results\.json: /],
  ['JSON of something else', '[]', /is no results\.json of this bench/],
  ['null', 'null', /is no results\.json of this bench/],
  ['an older version', '{"version":1,"scenarios":[]}', /is of version 1, and this bench reads version \d+: measure/],
]

for (const [what, content, message] of WRONG) {
  test(`readResults() throws a UsageError for ${what}`, (t) => {
    const path = join(newDirectory(t), 'results.json')
    writeFileSync(path, content)
    assert.throws(
      () => readResults(path, '--baseline'),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })
}
