import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FixtureEnd, runFixture } from '../../support/fixture-run.js'
import { assertAllWritten, writtenLines } from '../../support/written-lines.js'

/** Below the 10 s that an exit waits for a writer that does not answer: no such wait may be part of a good end. */
const PROMPT_MS = 8000
const WRITERS = [1, 2, 3]

function assertEnd(end: FixtureEnd, code: number, entries: number): void {
  assert.deepEqual({ code: end.code, signal: end.signal }, { code, signal: null }, end.stderr)
  assert.ok(end.durationMs < PROMPT_MS, `it took ${end.durationMs} ms`)
  assertAllWritten(end.directory, entries)
}

describe('a process with a Spillway', () => {
  for (const workers of WRITERS) {
    const each: readonly (readonly [scenario: string, promise: string, code: number, entries: number])[] = [
      ['return', 'ends by itself, when it logs in the statement after new Spillway() and returns', 5, 2],
      ['exit', 'keeps every line at process.exit() in the turn of new Spillway()', 3, 2],
      ['exit-later', 'keeps every line at process.exit() when its writers have started', 3, 3],
      ['burst-exit', 'keeps 100,000 lines of one synchronous loop at process.exit()', 3, 100_000],
      ['burst-return', 'keeps 100,000 lines of one synchronous loop when it returns', 5, 100_000],
      ['before-exit', 'keeps what is logged in beforeExit', 5, 3],
      ['idle', 'is not kept alive by it, with nothing logged', 0, 0],
      ['idle-between', 'is not kept alive by it, with lines logged in between', 0, 3],
    ]
    for (const [scenario, promise, code, entries] of each) {
      it(`a process with a Spillway of ${workers} writers ${promise}`, async (t) => {
        const end = await runFixture(t, 'process-end', { args: [scenario], workers })
        assertEnd(end, code, entries)
        assert.equal(end.stderr, '')
      })
    }

    for (const [scenario, entries] of [
      ['throw', 2],
      ['throw-later', 3],
      ['reject', 2],
    ] as const) {
      it(`a process with a Spillway of ${workers} writers keeps every line at an uncaught error (${scenario})`, async (t) => {
        const end = await runFixture(t, 'process-end', { args: [scenario], workers })
        assertEnd(end, 1, entries)
        assert.match(end.stderr, /Error: nobody (catches|handles) this/)
      })
    }

    for (const scenario of ['exit-handlers', 'exit-handlers-later']) {
      it(`a process with a Spillway of ${workers} writers keeps what exit handlers log (${scenario})`, async (t) => {
        const end = await runFixture(t, 'process-end', { args: [scenario], workers })
        assertEnd(end, 3, 4)
        const logged = writtenLines(end.directory, 'actions').map(({ msg, code }) => [msg, code])
        assert.deepEqual(logged, [
          ['first', undefined],
          ['handler before', 3],
          ['handler after', 3],
        ])
      })
    }

    it(`Spillway.flush() of ${workers} writers settles at the top level, where nothing else keeps the process alive`, async (t) => {
      const end = await runFixture(t, 'top-level-flush', { workers })
      assertEnd(end, 0, 3)
      assert.equal((JSON.parse(end.stdout) as { lines: number }).lines, 3)
    })
  }

  it('a process with a closed Spillway tries once more at its end what could not be written before', async (t) => {
    const end = await runFixture(t, 'process-end', { args: ['after-close'], workers: 1 })
    assertEnd(end, 5, 2)
  })
})
