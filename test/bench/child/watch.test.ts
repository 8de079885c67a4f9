import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Watch } from '../../../bench/child/watch.js'
import { newDirectory } from '../../support/new-directory.js'

const SEEN_WITHIN_MS = 30_000

function line(entryNumber: number, level: number): string {
  return `${JSON.stringify({ level, time: 1, category: 'cat0', userId: entryNumber * 7, msg: 'x' })}\n`
}

/** A watch on two files, one watched line in four an error, that ends with the test. */
function newWatch(t: TestContext): { readonly watch: Watch; readonly directory: string } {
  const directory = newDirectory(t)
  const watch = new Watch({ directory, contender: 'pino-async', watched: { files: 2, linesPerError: 4 } })
  t.after(() => watch.end())
  return { watch, directory }
}

test('Watch sees the lines of the first file and of those that are no category, each once, when they are whole', async (t) => {
  const { watch, directory } = newWatch(t)
  const [first, second] = [line(0, 50), line(2, 30)]
  const beforeNs = Number(process.hrtime.bigint())
  appendFileSync(join(directory, 'cat0.jsonl'), first)
  appendFileSync(join(directory, 'cat1.jsonl'), line(1, 30))
  const one = await watch.seen(1, SEEN_WITHIN_MS)
  assert.equal(one.seenNs.length, 1)
  assert.ok(one.seenNs[0]! > beforeNs && one.seenNs[0]! < Number(process.hrtime.bigint()))

  appendFileSync(join(directory, 'cat0.jsonl'), second.slice(0, 20))
  assert.equal((await watch.seen(1, 0)).lines, 1)
  const halfNs = Number(process.hrtime.bigint())
  mkdirSync(join(directory, '2026-11-25'))
  appendFileSync(join(directory, '2026-11-25', 'warning.jsonl'), line(4, 40))
  appendFileSync(join(directory, 'cat0.jsonl'), second.slice(20) + first)
  const { lines, seenNs, lookNs } = await watch.seen(3, SEEN_WITHIN_MS)
  assert.equal(lines, 3)
  assert.equal(seenNs[0], one.seenNs[0])
  assert.ok(seenNs[1]! > halfNs && seenNs[2]! > halfNs)
  assert.ok(lookNs.length > 0 && lookNs.every((ns) => ns > 0))
})

test('Watch.seen() rejects where a line does not come', async (t) => {
  const { watch, directory } = newWatch(t)
  appendFileSync(join(directory, 'cat0.jsonl'), line(0, 50))
  await watch.seen(1, SEEN_WITHIN_MS)
  await assert.rejects(watch.seen(2, 0), /1 of 2 watched lines could be read/)
})

test('Watch rejects an error that was written at another level', async (t) => {
  const { watch, directory } = newWatch(t)
  appendFileSync(join(directory, 'cat0.jsonl'), line(0, 30))
  await assert.rejects(watch.seen(1, SEEN_WITHIN_MS), /line-watcher\.js has ended with code 1/)
})
