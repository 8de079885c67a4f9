/** Everything that an application may log, for properties of what its lines say. */
import fc from 'fast-check'
import { RESERVED } from './expected-members.js'

export const ENTRIES_MAX = 2000
const RUNS = 6
/** A failure is made smaller for so long: each step of it starts a Spillway. */
const TIME_MAX_MS = 20_000
export const PARAMETERS = { numRuns: RUNS, interruptAfterTimeLimit: TIME_MAX_MS }

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
export const ODD_NUMBERS = [
  ...[0, -0, NaN, Infinity, -Infinity, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, Number.EPSILON],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53)],
  ...[1e20, 1e21, 1.5e21, 1e-6, 1e-7, 1.5e-7, 0.1, 0.001, 0.0005, 1.005, 123.456, 999999999999.999, 1e15 + 0.3],
]

/** Any UTF-16 units, so lone surrogates too; or what an attacker would write. */
export const text = fc.oneof(
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
export const number = fc.oneof(fc.constantFrom(...ODD_NUMBERS), fc.double(), fc.integer(), decimals())
export const key = fc.oneof(fc.constantFrom('a', 'b', 'c', 'userId'), fc.constantFrom(...ODD_KEYS), text)

/** Everything that JSON.stringify takes, and the writers of JSON tend to get wrong. */
export const { value } = fc.letrec<{ value: unknown; nested: unknown }>((tie) => ({
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

/** Is in JSON what it holds. */
export class SaysItself {
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

/** Decimals of one to four places, as durations and prices are. */
export function decimals(): fc.Arbitrary<number> {
  const digits = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.integer({ min: -99_999, max: 99_999 }))
  return fc.tuple(digits, fc.integer({ min: 1, max: 4 })).map(([whole, places]) => whole / 10 ** places)
}

/** An object of these members; a key that comes again is left out, and `__proto__` is a member like any other. */
export function objectOf(
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
