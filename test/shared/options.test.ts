import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { arenaBytes, roomyGeometry, terminalBytes, writerGeometry } from '../../src/shared/arena-sizes.js'
import { SpillwayError } from '../../src/shared/errors.js'
import {
  nearestName,
  OPTION_RULES,
  type OptionRule,
  renderValue,
  unknownVariables,
} from '../../src/shared/option-rules.js'
import {
  DEFAULT_OPTIONS,
  type Environment,
  type ResolvedOptions,
  resolveOptions,
  type SpillwayOptions,
} from '../../src/shared/options.js'

const MIB = 1_048_576
const SEED = {
  performance: {
    buffer: { maxBufferSize: 100, flushInterval: 1000, maxMemoryUsage: 52428800, compressionThreshold: 1048576 },
    fileHandles: { maxHandles: 50, ttl: 60000, evictionRatio: 0.2 },
    cache: { maxSize: 500, ttl: 300000, compression: true },
    writes: { maxConcurrentWrites: 5, retryAttempts: 3, retryDelay: 1000 },
  },
}

interface Sources {
  readonly options?: unknown
  readonly file?: unknown
  readonly env?: Environment
  readonly cores?: number
}

/** Resolves with nothing taken from this machine, and with values that the types would refuse. */
function resolved({ options, file, env = {}, cores = 4 }: Sources): ResolvedOptions {
  return resolveOptions(options as SpillwayOptions | undefined, file, env, cores)
}

function refusal(sources: Sources): SpillwayError {
  try {
    resolved(sources)
  } catch (error) {
    assert.ok(error instanceof SpillwayError, `not a SpillwayError: ${String(error)}`)
    return error
  }
  assert.fail('nothing was refused')
}

/** An options object with one value, at any depth. */
function nested(path: string, value: unknown): unknown {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
}

function valueAt(root: unknown, path: string): unknown {
  return path.split('.').reduce((value, name) => (value as Record<string, unknown>)[name], root)
}

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function hostileValues(): unknown[] {
  return [
    Symbol('s'),
    10n ** 200n,
    { toString: throwing, toJSON: throwing, [Symbol.toPrimitive]: throwing },
    Object.defineProperty({}, Symbol.toStringTag, { get: throwing }),
    Object.defineProperty({}, 'x', { get: throwing, enumerable: true }),
    revokedProxy(),
    new Proxy([], { get: throwing, getPrototypeOf: throwing, ownKeys: throwing }),
    Object.create(null),
    throwing,
    '\u001b[31m\n\ud83d'.repeat(1_000),
    new Array(1_000_000),
    new Map([['a', 1]]),
    new Date(Number.NaN),
    -0,
    Number.NaN,
  ]
}

function throwing(): never {
  throw new Error('do not touch')
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

describe('OPTION_RULES', () => {
  it('OPTION_RULES accepts each of its own defaults', () => {
    for (const rule of OPTION_RULES) assert.ok(rule.default === null || rule.accepts(rule.default), rule.path)
  })

  it('OPTION_RULES names every variable once, and explains every option in one sentence', () => {
    const variables = OPTION_RULES.flatMap((rule) => rule.env ?? [])
    assert.equal(new Set(variables).size, variables.length)
    for (const rule of OPTION_RULES) {
      if (rule.env !== null) assert.match(rule.env, /^SPILLWAY_[A-Z_]+$/)
      assert.match(rule.trades, /^[A-Z][^.]+\.$/, rule.path)
    }
  })

  it('SpillwayOptions documents the same default for each option as its rule', () => {
    const declaration = readFileSync(new URL('../../src/shared/options.d.ts', import.meta.url), 'utf8')
    const property = /@default ([^\n]*?)\s*\*\/\s*readonly (\w+)\?:/g
    const documented = Array.from(declaration.matchAll(property), ([, text, name]) => `${name}: ${text}`)
    const ruled = OPTION_RULES.map((rule) => `${rule.path.split('.').at(-1)}: ${rule.defaultText}`)
    assert.deepEqual(documented.sort(), ruled.sort())
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

describe('resolveOptions() workers', () => {
  const of = (options: unknown, cores: number) => resolved({ options, cores }).workers

  it('resolveOptions() leaves one core to the application, and starts one writer at least', () => {
    assert.deepEqual(
      [1, 2, 3, 6, 7, 128].map((cores) => of({}, cores)),
      [1, 1, 2, 5, 5, 5],
    )
  })

  it('resolveOptions() lowers the default workers until the memory budget holds', () => {
    const performance = { writes: { maxConcurrentWrites: 64 } }
    assert.equal(of({ performance }, 128), 5)
    assert.equal(of({ performance, ringBytes: 16 * MIB }, 128), 2)
    assert.equal(of({ performance, maxCategories: 16_384 }, 128), 2)
  })

  it('resolveOptions() refuses explicit workers beyond the memory budget', () => {
    assert.equal(of({ workers: 5, pretty: true }, 2), 5)
    const error = refusal({ options: { workers: 6 } })
    assert.equal(error.code, 'ERR_SPILLWAY_INVALID_OPTION')
    assert.equal(
      error.message,
      'Option "workers" is 6: the memory of all writers must not exceed performance.buffer.maxMemoryUsage, and ' +
        '6 x 10,092,544 bytes (ringBytes, 64 x fileBufferBytes, and what grows with maxCategories) exceed 52,428,800.',
    )
  })

  it('resolveOptions() refuses a budget in which not even one writer fits, and names what was set', () => {
    const env = { SPILLWAY_RING_BYTES: '67108864' }
    assert.match(
      refusal({ env }).message,
      /^Environment variable SPILLWAY_RING_BYTES is 67108864: the memory of all writers must/,
    )
    const options = { performance: { buffer: { maxMemoryUsage: MIB } } }
    assert.equal(refusal({ options }).context.option, 'performance.buffer.maxMemoryUsage')
  })

  it('resolveOptions() always keeps the budget, whatever is set', () => {
    const workers = fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined })
    const ringBytes = fc
      .option(fc.integer({ min: 16, max: 28 }), { nil: undefined })
      .map((power) => power && 2 ** power)
    const budget = fc.option(fc.integer({ min: MIB, max: 4_294_967_296 }), { nil: undefined })
    const others = fc.record({
      cores: fc.integer({ min: 1, max: 256 }),
      pretty: fc.boolean(),
      fileBufferBytes: fc.integer({ min: 1, max: 256 }).map((pages) => pages * 4096),
      maxCategories: fc.integer({ min: 1, max: 16_384 }),
    })
    fc.assert(
      fc.property(workers, ringBytes, budget, others, (workers, ringBytes, budget, { cores, ...rest }) => {
        const options = { workers, ringBytes, ...rest, performance: { buffer: { maxMemoryUsage: budget } } }
        try {
          const result = resolved({ options, cores })
          const usedBytes = terminalBytes(result) + result.workers * arenaBytes(roomyGeometry(result))
          assert.ok(usedBytes <= result.performance.buffer.maxMemoryUsage && result.workers >= 1)
          assert.equal(result.workers, workers ?? result.workers)
        } catch (error) {
          assert.ok(error instanceof SpillwayError)
          const sizes = { ringBytes: ringBytes ?? 4 * MIB, ...rest, pretty: rest.pretty ? {} : null }
          const neededBytes = terminalBytes(sizes) + (workers ?? 1) * arenaBytes(writerGeometry(sizes))
          assert.ok(neededBytes > (budget ?? 50 * MIB))
        }
      }),
    )
  })
})

describe('resolveOptions() messages', () => {
  it('resolveOptions() names the option, its value and the rule', () => {
    const error = refusal({ options: { workers: 0 } })
    assert.equal(error.code, 'ERR_SPILLWAY_INVALID_OPTION')
    assert.equal(error.message, 'Option "workers" is 0: it must be an integer from 1 to 64.')
    assert.deepEqual(error.context, {
      option: 'workers',
      value: 0,
      rule: 'an integer from 1 to 64',
      source: 'options',
    })
  })

  it('resolveOptions() names the variable when the value came from the environment', () => {
    const error = refusal({ options: { workers: 2 }, env: { SPILLWAY_WORKERS: 'many' } })
    assert.equal(error.message, 'Environment variable SPILLWAY_WORKERS is "many": it must be an integer from 1 to 64.')
    assert.deepEqual([error.context.option, error.context.source], ['workers', 'environment'])
  })

  it('resolveOptions() names the file when the value came from it, also when another source overrides it', () => {
    const sources = { file: { workers: 0 }, options: { workers: 2, config: '/etc/app.json' } }
    const path = JSON.stringify(resolve('/etc/app.json'))
    assert.equal(refusal(sources).message, `Option "workers" in file ${path} is 0: it must be an integer from 1 to 64.`)
    assert.match(refusal({ file: { workers: 0 } }).message, /^Option "workers" in the options file is 0: /)
  })

  it('resolveOptions() names the whole when options, file or a group is no plain object', () => {
    assert.match(refusal({ options: null }).message, /^The options object is null: it must be a plain object/)
    assert.match(refusal({ file: [] }).message, /^The options object in the options file is \[\]: it must be a plain/)
    for (const group of [null, 5, 'x', [], new Map(), new Date(), revokedProxy(), () => {}]) {
      assert.equal(refusal({ options: { performance: group } }).context.option, 'performance')
      assert.equal(refusal({ options: { performance: { cache: group } } }).context.option, 'performance.cache')
    }
  })

  it('resolveOptions() suggests the nearest known name within two edits, at any depth', () => {
    const error = refusal({ options: { wrokers: 1 } })
    assert.equal(error.code, 'ERR_SPILLWAY_UNKNOWN_OPTION')
    assert.equal(error.message, 'Option "wrokers" is not known: did you mean "workers"?')
    const deep = refusal({ file: { performance: { buffer: { flushIntervalMs: 1 } } } })
    assert.equal(deep.code, 'ERR_SPILLWAY_UNKNOWN_OPTION')
    assert.match(deep.message, /did you mean "performance.buffer.flushInterval"\?$/)
    assert.match(refusal({ options: { performance: { buffers: {} } } }).message, /did you mean "performance.buffer"\?$/)
  })

  it('resolveOptions() lists the known names when none is near', () => {
    assert.equal(
      refusal({ options: { performance: { cache: { compressed: true } } } }).message,
      'Option "performance.cache.compressed" is not known: known here are maxSize, ttl, compression.',
    )
  })

  it('resolveOptions() knows no names that every object has, and none of a path', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'performance.cache', 'pretty.level', '']) {
      const options = JSON.parse(`{${JSON.stringify(name)}: 1}`)
      assert.equal(refusal({ options }).code, 'ERR_SPILLWAY_UNKNOWN_OPTION')
      assert.equal(refusal({ options: { performance: options } }).code, 'ERR_SPILLWAY_UNKNOWN_OPTION')
    }
  })

  it('resolveOptions() takes rules of sources as patterns or a function, and keeps a copy of them', () => {
    const rules: Record<string, string> = { 'src/a': 'a' }
    const skip = ['src/log', (): void => {}]
    const { sources } = resolved({ options: { classify: 'call-site', sources: { rules, skip, root: 'app' } } })
    rules['src/b'] = 'b'
    skip.pop()
    assert.deepEqual(sources.rules, { 'src/a': 'a' })
    assert.equal(sources.skip.length, 2)
    assert.equal(sources.root, resolve('app'))
    assert.ok(Object.isFrozen(sources) && Object.isFrozen(sources.rules) && Object.isFrozen(sources.skip))
    assert.ok(!Object.isFrozen(rules))
    const rule = (): string => 'x'
    assert.equal(resolved({ options: { sources: { rules: rule } } }).sources.rules, rule)
    assert.deepEqual(resolved({ file: { sources: { rules: { x: 'y' } } } }).sources.rules, { x: 'y' })
    const env = { SPILLWAY_SOURCES_SKIP: 'a, b', SPILLWAY_CLASSIFY: 'Call-Site', SPILLWAY_SOURCES_MAPS: 'no' }
    const tuned = resolved({ env })
    assert.deepEqual([tuned.classify, tuned.sources.skip, tuned.sources.maps], ['call-site', ['a', 'b'], false])
  })

  it('resolveOptions() takes what to do at a full ring, a fallback directory and the signals, and refuses others', () => {
    const env = {
      SPILLWAY_ON_FULL: ' Shed ',
      SPILLWAY_EXIT_SIGNALS: 'SIGTERM,SIGHUP',
      SPILLWAY_FALLBACK_DIRECTORY: 'b',
    }
    const { onFull, exitSignals, fallbackDirectory } = resolved({ options: { fallbackDirectory: 'a' }, env })
    assert.deepEqual([onFull, exitSignals], ['shed', ['SIGTERM', 'SIGHUP']])
    assert.equal(fallbackDirectory, resolve('b'))
    assert.match(refusal({ options: { onFull: 'wait' } }).message, /"onFull".*one of block, shed, drop/)
    for (const wrong of [['SIGKILL'], ['SIGTERM', 'SIGTERM'], 'SIGTERM', [undefined]]) {
      assert.match(refusal({ options: { exitSignals: wrong } }).message, /"exitSignals".*SIGTERM, SIGINT and SIGHUP/)
    }
  })

  it('resolveOptions() refuses rules and skips of sources that are none', () => {
    for (const rules of [
      7,
      null,
      [],
      new Map([['a', 'b']]),
      { a: '' },
      { '': 'a' },
      { a: 7 },
      { a: 'x'.repeat(257) },
    ]) {
      assert.match(refusal({ options: { sources: { rules } } }).message, /"sources\.rules".*it must be a plain object/)
    }
    for (const pattern of ['src/*a*b*', '**/**/**/**/x', 'a/***/b']) {
      assert.match(refusal({ options: { sources: { rules: { [pattern]: 'x' } } } }).message, /at most two \* in a name/)
    }
    for (const skip of ['src', [''], [7], Array.from({ length: 65 }, () => 'x')]) {
      assert.match(refusal({ options: { sources: { skip } } }).message, /"sources\.skip".*at most 64 functions/)
    }
    for (const classify of ['', 'callsite', 7]) {
      assert.match(refusal({ options: { classify } }).message, /"classify".*one of logger, call-site/)
    }
    refusal({ options: { sources: { rootDir: '.' } } })
  })

  it('resolveOptions() lets a file set neither config nor clock', () => {
    for (const name of ['config', 'clock']) {
      assert.equal(refusal({ file: { [name]: 'x' } }).code, 'ERR_SPILLWAY_UNKNOWN_OPTION')
    }
  })

  it('resolveOptions() refuses null everywhere', () => {
    for (const { path } of OPTION_RULES) {
      const error = refusal({ options: nested(path, null) })
      assert.deepEqual([error.context.option, error.context.value], [path, null])
    }
  })

  it('resolveOptions() throws nothing but a SpillwayError, with context that can be cloned, for hostile values', () => {
    for (const value of hostileValues()) {
      for (const options of [value, { level: value }, { highTrafficCategories: value }, { pretty: value }]) {
        try {
          resolved({ options })
        } catch (error) {
          assert.ok(error instanceof SpillwayError, String(error))
          assert.doesNotThrow(() => structuredClone(error.context))
        }
      }
    }
  })

  it('resolveOptions() throws nothing but a SpillwayError for any value of any option', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true })
    fc.assert(
      fc.property(fc.constantFrom<OptionRule>(...OPTION_RULES), anything, (rule, value) => {
        try {
          const result = resolved({ options: nested(rule.path, value) })
          assertDeepFrozen(result)
        } catch (error) {
          assert.ok(error instanceof SpillwayError, String(error))
          assert.match(error.code, /^ERR_SPILLWAY_(INVALID|UNKNOWN)_OPTION$/)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('renderValue()', () => {
  it('renderValue() shows any value on one line of at most 80 characters', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withSparseArray: true }), (value) => assertOneShortLine(value)),
    )
    // The last one has its surrogate pair where the line is cut.
    for (const value of [...hostileValues(), Symbol('\ud83d'), `${'x'.repeat(77)}😀😀`]) assertOneShortLine(value)
  })

  it('renderValue() tells values apart that String() does not', () => {
    const shown = ['5', 5, 5n, -0, null, 'null', undefined, Symbol('a'), [], {}].map(renderValue)
    assert.deepEqual(shown, ['"5"', '5', '5n', '-0', 'null', '"null"', 'undefined', 'Symbol(a)', '[]', '{}'])
  })
})

describe('nearestName()', () => {
  it('nearestName() finds a name that two edits or fewer made', () => {
    const known = OPTION_RULES.flatMap((rule) => rule.env ?? [])
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom('drop', 'insert', 'replace')), { maxLength: 2 })
    fc.assert(
      fc.property(fc.constantFrom(...known), edits, (name, changes) => {
        const misspelt = changes.reduce((text, [at, change]) => {
          const index = at % (text.length + 1)
          return (
            text.slice(0, index) + (change === 'drop' ? '' : '#') + text.slice(index + (change === 'insert' ? 0 : 1))
          )
        }, name)
        assert.equal(nearestName(misspelt, [name]), name)
      }),
    )
  })

  it('nearestName() finds nothing three edits away, and nothing near a very long name', () => {
    assert.equal(nearestName('workersXYZ', ['workers']), null)
    assert.equal(nearestName('abc', ['xyz']), null)
    assert.equal(nearestName('x'.repeat(10_000_000), ['workers']), null)
  })
})

describe('unknownVariables()', () => {
  it('unknownVariables() has a sentence for each variable that sets nothing, with a suggestion', () => {
    const env = {
      SPILLWAY_WORKER: '2',
      SPILLWAY_COLOUR: '1',
      SPILLWAY_LEVEL: 'info',
      SPILLWAY_BENCH_SECONDS: '9',
      PATH: '/bin',
    }
    assert.deepEqual(unknownVariables(env), [
      'Environment variable SPILLWAY_COLOUR is not known.',
      'Environment variable SPILLWAY_WORKER is not known: did you mean SPILLWAY_WORKERS?',
    ])
    assert.doesNotThrow(() => resolved({ env }))
  })
})

function assertOneShortLine(value: unknown): void {
  const line = renderValue(value)
  assert.ok(line.length > 0 && line.length <= 80)
  assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u)
  assert.ok(line.isWellFormed())
}

function assertDeepFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  assert.ok(Object.isFrozen(value))
  for (const part of Object.values(value)) assertDeepFrozen(part)
}
