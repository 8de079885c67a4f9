import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { atRest } from '../../bench/passes/at-rest.js'
import { logBytesIn } from '../../bench/passes/log-files.js'
import { newDirectory } from '../support/new-directory.js'

const LINE = '{}\n'

test('atRest() waits until the files grow no more', async (t) => {
  const directory = newDirectory(t)
  let left = 10
  const writer = setInterval(() => {
    if (left > 0) appendFileSync(join(directory, 'cat0.jsonl'), LINE)
    left -= 1
  }, 40)
  t.after(() => clearInterval(writer))
  assert.equal(await atRest(directory, 400), true)
  assert.equal(logBytesIn(directory), 10 * LINE.length)
})

test('atRest() gives up on files that grow without end', async (t) => {
  const directory = newDirectory(t)
  const writer = setInterval(() => appendFileSync(join(directory, 'cat0.jsonl'), LINE), 10)
  t.after(() => clearInterval(writer))
  assert.equal(await atRest(directory, 10_000, 300), false)
})
