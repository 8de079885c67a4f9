import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runFixture } from '../../support/fixture-run.js'
import { assertAllWritten } from '../../support/written-lines.js'

const PROMPT_MS = 8000
const noProc = existsSync('/proc/self/task') ? false : 'there is no /proc here'

describe('WriterPool', () => {
  for (const workers of [1, 3]) {
    it(`WriterPool.destroy() leaves no thread, descriptor or exit listener of 24 instances (${workers} writers)`, {
      skip: noProc,
    }, async (t) => {
      const end = await runFixture(t, 'instances', { workers })
      assert.equal(end.code, 0, end.stderr)
      assert.equal(end.stderr, '')
      const { before, after, listenersTogether } = JSON.parse(end.stdout) as Record<string, unknown>
      assert.deepEqual(after, before)
      assert.equal(listenersTogether, 1)
      for (let index = 0; index < 20; index++) assertAllWritten(join(end.directory, `one-${index}`), 500)
      for (let index = 0; index < 4; index++) assertAllWritten(join(end.directory, `together-${index}`), 501)
    })
  }

  for (const scenario of ['close', 'flush', 'exit', 'return']) {
    it(`WriterPool works for a Spillway in a worker thread of the application (${scenario})`, async (t) => {
      const end = await runFixture(t, 'inside-worker', { args: [scenario], workers: 2 })
      assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null }, end.stderr)
      assert.deepEqual(JSON.parse(end.stdout), { exitCode: 0, message: null })
      assertAllWritten(end.directory, 1000)
      assert.ok(end.durationMs < PROMPT_MS, `it took ${end.durationMs} ms`)
    })
  }
})
