/** Logging never throws into the application, whatever state that is in, and leaves the logger as it was. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import type { Logger } from '../../src/main/index.js'
import { assertNoGap, LogDirectory } from '../support/log-directory.js'
import { REPETITIONS } from './value-places.js'

const DESCENTS = 10
const ENDLESS_MS = 60_000

describe('log.info() where the application is in a bad state', () => {
  const CALLS: Readonly<Record<string, (log: Logger) => void>> = {
    'a message': (log) => log.info('deep'),
    fields: (log) => log.info({ a: 1, nested: { b: [1] } }, 'deep'),
    'rendered fields': (log) => log.info({ msg: 'deep', level: 1, date: new Date(0) }),
    'a template': (log) => log.info`deep ${1} ${{ a: 1 }}`,
    'an error': (log) => log.error(new Error('deep')),
    'a child': (log) => log.child({ a: { b: 1 } }).info('deep'),
  }

  for (const [name, call] of Object.entries(CALLS)) {
    it(`log.info() of ${name} at the end of the stack leaves the logger as it was`, async (t) => {
      const logs = new LogDirectory(t)
      const log = logs.spillway.logger('stack')
      const descend = (): void => {
        call(log)
        descend()
      }
      // Frames of other sizes below, so that the stack ends at other places of the library.
      const lift = (frames: number, ...padding: readonly number[]): void =>
        frames === 0 ? descend() : lift(frames - 1, ...padding, frames)
      for (let descent = 0; descent < DESCENTS; descent++) {
        assert.throws(() => lift(descent), RangeError)
        log.info({ descent }, 'after')
      }
      const { entries, dropped } = logs.spillway.stats()
      const lines = await logs.lines()
      const after = lines.filter(({ parsed }) => parsed.msg === 'after')
      assert.deepEqual(
        after.map(({ parsed }) => parsed.descent),
        Array.from({ length: DESCENTS }, (_, descent) => descent),
      )
      assert.equal(lines.length + dropped, entries, 'a seq is missing that is not counted as dropped')
    })
  }

  it('log.info() tells the real time where timers are mocked, and close() ends', { timeout: ENDLESS_MS }, async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('mocked')
    const start = Date.now()
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'], now: 0 })
    try {
      log.info({ at: new Date() }, 'mocked')
      logs.spillway.flushSync()
      await logs.spillway.flush()
      log.info('after')
      const lines = await logs.lines()
      assert.deepEqual(
        lines.map(({ parsed }) => parsed.msg),
        ['mocked', 'after'],
      )
      assert.equal(lines[0]?.parsed.at, '1970-01-01T00:00:00.000Z')
      for (const { parsed } of lines) assert.ok(Number(parsed.time) >= start)
    } finally {
      t.mock.timers.reset()
    }
  })

  it('log.info() called by code of a vm context makes the same line', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('realm')
    const context = createContext({ log })
    for (let i = 0; i < REPETITIONS; i++) {
      runInContext('log.info({ a: 1, list: [1] }, "moved to %j", { b: 1 })', context)
      runInContext('log.error(new RangeError("elsewhere"), "failed")', context)
      runInContext('log.info`user $' + '{{ userId: 7 }} moved`', context)
    }
    const lines = (await logs.lines()).slice(-3).map(({ parsed }) => parsed)
    assert.deepEqual([lines[0]?.a, lines[0]?.list, lines[0]?.msg], [1, [1], 'moved to {"b":1}'])
    assert.equal((lines[1]?.err as { type?: unknown } | undefined)?.type, 'RangeError')
    assert.deepEqual([lines[2]?.userId, lines[2]?.msg], [7, 'user 7 moved'])
  })

  it('log.info() survives built-ins that the application has changed', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('changed')
    Object.defineProperty(Object.prototype, 'polluted', { value: 'yes', enumerable: true, configurable: true })
    Object.defineProperty(BigInt.prototype, 'toJSON', {
      value: () => 'big',
      configurable: true,
    })
    try {
      for (let i = 0; i < REPETITIONS; i++) {
        log.info({ a: 1, big: 1n }, 'fields')
        log.info`user ${{ userId: 7 }} moved`
        log.child({ bound: 1 }).info('child')
      }
    } finally {
      delete (Object.prototype as { polluted?: unknown }).polluted
      delete (BigInt.prototype as { toJSON?: unknown }).toJSON
    }
    const lines = await logs.lines()
    for (const { text } of lines) assert.ok(!text.includes('polluted'), text)
    const last = lines.slice(-3).map(({ parsed }) => parsed)
    assert.deepEqual(
      [last[0]?.a, last[0]?.big, last[1]?.userId, last[1]?.msg, last[2]?.bound],
      [...[1, 'big', 7, 'user 7 moved', 1]],
    )
  })

  it('log.info() tells the real time where the clock throws or tells none', async (t) => {
    const answers: readonly (() => unknown)[] = [
      () => assert.fail('clock'),
      () => Number.NaN,
      () => -1,
      () => 1n,
      () => 'soon',
      () => undefined,
      () => Number.POSITIVE_INFINITY,
    ]
    let asked = 0
    const logs = new LogDirectory(t, { clock: () => answers[asked++ % answers.length]?.() as number })
    const log = logs.spillway.logger('clock')
    const start = Date.now()
    for (let i = 0; i < answers.length * REPETITIONS; i++) {
      assert.doesNotThrow(() => log.info('message'))
      assert.doesNotThrow(() => log.info({ i, nested: [i] }, 'fields'))
      assert.doesNotThrow(() => log.info({ msg: i }))
    }
    const lines = await logs.lines()
    assertNoGap(lines)
    assert.equal(lines.length, answers.length * REPETITIONS * 3)
    for (const { parsed } of lines) assert.ok(Number(parsed.time) >= start)
  })

  it('log.info() drops and counts what the clock logs, and nothing else', async (t) => {
    let isLogging = false
    const clock = (): number => {
      if (!isLogging) {
        isLogging = true
        log.info({ from: 'clock' }, 'from the clock')
        isLogging = false
      }
      return 7
    }
    const logs = new LogDirectory(t, { clock })
    const log = logs.spillway.logger('clock')
    for (let i = 0; i < REPETITIONS; i++) {
      log.info('a message')
      log.info({ i }, 'fields')
      log.info({ msg: 'rendered' })
    }
    const lines = await logs.lines()
    assert.equal(lines.length, REPETITIONS * 3)
    assert.equal(logs.spillway.stats().dropped, REPETITIONS * 3)
  })
})
