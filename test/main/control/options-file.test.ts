import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { optionsFilePath, readOptionsFile } from '../../../src/main/control/options-file.js'
import { SpillwayError } from '../../../src/shared/errors.js'
import { resolveOptions, type SpillwayOptions } from '../../../src/shared/options.js'

let directory = ''

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-options-file-'))
})

after(() => {
  rmSync(directory, { recursive: true, force: true })
})

function fileOf(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

function refusal(path: string): SpillwayError {
  try {
    readOptionsFile(path)
  } catch (error) {
    assert.ok(error instanceof SpillwayError, String(error))
    assert.equal(error.code, 'ERR_SPILLWAY_CONFIG_FILE')
    assert.equal(error.context.path, path)
    assert.ok(error.message.includes(JSON.stringify(path)), error.message)
    return error
  }
  assert.fail('nothing was refused')
}

describe('readOptionsFile()', () => {
  it('readOptionsFile() returns the content of a JSON object, ready for resolveOptions()', () => {
    const path = fileOf('good.json', '{ "level": "debug", "performance": { "cache": { "ttl": 7 } } }')
    const options = resolveOptions(undefined, readOptionsFile(path), {})
    assert.equal(options.level, 'debug')
    assert.equal(options.performance.cache.ttl, 7)
  })

  it('readOptionsFile() accepts a byte order mark', () => {
    assert.deepEqual(readOptionsFile(fileOf('bom.json', '\uFEFF{"utc":true}')), { utc: true })
  })

  it('readOptionsFile() says that a file is missing', () => {
    const error = refusal(join(directory, 'missing.json'))
    assert.match(error.message, /: it does not exist\.$/)
    assert.ok(error.cause instanceof Error)
  })

  it('readOptionsFile() says why a file cannot be read', () => {
    const path = join(directory, 'folder')
    mkdirSync(path)
    assert.match(refusal(path).message, /: it cannot be read: EISDIR/)
    assert.match(refusal('a\0b').message, /: it cannot be read: .*null bytes/)
  })

  it("readOptionsFile() hands on the parser's message for what is not JSON", () => {
    const error = refusal(fileOf('bad.json', '{ "level": debug }'))
    assert.ok(error.cause instanceof SyntaxError)
    assert.ok(error.message.includes(`it is not JSON: ${error.cause.message}`))
    assert.match(refusal(fileOf('empty.json', '')).message, /it is not JSON: /)
  })

  it('readOptionsFile() refuses JSON that is not an object, and says what it is', () => {
    const found = { '[]': 'an array', null: 'null', '5': 'a number', '"x"': 'a string', true: 'a boolean' }
    for (const [text, words] of Object.entries(found)) {
      const error = refusal(fileOf('other.json', text))
      assert.ok(error.message.endsWith(`: its content must be a JSON object, and is ${words}.`), error.message)
    }
  })

  it('readOptionsFile() gives __proto__ no power over the options', () => {
    const content = readOptionsFile(fileOf('proto.json', '{ "__proto__": { "level": "fatal" } }'))
    assert.throws(() => resolveOptions(undefined, content, {}), { code: 'ERR_SPILLWAY_UNKNOWN_OPTION' })
  })
})

describe('optionsFilePath()', () => {
  it('optionsFilePath() takes the environment over the options, and makes the path absolute', () => {
    const options = { config: 'a.json' }
    assert.equal(optionsFilePath(options, { SPILLWAY_CONFIG: 'b.json' }), resolve('b.json'))
    assert.equal(optionsFilePath(options, { SPILLWAY_CONFIG: '' }), resolve('a.json'))
    assert.equal(optionsFilePath(undefined, {}), null)
  })

  it('optionsFilePath() leaves what is no path to resolveOptions()', () => {
    for (const config of [5, '', 'a\0b', null]) {
      const options = { config } as unknown as SpillwayOptions
      assert.equal(optionsFilePath(options, {}), null)
      assert.throws(() => resolveOptions(options, undefined, {}), { code: 'ERR_SPILLWAY_INVALID_OPTION' })
    }
  })
})
