import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LineSplitter } from '../../../scripts/lines/line-splitter.js'

interface SplitLine {
  readonly text: string
  readonly lengthBytes: number
  readonly terminated: boolean
}

function split(chunks: readonly Buffer[], lineBytesMax = 1 << 20): SplitLine[] {
  const splitter = new LineSplitter(lineBytesMax)
  const lines: SplitLine[] = []
  const take = (generator: ReturnType<LineSplitter['push']>): void => {
    for (const { number, bytes, lengthBytes, terminated } of generator) {
      lines.push({ text: bytes.toString(), lengthBytes, terminated })
      assert.equal(number, lines.length)
    }
  }
  for (const chunk of chunks) {
    take(splitter.push(chunk))
    chunk.fill(0x78) // The caller may use the chunk again: nothing of it may be needed any more.
  }
  take(splitter.end())
  return lines
}

describe('LineSplitter', () => {
  it('push() joins a line that is spread over chunks', () => {
    const lines = split(['ab', 'c', '', 'd\ne', 'f\n'].map((text) => Buffer.from(text)))
    assert.deepEqual(
      lines.map((line) => line.text),
      ['abcd', 'ef'],
    )
  })

  it('push() gives empty lines, also where a chunk begins or ends with a newline', () => {
    const lines = split(['\n\na\n', '\n', 'b', '\n'].map((text) => Buffer.from(text)))
    assert.deepEqual(
      lines.map((line) => line.text),
      ['', '', 'a', '', 'b'],
    )
  })

  it('end() gives a last line without a newline and says so', () => {
    assert.deepEqual(split([Buffer.from('a\nbc')]), [
      { text: 'a', lengthBytes: 1, terminated: true },
      { text: 'bc', lengthBytes: 2, terminated: false },
    ])
    assert.deepEqual(split([]), [])
  })

  it('push() splits the same lines whatever the chunks', () => {
    const content = fc.array(fc.constantFrom(0x0a, 0x0d, 0x41, 0xc3, 0xa9), { maxLength: 200 })
    fc.assert(
      fc.property(content, fc.array(fc.nat(200), { maxLength: 10 }), (bytes, cuts) => {
        const whole = Buffer.from(bytes)
        const borders = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length]
        const chunks = borders.slice(1).map((border, index) => Buffer.from(whole.subarray(borders[index], border)))
        assert.deepEqual(split(chunks), split([Buffer.from(whole)]))
      }),
    )
  })

  it('push() keeps no more of a line than its limit, in one chunk or in many', () => {
    const expected = [
      { text: 'abcd', lengthBytes: 7, terminated: true },
      { text: 'ok', lengthBytes: 2, terminated: true },
      { text: 'xxxx', lengthBytes: 5, terminated: false },
    ]
    const bytes = 'abcdefg\nok\nxxxxx'
    assert.deepEqual(split([Buffer.from(bytes)], 4), expected)
    assert.deepEqual(
      split(
        [...bytes].map((byte) => Buffer.from(byte)),
        4,
      ),
      expected,
    )
  })

  it('push() takes a line of many small chunks in linear time', () => {
    const splitter = new LineSplitter(64 << 20)
    const chunk = Buffer.alloc(1024, 'a')
    for (let index = 0; index < 32 * 1024; index++) assert.equal([...splitter.push(chunk)].length, 0)
    const [line] = [...splitter.push(Buffer.from('\n'))]
    assert.equal(line?.lengthBytes, 32 << 20)
    assert.equal(line?.bytes.length, 32 << 20)
  })
})
