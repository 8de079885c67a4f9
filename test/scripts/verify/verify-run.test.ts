import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { markFiles } from '../../../scripts/verify/file-marks.js'
import { type Verification, verifyRun } from '../../../scripts/verify/verify-run.js'

const ENTRIES = 9
let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-verify-'))
  mkdirSync(join(directory, '2026-01-31'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

function lineOf(seq: number, category: string): string {
  return JSON.stringify({ level: 30, time: 1_795_420_814_544 + seq, seq, category, msg: `entry ${seq}` })
}

function pathOf(name: string): string {
  return join(directory, '2026-01-31', `${name}.jsonl`)
}

/** Nine entries in three files: `a` has 1, 4, 7; `b` has 2, 5, 8; `c` has 3, 6, 9. `edit` damages the lines of `b`. */
function writeRun(edit: (lines: string[]) => string[] = (lines) => lines): void {
  for (const [offset, name] of ['a', 'b', 'c'].entries()) {
    const lines = [1, 4, 7].map((seq) => lineOf(seq + offset, name))
    const text = (name === 'b' ? edit(lines) : lines).map((line) => `${line}\n`).join('')
    appendFileSync(pathOf(name), text)
  }
}

function verifyFresh(): Verification {
  return verifyRun(directory, new Map(), ENTRIES)
}

function assertProblems(verification: Verification, patterns: readonly RegExp[]): void {
  assert.equal(verification.problemCount, patterns.length, verification.problems.join('\n'))
  for (const [index, pattern] of patterns.entries()) assert.match(verification.problems[index] ?? '', pattern)
}

describe('verifyRun()', () => {
  it('verifies a whole run and counts its lines, files and bytes', () => {
    writeRun()
    const { lines, files, bytes, problemCount } = verifyFresh()
    assert.deepEqual([lines, files, problemCount], [ENTRIES, 3, 0])
    assert.equal(bytes, (lineOf(1, 'a').length + 1) * ENTRIES)
  })

  it('verifies a run without entries, also in a directory that is not there', () => {
    assert.equal(verifyRun(join(directory, 'none'), markFiles(join(directory, 'none')), 0).problemCount, 0)
  })

  it('catches a deleted line', () => {
    writeRun((lines) => lines.toSpliced(1, 1))
    assertProblems(verifyFresh(), [/9 entries were logged, but 8 lines found/, /seq 5 is missing/])
  })

  it('catches a deleted file, and tells its entries as ranges', () => {
    writeRun()
    writeFileSync(pathOf('a'), '')
    writeFileSync(pathOf('b'), '')
    assertProblems(verifyFresh(), [/but 3 lines/, /seq 1 to 2 are missing \(2\)/, /seq 4 to 5/, /seq 7 to 8/])
  })

  it('catches the loss of the last line', () => {
    writeRun()
    truncateSync(pathOf('c'), (lineOf(3, 'c').length + 1) * 2)
    assertProblems(verifyFresh(), [/but 8 lines/, /seq 9 is missing/])
  })

  it('catches a doubled line, in its own file and in another one', () => {
    writeRun((lines) => lines.toSpliced(1, 0, lines[1] as string))
    assertProblems(verifyFresh(), [/but 10 lines/, /b\.jsonl, line 3 of the run: seq 5 is there twice/])
    writeFileSync(pathOf('b'), '')
    writeRun((lines) => [...lines, lineOf(9, 'b')])
    assert.match(verifyFresh().problems.join('\n'), /seq 9 is there twice/)
  })

  it('catches swapped lines, though none is lost', () => {
    writeRun((lines) => [lines[0], lines[2], lines[1]] as string[])
    assertProblems(verifyFresh(), [/b\.jsonl, line 3 of the run: out of order, seq 5 comes after 8/])
  })

  it('catches a torn last line, even where the fragment is valid JSON', () => {
    writeRun()
    truncateSync(pathOf('b'), (lineOf(2, 'b').length + 1) * 3 - 1)
    assertProblems(verifyFresh(), [/b\.jsonl, line 3 of the run: torn/])
    truncateSync(pathOf('b'), (lineOf(2, 'b').length + 1) * 3 - 8)
    assertProblems(verifyFresh(), [/torn/, /not valid JSON/, /seq 8 is missing/])
  })

  it('catches a line that is torn in the middle of a file', () => {
    writeRun((lines) => [lines[0]?.slice(0, 20) + (lines[1] as string), lines[2] as string])
    assertProblems(verifyFresh(), [/but 8 lines/, /line 1 of the run: not valid JSON/, /seq 2 is/, /seq 5 is/])
  })

  it('catches lines that are not one JSON object with the fields of a line', () => {
    writeRun((lines) => [...lines, '', '[1]', '{"seq":1.5}', lineOf(10, 'b'), lineOf(0, 'b')])
    assertProblems(verifyFresh(), [
      /but 14 lines/,
      /line 4 of the run: not valid JSON/,
      /line 5 of the run: not a JSON object/,
      /line 6 of the run: level, time or category is missing/,
      /line 6 of the run: seq 1\.5 is not from 1 to 9/,
      /line 7 of the run: seq 10 is not/,
      /line 8 of the run: seq 0 is not/,
    ])
  })

  it('catches invalid UTF-8, and quotes what it found without control characters', () => {
    writeRun()
    appendFileSync(pathOf('b'), Buffer.from([0x22, 0xff, 0x22, 0x0a]))
    appendFileSync(pathOf('b'), '\u001b[31m\u009b\n')
    const { problems } = verifyFresh()
    assert.match(problems[1] ?? '', /not valid UTF-8/)
    assert.match(problems[2] ?? '', /not valid JSON: "\\u001b\[31m\?"/)
  })

  it('tells the first problems and counts all', () => {
    writeRun((lines) => [...lines, ...Array.from({ length: 50 }, () => 'x')])
    const { problems, problemCount } = verifyFresh()
    assert.equal(problemCount, 51)
    assert.equal(problems.length, 11)
  })
})

describe('verifyRun() in each kind of file', () => {
  const day = Date.UTC(2026, 0, 31)
  const rules = { utc: true, alsoInCategoryFile: false }
  const KINDS = [
    ['actions', 30],
    ['general', 10],
    ['warning', 40],
    ['error', 50],
  ] as const

  /** Entries in turn to the four files; `edit` damages the bytes of one of them. */
  function writeKinds(damaged: string, edit: (lines: readonly string[]) => string): void {
    for (const [offset, [name, level]] of KINDS.entries()) {
      const lines = [1, 5, 9].map((seq) => {
        const category = level < 40 ? name : 'actions'
        return `${JSON.stringify({ level, time: day + seq, seq: seq + offset, category, msg: 'entry' })}\n`
      })
      writeFileSync(pathOf(name), name === damaged ? edit(lines) : lines.join(''))
    }
  }

  const [a, b, c] = [0, 1, 2] as const
  const DAMAGES: readonly [string, (lines: readonly string[]) => string, RegExp][] = [
    ['a deleted line', (lines) => `${lines[a]}${lines[c]}`, /seq [5-8] is missing/],
    ['a deleted last line', (lines) => `${lines[a]}${lines[b]}`, /seq (9|10|11|12) is missing/],
    ['a doubled line', (lines) => `${lines[a]}${lines[b]}${lines[b]}${lines[c]}`, /seq [5-8] is there twice/],
    ['swapped lines', (lines) => `${lines[b]}${lines[a]}${lines[c]}`, /out of order, seq [1-4] comes after [5-8]/],
    ['a line torn in the midst', (lines) => `${lines[a]}${lines[b]?.slice(0, 30)}${lines[c]}`, /not valid JSON/],
    ['a line torn at the end', (lines) => `${lines[a]}${lines[b]}${lines[c]?.slice(0, 30)}`, /torn, no newline/],
    ['a missing last newline', (lines) => lines.join('').slice(0, -1), /torn, no newline/],
  ]

  for (const [name] of KINDS) {
    it(`verifies ${name}.jsonl, and catches every damage to it`, () => {
      writeKinds(name, (lines) => lines.join(''))
      assert.deepEqual(verifyRun(directory, new Map(), 12, rules).problems, [])
      for (const [damage, edit, problem] of DAMAGES) {
        writeKinds(name, edit)
        const { problems } = verifyRun(directory, new Map(), 12, rules)
        assert.match(problems.join('\n'), problem, damage)
        assert.match(problems.join('\n'), new RegExp(`${name}\\.jsonl|is missing`), damage)
      }
    })
  }
})

describe('verifyRun() with drops', () => {
  function dropLineOf(seqFrom: number, seqTo: number, info: number, rest: object = {}): string {
    const time = 1_795_420_814_544
    const line = { level: 40, time, category: 'spillway', dropped: info, levels: { info }, seqFrom, seqTo }
    return JSON.stringify({ ...line, msg: `${info} lines were dropped: the disk was full`, ...rest })
  }
  const verifyDrops = (): Verification => verifyRun(directory, new Map(), ENTRIES, undefined, { drops: true })
  /** `b` is without its lines of seq 5 and 8, and has these in their place. */
  const dropTwo = (...instead: string[]): void => writeRun((lines) => [lines[0] as string, ...instead])

  it('accepts what is missing where it is told of, and counts it', () => {
    dropTwo(dropLineOf(5, 8, 2))
    const { lines, dropped, problems } = verifyDrops()
    assert.deepEqual([lines, dropped, problems], [7, 2, []])
  })

  it('accepts ranges of several files that overlap', () => {
    dropTwo(dropLineOf(5, 8, 2))
    writeFileSync(pathOf('a'), `${lineOf(1, 'a')}\n${dropLineOf(4, 7, 2)}\n`)
    writeFileSync(pathOf('c'), `${lineOf(3, 'c')}\n${lineOf(6, 'c')}\n${dropLineOf(9, 9, 1)}\n`)
    const { dropped, problems } = verifyDrops()
    assert.deepEqual([dropped, problems], [5, []])
  })

  it('takes a drop line for a line without a seq where no drops are expected', () => {
    dropTwo(dropLineOf(5, 8, 2))
    const { problems } = verifyFresh()
    assert.match(problems.join('\n'), /seq undefined is not from 1 to 9.*seq 5 is missing.*seq 8 is missing/s)
  })

  it('catches a line that is missing and told of nowhere', () => {
    dropTwo(dropLineOf(8, 8, 1))
    assertProblems(verifyDrops(), [/but 7 lines found, and 1 are told of/, /seq 5 is missing, and no line tells of it/])
  })

  it('catches a count that is too small or too large for its range', () => {
    dropTwo(dropLineOf(5, 8, 1))
    assertProblems(verifyDrops(), [/and 1 are told of/, /seq 8 is missing, and no line tells of it/])
    writeFileSync(pathOf('b'), '')
    dropTwo(dropLineOf(5, 8, 3))
    writeFileSync(pathOf('a'), [1, 4, 7].map((seq) => `${lineOf(seq, 'a')}\n`).join(''))
    writeFileSync(pathOf('c'), [3, 6, 9].map((seq) => `${lineOf(seq, 'c')}\n`).join(''))
    assertProblems(verifyDrops(), [/and 3 are told of/, /between seq 5 and 8, 1 of which are not missing/])
  })

  it('catches a drop that is told of twice, and one of lines that are there', () => {
    dropTwo(dropLineOf(5, 8, 2), dropLineOf(5, 8, 2))
    assertProblems(verifyDrops(), [/and 4 are told of/, /2 of which are not missing/])
    writeFileSync(pathOf('b'), '')
    rmSync(pathOf('a'))
    rmSync(pathOf('c'))
    writeRun((lines) => [...lines, dropLineOf(5, 5, 1)])
    assertProblems(verifyDrops(), [/and 1 are told of/, /1 of which are not missing/])
  })

  it('catches a range that is wider than what is missing', () => {
    dropTwo(dropLineOf(4, 8, 2))
    assertProblems(verifyDrops(), [/between seq 4 and 8, and one of these is not missing/])
  })

  it('catches a drop line that contradicts itself', () => {
    const damaged = [
      { levels: { info: 1 } },
      { levels: { loud: 2 } },
      { levels: null },
      { seqFrom: 0 },
      { seqTo: 10 },
      { seqTo: 4 },
      { dropped: 0 },
      { dropped: -1 },
      { dropped: 1.5 },
    ]
    for (const part of damaged) {
      rmSync(directory, { recursive: true })
      mkdirSync(join(directory, '2026-01-31'), { recursive: true })
      dropTwo(dropLineOf(5, 8, 2, part))
      assert.match(verifyDrops().problems[1] ?? '', /b\.jsonl, line 2 of the run: tells of/, JSON.stringify(part))
    }
  })

  it('refuses runs whose entries are written twice', () => {
    const rules = { utc: true, alsoInCategoryFile: true }
    assert.throws(() => verifyRun(directory, new Map(), 0, rules, { drops: true }), /written twice/)
  })
})

describe('markFiles()', () => {
  it('leaves the lines of earlier runs out', () => {
    writeRun((lines) => [...lines, 'an old line that is not JSON'])
    const marks = markFiles(directory)
    writeRun()
    const { lines, problemCount } = verifyRun(directory, marks, ENTRIES)
    assert.deepEqual([lines, problemCount], [ENTRIES, 0])
  })

  it('knows an old file by its inode after a rename', () => {
    writeRun()
    const marks = markFiles(directory)
    renameSync(pathOf('b'), pathOf('b.1'))
    writeRun()
    assert.equal(verifyRun(directory, marks, ENTRIES).problemCount, 0)
  })

  it('starts at the last whole line, whether a torn one of an earlier run is left or cut off', () => {
    writeRun()
    appendFileSync(pathOf('b'), '{"torn')
    appendFileSync(pathOf('a'), '{"torn too')
    const marks = markFiles(directory)
    truncateSync(pathOf('b'), (lineOf(2, 'b').length + 1) * 3)
    const untouched = verifyRun(directory, marks, 0)
    assert.deepEqual([untouched.files, untouched.problemCount], [0, 0])

    truncateSync(pathOf('a'), (lineOf(1, 'a').length + 1) * 3)
    writeRun()
    assert.equal(verifyRun(directory, marks, ENTRIES).problemCount, 0)
  })

  it('catches a file that has shrunk into its old lines', () => {
    writeRun()
    const marks = markFiles(directory)
    truncateSync(pathOf('b'), 10)
    assertProblems(verifyRun(directory, marks, 0), [/b\.jsonl has shrunk from \d+ to 10 bytes/])
  })

  it('reads only the files of days', () => {
    mkdirSync(join(directory, 'archive'))
    writeFileSync(join(directory, 'archive', 'x.jsonl'), 'x\n')
    writeFileSync(join(directory, 'x.jsonl'), 'x\n')
    writeFileSync(join(directory, '2026-01-31', 'x.gz'), 'x\n')
    assert.equal(verifyRun(directory, new Map(), 0).problemCount, 0)
  })
})
