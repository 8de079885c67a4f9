/** A value that logs while it is logged: the recursion ends, and the entries that it made are lines or counted. */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { LogDirectory } from '../support/log-directory.js'
import { firstLine } from './first-line.js'
import { PLACES, type Place, REPETITIONS } from './value-places.js'

/** More than any limit of the library lets happen, and less than the stack. */
const RECURSIONS_MAX = 1000

describe('log.info() with a value that logs', () => {
  const SELVES: Readonly<Record<string, (again: () => void) => unknown>> = {
    toJSON: (again) => ({
      toJSON() {
        again()
        return 'self'
      },
    }),
    getter: (again) => ({
      get self() {
        again()
        return 'self'
      },
    }),
    'proxy trap': (again) =>
      new Proxy(
        { self: 1 },
        {
          ownKeys(target) {
            again()
            return Reflect.ownKeys(target)
          },
        },
      ),
    message: (again) =>
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          again()
          return 'self'
        },
      }),
  }

  for (const [name, make] of Object.entries(SELVES)) {
    it(`log.info() of a value whose ${name} logs it again ends, and each entry is a line or counted`, async (t) => {
      const blamed: string[] = []
      for (const place of Object.keys(PLACES)) {
        try {
          await assertRecursionEnds(t, place, make)
        } catch (reason) {
          blamed.push(`${place}: ${firstLine(reason)}`)
        }
      }
      assert.deepEqual(blamed, [])
    })
  }

  it('log.info() of a value that logs to another Spillway makes a line in both', async (t) => {
    const one = new LogDirectory(t)
    const other = new LogDirectory(t)
    const inner = other.spillway.logger('inner')
    const outer = one.spillway.logger('outer')
    for (let i = 0; i < REPETITIONS; i++) {
      outer.info({ value: { toJSON: () => inner.info({ i }, 'inner') } }, 'outer')
      outer.info({ value: { toJSON: () => inner.info({ i }, 'inner') } }, 'outer')
    }
    assert.equal((await one.lines()).length, REPETITIONS * 2)
    assert.equal((await other.lines()).length, REPETITIONS * 2)
  })
})

async function assertRecursionEnds(t: TestContext, place: string, make: (again: () => void) => unknown): Promise<void> {
  const logs = new LogDirectory(t)
  const log = logs.spillway.logger('nested')
  const logAt = PLACES[place] as Place
  let calls = 0
  const self = make(() => {
    // Without this the test of a recursion that nobody cuts off would not end either.
    if (++calls < RECURSIONS_MAX) logAt(log, self)
  })
  for (let i = 0; i < REPETITIONS; i++) assert.doesNotThrow(() => logAt(log, self))
  log.info('after')
  assert.ok(calls < RECURSIONS_MAX, 'the recursion is not cut off')
  const { entries, dropped } = logs.spillway.stats()
  const lines = await logs.lines()
  assert.equal(lines.length + dropped, entries)
  assert.equal(new Set(lines.map(({ parsed }) => parsed.seq)).size, lines.length)
  assert.equal(lines.at(-1)?.parsed.msg, 'after')
  assert.equal(lines.at(-1)?.parsed.seq, entries)
}
