/** What no spillway writes and somebody may have put there. */
import assert from 'node:assert/strict'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { verificationText } from '../../../src/main/cli/verification-text.js'
import { verify } from '../../../src/main/verify/verify.js'
import { newDirectory } from '../../support/new-directory.js'
import { append, DAY, dropText, lineText, makeLines, NOON_MS, pathOf, seqs } from './made-directory.js'

// biome-ignore lint/suspicious/noControlCharactersInRegex: that none of them is printed is what is checked.
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/

describe('verify(), of hostile content', () => {
  it('lets nothing out of a line or a name to a terminal as it is', (t) => {
    const directory = newDirectory(t)
    const evil = '\x1b[2J\x9b31m\u202e\u2028\x07\ufeff'
    makeLines(directory, seqs(1, 2))
    for (const bytes of [evil, `{"seq":"${evil}"}`, Buffer.from(`\xff\x1b]0;x\x07`, 'latin1')]) {
      append(pathOf(directory, {}), Buffer.concat([Buffer.from(bytes as string), Buffer.from('\n')]))
    }
    append(pathOf(directory, {}), lineText({ seq: 3, category: evil }))
    append(pathOf(directory, {}), dropText({ dropped: 1, from: 4, to: 4, at: 5, reason: evil }))
    append(pathOf(directory, {}), lineText({ seq: 5 }).replace('30', JSON.stringify(evil)))
    append(pathOf(directory, { file: evil }), lineText({ seq: 6 }))
    append(`${pathOf(directory, { file: evil })}.torn`, 'x')
    append(join(directory, '.spillway', evil, `${evil}.arena`), 'x')
    const report = verify(directory)
    assert.ok(report.problemCount > 6)
    const text = verificationText(report, false)
    assert.equal(UNSAFE.exec(text), null, JSON.stringify(text))
    assert.match(text, /1 line dropped between seq 4 and 4: \\u\{1b\}\[2J/)
  })

  it('lists problems up to a number, and counts the rest', (t) => {
    const directory = newDirectory(t)
    append(pathOf(directory, {}), `${lineText({ seq: 1 })}${'x\n'.repeat(10_000)}`)
    const report = verify(directory, { problemsMax: 50 })
    assert.deepEqual([report.problemCount, report.problems.length], [10_000, 50])
    const text = verificationText(report, false)
    assert.ok(text.split('\n').length < 30)
    assert.match(text, /^and 9,980 more problems$/m)
  })

  it('takes seqs and ranges of any size', (t) => {
    const directory = newDirectory(t)
    const max = Number.MAX_SAFE_INTEGER
    const lines = Array.from({ length: 20_000 }, (_, index) => lineText({ seq: 2 + index * 2 ** 38, at: index }))
    append(pathOf(directory, {}), lines.join(''))
    append(pathOf(directory, {}), dropText({ dropped: max, from: 1, to: max, at: 30_000 }))
    append(pathOf(directory, {}), lineText({ seq: 2 }).replace(':2,', ':9007199254740993,'))
    append(pathOf(directory, {}), lineText({ seq: 2 }).replace(':2,', `:${'9'.repeat(5000)},`))
    append(pathOf(directory, {}), lineText({ seq: 7 }).replace(`${NOON_MS + 7}`, '-1e400'))
    const report = verify(directory)
    assert.ok(report.problemCount >= 3)
    assert.equal(report.runs[0]?.seqTo, max)
  })

  it('takes many lines of drops whose ranges are open at once', (t) => {
    const directory = newDirectory(t)
    const drops = Array.from({ length: 20_000 }, (_, index) =>
      dropText({ dropped: 1, from: 2, to: 40_000 - index, at: 9 }),
    )
    append(pathOf(directory, {}), lineText({ seq: 1 }) + lineText({ seq: 50_000 }) + drops.join(''))
    // A seq is given to the line whose range ends first, so that all of the ranges are met.
    assert.equal(verify(directory).runs[0]?.missing, 49_998 - 20_000)
  })

  it('takes a file of nothing but first lines, and one of falling seqs', (t) => {
    const directory = newDirectory(t)
    const firsts = Array.from({ length: 20_000 }, (_, index) => lineText({ seq: 1, at: index }))
    const falls = Array.from({ length: 20_000 }, (_, index) =>
      lineText({ seq: 30_000 - index, at: index, category: 'b' }),
    )
    append(pathOf(directory, {}), firsts.join(''))
    append(pathOf(directory, { category: 'b' }), falls.join(''))
    const report = verify(directory)
    assert.ok(!report.isSound)
    assert.equal(report.runs.length, 1000)
  })

  it('takes lines longer than a block, and finds what is wrong in them', (t) => {
    const directory = newDirectory(t)
    const long = 'é'.repeat(3_000_000)
    makeLines(directory, [...seqs(1, 3, { msg: long }), ...seqs(4, 4), ...seqs(5, 5, { msg: long })])
    assert.deepEqual(verify(directory).problems, [])
    append(pathOf(directory, {}), `{"a":"${long}\n`)
    append(pathOf(directory, {}), lineText({ seq: 6, msg: long }).slice(0, -2))
    assert.deepEqual(
      verify(directory).problems.map(({ line, what }) => `${line}: ${what.slice(0, 20)}`),
      ['6: not a JSON object: "', '7: torn: it has no newl'.slice(0, 23)],
    )
  })

  it('takes a line of 500 MB, whose characters would be a string that is too long', (t) => {
    const directory = newDirectory(t)
    const path = pathOf(directory, {})
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(path, 'w')
    const piece = Buffer.alloc(5_000_000, 'x')
    const [head, tail] = lineText({ seq: 2, msg: '日' }).split('日') as [string, string]
    writeSync(file, lineText({ seq: 1 }) + head)
    for (let index = 0; index < 100; index++) writeSync(file, piece)
    writeSync(file, tail + lineText({ seq: 3 }))
    closeSync(file)
    const { problems, lines, bytes } = verify(directory)
    assert.deepEqual([problems, lines], [[], 3])
    assert.ok(bytes > 500_000_000)
  })

  it('takes bytes at random', (t) => {
    const directory = newDirectory(t)
    const bytes = Buffer.alloc(3_000_000)
    for (let at = 0, state = 1; at < bytes.length; at++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
      bytes[at] = state >>> 16
    }
    append(join(directory, DAY, 'a.jsonl'), bytes)
    const report = verify(directory, { problemsMax: 10 })
    assert.ok(report.problemCount > 5000)
    assert.equal(report.lines, 0)
  })
})
