import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ENGINE_SOURCES, type Logger, type Spillway } from '../../../src/main/index.js'
import { LogDirectory } from '../../support/log-directory.js'

/** This file in the rules of the tests: its own category. */
const RULES = { 'classify/placed-loggers.test.ts': 'here' }
const SOURCES = { rules: RULES }

function tagged(log: Logger, value: unknown): void {
  log.info`tagged ${value}`
}

async function logged(t: TestContext, options: object, log: (s: Spillway) => void) {
  const directory = new LogDirectory(t, options)
  log(directory.spillway)
  return (await directory.lines()).map(({ file, parsed }) => ({ ...parsed, file }) as Record<string, unknown>)
}

describe('Spillway.here()', () => {
  it('gives a logger of the calling file, whoever calls the function it stands in', async (t) => {
    const lines = await logged(t, { sources: SOURCES }, (spillway) => {
      const make = (): Logger => spillway.here()
      for (const log of [make(), [0].map(make)[0] as Logger, spillway.here(import.meta.url)]) log.info('x')
      spillway
        .here(new URL(import.meta.url))
        .child({ a: 1 })
        .warn('w')
    })
    assert.deepEqual(
      lines.map(({ file, category }) => [file, category]),
      [
        ['here', 'here'],
        ['here', 'here'],
        ['here', 'here'],
        ['warning', 'here'],
      ],
    )
  })

  it('refuses a file that is neither a text nor a URL', (t) => {
    const { spillway } = new LogDirectory(t)
    assert.throws(() => spillway.here(7 as unknown as string), {
      code: 'ERR_SPILLWAY_INVALID_ARGUMENT',
      message: 'Argument "file" is 7: it must be a path, a URL or left out.',
    })
  })
})

describe('Spillway.logger() without a category', () => {
  it("files a tagged template in its file's category, and everything else in general", async (t) => {
    const lines = await logged(t, { sources: SOURCES }, (spillway) => {
      const log = spillway.logger()
      for (let i = 0; i < 3; i++) tagged(log, i)
      log.info('message')
      log.info({ a: 1 }, 'object')
      tagged(log.child({ b: 2 }).child({ c: 3 }), 'child')
      log.warn`template ${1}`
      log.error`template ${1}`
    })
    assert.deepEqual(
      lines.map(({ file, category, msg }) => [file, category, msg]),
      [
        ['here', 'here', 'tagged 0'],
        ['here', 'here', 'tagged 1'],
        ['here', 'here', 'tagged 2'],
        ['general', 'general', 'message'],
        ['general', 'general', 'object'],
        ['here', 'here', 'tagged child'],
        ['warning', 'here', 'template 1'],
        ['error', 'here', 'template 1'],
      ],
    )
    assert.deepEqual([lines[5]?.b, lines[5]?.c], [2, 3])
  })

  it('leaves the levels of shared loggers live, and their children', async (t) => {
    const lines = await logged(t, { sources: SOURCES, level: 'warn' }, (spillway) => {
      const child = spillway.logger().child({ a: 1 })
      tagged(child, 'off')
      spillway.level = 'info'
      tagged(child, 'on')
    })
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['tagged on'],
    )
  })
})

describe("classify: 'call-site'", () => {
  it('files each call by its place; a name counts where the place is in no rule; the level counts most', async (t) => {
    for (const rules of [RULES, { nowhere: 'x' }]) {
      const category = rules === RULES ? 'here' : 'hint'
      const lines = await logged(t, { classify: 'call-site', sources: { rules } }, (spillway) => {
        const log = spillway.logger('hint')
        log.debug('failed with error: not shown')
        log.level = 'trace'
        log.debug('failed with error')
        log.info({ a: 1 }, 'object')
        log.info(new Error('an info'))
        log.info(null)
        tagged(log, 1)
        log.warn('w')
        log.fatal('f')
      })
      assert.deepEqual(
        lines.map(({ file, category: of }) => [file, of]),
        [...Array.from({ length: 5 }, () => [category, category]), ['warning', category], ['error', category]],
      )
    }
  })

  it('counts hits and misses in stats(), and shows what it knows in sources()', async (t) => {
    const { spillway } = new LogDirectory(t, { classify: 'call-site', sources: SOURCES })
    const log = spillway.logger()
    for (let i = 0; i < 200; i++) log.info('x')
    const { hits, misses, hitRate, size } = spillway.stats().sources
    assert.deepEqual({ hits, misses, hitRate, size }, { hits: 199, misses: 1, hitRate: 0.995, size: 1 })
    const [known] = spillway.sources()
    assert.deepEqual([known?.category, known?.rule], ['here', 'classify/placed-loggers.test.ts'])
    assert.match(String(known?.frame?.path), /classify\/placed-loggers\.test\.ts$/)
  })
})

describe('source: true', () => {
  it('tells the place of tagged templates as src, also of rendered ones, and of no other calls', async (t) => {
    const lines = await logged(t, { source: true, sources: SOURCES }, (spillway) => {
      const log = spillway.logger('named')
      for (let i = 0; i < 3; i++) tagged(log, i)
      log.info`fields ${{ a: 1 }} and ${{ b: 'x' }}`
      log.info`nested ${{ c: { d: 1 } }}`
      log.info({ e: 1 }, 'object')
      log.info('message')
    })
    for (const line of lines.slice(0, 5)) assert.match(String(line.src), /placed-loggers\.test\.ts:\d+$/)
    assert.equal(new Set(lines.slice(0, 3).map(({ src }) => src)).size, 1)
    assert.equal(new Set(lines.slice(0, 5).map(({ src }) => src)).size, 3)
    assert.deepEqual(
      lines.slice(5).map(({ src }) => src),
      [undefined, undefined],
    )
    assert.deepEqual([lines[3]?.a, lines[3]?.b, lines[3]?.msg], [1, 'x', 'fields 1 and x'])
  })

  it("tells the place of each call where calls are classified, as a field that an entry's own replaces", async (t) => {
    const options = { source: true, classify: 'call-site', sources: SOURCES }
    const lines = await logged(t, options, (spillway) => {
      const log = spillway.logger()
      for (let i = 0; i < 3; i++) log.info({ i }, 'object')
      log.info({ src: 'mine' })
      log.child({ src: 'bound' }).info('x')
      log.child({ src: 'bound' }).info`x ${1}`
      log.info`x ${{ src: 'in the template' }}`
    })
    for (const line of lines.slice(0, 3)) assert.match(String(line.src), /placed-loggers\.test\.ts:\d+$/)
    assert.deepEqual(
      lines.slice(3).map(({ src }) => src),
      ['mine', 'bound', 'bound', 'in the template'],
    )
  })

  it('is off where it is not asked for', async (t) => {
    const lines = await logged(t, { sources: SOURCES }, (spillway) => tagged(spillway.logger(), 1))
    assert.equal(lines[0]?.src, undefined)
  })
})

describe('Spillway.loggerFor()', () => {
  const stack = 'TypeError: x\n    at f (https://game.example/src/ai/plan.js:1:2)'

  it('files by the stack that an entry brings with it; a hint counts where that is in no rule', async (t) => {
    const lines = await logged(t, {}, (spillway) => {
      for (let i = 0; i < 3; i++) spillway.loggerFor(stack, 'client').info({ stack }, 'from a browser')
      spillway.loggerFor('no stack', 'client').info('x')
      spillway.loggerFor('no stack').info('x')
      spillway.loggerFor(stack, 'client').error('x')
    })
    assert.deepEqual(
      lines.map(({ file, category }) => [file, category]),
      [
        ['ai', 'ai'],
        ['ai', 'ai'],
        ['ai', 'ai'],
        ['client', 'client'],
        ['general', 'general'],
        ['error', 'ai'],
      ],
    )
  })

  it('takes an entry or an error for its stack, and no line of the message for a frame', async (t) => {
    const message = 'x\n    at f (https://h/src/evil/a.js:1:1)'
    const withMessage = `TypeError: ${message}\n    at g (https://h/src/ai/b.js:2:2)`
    const lines = await logged(t, {}, (spillway) => {
      spillway.loggerFor({ stack: withMessage, message }, 'client').info('x')
      spillway.loggerFor({ stack: `f@https://h/src/ai/b.js:2:2`, message: 'f' }).info('x')
      const error = new Error(message)
      error.stack = withMessage
      assert.equal(spillway.explain(error).category, 'ai')
      const [one, two] = [1, 2].map((line) => spillway.loggerFor(`f@https://h/src/ai/b.js:${line}:1`))
      assert.notEqual(one, two)
      assert.deepEqual(
        [one, two].map((log) => spillway.explain(log as Logger).frame?.line),
        [1, 2],
      )
    })
    assert.deepEqual(
      lines.map(({ category }) => category),
      ['ai', 'ai'],
    )
  })

  it('makes no more files than maxCategories, whatever stacks come', async (t) => {
    const directory = new LogDirectory(t, { maxCategories: 5 })
    for (let i = 0; i < 100; i++) {
      directory.spillway.loggerFor(`f@https://h/src/folder${i}/x.js:1:1`).info({ i })
    }
    const files = await directory.files()
    assert.equal(files.size, 6) // and general
    assert.equal([...files.values()].flat().length, 100)
  })

  it('refuses what is no text, and a hint that is no category', (t) => {
    const { spillway } = new LogDirectory(t)
    const invalid = {
      code: 'ERR_SPILLWAY_INVALID_ARGUMENT',
      message: /^Argument "stack" is .*: it must be a text, or an object/,
    }
    for (const value of [null, undefined, 7, {}, []]) {
      assert.throws(() => spillway.loggerFor(value as unknown as string), invalid)
    }
    assert.throws(() => spillway.loggerFor('', ''), { code: 'ERR_SPILLWAY_INVALID_CATEGORY' })
  })
})

describe('Spillway.explain()', () => {
  it('says of loggers and stacks which category, file, rule and frame it is', (t) => {
    const { spillway } = new LogDirectory(t, { sources: { root: '/srv/app', rules: ENGINE_SOURCES } })
    assert.deepEqual(spillway.explain('E\n    at async f.g [as h] (file:///srv/app/src/ai/x.ts:4:5)'), {
      category: 'ai',
      file: 'ai.jsonl',
      rule: 'src/ai',
      frame: { path: 'src/ai/x.ts', line: 4, column: 5, function: 'f.g' },
    })
    assert.deepEqual(spillway.explain(''), {
      category: 'general',
      file: 'general.jsonl',
      rule: 'no frame of the application',
      frame: null,
    })
    const named = { category: 'actions', file: 'actions.jsonl', rule: 'the name it was given', frame: null }
    assert.deepEqual(spillway.explain(spillway.logger('actions')), named)
    assert.deepEqual(spillway.explain(spillway.logger('actions').child({ a: 1 })), named)
    assert.equal(spillway.explain(spillway.loggerFor('', 'client')).rule, 'the name it was given')
    assert.equal(spillway.explain(spillway.logger('error')).file.startsWith('error-'), true)
    assert.match(String(spillway.explain(new Error('x')).frame?.path), /placed-loggers\.test\.[jt]s$/)
    assert.match(String(spillway.explain(spillway.here()).frame?.path), /placed-loggers\.test\.[jt]s$/)
  })

  it('makes no file and takes no name', (t) => {
    const { spillway } = new LogDirectory(t)
    const { files } = spillway.stats()
    assert.equal(
      spillway.explain('f@https://h/src/CON/x.js:1:1').file,
      spillway.explain('f@https://h/src/CON/y.js:1:1').file,
    )
    assert.equal(spillway.stats().files, files)
  })

  it('refuses what is neither', (t) => {
    const { spillway } = new LogDirectory(t)
    for (const value of [null, undefined, 7, {}, []]) {
      assert.throws(() => spillway.explain(value as unknown as string), {
        code: 'ERR_SPILLWAY_INVALID_ARGUMENT',
        message: /must be a logger, a stack or an error/,
      })
    }
  })
})
