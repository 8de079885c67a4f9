/** The logger as an application sees it: the shapes of a call, errors, children and levels. */
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { type LevelName, type LevelThreshold, type Logger, SpillwayError } from '../../src/main/index.js'
import { assertNoGap, LogDirectory, membersOf } from '../support/log-directory.js'

const LEVELS: readonly LevelName[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
/** The first sight of a shape or a template is rendered, later ones are typed; a repeated message is interned. */
const REPETITIONS = 7

type Fields = Readonly<Record<string, unknown>>

/** What a call's lines say behind the frame; each call is made several times, and must say the same each time. */
async function written(t: TestContext, ...calls: ((log: Logger) => void)[]): Promise<Fields[]> {
  const logs = new LogDirectory(t)
  const log = logs.spillway.logger('calls')
  for (const call of calls) for (let i = 0; i < REPETITIONS; i++) call(log)
  const lines = await logs.lines()
  assertNoGap(lines)
  assert.equal(lines.length, calls.length * REPETITIONS)
  const contents = lines.map((line) => {
    const { level: _level, time: _time, seq: _seq, category: _category, ...fields } = line.parsed
    return fields
  })
  for (const [index, content] of contents.entries()) {
    const first = contents[index - (index % REPETITIONS)]
    assert.deepEqual(content, first, `call ${index % REPETITIONS} said otherwise`)
  }
  return contents.filter((_, index) => index % REPETITIONS === 0)
}

function messages(contents: readonly Fields[]): unknown[] {
  return contents.map(({ msg }) => msg)
}

function errOf(content: Fields | undefined): Fields {
  assert.ok(content !== undefined)
  return content.err as Fields
}

/** A call with arguments that the types do not allow. */
function loosely(log: Logger, ...args: readonly unknown[]): void {
  const method = log.info.bind(log) as (...given: readonly unknown[]) => void
  method(...args)
}

describe('Logger: a line', () => {
  it('log.info() writes level, time, seq and category before the fields, and msg last', async (t) => {
    const logs = new LogDirectory(t)
    const before = Date.now()
    logs.spillway.logger('actions').info({ b: 1, a: 2 }, 'moved')
    const after = Date.now()
    const [line] = await logs.lines()
    const time = Number(line?.parsed.time)
    assert.ok(before <= time && time <= after)
    assert.equal(line?.text, `{"level":30,"time":${time},"seq":1,"category":"actions","b":1,"a":2,"msg":"moved"}`)
  })

  it('log.info() writes the time that the option clock tells', async (t) => {
    const logs = new LogDirectory(t, { clock: () => 1_795_420_814_544 })
    logs.spillway.logger('actions').info('moved')
    assert.equal((await logs.lines())[0]?.parsed.time, 1_795_420_814_544)
  })

  it('log methods write to the files of their levels, with the numbers of pino', async (t) => {
    const logs = new LogDirectory(t, { level: 'trace' })
    const log = logs.spillway.logger('actions')
    for (const level of LEVELS) log[level](level)
    const files = await logs.files()
    const found = [...files].map(([file, lines]) => [file, lines.map(({ parsed }) => [parsed.level, parsed.msg])])
    assert.deepEqual(Object.fromEntries(found), {
      actions: [
        [10, 'trace'],
        [20, 'debug'],
        [30, 'info'],
      ],
      warning: [[40, 'warn']],
      error: [
        [50, 'error'],
        [60, 'fatal'],
      ],
    })
    for (const level of LEVELS) assert.equal(pino.levels.values[level], (LEVELS.indexOf(level) + 1) * 10)
  })

  it('log methods give each call of all loggers the next seq', async (t) => {
    const logs = new LogDirectory(t)
    const loggers = ['a', 'b', 'c'].map((category) => logs.spillway.logger(category))
    for (let i = 0; i < 300; i++) loggers[i % 3]?.[i % 2 === 0 ? 'info' : 'error']({ i }, 'entry')
    const lines = await logs.lines()
    assertNoGap(lines)
    assert.deepEqual(
      lines.map(({ parsed }) => parsed.i),
      Array.from({ length: 300 }, (_, index) => index),
    )
  })
})

describe('Logger: shapes of a call', () => {
  it('log.info() takes a message, fields, both, or a template', async (t) => {
    const contents = await written(
      t,
      (log) => log.info('moved'),
      (log) => log.info({ userId: 7 }),
      (log) => log.info({ userId: 7, durationMs: 1.5 }, 'moved to %s', 'hall'),
      (log) => log.info`user ${7} moved to ${'hall'}`,
      (log) => log.info`user ${{ userId: 7 }} moved`,
      (log) => log.info`no arguments`,
      (log) => log.info({}),
      (log) => log.info(''),
    )
    assert.deepEqual(contents, [
      { msg: 'moved' },
      { userId: 7 },
      { userId: 7, durationMs: 1.5, msg: 'moved to hall' },
      { msg: 'user 7 moved to hall' },
      { userId: 7, msg: 'user 7 moved' },
      { msg: 'no arguments' },
      {},
      { msg: '' },
    ])
  })

  it('log.info() takes anything else as its text', async (t) => {
    const values = [5, true, null, undefined, 2n, Symbol('s'), function named() {}]
    const contents = await written(t, ...values.map((value) => (log: Logger) => log.info(value)))
    assert.deepEqual(messages(contents), ['5', 'true', 'null', 'undefined', '2', 'Symbol(s)', '[function named]'])
  })

  it('log.info() keeps the message behind null or undefined', async (t) => {
    // log.error(maybeError, 'failed') is written everywhere.
    const contents = await written(
      t,
      (log) => loosely(log, null, 'moved to %s', 'hall'),
      (log) => loosely(log, undefined, 'moved to %s', 'hall'),
    )
    for (const msg of messages(contents)) assert.match(String(msg), /moved to hall/)
  })

  it('log.info`` tells calls of one site apart by their arguments', async (t) => {
    const site = (log: Logger, ...args: [unknown, unknown]): void => log.info`${args[0]} and ${args[1]}`
    const contents = await written(
      t,
      (log) => site(log, 1, 2),
      (log) => site(log, { a: 1 }, 2),
      (log) => site(log, 1, { b: 'x' }),
      (log) => site(log, { a: 1 }, { a: 2 }),
      (log) => site(log, { a: [1] }, { b: null }),
      (log) => site(log, { a: 1, b: 2 }, [{ c: 3 }]),
      (log) => site(log, { level: 1 }, { msg: 2 }),
      (log) => site(log, { a: undefined }, { b: Number.NaN }),
    )
    assert.deepEqual(contents, [
      { msg: '1 and 2' },
      { a: 1, msg: '1 and 2' },
      { b: 'x', msg: '1 and x' },
      { a: 2, msg: '1 and 2' },
      { a: [1], b: null, msg: '[1] and null' },
      { msg: '{"a":1,"b":2} and [{"c":3}]' },
      { level_: 1, msg_: 2, msg: '1 and 2' },
      { b: null, msg: 'undefined and NaN' },
    ])
  })

  it('log.info`` takes any number of arguments', async (t) => {
    const contents = await written(t, (log) => {
      const pieces = Array.from({ length: 101 }, (_, index) => `${index}:`)
      const strings = Object.assign(pieces, { raw: pieces })
      log.info(strings, ...pieces.slice(1).keys())
    })
    assert.equal(contents[0]?.msg, `${Array.from({ length: 100 }, (_, index) => `${index}:${index}`).join('')}100:`)
  })

  it('log methods of every level take the same shapes', async (t) => {
    for (const level of LEVELS) {
      const [content] = await written(t, (log) => {
        log.level = 'trace'
        log[level]({ userId: 7 }, 'moved to %s', 'hall')
      })
      assert.deepEqual(content, { userId: 7, msg: 'moved to hall' })
    }
  })
})

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

describe('Logger: levels', () => {
  it('log methods below the threshold write nothing, for each threshold', async (t) => {
    const thresholds: readonly LevelThreshold[] = [...LEVELS, 'silent']
    for (const [rank, level] of thresholds.entries()) {
      const logs = new LogDirectory(t, { level })
      const log = logs.spillway.logger('levels')
      for (const method of LEVELS) log[method](method)
      assert.deepEqual(
        LEVELS.filter((each) => log.isLevelEnabled(each)),
        LEVELS.slice(rank),
      )
      assert.equal(logs.spillway.level, level)
      assert.equal(log.level, level)
      assert.deepEqual(messages((await logs.lines()).map(({ parsed }) => parsed)), LEVELS.slice(rank))
    }
  })

  it('spillway.level reaches every logger, child and grandchild at its next call', async (t) => {
    const logs = new LogDirectory(t, { level: 'error' })
    const log = logs.spillway.logger('levels')
    const child = log.child({ child: true })
    const loggers = [log, child, child.child({ grandchild: true }), logs.spillway.logger('other')]
    for (const each of loggers) each.info('too low')
    logs.spillway.level = 'debug'
    for (const each of loggers) each.debug('high enough')
    for (const each of loggers) assert.ok(each.isLevelEnabled('debug') && each.level === 'debug')
    logs.spillway.level = 'silent'
    for (const each of loggers) each.fatal('too low')
    const written = messages((await logs.lines()).map(({ parsed }) => parsed))
    assert.deepEqual(
      written,
      loggers.map(() => 'high enough'),
    )
  })

  it('log.level reaches its children at once, not its parent, its siblings or children with their own', async (t) => {
    const logs = new LogDirectory(t)
    const parent = logs.spillway.logger('levels')
    const sibling = logs.spillway.logger('levels')
    const child = parent.child({})
    const own = child.child({}, { level: 'warn' })
    const grandchild = child.child({})
    const ofOwn = own.child({})
    for (const each of [parent, sibling, child, own, grandchild, ofOwn]) each.debug('too low')
    child.level = 'debug'
    assert.deepEqual(
      [parent, sibling, child, own, grandchild, ofOwn].map(({ level }) => level),
      ['info', 'info', 'debug', 'warn', 'debug', 'warn'],
    )
    for (const each of [parent, sibling, own, ofOwn]) each.debug('too low')
    for (const each of [child, grandchild]) each.debug('high enough')
    own.level = 'trace'
    ofOwn.trace('high enough')
    const written = messages((await logs.lines()).map(({ parsed }) => parsed))
    assert.deepEqual(written, ['high enough', 'high enough', 'high enough'])
  })

  it('child() with a level has it whatever the others have', async (t) => {
    const logs = new LogDirectory(t, { level: 'silent' })
    const log = logs.spillway.logger('levels')
    log.child({}, { level: 'trace' }).trace('traced')
    log.child({}, { level: undefined }).fatal('silent')
    log.child({}, {}).fatal('silent')
    assert.deepEqual(messages((await logs.lines()).map(({ parsed }) => parsed)), ['traced'])
  })

  it('isLevelEnabled() says no of silent and of what is no level', (t) => {
    const log = new LogDirectory(t, { level: 'trace' }).spillway.logger('levels')
    for (const level of ['silent', 'verbose', '', 'toString', '__proto__', null, 30]) {
      assert.equal(log.isLevelEnabled(level as LevelName), false)
    }
  })

  it('setting or giving what is no level throws ERR_SPILLWAY_INVALID_OPTION, and changes nothing', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('levels')
    for (const wrong of ['verbose', '', 'INFO', 30, null, {}, [], ['info'], 'toString', Symbol('info')]) {
      const level = wrong as LevelThreshold
      const attempts = [
        () => {
          logs.spillway.level = level
        },
        () => {
          log.level = level
        },
        () => log.child({}, { level }),
      ]
      for (const attempt of attempts) {
        assert.throws(
          attempt,
          (error) => error instanceof SpillwayError && error.code === 'ERR_SPILLWAY_INVALID_OPTION',
        )
      }
    }
    assert.deepEqual([logs.spillway.level, log.level], ['info', 'info'])
    log.info('as before')
    assert.equal((await logs.lines()).length, 1)
  })

  it('a log method below the threshold asks nothing of its arguments', (t) => {
    const log = new LogDirectory(t, { level: 'warn' }).spillway.logger('levels')
    const trap = new Proxy({}, { ownKeys: () => assert.fail('was asked'), get: () => assert.fail('was asked') })
    log.info(trap, '%j', trap)
    log.info`${trap}`
  })
})

describe('Logger: the moment of the call', () => {
  it('log.info() writes values as they were at the call, not as they are later', async (t) => {
    const logs = new LogDirectory(t)
    const log = logs.spillway.logger('calls')
    for (let i = 0; i < REPETITIONS; i++) {
      const inner = { list: [i], map: { i }, date: new Date(i) }
      const error = new Error(`error ${i}`)
      const fields = { i, inner, text: `${i}` }
      const bindings = { bound: { i } }
      const child = log.child(bindings)
      child.info(fields, 'fields %j', inner.list)
      child.info`template ${{ inner }} ${inner.list}`
      child.error(error)
      bindings.bound.i = -1
      fields.i = -1
      fields.text = 'changed'
      inner.list.push(-1)
      inner.map.i = -1
      inner.date.setTime(-1)
      error.message = 'changed'
      child.info('bound')
    }
    const lines = await logs.lines()
    for (let i = 0; i < REPETITIONS; i++) {
      const [fields, template, error, bound] = lines.slice(i * 4, i * 4 + 4).map(({ parsed }) => parsed)
      const inner = { list: [i], map: { i }, date: new Date(i).toISOString() }
      assert.deepEqual([fields?.i, fields?.text, fields?.inner, fields?.msg], [i, `${i}`, inner, `fields [${i}]`])
      assert.deepEqual([template?.inner, template?.msg], [inner, `template ${JSON.stringify(inner)} [${i}]`])
      assert.equal(errOf(error).message, `error ${i}`)
      assert.deepEqual(bound?.bound, { i })
    }
  })
})

describe('Logger: readers of pino', () => {
  it('pino-pretty shows level, message and fields of every line', async (t) => {
    const logs = new LogDirectory(t, { level: 'trace' })
    const log = logs.spillway.logger('pretty')
    for (const level of LEVELS) log[level]({ userId: 7 }, `at ${level}`)
    log.error(new TypeError('wrong'), 'move failed')
    const pretty = prettyFactory({ colorize: false })
    const shown = (await logs.lines()).map(({ text }) => pretty(`${text}\n`) ?? '')
    for (const [index, level] of LEVELS.entries()) {
      assert.match(shown[index] ?? '', new RegExp(`${level.toUpperCase()}.*: at ${level}\\n.*userId: 7`, 's'))
    }
    assert.match(shown.at(-1) ?? '', /ERROR.*: move failed\n.*TypeError: wrong.*at /s)
  })

  it("pino's table of levels names the level of every line, and its time is a date", async (t) => {
    const logs = new LogDirectory(t, { level: 'trace' })
    const log = logs.spillway.logger('labels')
    for (const level of LEVELS) log[level](level)
    for (const { parsed } of await logs.lines()) {
      assert.equal(pino.levels.labels[Number(parsed.level)], parsed.msg)
      assert.ok(Math.abs(new Date(Number(parsed.time)).getTime() - Date.now()) < 60_000)
    }
  })
})
