import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { type FixtureEnd, startFixture } from '../../support/fixture-run.js'
import { assertAllWritten, writtenLines } from '../../support/written-lines.js'

/** Lines stay in memory unless something has them written. */
const QUIET = { SPILLWAY_FLUSH_INTERVAL: '3600000', SPILLWAY_EXIT_SIGNALS: 'SIGTERM,SIGINT,SIGHUP' }

/** Runs a scenario of process-end.ts, and sends it a signal when it is ready. */
async function runSignalled(
  context: TestContext,
  scenario: string,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<FixtureEnd> {
  const { child, ended } = startFixture(context, 'process-end', { args: [scenario], workers: 2, env: QUIET })
  child.stdout?.on('data', (text: string) => {
    if (text.includes('ready')) child.kill(signal)
  })
  return ended
}

describe('exitSignals', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`exitSignals has every line written before the process dies of ${signal}`, async (t) => {
      const end = await runSignalled(t, 'signal', signal)
      assert.deepEqual({ code: end.code, signal: end.signal, stderr: end.stderr }, { code: null, signal, stderr: '' })
      assertAllWritten(end.directory, 2)
    })
  }

  it('exitSignals ends a process that the kernel spares the signal, with the code that stands for it', async (t) => {
    const end = await runSignalled(t, 'signal-spared')
    assert.deepEqual(
      { code: end.code, signal: end.signal, stderr: end.stderr },
      { code: 143, signal: null, stderr: '' },
    )
    assertAllWritten(end.directory, 2)
  })

  it("exitSignals leaves the end to the application's listener, and its exit code", async (t) => {
    const end = await runSignalled(t, 'signal-handled')
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: 3, signal: null }, end.stderr)
    assertAllWritten(end.directory, 3)
  })

  it('exitSignals counts a listener that was there for one signal alone', async (t) => {
    const end = await runSignalled(t, 'signal-once')
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: 4, signal: null }, end.stderr)
    assertAllWritten(end.directory, 3)
  })

  it("exitSignals has the lines written before the application's listener is called", async (t) => {
    const end = await runSignalled(t, 'signal-seen')
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null }, end.stderr)
    assert.match(end.stdout, /lines: 2/)
  })

  it('exitSignals takes one listener for all instances', async (t) => {
    const end = await runSignalled(t, 'signal-twice')
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: null, signal: 'SIGTERM' }, end.stderr)
    assert.match(end.stdout, /listeners: 1/)
    for (const name of ['one', 'other']) {
      assert.deepEqual(
        writtenLines(join(end.directory, name)).map(({ msg }) => msg),
        [name],
      )
    }
  })

  it('exitSignals leaves no listener after close()', async (t) => {
    const end = await runSignalled(t, 'signal-closed')
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: null, signal: 'SIGTERM' }, end.stderr)
    assert.match(end.stdout, /listeners: 0/)
  })
})
