/**
 * Entries at the edges of what is logged: what is cut short says so, what an application puts into its objects never
 * decides where lines go, and what was logged before never changes what a line holds.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { runInNewContext } from 'node:vm'
import type { Logger, Spillway, SpillwayOptions } from '../../src/main/index.js'
import { LogDirectory } from '../support/log-directory.js'
import { newDirectory } from '../support/new-directory.js'
import { logFiles, writtenLines } from '../support/written-lines.js'

type Line = Readonly<Record<string, unknown>> & { readonly file: string }

async function linesOf(
  t: TestContext,
  log: (logger: Logger, spillway: Spillway) => void,
  options: SpillwayOptions = {},
): Promise<Line[]> {
  const directory = new LogDirectory(t, options)
  log(directory.spillway.logger('odd'), directory.spillway)
  return (await directory.lines()).map(({ file, parsed }) => ({ ...parsed, file }))
}

describe('Categories', () => {
  it('keep their files whatever was logged before: objects with keys of their own never take their room', async (t) => {
    const lines = await linesOf(t, (log, spillway) => {
      // Each shape three times in a row, as a map by user id may come; then templates, which are taken at first sight.
      for (let user = 0; user < 5000; user++) {
        for (let i = 0; i < 3; i++) log.info({ [`user${user}`]: 1 }, 'a shape of its own')
      }
      assert.ok(spillway.stats().dictionary.entries < 1024)
      for (let site = 0; spillway.stats().dictionary.refused === 0; site++) {
        const texts = [`template ${site} `, 'x'.repeat(1000)]
        log.info(Object.assign(texts, { raw: texts }), site)
      }
      for (let i = 0; i < 300; i++) spillway.logger(`late-${i}`).info('hello')
      assert.equal(spillway.stats().categoryOverflows, 0)
    })
    const late = lines.filter(({ msg }) => msg === 'hello')
    assert.equal(late.length, 300)
    for (const { file, category } of late) assert.equal(file, category)
  })

  it('count once each where they have no file of their own, and general is none of them', async (t) => {
    const directory = new LogDirectory(t, { maxCategories: 3 })
    for (const category of ['x', 'y', 'z', 'a', 'a', 'b']) directory.spillway.logger(category).info(category)
    assert.equal(directory.spillway.stats().categoryOverflows, 2)
    await directory.spillway.close()
    assert.deepEqual(
      logFiles(directory.path).map((path) => basename(path)),
      ['general.jsonl', 'x.jsonl', 'y.jsonl', 'z.jsonl'],
    )
  })
})

describe('Logger', () => {
  it('goes on after calls at the end of the stack', (t) => {
    const directory = newDirectory(t)
    // In a process of its own: the frames of cold code are the largest.
    const code = `
      import { Spillway } from ${JSON.stringify(new URL('../../src/main/index.js', import.meta.url).href)}
      const spillway = new Spillway({ directory: ${JSON.stringify(directory)} })
      const logger = spillway.logger('deep')
      const deeper = (depth) => {
        try { deeper(depth + 1) } catch {}
        logger.info({ depth }, 'deep')
      }
      try { deeper(0) } catch {}
      for (let i = 0; i < 10; i++) logger.info('after')
      await spillway.close()`
    execFileSync(process.execPath, ['--input-type=module', '-e', code])
    const messages = writtenLines(directory).map(({ msg }) => msg)
    assert.equal(messages.filter((message) => message === 'after').length, 10)
    assert.ok(messages.filter((message) => message === 'deep').length > 100)
  })
})

describe('Spillway.options', () => {
  it('cannot be replaced', (t) => {
    const { spillway } = new LogDirectory(t)
    assert.throws(() => Object.assign(spillway, { options: 1 }), TypeError)
    assert.equal(spillway.options.level, 'info')
  })

  it('of an object whose config cannot be read are refused as any others', async () => {
    const { Spillway } = await import('../../src/main/index.js')
    const hostile = {
      get config(): string {
        throw new Error('no')
      },
    }
    assert.throws(() => new Spillway(hostile), { code: 'ERR_SPILLWAY_INVALID_OPTION' })
  })
})

describe('Logger', () => {
  it('takes what was caught, of any type, with a message', async (t) => {
    const caught: unknown[] = [new TypeError('bad'), 'text', { code: 7 }, null, undefined]
    const lines = await linesOf(t, (log) => {
      for (const error of caught) log.error(error, 'failed')
      log.info()
    })
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['failed', 'text', 'failed', 'failed', 'failed', 'undefined'],
    )
  })

  it('logs and has its level at the end of 30,000 generations of children', async (t) => {
    const lines = await linesOf(t, (log, spillway) => {
      let child = log
      for (let i = 0; i < 30_000; i++) child = child.child({})
      child.info('deep')
      spillway.level = 'error'
      assert.equal(child.level, 'error')
      child.info('off')
    })
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['deep'],
    )
  })

  it('takes an error behind the arguments of a format for the error of the entry', async (t) => {
    const lines = await linesOf(t, (log) => {
      const error = new RangeError('too far')
      log.error('move failed', error)
      log.error('move of %s failed', 'user', error)
      log.error('move failed: %s', error)
      log.error('move failed 100 %%', error)
      log.error('move failed', { a: 1 })
    })
    assert.deepEqual(
      lines.map(({ msg, err }) => [msg, (err as { message?: string } | undefined)?.message]),
      [
        ['move failed', 'too far'],
        ['move of user failed', 'too far'],
        ['move failed: RangeError: too far', undefined],
        ['move failed 100 %', 'too far'],
        ['move failed', undefined],
      ],
    )
  })

  it('takes the message of the error under err where there is none', async (t) => {
    const lines = await linesOf(t, (log) => {
      for (let i = 0; i < 4; i++) log.info({ err: new Error('its own') })
      log.info({ err: new Error('its own') }, 'another')
      log.info({ err: { message: 'no error' } })
    })
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['its own', 'its own', 'its own', 'its own', 'another', undefined],
    )
  })

  it('asks an object for its JSON the first time and every time after it', async (t) => {
    const hidden = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => ({ b: 2 }) })
    const lines = await linesOf(t, (log) => {
      for (let i = 0; i < 5; i++) log.info(hidden, 'x')
      log.child(hidden).info('y')
    })
    for (const { a, b } of lines) assert.deepEqual([a, b], [undefined, 2])
  })

  it('says so in bindings that cannot be read', async (t) => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const lines = await linesOf(t, (log) => log.child(proxy).info('x'))
    assert.equal(lines[0]?.unreadable, true)
  })

  it('makes a valid line where Object.prototype has a toJSON', async (t) => {
    const prototype = Object.prototype as { toJSON?: unknown }
    t.after(() => delete prototype.toJSON)
    const lines = await linesOf(t, (log) => {
      prototype.toJSON = () => ({ all: 1 })
      for (let i = 0; i < 3; i++) log.info('with a nested value: %j', { a: { b: 1 } })
      delete prototype.toJSON
    })
    assert.equal(lines.length, 3)
  })

  it('tells an error of another realm in a message as one of this', async (t) => {
    const foreign: unknown = runInNewContext('new RangeError("far away")')
    const lines = await linesOf(t, (log) => {
      log.info('%s', foreign)
      log.info`${foreign}`
    })
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['RangeError: far away', 'RangeError: far away'],
    )
  })

  it('drops no seq for a clock that makes a child', async (t) => {
    const made: { log?: Logger } = {}
    const clock = (): number => {
      made.log?.child({ a: 1 })
      return 1_795_420_814_544
    }
    const lines = await linesOf(
      t,
      (log, spillway) => {
        made.log = log
        for (let i = 0; i < 3; i++) log.info('x')
        assert.equal(spillway.stats().dropped, 0)
      },
      { clock },
    )
    assert.deepEqual(
      lines.map(({ seq }) => seq),
      [1, 2, 3],
    )
  })

  it('files by name, by shape and by message as before after more shapes than it compares', async (t) => {
    const shapes = Array.from({ length: 40 }, (_, index) => ({ [`key${index}`]: index, common: index }))
    const lines = await linesOf(t, (log) => {
      for (let round = 0; round < 8; round++) for (const shape of shapes) log.info(shape, 'the same message')
    })
    for (const [index, { common, msg, ...line }] of lines.entries()) {
      const expected = index % shapes.length
      assert.deepEqual([line[`key${expected}`], common, msg], [expected, expected, 'the same message'])
    }
  })

  it('tells templates of one site apart whose arguments change between fields and values', async (t) => {
    const lines = await linesOf(t, (log) => {
      const say = (value: unknown): void => log.info`is ${value}`
      for (let i = 0; i < 3; i++) for (const value of [1, { a: 1 }, { b: 'x' }, { a: 1, b: 2 }, [1], null]) say(value)
    })
    const contents = lines.map(({ a, b, msg }) => [a, b, msg])
    const once = [
      [undefined, undefined, 'is 1'],
      [1, undefined, 'is 1'],
      [undefined, 'x', 'is x'],
      [undefined, undefined, 'is {"a":1,"b":2}'],
      [undefined, undefined, 'is [1]'],
      [undefined, undefined, 'is null'],
    ]
    assert.deepEqual(contents, [...once, ...once, ...once])
  })
})

describe('What is cut short', () => {
  it('says how much is missing, and never loses the cause of an error', async (t) => {
    const lines = await linesOf(t, (log) => {
      const error = new Error('large', { cause: new Error('the cause') })
      log.error(Object.assign(error, { rows: Array.from({ length: 12_000 }, () => 1), after: 'x' }))
      log.info({ list: Array.from({ length: 12_000 }, () => 1n), important: 'x' }, 'y')
      log.info({ nested: { list: Array.from({ length: 12_000 }, () => 1n), important: 'x' } }, 'y')
    })
    const err = lines[0]?.err as { cause: { message: string }; rows: unknown[]; '...': string }
    assert.equal(err.cause.message, 'the cause')
    assert.match(String(err.rows.at(-1)), /^\[\d+ more\]$/)
    assert.match(err['...'], /^\[\d more\]$/)
    const { list, important } = lines[1] as Line & { readonly list: readonly unknown[] }
    assert.deepEqual([list.length, important], [10_001, 'x'])
    assert.match(JSON.stringify(lines[2]?.nested), /"\.\.\.":"\[1 more\]"/)
  })

  it('is an error all the same where it has a toJSON of its own', async (t) => {
    const lines = await linesOf(t, (log) => {
      for (const toJSON of [() => ({ just: 1 }), () => assert.fail('no')]) {
        log.error(Object.assign(new Error('real'), { toJSON, code: 7 }))
      }
    })
    for (const { err } of lines) {
      const { type, message, code } = err as Record<string, unknown>
      assert.deepEqual({ type, message, code }, { type: 'Error', message: 'real', code: 7 })
    }
  })

  it('is not a BigInt: that is its digits', async (t) => {
    const lines = await linesOf(t, (log) => {
      for (let i = 0; i < 4; i++) log.info({ id: 12_345_678_901_234_567_890n }, 'x')
    })
    for (const { id } of lines) assert.equal(id, '12345678901234567890')
  })
})
