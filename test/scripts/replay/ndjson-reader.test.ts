import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type NdjsonLine, NdjsonReader } from '../../../scripts/replay/ndjson-reader.js'

function read(bytes: Buffer | string, chunkBytes = Number.POSITIVE_INFINITY, lineBytesMax?: number): NdjsonLine[] {
  const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  const reader = new NdjsonReader(lineBytesMax)
  const lines: NdjsonLine[] = []
  for (let start = 0; start < whole.length; start += chunkBytes) {
    lines.push(...reader.push(whole.subarray(start, Math.min(whole.length, start + chunkBytes))))
  }
  lines.push(...reader.end())
  return lines
}

const BYTE_ORDER_MARK = '\ufeff'

describe('NdjsonReader', () => {
  it('push() reads objects across chunk borders, also within a character of several bytes', () => {
    const expected = [
      { kind: 'object', number: 1, value: { name: 'Søren' } },
      { kind: 'object', number: 2, value: { nested: { list: [1, 2] } } },
    ]
    for (const chunkBytes of [1, 2, 3, 7, Number.POSITIVE_INFINITY]) {
      assert.deepEqual(read('{"name":"Søren"}\n{"nested":{"list":[1,2]}}\n', chunkBytes), expected)
    }
  })

  it('push() takes CRLF as the end of a line', () => {
    assert.deepEqual(read('{"a":1}\r\nnope\r\n\r\n', 3), [
      { kind: 'object', number: 1, value: { a: 1 } },
      { kind: 'unparsed', number: 2, reason: (read('nope')[0] as { reason: string }).reason, text: 'nope' },
      { kind: 'blank', number: 3 },
    ])
  })

  it('end() reads a last line without a newline', () => {
    assert.deepEqual(read('{"a":1}\n{"b":2}'), [
      { kind: 'object', number: 1, value: { a: 1 } },
      { kind: 'object', number: 2, value: { b: 2 } },
    ])
  })

  it('push() skips a byte order mark at the start of the input, and only there', () => {
    const lines = read(`${BYTE_ORDER_MARK}{"a":1}\n${BYTE_ORDER_MARK}{"b":2}\n`, 1)
    assert.deepEqual(
      lines.map((line) => line.kind),
      ['object', 'unparsed'],
    )
    assert.deepEqual(read(`${BYTE_ORDER_MARK}\r\n`), [{ kind: 'blank', number: 1 }])
  })

  it('push() counts blank lines and keeps the numbers of the others', () => {
    assert.deepEqual(
      read('\n \t \n{"a":1}\n').map(({ kind, number }) => [kind, number]),
      [
        ['blank', 1],
        ['blank', 2],
        ['object', 3],
      ],
    )
  })

  it('push() refuses JSON that is not an object, and keeps its text', () => {
    const texts = ['[{"a":1}]', '"text"', '42', 'null', 'true']
    for (const line of read(texts.join('\n'))) {
      assert.equal(line.kind, 'unparsed')
      assert.deepEqual([line.reason, line.text], ['not a JSON object', texts[line.number - 1]])
    }
  })

  it('push() keeps the text of a torn line as it is', () => {
    const [line] = read('{"a":"unfinished \u001b[31m\n')
    assert.equal(line?.kind, 'unparsed')
    assert.equal(line?.kind === 'unparsed' && line.text, '{"a":"unfinished \u001b[31m')
  })

  it('push() replaces invalid UTF-8', () => {
    const line = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n')])
    assert.deepEqual(read(line), [{ kind: 'object', number: 1, value: { a: '\ufffd' } }])
  })

  it('push() keeps a key called __proto__ as a key', () => {
    const [line] = read('{"__proto__":{"polluted":true}}')
    assert.equal(line?.kind, 'object')
    assert.deepEqual(line?.kind === 'object' && Object.keys(line.value), ['__proto__'])
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  })

  it('push() reads a line up to its limit and refuses one that is a byte longer, and goes on', () => {
    const object = `{"a":"${'x'.repeat(92)}"}`
    assert.equal(object.length, 100)
    assert.deepEqual(read(`${object}\n{}`, 9, 100), [
      { kind: 'object', number: 1, value: { a: 'x'.repeat(92) } },
      { kind: 'object', number: 2, value: {} },
    ])
    assert.deepEqual(read(`${object}\n{}`, 9, 99), [
      { kind: 'unparsed', number: 1, reason: 'longer than 99 bytes', text: object.slice(0, 99), overlongBytes: 100 },
      { kind: 'object', number: 2, value: {} },
    ])
  })

  it('push() reads a line of 48 MiB, and of one above 64 MiB keeps the start only', () => {
    const huge = `{"a":"${'x'.repeat(48 << 20)}"}\n`
    const [line] = read(huge, 1 << 20)
    assert.equal(line?.kind === 'object' && (line.value.a as string).length, 48 << 20)

    const [refused] = read(Buffer.alloc((64 << 20) + 1, 'y'), 1 << 20)
    assert.equal(refused?.kind, 'unparsed')
    assert.equal(refused?.kind === 'unparsed' && refused.text.length, 64 << 10)
    assert.equal(refused?.kind === 'unparsed' && refused.overlongBytes, (64 << 20) + 1)
  })
})
