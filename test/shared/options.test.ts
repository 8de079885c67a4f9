import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { OPTION_RULES } from '../../src/shared/option-rules.js'
import { DEFAULT_OPTIONS, resolveOptions } from '../../src/shared/options.js'
import { assertDeepFrozen } from './deep-frozen.js'
import { MIB, nested, refusal, resolved } from './options-sources.js'

const SEED = {
  performance: {
    buffer: { maxBufferSize: 100, flushInterval: 1000, maxMemoryUsage: 52428800, compressionThreshold: 1048576 },
    fileHandles: { maxHandles: 50, ttl: 60000, evictionRatio: 0.2 },
    cache: { maxSize: 500, ttl: 300000, compression: true },
    writes: { maxConcurrentWrites: 5, retryAttempts: 3, retryDelay: 1000 },
  },
}

describe('DEFAULT_OPTIONS', () => {
  it('DEFAULT_OPTIONS holds every documented default', () => {
    assert.deepEqual(DEFAULT_OPTIONS, {
      config: null,
      directory: 'logs',
      level: 'info',
      workers: null,
      ringBytes: 4 * MIB,
      fileBufferBytes: 65_536,
      utc: false,
      alsoInCategoryFile: false,
      maxCategories: 1_024,
      highTrafficCategories: ['actions', 'engine', 'entities', 'events'],
      pretty: null,
      fileMode: 0o600,
      directoryMode: 0o700,
      exitTimeoutMs: 10_000,
      flushTimeoutMs: 30_000,
      writerTimeoutMs: 5_000,
      onFull: 'block',
      fallbackDirectory: null,
      exitSignals: [],
      clock: Date.now,
      classify: 'logger',
      source: false,
      sources: { root: '.', rules: null, skip: [], served: [], maps: true },
      arena: 'auto',
      journal: null,
      durability: { trace: 'none', debug: 'none', info: 'none', warn: 'none', error: 'none', fatal: 'none' },
      ...SEED,
    })
  })

  it('DEFAULT_OPTIONS is frozen throughout', () => {
    assertDeepFrozen(DEFAULT_OPTIONS)
  })
})

describe('resolveOptions()', () => {
  it('resolveOptions() without anything given returns the defaults, with directory absolute and workers derived', () => {
    const sources = { ...DEFAULT_OPTIONS.sources, root: resolve('.') }
    assert.deepEqual(resolved({}), { ...DEFAULT_OPTIONS, directory: resolve('logs'), sources, workers: 3 })
  })

  it('resolveOptions() uses this machine when it is not told the number of cores', () => {
    const { workers } = resolveOptions(undefined, undefined, {})
    assert.ok(workers >= 1 && workers <= 5)
  })

  it("resolveOptions() accepts the seed's configuration as it stands, as options and as file", () => {
    assert.deepEqual(resolved({ options: SEED }).performance, SEED.performance)
    assert.deepEqual(resolved({ file: JSON.parse(JSON.stringify(SEED)) }).performance, SEED.performance)
  })

  it('resolveOptions() takes the environment over the options, the options over the file, option by option', () => {
    const file = { level: 'trace', maxCategories: 7, performance: { cache: { maxSize: 1, ttl: 1 } } }
    const options = { level: 'warn', exitTimeoutMs: 1, performance: { cache: { maxSize: 2 } } }
    const result = resolved({ file, options, env: { SPILLWAY_LEVEL: 'fatal', SPILLWAY_CACHE_COMPRESSION: 'no' } })
    assert.equal(result.level, 'fatal')
    assert.equal(result.exitTimeoutMs, 1)
    assert.equal(result.maxCategories, 7)
    assert.deepEqual(result.performance.cache, { maxSize: 2, ttl: 1, compression: false })
  })

  it('resolveOptions() keeps precedence for any mixture of the three sources', () => {
    const count = fc.option(fc.integer({ min: 1, max: 16_384 }), { nil: undefined })
    fc.assert(
      fc.property(count, count, count, (inFile, inCode, inEnvironment) => {
        const env = inEnvironment === undefined ? {} : { SPILLWAY_MAX_CATEGORIES: ` ${inEnvironment}\t` }
        const sources = { file: { maxCategories: inFile }, options: { maxCategories: inCode }, env }
        assert.equal(resolved(sources).maxCategories, inEnvironment ?? inCode ?? inFile ?? 1_024)
      }),
    )
  })

  it('resolveOptions() counts undefined and an empty variable as unset', () => {
    const options = { level: undefined, performance: { writes: undefined, cache: { ttl: undefined } } }
    assert.deepEqual(resolved({ options, env: { SPILLWAY_LEVEL: '', SPILLWAY_UTC: ' ' } }), resolved({}))
  })

  it('resolveOptions() turns -0 into 0', () => {
    assert.equal(resolved({ options: { exitTimeoutMs: -0 } }).exitTimeoutMs, 0)
  })

  it('resolveOptions() resolves directory and config to absolute paths', () => {
    const result = resolved({ options: { directory: 'a/../b', config: 'c.json' }, env: { SPILLWAY_CONFIG: 'd.json' } })
    assert.equal(result.directory, resolve('b'))
    assert.equal(result.config, resolve('d.json'))
  })

  it('resolveOptions() returns an object that is frozen throughout and shares no array with its input', () => {
    const highTrafficCategories = ['a']
    const result = resolved({ options: { highTrafficCategories, pretty: true } })
    highTrafficCategories.push('b')
    assertDeepFrozen(result)
    assert.deepEqual(result.highTrafficCategories, ['a'])
    assert.equal(Object.isFrozen(highTrafficCategories), false)
  })

  it('resolveOptions() returns an object that can be cloned to a thread, the clock aside', () => {
    const { clock, ...rest } = resolved({ options: { pretty: true, clock: () => 5 } })
    assert.equal(clock(), 5)
    assert.deepEqual(structuredClone(rest), rest)
  })

  it('resolveOptions() gives back what a valid value was, for every number in every range', () => {
    const cases: readonly (readonly [string, number, number])[] = [
      ['maxCategories', 1, 16_384],
      ['exitTimeoutMs', 0, 600_000],
      ['flushTimeoutMs', 1, 600_000],
      ['writerTimeoutMs', 100, 600_000],
      ['performance.buffer.maxBufferSize', 1, 1_000_000],
      ['performance.buffer.flushInterval', 1, 3_600_000],
      ['performance.buffer.compressionThreshold', 4_096, 1_073_741_824],
      ['performance.fileHandles.maxHandles', 1, 65_536],
      ['performance.fileHandles.ttl', 100, 2_147_483_647],
      ['performance.cache.maxSize', 1, 1_000_000],
      ['performance.cache.ttl', 1, 2_147_483_647],
      ['performance.writes.maxConcurrentWrites', 1, 64],
      ['performance.writes.retryAttempts', 0, 100],
      ['performance.writes.retryDelay', 1, 600_000],
    ]
    for (const [path, least, most] of cases) {
      const variable = OPTION_RULES.find((rule) => rule.path === path)?.env ?? assert.fail(path)
      for (const value of [least, most]) {
        assert.equal(valueAt(resolved({ options: nested(path, value) }), path), value)
        assert.equal(valueAt(resolved({ env: { [variable]: String(value) } }), path), value)
      }
      for (const value of [
        least - 1,
        most + 1,
        least + 0.5,
        Number.NaN,
        Infinity,
        String(least),
        null,
        true,
        [least],
      ]) {
        assert.equal(refusal({ options: nested(path, value) }).context.option, path)
      }
    }
  })

  it('resolveOptions() accepts a ring of 64 KiB to 256 MiB, and powers of two only', () => {
    const performance = { buffer: { maxMemoryUsage: 4_294_967_296 } }
    for (const ringBytes of [65_536, MIB, 268_435_456]) {
      assert.equal(resolved({ options: { ringBytes, performance } }).ringBytes, ringBytes)
    }
    for (const ringBytes of [0, 32_768, 65_537, 3 * MIB, 536_870_912, -65_536]) {
      assert.match(
        refusal({ options: { ringBytes, performance } }).message,
        /a power of two from 65,536 to 268,435,456 b/,
      )
    }
  })

  it('resolveOptions() accepts file buffers of 4 KiB to 1 MiB, and multiples of 4,096 only', () => {
    for (const fileBufferBytes of [4_096, 12_288]) {
      assert.equal(resolved({ options: { fileBufferBytes } }).fileBufferBytes, fileBufferBytes)
    }
    for (const fileBufferBytes of [0, 2_048, 5_000, MIB + 4_096]) {
      assert.match(
        refusal({ options: { fileBufferBytes } }).message,
        /a multiple of 4,096 from 4,096 to 1,048,576 bytes/,
      )
    }
  })

  it('resolveOptions() accepts a mode as a number in code and as octal text in the environment', () => {
    assert.equal(resolved({ options: { fileMode: 0o640 } }).fileMode, 0o640)
    for (const text of ['640', '0640', '0o640', ' 640 ']) {
      assert.equal(resolved({ env: { SPILLWAY_FILE_MODE: text } }).fileMode, 0o640)
    }
    for (const fileMode of [640, 0o400, -1, 0o1600, '0o600']) refusal({ options: { fileMode } })
    for (const text of ['800', '0x1ff', '1777', '400', 'rw']) refusal({ env: { SPILLWAY_FILE_MODE: text } })
    assert.equal(resolved({ options: { directoryMode: 0o300 } }).directoryMode, 0o300)
    assert.match(
      refusal({ options: { directoryMode: 0o600 } }).message,
      /includes 0o300, write and search for the owner/,
    )
  })

  it('resolveOptions() reads a variable as plain decimal with blanks around it, and as nothing else', () => {
    assert.equal(resolved({ env: { SPILLWAY_CACHE_TTL: ' 5\n' } }).performance.cache.ttl, 5)
    for (const text of ['1e3', '0x10', ' 5x', '5.0', '1_000', '1,000', '+5', '010', '5 5', 'NaN', 'Infinity', '٣']) {
      const error = refusal({ env: { SPILLWAY_CACHE_TTL: text } })
      assert.equal(error.context.value, text)
    }
    assert.equal(resolved({ env: { SPILLWAY_EVICTION_RATIO: '0.25' } }).performance.fileHandles.evictionRatio, 0.25)
    for (const text of ['0', '1.01', '-0.5', '.5', '1e-1']) refusal({ env: { SPILLWAY_EVICTION_RATIO: text } })
    for (const ratio of [0, 1.01, '0.5', true, [0.5]]) {
      refusal({ options: nested('performance.fileHandles.evictionRatio', ratio) })
    }
  })

  it('resolveOptions() reads true, false, 1, 0, yes and no as booleans in any case', () => {
    for (const text of ['true', 'TRUE', '1', 'Yes']) assert.equal(resolved({ env: { SPILLWAY_UTC: text } }).utc, true)
    for (const text of ['false', '0', ' NO ']) {
      assert.equal(resolved({ options: { utc: true }, env: { SPILLWAY_UTC: text } }).utc, false)
    }
    for (const text of ['on', '2', 'truee']) refusal({ env: { SPILLWAY_UTC: text } })
    for (const utc of [1, 'true', null]) refusal({ options: { utc } })
  })

  it('resolveOptions() reads names separated by commas, and a lone comma as no names', () => {
    const variable = 'SPILLWAY_HIGH_TRAFFIC_CATEGORIES'
    assert.deepEqual(resolved({ env: { [variable]: 'a, b ,c,' } }).highTrafficCategories, ['a', 'b', 'c'])
    assert.deepEqual(resolved({ env: { [variable]: ',' } }).highTrafficCategories, [])
    for (const highTrafficCategories of ['a', [''], [1], new Array(1), new Array(16_385).fill('a'), {}]) {
      refusal({ options: { highTrafficCategories } })
    }
  })

  it('resolveOptions() accepts every level and silent, and nothing else', () => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) {
      assert.equal(resolved({ options: { level } }).level, level)
      assert.equal(resolved({ env: { SPILLWAY_LEVEL: level.toUpperCase() } }).level, level)
    }
    for (const level of ['warning', 'INFO', 30, '', 'toString']) refusal({ options: { level } })
  })

  it('resolveOptions() refuses paths that are empty or hold a NUL, and a clock that is no function', () => {
    for (const directory of ['', 'a\0b', 5]) refusal({ options: { directory } })
    for (const clock of [5, {}, null]) refusal({ options: { clock } })
  })
})

describe('resolveOptions() pretty', () => {
  const ON = { colorize: null, level: 'trace', linesPerSecond: Infinity }

  it('resolveOptions() resolves pretty to null when off, and to complete settings when on', () => {
    assert.equal(resolved({ options: { pretty: false } }).pretty, null)
    assert.deepEqual(resolved({ options: { pretty: true } }).pretty, ON)
    assert.deepEqual(resolved({ options: { pretty: {} } }).pretty, ON)
    assert.deepEqual(resolved({ options: { pretty: { level: 'warn', colorize: false } } }).pretty, {
      ...ON,
      level: 'warn',
      colorize: false,
    })
  })

  it('resolveOptions() lets a switch of a stronger source keep the settings of a weaker one', () => {
    const file = { pretty: { linesPerSecond: 5 } }
    assert.deepEqual(resolved({ file, options: { pretty: true } }).pretty, { ...ON, linesPerSecond: 5 })
    assert.deepEqual(resolved({ file, env: { SPILLWAY_PRETTY: 'yes' } }).pretty, { ...ON, linesPerSecond: 5 })
    assert.equal(resolved({ file, env: { SPILLWAY_PRETTY: 'no' } }).pretty, null)
    const env = {
      SPILLWAY_PRETTY_LEVEL: 'warn',
      SPILLWAY_PRETTY_COLORIZE: 'no',
      SPILLWAY_PRETTY_LINES_PER_SECOND: 'Infinity',
    }
    assert.deepEqual(resolved({ file, env: { SPILLWAY_PRETTY: 'yes', ...env } }).pretty, {
      level: 'warn',
      colorize: false,
      linesPerSecond: Infinity,
    })
    assert.equal(resolved({ env }).pretty, null)
    assert.equal(resolved({ file, options: { pretty: false } }).pretty, null)
  })

  it('resolveOptions() refuses settings of pretty by their own rules', () => {
    for (const pretty of [null, 1, 'yes', [], new Map()]) {
      const error = refusal({ options: { pretty } })
      assert.match(error.message, /^Option "pretty" is .+: it must be true, false or a plain object of colorize, level/)
    }
    for (const linesPerSecond of [0, 1.5, -Infinity, '5', null]) {
      assert.equal(refusal({ options: { pretty: { linesPerSecond } } }).context.option, 'pretty.linesPerSecond')
    }
    assert.match(refusal({ options: { pretty: { colour: true } } }).message, /"pretty.colour" is not known: known here/)
  })
})

function valueAt(root: unknown, path: string): unknown {
  return path.split('.').reduce((value, name) => (value as Record<string, unknown>)[name], root)
}
