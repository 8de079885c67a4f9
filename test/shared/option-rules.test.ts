import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { nearestName, OPTION_RULES, renderValue, unknownVariables } from '../../src/shared/option-rules.js'
import { hostileValues } from './hostile-values.js'
import { resolved } from './options-sources.js'

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
