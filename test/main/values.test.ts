/**
 * What JSON.stringify says of a value is what its line says, whichever way the value took: rendered on the application's
 * thread (at the first sight of a shape) or typed in a record (from the second on). Properties, with many entries in each
 * Spillway, for starting one is dear.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { assertNoGap, LogDirectory, membersOf } from '../support/log-directory.js'
import { expectedMembers, safeJson } from './expected-members.js'
import { ENTRIES_MAX, key, objectOf, PARAMETERS, SaysItself, text, value } from './value-arbitraries.js'

/** Messages are interned when they have come a few times in a row. */
const REPETITIONS = 7

/** What is logged: objects of all origins. */
const members = fc.array(fc.tuple(key, value), { maxLength: 8 })
const fields = fc.oneof(
  members.map(objectOf),
  members.map((entries) => objectOf(entries, null)),
  members.map((entries) => objectOf(entries, new Entity())),
  members.map((entries) => Object.freeze(objectOf(entries))),
  members.map((entries) => new Proxy(objectOf(entries), {})),
)

class Entity {
  get kind(): string {
    return 'entity'
  }
}

describe('log.info(fields, message)', () => {
  it('log.info() writes each member as JSON.stringify does, rendered and typed alike', async (t) => {
    let rendered = 0
    let entries = 0
    const batch = fc.array(fc.tuple(fields, text), { minLength: 1, maxLength: ENTRIES_MAX, size: 'max' })
    const property = fc.asyncProperty(batch, async (calls) => {
      const logs = new LogDirectory(t)
      const log = logs.spillway.logger('values')
      for (const [object, message] of calls) {
        log.info(object, message)
        log.info(object, message)
      }
      const lines = await logs.lines()
      rendered += logs.spillway.stats().rendered
      entries += logs.spillway.stats().entries
      assert.equal(lines.length, calls.length * 2)
      assertNoGap(lines)
      for (const [index, [object, message]] of calls.entries()) {
        const expected = [...expectedMembers(object), { name: 'msg', text: safeJson(message) }]
        assert.deepEqual(membersOf(lines[index * 2]!), expected, `rendered entry ${index}`)
        assert.deepEqual(membersOf(lines[index * 2 + 1]!), expected, `typed entry ${index}`)
      }
    })
    await fc.assert(property, PARAMETERS)
    // Else the second way was not tested.
    assert.ok(rendered < entries * 0.9, `${rendered} of ${entries} entries were rendered`)
  })

  it('log.info() tells shapes apart that a logger sees in turns', async (t) => {
    const shape = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '1', '0', 'level', '', 'a\0b'), { maxLength: 4 })
    const batch = fc.array(shape, { minLength: 1, maxLength: ENTRIES_MAX, size: 'max' })
    const property = fc.asyncProperty(
      batch,
      fc.array(value, { minLength: 8, maxLength: 8 }),
      async (shapes, values) => {
        const logs = new LogDirectory(t)
        const log = logs.spillway.logger('values')
        const objects = shapes.map((keys, entry) =>
          objectOf(keys.map((name, index) => [name, values[(entry + index) % 8]])),
        )
        for (const object of objects) log.info(object)
        const lines = await logs.lines()
        assert.equal(lines.length, objects.length)
        for (const [index, object] of objects.entries()) {
          assert.deepEqual(membersOf(lines[index]!), expectedMembers(object), `entry ${index}`)
        }
      },
    )
    await fc.assert(property, PARAMETERS)
  })

  it('log.info() leaves out inherited members whatever was logged before', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('values')
    for (let i = 0; i < 3; i++) log.info({ own: 1, inherited: 2 })
    const heir = Object.assign(Object.create({ inherited: 3 }) as object, { own: 4 })
    for (let i = 0; i < 3; i++) log.info(heir)
    const lines = await logs.lines()
    for (const line of lines.slice(3)) assert.deepEqual(membersOf(line), [{ name: 'own', text: '4' }])
  })

  it('log.info() asks an object for its toJSON() whatever was logged before', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('values')
    for (let i = 0; i < 3; i++) log.info({ inner: 'secret' })
    for (let i = 0; i < 3; i++) log.info(new SaysItself({ shown: true }))
    for (let i = 0; i < 3; i++) log.info({})
    for (let i = 0; i < 3; i++) log.info(new Date(0))
    const lines = await logs.lines()
    for (const line of lines.slice(3, 6)) assert.deepEqual(membersOf(line), [{ name: 'shown', text: 'true' }])
    for (const line of lines.slice(9)) assert.equal(line.parsed.value, '1970-01-01T00:00:00.000Z')
  })

  it('log.info() asks a function for its toJSON(), rendered and typed', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('values')
    const fields = { f: Object.assign(() => {}, { toJSON: () => 1 }) }
    for (let i = 0; i < 3; i++) log.info(fields)
    for (const line of await logs.lines()) assert.deepEqual(membersOf(line), expectedMembers(fields))
  })

  it('log.info() writes a first object of whatever key', async (t) => {
    const logs = new LogDirectory(t)
    const keys = ['\0none', '\0', '', 'msg', 'err', '__proto__']
    // Each by a logger that has seen nothing yet.
    for (const name of keys) logs.spillway.logger(`of ${JSON.stringify(name)}`).info(objectOf([[name, 1]]), 'text')
    const lines = await logs.lines()
    for (const [index, name] of keys.entries()) {
      const expected = [...expectedMembers(objectOf([[name, 1]])), { name: 'msg', text: '"text"' }]
      assert.deepEqual(membersOf(lines[index]!), expected)
    }
  })

  it("log.info() takes an object's msg for the message where there is no other", async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('values')
    for (let i = 0; i < 3; i++) {
      log.info({ msg: 'own', a: 1 })
      log.info({ msg: 'own', a: 1 }, 'other')
      log.info({ msg: { nested: true } })
    }
    const [own, other, nested] = (await logs.lines()).slice(-3)
    assert.deepEqual(namesOf(own!), { a: '1', msg: '"own"' })
    assert.deepEqual(namesOf(other!), { msg_: '"own"', a: '1', msg: '"other"' })
    assert.deepEqual(namesOf(nested!), { msg: '{"nested":true}' })
  })
})

describe('log.info(message)', () => {
  it('log.info() writes any text as JSON.stringify does, also one that comes again and again', async (t) => {
    const batch = fc.array(text, { minLength: 1, maxLength: ENTRIES_MAX / 4, size: 'max' })
    const property = fc.asyncProperty(batch, async (messages) => {
      const logs = new LogDirectory(t)
      const log = logs.spillway.logger('values')
      for (const message of messages) for (let i = 0; i < REPETITIONS; i++) log.info(message)
      const lines = await logs.lines()
      assert.equal(lines.length, messages.length * REPETITIONS)
      assertNoGap(lines)
      for (const [index, line] of lines.entries()) {
        const message = messages[Math.floor(index / REPETITIONS)]!
        assert.deepEqual(membersOf(line), [{ name: 'msg', text: safeJson(message) }])
      }
    })
    await fc.assert(property, PARAMETERS)
  })

  it('log.info() writes texts of every length up to some kilobytes, ASCII or not', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('values')
    const messages = Array.from({ length: 2500 }, (_, length) => ['x'.repeat(length), 'é'.repeat(length)]).flat()
    for (const message of messages) log.info({ message }, message)
    const lines = await logs.lines()
    for (const [index, message] of messages.entries()) {
      assert.equal(lines[index]?.parsed.msg, message)
      assert.equal(lines[index]?.parsed.message, message)
    }
  })
})

describe('log.child(bindings)', () => {
  it('log.child() writes each binding as JSON.stringify does, and a field of the same name in its place', async (t) => {
    const pair = fc.tuple(members.map(objectOf), members.map(objectOf))
    const batch = fc.array(pair, { minLength: 1, maxLength: ENTRIES_MAX / 2, size: 'max' })
    const property = fc.asyncProperty(batch, async (calls) => {
      const logs = new LogDirectory(t)
      const log = logs.spillway.logger('values')
      for (const [bindings, object] of calls) {
        const child = log.child(bindings)
        child.info('alone')
        child.info(object, 'with fields')
        child.info(object, 'with fields')
      }
      const lines = await logs.lines()
      assert.equal(lines.length, calls.length * 3)
      for (const [index, [bindings, object]] of calls.entries()) {
        const bound = expectedMembers(bindings)
        const own = expectedMembers(object)
        const left = bound.filter(({ name }) => !own.some((field) => field.name === name))
        const message = { name: 'msg', text: '"with fields"' }
        assert.deepEqual(membersOf(lines[index * 3]!), [...bound, { name: 'msg', text: '"alone"' }])
        assert.deepEqual(membersOf(lines[index * 3 + 1]!), [...left, ...own, message], `rendered entry ${index}`)
        assert.deepEqual(membersOf(lines[index * 3 + 2]!), [...left, ...own, message], `typed entry ${index}`)
      }
    })
    await fc.assert(property, PARAMETERS)
  })
})

function namesOf(line: Parameters<typeof membersOf>[0]): Record<string, string> {
  return Object.fromEntries(membersOf(line).map(({ name, text }) => [name, text]))
}
