import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { JsonScanner } from '../../src/shared/json-scanner.js'

const scanner = new JsonScanner()

function scan(text: string | Buffer): boolean {
  const bytes = Buffer.from(text)
  // Not at the beginning of its buffer, and with something behind it that must not be read.
  return scanner.scan(Buffer.concat([Buffer.from('{"'), bytes, Buffer.from('}"')]), 2, 2 + bytes.length)
}

/** Whether the text is a JSON object without space around it, by JSON.parse(). */
function isObject(text: string): boolean {
  if (!text.startsWith('{') || !text.endsWith('}')) return false
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

describe('JsonScanner', () => {
  it('scan() takes what JSON.parse() takes for an object, whatever was done to it', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })).map((value) => JSON.stringify(value))
    const spaced = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value, null, ' '))
    const piece = fc.constantFrom(
      ...'{}[]:,"\\/ubtnrfeE+-.0123456789 \t\r\n\0',
      'true',
      'null',
      'false',
      '\\u00e9',
      'é',
    )
    const edit = fc.tuple(fc.nat(), fc.nat(3), fc.oneof(piece, fc.constant('')))
    fc.assert(
      fc.property(fc.oneof(json, spaced), fc.array(edit, { maxLength: 3 }), (text, edits) => {
        let edited = text
        for (const [at, cut, put] of edits) {
          const place = at % (edited.length + 1)
          edited = edited.slice(0, place) + put + edited.slice(place + cut)
        }
        assert.equal(scan(edited), isObject(edited), edited)
      }),
      { numRuns: 5000 },
    )
  })

  it('scan() takes what is made of the tokens of JSON as JSON.parse() does', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"seq"',
      '1',
      '-0',
      '1.5e+3',
      '01',
      'true',
      'nul',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 9 }), (tokens) => {
        const text = `{"a":${tokens.join('')}}`
        assert.equal(scan(text), isObject(text), text)
      }),
      { numRuns: 20_000 },
    )
  })

  it('scan() finds the members of the frame, and only those of the object itself', () => {
    const text = '{"level":30,"time":1,"x":{"seq":9,"time":[{"level":8}]},"seq":2,"category":"a","msg":"\\"seq\\":7"}'
    const bytes = Buffer.from(text)
    assert.ok(scanner.scan(bytes, 0, bytes.length))
    const values = Object.entries(scanner.members).map(([name, { start, end }]) => [name, text.slice(start, end)])
    assert.deepEqual(Object.fromEntries(values), { level: '30', time: '1', seq: '2', category: '"a"', dropped: '' })
    assert.equal(scanner.repeated, null)
  })

  it('scan() tells a member of the frame that stands twice, and forgets the line before', () => {
    assert.ok(scan('{"seq":1,"seq":2}'))
    assert.equal(scanner.repeated, 'seq')
    assert.ok(scan('{"level":{"seq":1}}'))
    assert.equal(scanner.repeated, null)
    assert.deepEqual(scanner.members.seq, { start: 0, end: 0 })
  })

  it('scan() takes any depth', () => {
    const depth = 200_000
    assert.ok(scan(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`))
    assert.ok(!scan(`{"a":${'['.repeat(depth)}${']'.repeat(depth - 1)}}`))
    assert.ok(scan(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`))
  })
})
