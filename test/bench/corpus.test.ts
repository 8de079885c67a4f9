import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CONTENDERS } from '../../bench/contenders/index.js'
import { parseOptions, UsageError } from '../../bench/options.js'
import { countLines, faultyLinesOf, type LineCount } from '../../bench/passes/count-lines.js'
import { readCorpus } from '../../bench/workload/corpus.js'
import { categoriesOf } from '../../bench/workload/entries.js'
import { objectShape, type Shape, shapeNamed } from '../../bench/workload/shapes.js'
import { newDirectory } from '../support/new-directory.js'
import { EXPECTATION, FILES, writeFiles } from './written-files.js'

/** What real lines have that a logger may stumble over. */
const LINES = [
  { level: 'warn', msg: 'plain', pid: 7, ratio: 0.25, ok: false, none: null },
  { level: 30, msg: 'at 100 %d of {memory} with 5 %s and %%', memory: '12 {kB}' },
  { msg: 'one\nentry, "one" line \\ \u2028 \u0007 ünï 🚪', path: 'C:\\temp\n', empty: '' },
  { msg: 'taken names', time: 'noon', timestamp: 1, category: 'x', name: 'y', seq: 'z', callNumber: 5, message: 'm' },
  { msg: 'more of them', err: 'e', error: 'f', stack: 'g', cause: 'h', v: 2, src: 'i', caller: 'j', level: {} },
  { message: 'of another logger', nested: { list: [1, 'two', { three: null }], deep: { deeper: { deepest: [[]] } } } },
  { msg: '', text: 'an empty message' },
]

function corpusOf(context: TestContext, lines: readonly object[]): string {
  const directory = newDirectory(context)
  writeFileSync(
    join(directory, 'b.jsonl'),
    `${lines
      .slice(3)
      .map((line) => JSON.stringify(line))
      .join('\n')}\n`,
  )
  writeFileSync(
    join(directory, 'a.ndjson'),
    `\n${lines
      .slice(0, 3)
      .map((line) => JSON.stringify(line))
      .join('\r\n')}`,
  )
  writeFileSync(join(directory, 'c.txt'), 'no line of it')
  return directory
}

test('shapeNamed() of a corpus logs its lines in order, over and over, and numbers them', (context) => {
  const directory = corpusOf(context, LINES)
  const shape = shapeNamed('corpus', directory)
  assert.equal(readCorpus(directory).length, LINES.length)
  assert.deepEqual(shape.argument(7), { callNumber: 7, pid: 7, ratio: 0.25, ok: false, none: null })
  assert.deepEqual(
    [7, 8, 12].map((n) => shape.message?.(n)),
    ['plain', LINES[1]!.msg, 'of another logger'],
  )
  assert.deepEqual(Object.keys(shape.argument(3) as object), [
    ...['callNumber', 'time_', 'timestamp_', 'category_', 'name_', 'seq_', 'callNumber_', 'message_'],
  ])
  assert.equal(objectShape({ corpus: directory }), 'corpus')
  assert.equal(objectShape({ corpus: null }), 'fields-4')
  assert.throws(() => shapeNamed('corpus'), /no shape named corpus/)
})

test('countLines() sees what is changed, missing or made up in the lines of a corpus', (context) => {
  const shape = shapeNamed('corpus', corpusOf(context, LINES))
  const countWith = (changes: Readonly<Record<number, object>>): LineCount => {
    const files = categoriesOf(FILES).map((category, fileIndex) => {
      const numbers = Array.from({ length: 10 }, (_, index) => index * FILES + fileIndex)
      const lines = numbers.map((n) => ({ ...lineOf(shape, n, category), ...changes[n] }))
      return [`${category}.jsonl`, lines.map((line) => `${JSON.stringify(line)}\n`).join('')] as const
    })
    return countLines(writeFiles(context, Object.fromEntries(files)), { ...EXPECTATION, lines: 30, shape })
  }
  assert.equal(faultyLinesOf(countWith({})), 0)
  assert.equal(countWith({ 7: { pid: 8 }, 14: { none: undefined }, 8: { msg: 'x' }, 5: { nested: {} } }).wrong, 4)
  const { foreign, lost, doubled } = countWith({ 3: { callNumber: 30 }, 4: { callNumber: -1 }, 6: { callNumber: 9 } })
  assert.deepEqual({ foreign, lost, doubled }, { foreign: 2, lost: 3, doubled: 1 })
})

test('parseOptions() says what is wrong with a corpus', (context) => {
  const messageOf = (corpus: string): string => {
    try {
      parseOptions(['--corpus', corpus], {})
    } catch (error) {
      assert.ok(error instanceof UsageError)
      return error.message
    }
    return 'nothing'
  }
  const directory = newDirectory(context)
  assert.match(messageOf(join(directory, 'none')), /^--corpus: .*no such file/)
  assert.match(messageOf(directory), /^--corpus: there is no line in a \.ndjson or \.jsonl file in /)
  writeFileSync(join(directory, 'a.ndjson'), '{"msg":"a"}\n[1]\n')
  assert.match(messageOf(directory), /a\.ndjson:2 is no JSON object$/)
  assert.equal(messageOf(corpusOf(context, LINES)), 'nothing')
})

for (const contender of CONTENDERS.filter(({ name, writesLines }) => writesLines && name !== 'seed')) {
  test(`${contender.name} writes the lines of a corpus whole, whatever is in them`, async (context) => {
    const shape = shapeNamed('corpus', corpusOf(context, LINES))
    const directory = newDirectory(context)
    const session = await (await contender.load())({ directory, categories: categoriesOf(FILES) })
    const lines = LINES.length * FILES * 2
    for (let n = 0; n < lines; n += 1) {
      session.calls.object(n % FILES, shape.argument(n) as object, shape.message!(n))
    }
    await session.close()
    const {
      found,
      filesFound: _files,
      bytes: _bytes,
      ...faults
    } = countLines(directory, {
      ...contender,
      ...{ lines, files: FILES, shape },
    })
    const none = { lost: 0, doubled: 0, torn: 0, outOfOrder: 0, wrong: 0, foreign: 0 }
    assert.deepEqual({ found, ...faults }, { found: lines, expected: lines, ...none })
  })
}

function lineOf(shape: Shape, n: number, category: string): Readonly<Record<string, unknown>> {
  return { level: 30, time: 1, category, ...(shape.argument(n) as object), msg: shape.message?.(n) }
}
