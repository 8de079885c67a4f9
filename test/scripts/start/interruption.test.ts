import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Interruption } from '../../../scripts/start/interruption.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function listeners(): number[] {
  return SIGNALS.map((name) => process.listenerCount(name))
}

describe('Interruption', () => {
  for (const name of SIGNALS) {
    it(`Interruption asks the work to end at the first ${name}, and lets the second one end the process`, (t) => {
      const kill = t.mock.method(process, 'kill', () => true)
      const before = listeners()
      const done: string[] = []
      const interruption = new Interruption(() => done.push('before the end'))
      t.after(() => interruption.close())
      process.emit(name, name)
      assert.equal(interruption.signal.aborted, true)
      assert.deepEqual([done, kill.mock.callCount()], [[], 0])
      process.emit(name, name)
      assert.deepEqual(done, ['before the end'])
      assert.deepEqual(kill.mock.calls[0]?.arguments, [process.pid, name])
      assert.deepEqual(listeners(), before, 'the signal would not end the process while somebody listens')
    })
  }
})
