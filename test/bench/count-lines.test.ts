import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { countLines, faultyLinesOf, type LineCount } from '../../bench/passes/count-lines.js'
import {
  contentsOf,
  EXPECTATION,
  FILES,
  faultlessLines,
  LINES,
  lineAt,
  type WrittenLines,
  writeFiles,
} from './written-files.js'

const NO_FAULTS = { lost: 0, doubled: 0, torn: 0, outOfOrder: 0, wrong: 0, foreign: 0 }

/** Counts a faultless set of files after a test has done something to it. */
function countSpoilt(context: TestContext, spoil: (lines: WrittenLines) => void): LineCount {
  const lines = faultlessLines()
  spoil(lines)
  return countLines(writeFiles(context, contentsOf(lines)), EXPECTATION)
}

function assertFaults(count: LineCount, faults: Partial<typeof NO_FAULTS>): void {
  const { lost, doubled, torn, outOfOrder, wrong, foreign } = count
  assert.deepEqual({ lost, doubled, torn, outOfOrder, wrong, foreign }, { ...NO_FAULTS, ...faults })
}

test('countLines() finds every line of a faultless run', (context) => {
  const count = countSpoilt(context, () => {})
  assertFaults(count, {})
  assert.equal(faultyLinesOf(count), 0)
  assert.equal(count.expected, LINES)
  assert.equal(count.found, LINES)
  assert.equal(count.filesFound, FILES)
})

test('countLines() sees a deleted line', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[1]!.splice(4, 1)),
    { lost: 1 },
  )
})

test('countLines() sees a deleted last line', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[2]!.pop()),
    { lost: 1 },
  )
})

test('countLines() sees a missing file', (context) => {
  const contents = contentsOf(faultlessLines())
  delete contents['cat1.jsonl']
  assertFaults(countLines(writeFiles(context, contents), EXPECTATION), { lost: LINES / FILES })
})

test('countLines() sees a doubled line, and does not call it out of order', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[0]!.splice(7, 0, lines[0]![2]!)),
    { doubled: 1 },
  )
})

test('countLines() does not let a doubled line hide a lost one', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[0]!.splice(7, 1, lines[0]![6]!)),
    { doubled: 1, lost: 1 },
  )
})

test('countLines() sees two swapped lines', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[1]!.splice(3, 2, lines[1]![4]!, lines[1]![3]!)),
    { outOfOrder: 1 },
  )
})

test('countLines() sees a line torn in the middle of a file', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[1]!.splice(5, 1, lines[1]![5]!.slice(0, 20))),
    { torn: 1, lost: 1 },
  )
})

test('countLines() sees two lines run into one', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[1]!.splice(5, 2, lines[1]![5]! + lines[1]![6]!)),
    { torn: 1, lost: 2 },
  )
})

test('countLines() sees an empty line', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[1]!.splice(5, 0, '')),
    { torn: 1 },
  )
})

test('countLines() sees a last line without its newline, though it parses', (context) => {
  const contents = contentsOf(faultlessLines())
  contents['cat0.jsonl'] = contents['cat0.jsonl']!.slice(0, -1)
  assertFaults(countLines(writeFiles(context, contents), EXPECTATION), { torn: 1, lost: 1 })
})

test('countLines() sees a line in the file of another category', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => lines[1]!.push(lines[0]!.pop()!)),
    { wrong: 1 },
  )
})

test('countLines() sees a changed field, a missing field and a changed message', (context) => {
  assertFaults(
    countSpoilt(context, (lines) => {
      lines[0]![0] = lineAt(0, { durationMs: 1 })
      lines[1]![0] = lineAt(1, { ok: undefined })
      lines[2]![0] = lineAt(2, { msg: 'user stayed' })
    }),
    { wrong: 3 },
  )
})

test('countLines() sees lines nobody logged', (context) => {
  assertFaults(
    countSpoilt(context, (lines) =>
      lines[0]!.push('{"msg":"7 lines dropped"}', lineAt(LINES), lineAt(0, { userId: 1 })),
    ),
    { foreign: 3 },
  )
})

test('countLines() follows a category over midnight, and sees when its days are swapped', (context) => {
  const contents = contentsOf(faultlessLines())
  const lines = faultlessLines()[0]!.map((line) => `${line}\n`)
  delete contents['cat0.jsonl']
  const [before, after] = [lines.slice(0, 4).join(''), lines.slice(4).join('')]
  const right = { ...contents, '2026-11-23/cat0.jsonl': before, '2026-11-24/cat0.jsonl': after }
  assertFaults(countLines(writeFiles(context, right), EXPECTATION), {})
  const swapped = { ...contents, '2026-11-23/cat0.jsonl': after, '2026-11-24/cat0.jsonl': before }
  assertFaults(countLines(writeFiles(context, swapped), EXPECTATION), { outOfOrder: 4 })
})

test('countLines() knows the files of libraries that roll them by day, by number, or both', (context) => {
  const contents = contentsOf(faultlessLines())
  const names = {
    'cat0.jsonl': 'cat0.2026-11-23.jsonl',
    'cat1.jsonl': 'cat1.1.jsonl',
    'cat2.jsonl': 'cat2.2026-11-23.1.jsonl',
  }
  const rolled = Object.fromEntries(Object.entries(names).map(([from, to]) => [to, contents[from]!]))
  assertFaults(countLines(writeFiles(context, rolled), EXPECTATION), {})
})

test('countLines() wants the lines of a level in its file, in their order, where the contender has one', (context) => {
  const expectation = { ...EXPECTATION, fileOf: (level: unknown) => (level === 50 ? 'error' : undefined) }
  const contents = contentsOf(faultlessLines().map((file) => file.slice(0, -1)))
  const errors = [LINES - 3, LINES - 2, LINES - 1].map((entry) => `${lineAt(entry, { level: 50 })}\n`)
  const right = { ...contents, 'error.jsonl': errors.join('') }
  assertFaults(countLines(writeFiles(context, right), expectation), {})
  const swapped = { ...contents, 'error.jsonl': errors.toReversed().join('') }
  assertFaults(countLines(writeFiles(context, swapped), expectation), { outOfOrder: 2 })
  const inCategories = contentsOf(faultlessLines().map((file, index) => [...file.slice(0, -1), errors[index]!.trim()]))
  assertFaults(countLines(writeFiles(context, inCategories), expectation), { wrong: 3 })
  const amongErrors = { ...contents, 'error.jsonl': errors.join('').replaceAll('"level":50', '"level":30') }
  assertFaults(countLines(writeFiles(context, amongErrors), expectation), { wrong: 3 })
})
