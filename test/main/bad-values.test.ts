/**
 * Logging never throws into the application, whatever value it is given, and always makes one valid line: every value
 * that ever broke a logger, in every place that a value can stand at. What stands beside the value has to survive it, and
 * so do the entries after it.
 */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import type { Logger } from '../../src/main/index.js'
import { assertNoGap, LogDirectory, type StrictLine } from '../support/log-directory.js'

/** The first sight of a shape is rendered, later ones are typed. */
const REPETITIONS = 3
const HUGE_LENGTH = 100_000_000
const DEPTH = 20_000
const KEYS = 10_000
/** More than any limit of the library lets happen, and less than the stack. */
const RECURSIONS_MAX = 1000
const DESCENTS = 10
const ENDLESS_MS = 60_000

type Make = () => unknown
/** Logs a value at one place. */
type Place = (log: Logger, value: unknown) => void

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

const MESSAGE = 'what happened'

/** All places where a value can stand; what `log` gets besides has to be in the line. */
const PLACES: Readonly<Record<string, Place>> = {
  'as first argument': (log, value) => log.info(value),
  'as first argument before a message': (log, value) => log.info(value as object, MESSAGE),
  'as a field': (log, value) => log.info({ before: 1, value, after: 'x' }, MESSAGE),
  'in a field': (log, value) => log.info({ before: 1, outer: { list: [value, { value }] }, after: 'x' }, MESSAGE),
  'as a message': (log, value) => log.info({ before: 1, after: 'x' }, value as string),
  'behind a message': (log, value) => log.info({ before: 1, after: 'x' }, MESSAGE, value),
  'as the message of an error': (log, value) => log.error(new Error('x'), value as string),
  'as the cause of an error': (log, value) => log.error(new Error('x', { cause: value }), MESSAGE),
  'as a field of an error': (log, value) => log.error(Object.assign(new Error('x'), { value }), MESSAGE),
  ...Object.fromEntries(
    ['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%%', '%x'].map((placeholder) => [
      `as argument of ${placeholder}`,
      (log: Logger, value: unknown): void => log.info(`${MESSAGE} ${placeholder} %s`, value, value),
    ]),
  ),
  'as argument of a template': (log, value) => log.info`what happened: ${value} and ${1}`,
  'as named argument of a template': (log, value) => log.info`what happened: ${{ value }} and ${{ after: 'x' }}`,
  'as a binding': (log, value) => log.child({ before: 1, value, after: 'x' }).info(MESSAGE),
  'as bindings': (log, value) => log.child(value as object).info(MESSAGE),
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

function firstLine(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.replace(/\n.*/s, '') : 'unknown'
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

describe('log.info() where the application is in a bad state', () => {
  const CALLS: Readonly<Record<string, (log: Logger) => void>> = {
    'a message': (log) => log.info('deep'),
    fields: (log) => log.info({ a: 1, nested: { b: [1] } }, 'deep'),
    'rendered fields': (log) => log.info({ msg: 'deep', level: 1, date: new Date(0) }),
    'a template': (log) => log.info`deep ${1} ${{ a: 1 }}`,
    'an error': (log) => log.error(new Error('deep')),
    'a child': (log) => log.child({ a: { b: 1 } }).info('deep'),
  }

  for (const [name, call] of Object.entries(CALLS)) {
    it(`log.info() of ${name} at the end of the stack leaves the logger as it was`, async (t) => {
      const logs = new LogDirectory(t)
      const log = logs.spillway.logger('stack')
      const descend = (): void => {
        call(log)
        descend()
      }
      // Frames of other sizes below, so that the stack ends at other places of the library.
      const lift = (frames: number, ...padding: readonly number[]): void =>
        frames === 0 ? descend() : lift(frames - 1, ...padding, frames)
      for (let descent = 0; descent < DESCENTS; descent++) {
        assert.throws(() => lift(descent), RangeError)
        log.info({ descent }, 'after')
      }
      const { entries, dropped } = logs.spillway.stats()
      const lines = await logs.lines()
      const after = lines.filter(({ parsed }) => parsed.msg === 'after')
      assert.deepEqual(
        after.map(({ parsed }) => parsed.descent),
        Array.from({ length: DESCENTS }, (_, descent) => descent),
      )
      assert.equal(lines.length + dropped, entries, 'a seq is missing that is not counted as dropped')
    })
  }

  it('log.info() tells the real time where timers are mocked, and close() ends', { timeout: ENDLESS_MS }, async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('mocked')
    const start = Date.now()
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'], now: 0 })
    try {
      log.info({ at: new Date() }, 'mocked')
      logs.spillway.flushSync()
      await logs.spillway.flush()
      log.info('after')
      const lines = await logs.lines()
      assert.deepEqual(
        lines.map(({ parsed }) => parsed.msg),
        ['mocked', 'after'],
      )
      assert.equal(lines[0]?.parsed.at, '1970-01-01T00:00:00.000Z')
      for (const { parsed } of lines) assert.ok(Number(parsed.time) >= start)
    } finally {
      t.mock.timers.reset()
    }
  })

  it('log.info() called by code of a vm context makes the same line', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('realm')
    const context = createContext({ log })
    for (let i = 0; i < REPETITIONS; i++) {
      runInContext('log.info({ a: 1, list: [1] }, "moved to %j", { b: 1 })', context)
      runInContext('log.error(new RangeError("elsewhere"), "failed")', context)
      runInContext('log.info`user $' + '{{ userId: 7 }} moved`', context)
    }
    const lines = (await logs.lines()).slice(-3).map(({ parsed }) => parsed)
    assert.deepEqual([lines[0]?.a, lines[0]?.list, lines[0]?.msg], [1, [1], 'moved to {"b":1}'])
    assert.equal((lines[1]?.err as { type?: unknown } | undefined)?.type, 'RangeError')
    assert.deepEqual([lines[2]?.userId, lines[2]?.msg], [7, 'user 7 moved'])
  })

  it('log.info() survives built-ins that the application has changed', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('changed')
    Object.defineProperty(Object.prototype, 'polluted', { value: 'yes', enumerable: true, configurable: true })
    Object.defineProperty(BigInt.prototype, 'toJSON', {
      value: () => 'big',
      configurable: true,
    })
    try {
      for (let i = 0; i < REPETITIONS; i++) {
        log.info({ a: 1, big: 1n }, 'fields')
        log.info`user ${{ userId: 7 }} moved`
        log.child({ bound: 1 }).info('child')
      }
    } finally {
      delete (Object.prototype as { polluted?: unknown }).polluted
      delete (BigInt.prototype as { toJSON?: unknown }).toJSON
    }
    const lines = await logs.lines()
    for (const { text } of lines) assert.ok(!text.includes('polluted'), text)
    const last = lines.slice(-3).map(({ parsed }) => parsed)
    assert.deepEqual(
      [last[0]?.a, last[0]?.big, last[1]?.userId, last[1]?.msg, last[2]?.bound],
      [...[1, 'big', 7, 'user 7 moved', 1]],
    )
  })

  it('log.info() tells the real time where the clock throws or tells none', async (t) => {
    const answers: readonly (() => unknown)[] = [
      () => assert.fail('clock'),
      () => Number.NaN,
      () => -1,
      () => 1n,
      () => 'soon',
      () => undefined,
      () => Number.POSITIVE_INFINITY,
    ]
    let asked = 0
    const logs = new LogDirectory(t, { clock: () => answers[asked++ % answers.length]?.() as number })
    const log = logs.spillway.logger('clock')
    const start = Date.now()
    for (let i = 0; i < answers.length * REPETITIONS; i++) {
      assert.doesNotThrow(() => log.info('message'))
      assert.doesNotThrow(() => log.info({ i, nested: [i] }, 'fields'))
      assert.doesNotThrow(() => log.info({ msg: i }))
    }
    const lines = await logs.lines()
    assertNoGap(lines)
    assert.equal(lines.length, answers.length * REPETITIONS * 3)
    for (const { parsed } of lines) assert.ok(Number(parsed.time) >= start)
  })

  it('log.info() drops and counts what the clock logs, and nothing else', async (t) => {
    let isLogging = false
    const clock = (): number => {
      if (!isLogging) {
        isLogging = true
        log.info({ from: 'clock' }, 'from the clock')
        isLogging = false
      }
      return 7
    }
    const logs = new LogDirectory(t, { clock })
    const log = logs.spillway.logger('clock')
    for (let i = 0; i < REPETITIONS; i++) {
      log.info('a message')
      log.info({ i }, 'fields')
      log.info({ msg: 'rendered' })
    }
    const lines = await logs.lines()
    assert.equal(lines.length, REPETITIONS * 3)
    assert.equal(logs.spillway.stats().dropped, REPETITIONS * 3)
  })
})
