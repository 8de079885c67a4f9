/**
 * What JSON.stringify says of a value is what its line says, whichever way the value took: rendered on the application's
 * thread (at the first sight of a shape) or typed in a record (from the second on). Properties, with many entries in each
 * Spillway, for starting one is dear.
 */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { Logger } from '../../src/main/index.js'
import { textOfValue } from '../../src/main/produce/message-format.js'
import { NUMBER_BYTES_MAX, writeNumber } from '../../src/workers/drain/json-bytes.js'
import { assertNoGap, LogDirectory, type Member, membersOf, scanObject } from '../support/log-directory.js'

const ENTRIES_MAX = 2000
const RUNS = 6
/** A failure is made smaller for so long: each step of it starts a Spillway. */
const TIME_MAX_MS = 20_000
const PARAMETERS = { numRuns: RUNS, interruptAfterTimeLimit: TIME_MAX_MS }
const NUMBERS = 200_000
/** Messages are interned when they have come a few times in a row. */
const REPETITIONS = 7

const RESERVED = ['level', 'time', 'seq', 'category', 'msg']
const UNSAFE = /[\x7f-\x9f\u2028\u2029]/g

const ODD_KEYS = [
  '',
  '\0',
  'a\0b',
  '"',
  '\\',
  'line\nend',
  '\x7f',
  '\x9b31m',
  '\u2028',
  '\ud800',
  '💧',
  '0',
  '1',
  '42',
  '4294967295',
  '-1',
  '1.5',
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'length',
  'raw',
  'err',
  ...RESERVED,
  ...RESERVED.map((name) => `${name}_`),
  'level__',
]
const ODD_NUMBERS = [
  ...[0, -0, NaN, Infinity, -Infinity, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, Number.EPSILON],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53)],
  ...[1e20, 1e21, 1.5e21, 1e-6, 1e-7, 1.5e-7, 0.1, 0.001, 0.0005, 1.005, 123.456, 999999999999.999, 1e15 + 0.3],
]

/** Any UTF-16 units, so lone surrogates too; or what an attacker would write. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        '\0',
        '\n',
        '\x1b[31m',
        '\x7f',
        '\x80',
        '\x9b',
        '\u2028',
        '\u2029',
        '\ud83d',
        '\udca7',
        '"',
        '\\',
      ),
    )
    .map((pieces) => pieces.join('')),
)
const number = fc.oneof(fc.constantFrom(...ODD_NUMBERS), fc.double(), fc.integer(), decimals())
const key = fc.oneof(fc.constantFrom('a', 'b', 'c', 'userId'), fc.constantFrom(...ODD_KEYS), text)

/** Everything that JSON.stringify takes, and the writers of JSON tend to get wrong. */
const { value } = fc.letrec<{ value: unknown; nested: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number,
    text,
    fc.constantFrom(true, false, null, undefined, Symbol('symbol'), () => {}),
    fc.date({ noInvalidDate: false }),
    number.map((boxed) => Object(boxed)),
    text.map((boxed) => Object(boxed)),
    fc.boolean().map((boxed) => Object(boxed)),
    fc.constantFrom(new Map([[1, 2]]), new Set([1]), /x/g, new Uint8Array([1, 2]), Object.create(null)),
    tie('nested'),
  ),
  nested: fc.oneof(
    fc.object({ key: text, withDate: true, withSparseArray: true, withTypedArray: true, withNullPrototype: true }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(objectOf),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.sparseArray(tie('value'), { maxLength: 5 }),
    tie('value').map((inner) => new SaysItself(inner)),
    text.map((word) => new SaysItsKey(word)),
    fc.constant(undefined).map(() => ({ toJSON: () => undefined })),
  ),
}))

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

/** Is in JSON what it holds. */
class SaysItself {
  readonly inner: unknown

  constructor(inner: unknown) {
    this.inner = inner
  }

  toJSON(): unknown {
    return this.inner
  }
}

/** Is in JSON another thing under each key. */
class SaysItsKey {
  readonly word: string

  constructor(word: string) {
    this.word = word
  }

  toJSON(ownKey: string): string {
    return `${this.word} at ${ownKey}`
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

describe('log.info`template`', () => {
  const named = fc.oneof(
    fc.tuple(key, value).map((entry) => objectOf([entry])),
    fc.tuple(key, fc.oneof(number, text, fc.boolean())).map((entry) => objectOf([entry], null)),
  )
  const argument = fc.oneof(number, text, value, named)
  const call = fc.integer({ min: 0, max: 4 }).chain((count) =>
    fc.record({
      strings: fc.array(text, { minLength: count + 1, maxLength: count + 1 }).map(templateStrings),
      args: fc.array(argument, { minLength: count, maxLength: count }),
      otherArgs: fc.array(argument, { minLength: count, maxLength: count }),
    }),
  )

  it('log.info`` writes its text and the fields of its named arguments, whichever way the entry takes', async (t) => {
    const batch = fc.array(call, { minLength: 1, maxLength: ENTRIES_MAX / 4, size: 'max' })
    await fc.assert(
      fc.asyncProperty(batch, (calls) => assertTemplates(t, calls, (log) => log)),
      PARAMETERS,
    )
  })

  it('log.info`` of a child has its bindings as well, none of them twice', async (t) => {
    const batch = fc.array(call, { minLength: 1, maxLength: ENTRIES_MAX / 8, size: 'max' })
    const bindings = { a: 'bound', 'line\nend': 1 }
    await fc.assert(
      fc.asyncProperty(batch, (calls) => assertTemplates(t, calls, (log) => log.child(bindings), bindings)),
      PARAMETERS,
    )
  })

  it('log.info`` keeps a piece with an escape that is none as it was written', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('values')
    for (let i = 0; i < 3; i++) log.info`C:\users ${i}`
    const lines = await logs.lines()
    for (const [index, line] of lines.entries()) assert.equal(line.parsed.msg, `C:\\users ${index}`)
  })
})

describe('writeNumber()', () => {
  const view = new DataView(new ArrayBuffer(8))
  const anyBits = fc.tuple(fc.integer(), fc.integer()).map(([high, low]) => {
    view.setInt32(0, high)
    view.setInt32(4, low)
    return view.getFloat64(0)
  })
  const magnitudes = fc
    .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -30, max: 30 }))
    .map(([mantissa, exponent]) => mantissa * 10 ** exponent)
  const nearby = fc
    .tuple(
      fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, 1e15, 1e12, 1e6, 1e21, 1e-3, 1e-6),
      fc.integer({ min: -99, max: 99 }),
    )
    .map(([centre, step]) => centre + step * (centre < 1 ? centre / 8 : 1))
  const numbers = fc.oneof(
    fc.constantFrom(...ODD_NUMBERS),
    fc.double(),
    anyBits,
    magnitudes,
    decimals(),
    nearby,
    nearby.map((near) => -near),
    fc.maxSafeInteger(),
  )

  it('writeNumber() writes every double as JSON.stringify does, within NUMBER_BYTES_MAX', () => {
    const out = Buffer.alloc(NUMBER_BYTES_MAX * 2)
    const property = fc.property(numbers, (double) => {
      const end = writeNumber(out, 1, double)
      assert.equal(out.toString('latin1', 1, end), JSON.stringify(double))
      assert.ok(end - 1 <= NUMBER_BYTES_MAX)
    })
    fc.assert(property, { numRuns: NUMBERS })
  })
})

/** Decimals of one to four places, as durations and prices are. */
function decimals(): fc.Arbitrary<number> {
  const digits = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.integer({ min: -99_999, max: 99_999 }))
  return fc.tuple(digits, fc.integer({ min: 1, max: 4 })).map(([whole, places]) => whole / 10 ** places)
}

/** An object of these members; a key that comes again is left out, and `__proto__` is a member like any other. */
function objectOf(
  entries: readonly (readonly [string, unknown])[],
  prototype: object | null = Object.prototype,
): object {
  const object = Object.create(prototype) as object
  for (const [name, member] of entries) {
    if (name === 'toJSON' || Object.hasOwn(object, name)) continue
    Object.defineProperty(object, name, { value: member, enumerable: true, configurable: true, writable: true })
  }
  return object
}

/** What a line must say of an object: JSON.stringify's bytes, under names that are free, without unsafe characters. */
function expectedMembers(object: object): Member[] {
  return inLine(scanObject(JSON.stringify(object)), Object.keys(object))
}

/** As `expectedMembers`, in the order of the list: an object would put integer-like keys first. */
function expectedFields(fields: ReadonlyMap<string, unknown>): Member[] {
  const members = [...fields].flatMap((entry) => scanObject(JSON.stringify(objectOf([entry]))))
  return inLine(members, [...fields.keys()])
}

function inLine(members: readonly Member[], keys: readonly string[]): Member[] {
  const taken = new Set([...keys, ...RESERVED])
  return members.map(({ name, text }) => ({
    name: RESERVED.includes(name) ? freeName(name, taken) : name,
    text: text.replace(UNSAFE, unicodeEscape),
  }))
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = `${name}_`
  while (taken.has(free)) free += '_'
  return free
}

function safeJson(message: string): string {
  return JSON.stringify(message).replace(UNSAFE, unicodeEscape)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function namesOf(line: Parameters<typeof membersOf>[0]): Record<string, string> {
  return Object.fromEntries(membersOf(line).map(({ name, text }) => [name, text]))
}

interface TemplateCall {
  readonly strings: TemplateStringsArray
  readonly args: readonly unknown[]
  readonly otherArgs: readonly unknown[]
}

function templateStrings(pieces: readonly string[]): TemplateStringsArray {
  return Object.freeze(Object.assign([...pieces], { raw: Object.freeze([...pieces]) }))
}

async function assertTemplates(
  t: TestContext,
  calls: readonly TemplateCall[],
  loggerOf: (log: Logger) => Logger,
  bindings: object = {},
): Promise<void> {
  const logs = new LogDirectory(t)
  const log = loggerOf(logs.spillway.logger('values'))
  const entries = calls.flatMap(({ strings, args, otherArgs }) =>
    [args, args, otherArgs, otherArgs, args].map((given) => ({ strings, given })),
  )
  for (const { strings, given } of entries) log.info(strings, ...given)
  const lines = await logs.lines()
  assert.equal(lines.length, entries.length)
  assertNoGap(lines)
  for (const [index, { strings, given }] of entries.entries()) {
    const line = lines[index]!
    const own = expectedFields(fieldsOf(given))
    const bound = expectedMembers(bindings).filter(({ name }) => !own.some((field) => field.name === name))
    assert.deepEqual(membersOf(line).slice(0, -1), [...bound, ...own], `fields of entry ${index}`)
    const texts = given.map((argument) => textOfValue(isNamed(argument) ? Object.values(argument)[0] : argument))
    const message = strings.map((piece, place) => piece + (texts[place] ?? '')).join('')
    assert.equal(line.parsed.msg, message, `text of entry ${index}`)
  }
}

/** The fields that arguments are: of two with one name the last, in the place of the first. */
function fieldsOf(args: readonly unknown[]): ReadonlyMap<string, unknown> {
  const named = args.filter(isNamed)
  return new Map(named.flatMap((argument) => Object.entries(argument)))
}

function isNamed(argument: unknown): argument is object {
  if (typeof argument !== 'object' || argument === null || Object.keys(argument).length !== 1) return false
  const prototype: unknown = Object.getPrototypeOf(argument)
  return prototype === Object.prototype || prototype === null
}
