import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errOf, type Fields, written } from './logger-lines.js'

describe('Logger: errors', () => {
  it('log.error() writes type, message and stack of an error, and its message as msg', async (t) => {
    const error = new TypeError('wrong')
    const contents = await written(
      t,
      (log) => log.error(error),
      (log) => log.error(error, 'move failed'),
      (log) => log.error({ err: error, room: 'hall' }, 'move failed'),
    )
    const err = { type: 'TypeError', message: 'wrong', stack: error.stack }
    assert.deepEqual(contents, [
      { err, msg: 'wrong' },
      { err, msg: 'move failed' },
      { err, room: 'hall', msg: 'move failed' },
    ])
  })

  it("log.error() writes an error's own fields, and names its class", async (t) => {
    class MoveError extends Error {
      readonly code = 'E_MOVE'
      readonly type = 'mine'
    }
    const [content] = await written(t, (log) => log.error(new MoveError('no')))
    const { stack, ...err } = errOf(content)
    assert.deepEqual(err, { type: 'MoveError', message: 'no', code: 'E_MOVE', type_: 'mine' })
    assert.match(String(stack), /MoveError|Error: no/)
  })

  it('log.error() writes the chain of causes, and what is no error among them', async (t) => {
    const root = new RangeError('root')
    const middle = new Error('middle', { cause: root })
    const [chain, value] = await written(
      t,
      (log) => log.error(new Error('top', { cause: middle })),
      (log) => log.error(new Error('top', { cause: { code: 5 } })),
    )
    const cause = errOf(chain).cause as Fields
    assert.deepEqual([cause.type, cause.message], ['Error', 'middle'])
    assert.deepEqual(cause.cause, { type: 'RangeError', message: 'root', stack: root.stack })
    assert.deepEqual(errOf(value).cause, { code: 5 })
  })

  it('log.error() writes the errors of an AggregateError', async (t) => {
    const one = new TypeError('one')
    const [content] = await written(t, (log) => log.error(new AggregateError([one, 'two'], 'many')))
    const err = errOf(content)
    assert.deepEqual([err.type, err.message], ['AggregateError', 'many'])
    assert.deepEqual(err.aggregateErrors, [{ type: 'TypeError', message: 'one', stack: one.stack }, 'two'])
  })

  it('log.error() ends at a cycle of causes', async (t) => {
    const inner = new Error('inner')
    const outer = new Error('outer', { cause: inner })
    inner.cause = outer
    const [content] = await written(t, (log) => log.error(outer))
    const cause = errOf(content).cause as Fields
    assert.deepEqual([cause.message, cause.cause], ['inner', '[circular]'])
  })

  it('log.error() writes errors in fields of any name', async (t) => {
    const error = new RangeError('deep')
    const [content] = await written(t, (log) => log.error({ reason: error, a: 1 }))
    assert.deepEqual(content?.reason, { type: 'RangeError', message: 'deep', stack: error.stack })
  })
})
