import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runInNewContext } from 'node:vm'
import { hasKeys, hasOnlyKey } from '../../../src/main/produce/object-keys.js'

describe('hasOnlyKey()', () => {
  it('knows a plain object of one key', () => {
    assert.ok(hasOnlyKey({ userId: 7 }, 'userId'))
    assert.ok(hasOnlyKey({ userId: undefined }, 'userId'))
  })

  it('refuses other keys, more keys and inherited ones, and objects that are not plain', () => {
    class User {
      userId = 7
    }
    const others: readonly object[] = [
      {},
      { id: 7 },
      { userId: 7, id: 8 },
      { id: 8, userId: 7 },
      { userId: 7, constructor: Object },
      Object.create({ userId: 7 }),
      Object.assign(Object.create({ id: 8 }), { userId: 7 }),
      Object.assign(Object.create(null), { userId: 7 }),
      new User(),
      [7],
      Object.assign([], { userId: 7 }),
      Object.assign(new Map(), { userId: 7 }),
      runInNewContext('({ userId: 7 })') as object,
    ]
    for (const [index, object] of others.entries()) assert.equal(hasOnlyKey(object, 'userId'), false, `object ${index}`)
  })
})

describe('hasKeys()', () => {
  it('knows the keys that for in finds, in their order', () => {
    assert.ok(hasKeys({ a: 1, b: 2 }, ['a', 'b']))
    for (const keys of [[], ['a'], ['b', 'a'], ['a', 'b', 'c']]) assert.equal(hasKeys({ a: 1, b: 2 }, keys), false)
  })
})
