/** The text and the fields of a template are those of its arguments, whichever way the entry took. */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { Logger } from '../../src/main/index.js'
import { textOfValue } from '../../src/main/produce/message-format.js'
import { assertNoGap, LogDirectory, type Member, membersOf, scanObject } from '../support/log-directory.js'
import { expectedMembers, inLine } from './expected-members.js'
import { ENTRIES_MAX, key, number, objectOf, PARAMETERS, text, value } from './value-arbitraries.js'

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

/** As `expectedMembers`, in the order of the list: an object would put integer-like keys first. */
function expectedFields(fields: ReadonlyMap<string, unknown>): Member[] {
  const members = [...fields].flatMap((entry) => scanObject(JSON.stringify(objectOf([entry]))))
  return inLine(members, [...fields.keys()])
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
