import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SpillwayError } from '../../src/shared/errors.js'
import { OPTION_RULES, type OptionRule } from '../../src/shared/option-rules.js'
import { assertDeepFrozen } from './deep-frozen.js'
import { hostileValues, revokedProxy } from './hostile-values.js'
import { nested, refusal, resolved } from './options-sources.js'

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
