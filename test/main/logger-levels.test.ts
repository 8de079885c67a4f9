import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type LevelName, type LevelThreshold, SpillwayError } from '../../src/main/index.js'
import { LogDirectory } from '../support/log-directory.js'
import { LEVELS, messages } from './logger-lines.js'

describe('Logger: levels', () => {
  it('log methods below the threshold write nothing, for each threshold', async (t) => {
    const thresholds: readonly LevelThreshold[] = [...LEVELS, 'silent']
    for (const [rank, level] of thresholds.entries()) {
      const logs = new LogDirectory(t, { level })
      const log = logs.spillway.logger('levels')
      for (const method of LEVELS) log[method](method)
      assert.deepEqual(
        LEVELS.filter((each) => log.isLevelEnabled(each)),
        LEVELS.slice(rank),
      )
      assert.equal(logs.spillway.level, level)
      assert.equal(log.level, level)
      assert.deepEqual(messages((await logs.lines()).map(({ parsed }) => parsed)), LEVELS.slice(rank))
    }
  })

  it('spillway.level reaches every logger, child and grandchild at its next call', async (t) => {
    const logs = new LogDirectory(t, { level: 'error' })
    const log = logs.spillway.logger('levels')
    const child = log.child({ child: true })
    const loggers = [log, child, child.child({ grandchild: true }), logs.spillway.logger('other')]
    for (const each of loggers) each.info('too low')
    logs.spillway.level = 'debug'
    for (const each of loggers) each.debug('high enough')
    for (const each of loggers) assert.ok(each.isLevelEnabled('debug') && each.level === 'debug')
    logs.spillway.level = 'silent'
    for (const each of loggers) each.fatal('too low')
    const written = messages((await logs.lines()).map(({ parsed }) => parsed))
    assert.deepEqual(
      written,
      loggers.map(() => 'high enough'),
    )
  })

  it('log.level reaches its children at once, not its parent, its siblings or children with their own', async (t) => {
    const logs = new LogDirectory(t)
    const parent = logs.spillway.logger('levels')
    const sibling = logs.spillway.logger('levels')
    const child = parent.child({})
    const own = child.child({}, { level: 'warn' })
    const grandchild = child.child({})
    const ofOwn = own.child({})
    for (const each of [parent, sibling, child, own, grandchild, ofOwn]) each.debug('too low')
    child.level = 'debug'
    assert.deepEqual(
      [parent, sibling, child, own, grandchild, ofOwn].map(({ level }) => level),
      ['info', 'info', 'debug', 'warn', 'debug', 'warn'],
    )
    for (const each of [parent, sibling, own, ofOwn]) each.debug('too low')
    for (const each of [child, grandchild]) each.debug('high enough')
    own.level = 'trace'
    ofOwn.trace('high enough')
    const written = messages((await logs.lines()).map(({ parsed }) => parsed))
    assert.deepEqual(written, ['high enough', 'high enough', 'high enough'])
  })

  it('child() with a level has it whatever the others have', async (t) => {
    const logs = new LogDirectory(t, { level: 'silent' })
    const log = logs.spillway.logger('levels')
    log.child({}, { level: 'trace' }).trace('traced')
    log.child({}, { level: undefined }).fatal('silent')
    log.child({}, {}).fatal('silent')
    assert.deepEqual(messages((await logs.lines()).map(({ parsed }) => parsed)), ['traced'])
  })

  it('isLevelEnabled() says no of silent and of what is no level', (t) => {
    const log = new LogDirectory(t, { level: 'trace' }).spillway.logger('levels')
    for (const level of ['silent', 'verbose', '', 'toString', '__proto__', null, 30]) {
      assert.equal(log.isLevelEnabled(level as LevelName), false)
    }
  })

  it('setting or giving what is no level throws ERR_SPILLWAY_INVALID_OPTION, and changes nothing', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('levels')
    for (const wrong of ['verbose', '', 'INFO', 30, null, {}, [], ['info'], 'toString', Symbol('info')]) {
      const level = wrong as LevelThreshold
      const attempts = [
        () => {
          logs.spillway.level = level
        },
        () => {
          log.level = level
        },
        () => log.child({}, { level }),
      ]
      for (const attempt of attempts) {
        assert.throws(
          attempt,
          (error) => error instanceof SpillwayError && error.code === 'ERR_SPILLWAY_INVALID_OPTION',
        )
      }
    }
    assert.deepEqual([logs.spillway.level, log.level], ['info', 'info'])
    log.info('as before')
    assert.equal((await logs.lines()).length, 1)
  })

  it('a log method below the threshold asks nothing of its arguments', (t) => {
    const log = new LogDirectory(t, { level: 'warn' }).spillway.logger('levels')
    const trap = new Proxy({}, { ownKeys: () => assert.fail('was asked'), get: () => assert.fail('was asked') })
    log.info(trap, '%j', trap)
    log.info`${trap}`
  })
})
