import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Logger } from '../../src/main/index.js'
import { LogDirectory, membersOf } from '../support/log-directory.js'
import { errOf, type Fields, REPETITIONS, written } from './logger-lines.js'

describe('Logger.child()', () => {
  it('log.child() binds members to each line of the child, and to none of the parent', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('calls')
    const child = log.child({ requestId: 'a1', nested: { x: [1] } })
    child.info('one')
    child.info({ a: 1 }, 'two')
    child.info`three ${3}`
    child.error(new Error('four'))
    log.info('five')
    const lines = await logs.lines()
    for (const { parsed } of lines.slice(0, 4)) {
      assert.deepEqual([parsed.requestId, parsed.nested], ['a1', { x: [1] }])
    }
    assert.deepEqual(membersOf(lines[4]!), [{ name: 'msg', text: '"five"' }])
  })

  it('child() nests to any depth', async (t) => {
    const logs = new LogDirectory(t)
    const depth = 200
    let log = logs.spillway.logger('calls')
    for (let i = 0; i < depth; i++) log = log.child({ [`level ${i}`]: i })
    for (let i = 0; i < REPETITIONS; i++) log.info({ a: i }, 'deep')
    for (const line of await logs.lines()) {
      const names = membersOf(line).map(({ name }) => name)
      assert.deepEqual(names, [...Array.from({ length: depth }, (_, index) => `level ${index}`), 'a', 'msg'])
    }
  })

  it('child() lets the nearest value win: field over child over parent', async (t) => {
    const contents = await written(
      t,
      (log) => log.child({ a: 1, b: 1 }).child({ a: 2 }).info('x'),
      (log) => log.child({ a: 1, b: 1 }).child({ a: 2 }).info({ a: 3, c: 3 }, 'x'),
      (log) => log.child({ a: 1, b: 1 }).info`${{ a: 3 }} x`,
      (log) => log.child({ err: 1 }).error(new Error('y')),
      (log) => log.child({ a: 1 }).info({ a: undefined }, 'x'),
    )
    assert.deepEqual(contents.slice(0, 3), [
      { b: 1, a: 2, msg: 'x' },
      { b: 1, a: 3, c: 3, msg: 'x' },
      { b: 1, a: 3, msg: '3 x' },
    ])
    assert.equal(errOf(contents[3]).message, 'y')
    assert.deepEqual(contents[4], { a: 1, msg: 'x' })
  })

  it('child() renames bindings with reserved names', async (t) => {
    const contents = await written(
      t,
      (log) => log.child({ level: 1, time: 2, seq: 3, category: 4, msg: 5 }).info({ level: 6, level_: 7 }, 'x'),
      (log) => log.child({ msg: 'bound' }).info({ a: 1 }),
    )
    const { level__, level_, time_, seq_, category_, msg_, msg } = contents[0] as Fields
    assert.deepEqual([level__, level_, time_, seq_, category_, msg_, msg], [6, 7, 2, 3, 4, 5, 'x'])
    assert.deepEqual(contents[1], { msg_: 'bound', a: 1 })
  })

  it('a child does not take the shapes of its parent for its own', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('calls')
    for (let i = 0; i < REPETITIONS; i++) log.info({ a: i, b: i }, 'parent')
    const child = log.child({ b: 'bound' })
    for (let i = 0; i < REPETITIONS; i++) child.info({ a: i, b: i }, 'child')
    for (const line of (await logs.lines()).slice(REPETITIONS)) {
      assert.deepEqual(
        membersOf(line).map(({ name }) => name),
        ['a', 'b', 'msg'],
      )
    }
  })

  it('child() takes what is no object as no bindings', async (t) => {
    const contents = await written(
      t,
      ...[null, undefined, 5, 'x'].map((nothing) => (log: Logger) => log.child(nothing as unknown as object).info('x')),
    )
    for (const content of contents) assert.deepEqual(content, { msg: 'x' })
  })
})
