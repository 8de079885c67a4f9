import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertNoGap, LogDirectory } from '../support/log-directory.js'

const HUGE_LENGTH = 100_000_000

describe('log.info() with what is huge', () => {
  it('log.info() writes a text of 100 MB, as message and field, and the entries around it', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('huge')
    const huge = 'x'.repeat(HUGE_LENGTH)
    log.info('before')
    log.info(huge)
    log.info({ a: 1 }, 'between')
    log.info({ huge, a: 2 }, 'as field')
    log.info('after')
    const lines = await logs.lines()
    assertNoGap(lines)
    assert.deepEqual(
      lines.map(({ parsed }) => (parsed.msg === huge ? 'huge' : parsed.msg)),
      ['before', 'huge', 'between', 'as field', 'after'],
    )
    assert.ok(lines[3]?.parsed.huge === huge)
  })

  it('log.info() survives a message that is longer than a string can be', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('huge')
    const huge = 'x'.repeat(HUGE_LENGTH)
    const list = Array.from({ length: 6 }, () => huge)
    const child = log.child({ bound: true })
    assert.doesNotThrow(() => log.info('%s%s%s%s%s%s', ...list))
    assert.doesNotThrow(() => log.info({ a: 1 }, '%s%s%s%s%s%s', ...list))
    assert.doesNotThrow(() => log.info({ ...list }, 'fields'))
    assert.doesNotThrow(() => log.info`${huge}${huge}${huge}${huge}${huge}${huge}`)
    assert.doesNotThrow(() => child.info('%s%s%s%s%s%s', ...list))
    log.info('after')
    const lines = await logs.lines()
    assertNoGap(lines)
    assert.equal(lines.length, 6)
    assert.equal(lines[5]?.parsed.msg, 'after')
  })
})
