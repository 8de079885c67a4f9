/**
 * Logging never throws into the application, whatever value it is given, and always makes one valid line: every value
 * that ever broke a logger, in every place that a value can stand at. What stands beside the value has to survive it, and
 * so do the entries after it.
 */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { assertNoGap, LogDirectory, type StrictLine } from '../support/log-directory.js'
import { firstLine } from './first-line.js'
import { MESSAGE, PLACES, REPETITIONS } from './value-places.js'

const DEPTH = 20_000
const KEYS = 10_000

type Make = () => unknown

const realm = createContext({})

/** A proxy each of whose traps throws what `thrown` gives. */
function hostileProxy(thrown: () => unknown, target: object = {}): object {
  const trap = (): never => {
    throw thrown()
  }
  const traps = Object.getOwnPropertyNames(Reflect).map((name) => [name, trap])
  return new Proxy(target, Object.fromEntries(traps) as ProxyHandler<object>)
}

function revokedProxy(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function circular(): object {
  const object: Record<string, unknown> = { a: 1 }
  object.self = object
  object.list = [object, { object }]
  return object
}

function throwing(thrown: unknown): object {
  return Object.defineProperty({ fine: 1 }, 'bad', {
    enumerable: true,
    get() {
      throw thrown
    },
  })
}

/** An error whose message throws an error like it when it becomes text. */
function errorWithoutText(): Error {
  const error = new Error('replaced')
  const message = {
    toString() {
      throw errorWithoutText()
    },
  }
  return Object.assign(error, { message })
}

function deep(): object {
  let object: object = {}
  for (let i = 0; i < DEPTH; i++) object = i % 2 === 0 ? { object } : [object]
  return object
}

function sparse(): unknown[] {
  const array: unknown[] = []
  array[KEYS] = 1
  return array
}

function cyclicCause(): Error {
  const inner = new Error('inner')
  const outer = new Error('outer', { cause: inner })
  inner.cause = outer
  return outer
}

function itself(): object {
  const object = { a: 1, toJSON: (): unknown => object }
  return object
}

/** The list of design/traps.md, and what is next to it. */
const VALUES: Readonly<Record<string, Make>> = {
  circular,
  'throwing getter': () => throwing(new Error('no')),
  'getter that throws undefined': () => throwing(undefined),
  'getter that throws a Symbol': () => throwing(Symbol('thrown')),
  'getter that throws an error whose message is a Symbol': () =>
    throwing(Object.assign(new Error(), { message: Symbol() })),
  'getter that throws an error without text': () => throwing(errorWithoutText()),
  'getter that throws a hostile proxy': () => throwing(hostileProxy(errorWithoutText)),
  'getter that throws a revoked proxy': () => throwing(revokedProxy({})),
  'throwing toJSON': () => ({
    a: 1,
    toJSON() {
      throw new Error('no')
    },
  }),
  'toJSON that throws an error without text': () => ({
    a: 1,
    toJSON() {
      throw errorWithoutText()
    },
  }),
  'toJSON that returns undefined': () => ({ toJSON: () => undefined }),
  'toJSON that returns itself': itself,
  'toJSON that returns what is circular': () => ({ toJSON: circular }),
  'toJSON that returns another toJSON without end': () => {
    const next = (): object => ({ toJSON: next })
    return next()
  },
  'getter called toJSON that throws': () => ({
    get toJSON() {
      throw new Error('no')
    },
  }),
  'hostile proxy': () => hostileProxy(() => new Error('trapped')),
  'hostile proxy of an array': () => hostileProxy(() => new Error('trapped'), []),
  'hostile proxy of a function': () =>
    hostileProxy(
      () => new Error('trapped'),
      () => {},
    ),
  'hostile proxy of an error': () => hostileProxy(() => new Error('trapped'), new Error('inside')),
  'hostile proxy that throws errors without text': () => hostileProxy(errorWithoutText),
  'hostile proxy that throws itself': () => {
    const proxy: object = hostileProxy(() => proxy)
    return proxy
  },
  'revoked proxy': () => revokedProxy({}),
  'revoked proxy of an array': () => revokedProxy([]),
  'revoked proxy of a function': () => revokedProxy(() => {}),
  'proxy of an error': () => new Proxy(new Error('behind a proxy'), {}),
  BigInt: () => 2n ** 70n,
  'object with a BigInt': () => ({ big: [1n] }),
  'boxed BigInt': () => Object(1n),
  Symbol: () => Symbol('symbol'),
  'boxed Symbol': () => Object(Symbol('symbol')),
  function: () => function named() {},
  'function whose name throws': () => Object.defineProperty(() => {}, 'name', { get: () => assert.fail('name') }),
  class: () => class Named {},
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  '-0': () => -0,
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  'invalid Date': () => new Date(Number.NaN),
  Date: () => new Date(0),
  'lone high surrogate': () => 'a\ud800',
  'lone low surrogate': () => '\udc00a',
  'control characters': () => '\u2028\u2029\x1b[31m\x9b31m\x7f\0\r\n',
  'format of too few arguments': () => '%s %d %i %f %j %o %O %% %',
  'deep object': deep,
  'object with __proto__ and constructor': () => JSON.parse('{"__proto__":{"a":1},"constructor":1,"hasOwnProperty":2}'),
  'array whose map and length lie': () => Object.assign([1, 2], { map: null, slice: null, raw: [1, 2, 3] }),
  'array with raw that is none of a template': () => Object.assign([1, {}], { raw: [1, null] }),
  'array with raw that throws': () => Object.defineProperty([], 'raw', { get: () => assert.fail('raw') }),
  'object of many keys': () => Object.fromEntries(Array.from({ length: KEYS }, (_, index) => [`key ${index}`, index])),
  'object of 65 keys': () => Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`key ${index}`, '\ud800'])),
  'sparse array': sparse,
  Map: () => new Map([['a', 1]]),
  Set: () => new Set([1]),
  WeakMap: () => new WeakMap(),
  'typed array': () => new Float64Array([1.5, Number.NaN]),
  'NaN that looks like a tag': () => new Float64Array(new Uint32Array([0xffffffff, 0xfffaffff]).buffer)[0],
  ArrayBuffer: () => new ArrayBuffer(8),
  'null prototype': () => Object.assign(Object.create(null), { a: 1 }),
  'object that cannot become a primitive': () => ({ [Symbol.toPrimitive]: () => assert.fail('toPrimitive'), a: 1 }),
  Promise: () => new Promise(() => {}),
  error: () => new TypeError('wrong'),
  'cyclic cause': cyclicCause,
  'cause that is no error': () => new Error('outer', { cause: { code: 1n } }),
  'AggregateError of itself': () => {
    const errors: unknown[] = [new Error('one'), 'two', null]
    errors.push(new AggregateError(errors, 'many'))
    return errors[3]
  },
  'AggregateError whose errors are revoked': () => Object.assign(new AggregateError([]), { errors: revokedProxy([]) }),
  'stack that is no text': () => Object.assign(new Error('x'), { stack: [{ line: 1 }] }),
  'stack that throws': () => Object.defineProperty(new Error('x'), 'stack', { get: () => assert.fail('stack') }),
  'message that throws': () => Object.defineProperty(new Error('x'), 'message', { get: () => assert.fail('message') }),
  'message that is no text': () => Object.assign(new Error('x'), { message: { a: 1n } }),
  'message without text': errorWithoutText,
  'error without a name': () => Object.assign(new Error('x'), { name: null, constructor: null }),
  'error without a prototype': () => Object.setPrototypeOf(new Error('x'), null),
  'error with bad fields': () => Object.assign(new Error('x'), { self: circular(), big: 1n, type: 'own', msg: 'own' }),
  'error with toJSON that throws': () => Object.assign(new Error('x'), { toJSON: () => assert.fail('toJSON') }),
  DOMException: () => new DOMException('aborted', 'AbortError'),
  'error of another realm': () => runInContext('new RangeError("elsewhere")', realm),
  'object of another realm': () => runInContext('({ a: 1, list: [1], date: new Date(0) })', realm),
  'array of another realm': () => runInContext('[1, 2]', realm),
  'proxy of another realm': () => runInContext('new Proxy({}, { ownKeys() { throw new Error("no") } })', realm),
}

/** Places whose entry has a message of its own, and those that have fields besides. */
const WITH_MESSAGE = /before a message|field|behind|cause|argument of|binding/
const WITH_FIELDS = /^(as|in) a field$|^as a message$|^behind|^as a binding$/

describe('log.info() with a value that breaks loggers', () => {
  for (const place of Object.keys(PLACES)) {
    it(`log.info() ${place} takes any value and makes one valid line`, (t) => assertAll(t, place, assertOneLineEach))
  }

  for (const place of Object.keys(PLACES).filter((name) => WITH_MESSAGE.test(name) || WITH_FIELDS.test(name))) {
    it(`log.info() ${place} keeps what stands beside any value`, (t) => assertAll(t, place, assertRestIsKept))
  }

  it('log.info() says in the line why a value is not in it', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('bad')
    const names = ['circular', 'throwing getter', 'throwing toJSON', 'hostile proxy', 'revoked proxy', 'BigInt']
    for (const name of names) log.info({ value: VALUES[name]?.(), fine: 1 })
    const [cycle, getter, toJson, hostile, revoked, big] = (await logs.lines()).map(({ parsed }) => parsed.value)
    assert.deepEqual(cycle, { a: 1, self: '[circular]', list: ['[circular]', { object: '[circular]' }] })
    assert.deepEqual(getter, { fine: 1, bad: '[threw: no]' })
    assert.match(String(toJson), /not serialisable: no/)
    assert.match(String(hostile), /trapped/)
    assert.match(String(revoked), /revoked/)
    assert.equal(big, String(2n ** 70n))
  })
})

/** What logging some values at a place led to. */
interface Outcome {
  readonly place: string
  /** The values' names, one for each call. */
  readonly names: readonly string[]
  /** The names of those at which the call threw. */
  readonly thrown: readonly string[]
  readonly entries: number
  readonly dropped: number
  readonly lines: readonly StrictLine[]
}

type Check = (outcome: Outcome) => void

/** Checks all values in one Spillway; if that fails, says which of them are to blame. */
async function assertAll(t: TestContext, place: string, check: Check): Promise<void> {
  assert.deepEqual(await blamed(t, place, check, Object.keys(VALUES)), [])
}

/** By halves, for most values are not to blame, and those that are may have harmed the others. */
async function blamed(t: TestContext, place: string, check: Check, values: readonly string[]): Promise<string[]> {
  try {
    check(await outcomeOf(t, place, values))
    return []
  } catch (reason) {
    const half = values.length >> 1
    if (half === 0) return [`${values}: ${firstLine(reason)}`]
    const left = await blamed(t, place, check, values.slice(0, half))
    const both = [...left, ...(await blamed(t, place, check, values.slice(half)))]
    if (both.length === 0) throw reason // Only all together do harm.
    return both
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Logs each value a few times, and after each an entry that must not be harmed. */
async function outcomeOf(t: TestContext, place: string, values: readonly string[]): Promise<Outcome> {
  const logs = new LogDirectory(t)
  const log = logs.spillway.logger('bad')
  const names = values.flatMap((name) => Array.from({ length: REPETITIONS }, () => name))
  const thrown: string[] = []
  for (const [index, name] of names.entries()) {
    const value = VALUES[name]?.()
    try {
      PLACES[place]?.(log, value)
    } catch {
      thrown.push(name) // Without what was thrown: it may harm the test's runner.
    }
    log.info({ index }, `after ${name}`)
  }
  const { entries, dropped } = logs.spillway.stats()
  return { place, names, thrown, entries, dropped, lines: await logs.lines() }
}

function assertOneLineEach({ names, thrown, entries, dropped, lines }: Outcome): void {
  assert.equal(thrown.length, 0, `${thrown.length} of ${names.length} calls threw`)
  assert.equal(dropped, 0)
  assert.equal(entries, names.length * 2)
  assert.equal(lines.length, names.length * 2)
  assertNoGap(lines)
  for (const [index, name] of names.entries()) {
    const { parsed } = lines[index * 2 + 1]!
    assert.deepEqual([parsed.index, parsed.msg], [index, `after ${name}`], `the entry after ${name}`)
  }
}

function assertRestIsKept({ place, names, lines }: Outcome): void {
  assert.equal(lines.length, names.length * 2)
  for (const [index, name] of names.entries()) {
    const { parsed, text } = lines[index * 2]!
    const shown = `${name}: ${text.slice(0, 300)}`
    // A first argument that is no object is the message itself, in pino as well.
    const isMessage = place === 'as first argument before a message' && !isObject(VALUES[name]?.())
    if (WITH_MESSAGE.test(place) && !isMessage) assert.ok(String(parsed.msg).includes(MESSAGE), shown)
    if (WITH_FIELDS.test(place)) assert.ok(parsed.before === 1 && parsed.after === 'x', shown)
  }
}
