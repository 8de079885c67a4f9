import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Conditions } from '../../../src/main/control/conditions.js'
import type { Condition, ConditionKind } from '../../../src/shared/conditions.js'
import { LogDirectory } from '../../support/log-directory.js'

function condition(kind: ConditionKind, code = 'EXAMPLE'): Condition {
  return { kind, code, message: 'an example', partition: 0, path: null }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Conditions', () => {
  it('Conditions.relay() calls listeners of the kind behind the code that runs, and not inside it', async () => {
    const conditions = new Conditions()
    const seen: Condition[] = []
    const listener = (each: Condition): void => void seen.push(each)
    conditions.on('warning', listener)
    conditions.relay(condition('warning'))
    conditions.relay(condition('degraded'))
    assert.deepEqual(seen, [])
    await turn()
    assert.deepEqual(seen, [condition('warning')])
    conditions.off('warning', listener)
    conditions.relay(condition('warning'))
    await turn()
    assert.equal(seen.length, 1)
  })

  it('Conditions.once() takes one condition', async () => {
    const conditions = new Conditions()
    const seen: string[] = []
    conditions.once('recovered', ({ code }) => void seen.push(code))
    for (const code of ['A', 'B']) conditions.relay(condition('recovered', code))
    await turn()
    assert.deepEqual(seen, ['A'])
  })

  it('Conditions.relay() leaves what a listener throws to the application', async (t) => {
    const conditions = new Conditions()
    conditions.on('warning', () => {
      throw new Error('of a listener')
    })
    const uncaught = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    t.after(() => {
      for (const listener of uncaught) process.on('uncaughtException', listener)
    })
    const thrown = new Promise<Error>((resolve) => process.once('uncaughtException', resolve))
    conditions.relay(condition('warning'))
    assert.equal((await thrown).message, 'of a listener')
  })

  it('Spillway.on(), once() and off() refuse what is no event or no listener', (t) => {
    const { spillway } = new LogDirectory(t)
    const refused = { code: 'ERR_SPILLWAY_INVALID_ARGUMENT' }
    for (const method of ['on', 'once', 'off'] as const) {
      for (const event of ['error', '', undefined, Symbol('warning'), '__proto__']) {
        assert.throws(() => spillway[method](event as never, () => {}), refused)
      }
      for (const listener of [undefined, null, 'text', {}]) {
        assert.throws(() => spillway[method]('warning', listener as never), refused)
      }
      assert.equal(
        spillway[method]('warning', () => {}),
        spillway,
      )
    }
  })
})
