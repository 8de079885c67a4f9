import assert from 'node:assert/strict'
import { basename, join, normalize } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { CategoryNames } from '../../../src/main/classify/category-name.js'

/** The same cases at each run. */
const SEED = 20_261_123

/** What may stand in the name of a file; with it, a name is never `.` or `..`, hidden, or a path. */
const ALLOWED = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i
const RESERVED = ['error', 'warning']

function names(): CategoryNames {
  return new CategoryNames(RESERVED)
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', 'A', '-', '_', '\0', ':', 'é', '\u212a'), maxLength: 12 }),
  fc.constantFrom('error', 'Error', 'WARNING', 'general', '..', '.', '', 'CON', 'con.x', 'COM1', 'NUL', 'nul.jsonl'),
  fc.constantFrom('é', 'e\u0301', '日本', 'ﬁ', 'ı', 'İ', 'K', '\u212a'),
)

describe('CategoryNames', () => {
  it('nameOf() keeps a plain category as it is', () => {
    for (const category of ['actions', 'Actions2', 'a', 'x'.repeat(64), 'a.b_c-d', '_private', '-dash', '0']) {
      assert.equal(names().nameOf(category), category)
    }
  })

  it('nameOf() gives the same name at each call', () => {
    const table = names()
    for (const category of ['actions', '../../etc/passwd', 'error', '', '日本']) {
      assert.equal(table.nameOf(category), table.nameOf(category))
      assert.equal(names().nameOf(category), table.nameOf(category), 'and in the next process')
    }
  })

  it('nameOf() hashes what is no plain name, and keeps what can be read of it', () => {
    const expected: [category: string, name: RegExp][] = [
      ['../../etc/passwd', /^etc_passwd-[0-9a-f]{12}$/],
      ['.hidden', /^hidden-[0-9a-f]{12}$/],
      ['..', /^[0-9a-f]{12}$/],
      ['', /^[0-9a-f]{12}$/],
      ['日本', /^[0-9a-f]{12}$/],
      ['a\0b', /^a_b-[0-9a-f]{12}$/],
      ['x'.repeat(65), /^x{48}-[0-9a-f]{12}$/],
      ['x'.repeat(10_000), /^x{48}-[0-9a-f]{12}$/],
    ]
    for (const [category, name] of expected) assert.match(names().nameOf(category), name)
  })

  it('nameOf() gives no category the name of a device or of a file of the levels', () => {
    for (const category of ['CON', 'con', 'NUL.txt', 'lpt1', 'COM9.log', 'error', 'ERROR', 'Warning']) {
      assert.match(names().nameOf(category), /^[A-Za-z0-9_]+-[0-9a-f]{12}$/)
    }
    for (const category of ['errors', 'console', 'warnings', 'com', 'errored']) {
      assert.equal(names().nameOf(category), category)
    }
  })

  it('nameOf() tells categories apart that differ in case only', () => {
    const table = names()
    const given = ['Actions', 'actions', 'ACTIONS'].map((category) => table.nameOf(category))
    assert.equal(given[0], 'Actions')
    assert.equal(new Set(given.map((name) => name.toLowerCase())).size, 3)
  })

  it('nameOf() gives names that are allowed, stay in the directory and never collide, not even with their case folded', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hostile, { minLength: 1, maxLength: 40 }), (categories) => {
        const table = names()
        const taken = new Set<string>(RESERVED)
        for (const category of categories) {
          const name = table.nameOf(category)
          assert.match(name, ALLOWED)
          assert.doesNotMatch(name, DEVICE)
          assert.equal(basename(normalize(join('/logs/day', `${name}.jsonl`))), `${name}.jsonl`)
          assert.ok(!taken.has(name.toLowerCase()), `${JSON.stringify(category)} shares ${name}`)
          taken.add(name.toLowerCase())
        }
      }),
      { numRuns: 500, seed: SEED },
    )
  })

  it('nameOf() gives a category no name that another one took by looking like its hash', () => {
    const hashed = names().nameOf('../engine')
    const table = names()
    assert.equal(table.nameOf(hashed), hashed)
    assert.notEqual(table.nameOf('../engine').toLowerCase(), hashed)
  })

  it('nameOf() tells categories apart that are not well-formed', () => {
    const table = names()
    assert.equal(new Set(['\ud800', '\ud801', '\ufffd'].map((category) => table.nameOf(category))).size, 3)
  })
})
