import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CallTimer } from '../../../scripts/start/call-timer.js'
import { type RecordedCall, recordingLogger } from '../entry-recorder.js'

describe('CallTimer.wrap()', () => {
  it('passes every call shape through as it is', () => {
    const calls: RecordedCall[] = []
    const log = new CallTimer().wrap(recordingLogger('a', calls))
    const error = new Error('broken')
    log.info('plain')
    log.warn({ userId: 7 }, 'with %s', 'fields')
    log.error(error, 'failed')
    log.child({ requestId: 'r' }).debug`user ${{ userId: 7 }} moved`
    assert.deepEqual(
      calls.slice(0, 3).map((call) => call.values),
      [['plain'], [{ userId: 7 }, 'with %s', 'fields'], [error, 'failed']],
    )
    const [strings, ...values] = calls[3]?.values ?? []
    assert.deepEqual([...(strings as TemplateStringsArray)], ['user ', ' moved'])
    assert.ok(Array.isArray((strings as TemplateStringsArray).raw))
    assert.deepEqual([values, calls[3]?.bindings], [[{ userId: 7 }], { requestId: 'r' }])
  })

  it('counts the entries of all loggers and children, but none below the level', () => {
    const calls: RecordedCall[] = []
    const timer = new CallTimer()
    const first = timer.wrap(recordingLogger('a', calls, ['trace']))
    const second = timer.wrap(recordingLogger('b', calls, ['trace']))
    for (let index = 0; index < 100; index++) {
      first.info('one')
      second.child({ index }).info('two')
      first.trace('none')
    }
    assert.equal(calls.length, 200)
    assert.equal(timer.entries, 200)
    assert.ok(timer.times.samples >= 200 / 16 && timer.times.samples < 200, `${timer.times.samples} samples`)
    assert.ok(timer.times.p50Ns <= timer.times.p99Ns && timer.times.p99Ns <= timer.times.p999Ns)
  })
})

describe('CallTimer.times', () => {
  it('CallTimer.times has no percentile above the maximum', (t) => {
    let nowMs = 0
    t.mock.method(performance, 'now', () => {
      nowMs += 0.100001
      return nowMs
    })
    const timer = new CallTimer()
    const log = timer.wrap(recordingLogger('a', []))
    for (let index = 0; index < 100; index++) log.info('one')
    const { p50Ns, p99Ns, p999Ns, maxNs } = timer.times
    assert.deepEqual([p50Ns, p99Ns, p999Ns, maxNs], [100_001, 100_001, 100_001, 100_001])
  })
})
