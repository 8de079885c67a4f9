import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import type { Logger } from '../../src/main/index.js'
import { type Fields, loosely, messages, written } from './logger-lines.js'

describe('Logger: printf placeholders', () => {
  it('log.info() replaces %s %d %i %f %j %o %O %%', async (t) => {
    const object = { a: [1, { b: 2 }] }
    const contents = await written(
      t,
      (log) => log.info('%s %s %s %s', 'text', 5, null, object),
      (log) => log.info('%d %d %d %d', 5, '6.5', 7n, 'no number'),
      (log) => log.info('%i %i %i', 5.9, '-6.5', 7n),
      (log) => log.info('%f %f', 1.5, '2.5'),
      (log) => log.info('%j %o %O', object, object, object),
      (log) => log.info('100%% of %s', 'all'),
    )
    assert.deepEqual(messages(contents), [
      'text 5 null {"a":[1,{"b":2}]}',
      '5 6.5 7 NaN',
      '5 -6 7',
      '1.5 2.5',
      Array.from({ length: 3 }, () => JSON.stringify(object)).join(' '),
      '100% of all',
    ])
  })

  it('log.info() leaves placeholders alone that have no argument, and those it does not know', async (t) => {
    const contents = await written(
      t,
      (log) => log.info('50% done'),
      (log) => log.info('%s'),
      (log) => log.info('%s %s', 'one'),
      (log) => log.info('%x %s %', 'one'),
      (log) => log.info('100%', 'one'),
      (log) => log.info('no placeholder', 'one'),
    )
    assert.deepEqual(messages(contents), ['50% done', '%s', 'one %s', '%x one %', '100%', 'no placeholder'])
  })

  it('log.info() replaces each placeholder once: an argument may hold others', async (t) => {
    const contents = await written(t, (log) => log.info('%s-%s', '%s', '%d'))
    assert.deepEqual(messages(contents), ['%s-%d'])
  })

  it('log.info() replaces them behind fields and errors as well', async (t) => {
    const contents = await written(
      t,
      (log) => log.info({ a: 1 }, '%s of %d', 'one', 2),
      (log) => log.info(new Error('x'), '%s of %d', 'one', 2),
    )
    assert.deepEqual(messages(contents), ['one of 2', 'one of 2'])
  })

  it('log.info() writes what pino writes for the same call', async (t) => {
    const calls: readonly (readonly unknown[])[] = [
      ['moved'],
      ['moved to %s', 'hall'],
      ['%d of %d, %i, %f', 1, '2', 3.7, 4.5],
      ['%j %o', { a: 1 }, { a: 1 }],
      ['100%% %s', 'sure'],
      ['%s %s', 'one'],
      ['50% done'],
      [{ a: 1, nested: { b: [null, 'x'] } }, 'moved'],
      [{ a: 1 }, 'moved to %s', 'hall'],
      [{ a: 1 }],
      [{ a: undefined, b: null, c: Number.NaN, d: new Date(0) }, 'moved'],
      [{ msg: 'own', a: 1 }],
    ]
    const theirs: Fields[] = []
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        const { level: _level, time: _time, ...fields } = JSON.parse(chunk.toString()) as Fields
        theirs.push(fields)
        done()
      },
    })
    const reference = pino({ base: null }, sink)
    for (const args of calls) (reference.info as (...given: readonly unknown[]) => void)(...args)
    const ours = await written(t, ...calls.map((args) => (log: Logger) => loosely(log, ...args)))
    assert.deepEqual(ours, theirs)
  })
})
