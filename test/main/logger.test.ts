/** The logger as an application sees it: its lines, the shapes of a call, and what readers of pino make of them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Logger } from '../../src/main/index.js'
import { assertNoGap, LogDirectory } from '../support/log-directory.js'
import { errOf, LEVELS, loosely, messages, REPETITIONS, written } from './logger-lines.js'

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
