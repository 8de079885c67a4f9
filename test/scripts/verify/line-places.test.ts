import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { PlaceRules } from '../../../scripts/verify/line-places.js'
import { type Verification, verifyRun } from '../../../scripts/verify/verify-run.js'
import { Spillway } from '../../../src/main/index.js'
import { newDirectory } from '../../support/new-directory.js'

const DAY = '2026-01-31'
const NOON_MS = new Date(2026, 0, 31, 12).getTime()
const LOCAL: PlaceRules = { utc: false, alsoInCategoryFile: false }
const UTC: PlaceRules = { utc: true, alsoInCategoryFile: false }
const TWICE: PlaceRules = { utc: false, alsoInCategoryFile: true }

/** A line as a test puts it: into which file, of which category, and what of it differs from an info line at noon. */
interface Placed {
  readonly file: string
  readonly category: string
  readonly level?: number
  readonly time?: number
  readonly day?: string
  readonly seq?: number
}

/** Writes the lines, with seq 1, 2, 3 ... where they tell none, and verifies them. */
function verify(context: TestContext, rules: PlaceRules | undefined, lines: readonly Placed[]): Verification {
  const directory = newDirectory(context)
  let entries = 0
  for (const [index, { file, category, level = 30, time = NOON_MS, day = DAY, seq = index + 1 }] of lines.entries()) {
    const path = join(directory, day, `${file}.jsonl`)
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, `${JSON.stringify({ level, time, seq, category, msg: 'x' })}\n`)
    entries = Math.max(entries, seq)
  }
  return verifyRun(directory, new Map(), entries, rules)
}

function assertProblems({ problems, problemCount }: Verification, patterns: readonly RegExp[]): void {
  assert.equal(problemCount, patterns.length, problems.join('\n'))
  for (const [index, pattern] of patterns.entries()) assert.match(problems[index] ?? '', pattern)
}

describe('verifyRun() with place rules', () => {
  it('verifyRun() finds all in its place where it is', (t) => {
    const lines: readonly Placed[] = [
      { file: 'a', category: 'a' },
      { file: 'warning', category: 'a', level: 40 },
      { file: 'error', category: 'a', level: 50 },
      { file: 'error', category: 'b', level: 60 },
      { file: 'general', category: 'general' },
      { file: 'error-0a1b2c3d4e5f', category: 'error' },
      { file: '0123456789ab', category: '日本' },
      { file: 'a-0123456789ab', category: 'a-0123456789ab' },
    ]
    assertProblems(verify(t, LOCAL, lines), [])
  })

  it('verifyRun() catches a line in the file of another category, and a file under a foreign name', (t) => {
    assertProblems(
      verify(t, LOCAL, [
        { file: 'a', category: 'a' },
        { file: 'b', category: 'b' },
        { file: 'a', category: 'b' },
        { file: 'general', category: 'b' },
      ]),
      [
        /a\.jsonl, line 2 of the run: category "b" does not belong into a\.jsonl/,
        /category "b" does not belong into general\.jsonl but b\.jsonl/,
      ],
    )
    assertProblems(verify(t, LOCAL, [{ file: 'b', category: 'a' }]), [/category "a" does not belong into b\.jsonl/])
  })

  it('verifyRun() catches two categories in one file with a hash, and two such files of one category', (t) => {
    const file = 'x-0123456789ab'
    assertProblems(
      verify(t, LOCAL, [
        { file, category: 'x/y' },
        { file, category: 'x:y' },
        { file: 'y-0123456789ab', category: 'x/y' },
      ]),
      [
        /"x:y" does not belong into x-0123456789ab\.jsonl/,
        /"x\/y" does not belong into y-.* but x-0123456789ab\.jsonl/,
      ],
    )
  })

  it('verifyRun() catches a level in a file that is not its own', (t) => {
    assertProblems(
      verify(t, LOCAL, [
        { file: 'error', category: 'a', level: 40 },
        { file: 'warning', category: 'a', level: 50 },
        { file: 'warning', category: 'a', level: 30 },
        { file: 'a', category: 'a', level: 60 },
        { file: 'error-0a1b2c3d4e5f', category: 'error', level: 50 },
      ]),
      [
        /a\.jsonl.*: level 60 belongs into error\.jsonl/,
        /error-0a1b2c3d4e5f\.jsonl.*: level 50 belongs into error\.jsonl/,
        /error\.jsonl.*: level 40 belongs into warning\.jsonl/,
        /warning\.jsonl, line 1 .*: level 50 belongs into error\.jsonl/,
        /warning\.jsonl, line 2 .*: level 30 does not belong into warning\.jsonl/,
      ],
    )
  })

  it('verifyRun() catches a file in the directory of another day, to the millisecond', (t) => {
    const startMs = new Date(2026, 0, 31).getTime()
    const endMs = new Date(2026, 1, 1).getTime()
    const at = (...times: readonly number[]): Placed[] => times.map((time) => ({ file: 'a', category: 'a', time }))
    assertProblems(verify(t, LOCAL, at(startMs, endMs - 1)), [])
    assertProblems(verify(t, LOCAL, at(startMs - 1, startMs, endMs, 1e300)), [
      /line 1 .*: its time, 2026-.*Z, is not of the local day 2026-01-31/,
      /line 3 /,
      /line 4 .*: its time, 1e\+300,/,
    ])
    const utcStartMs = Date.UTC(2026, 0, 31)
    assertProblems(verify(t, UTC, at(utcStartMs, utcStartMs + 86_399_999)), [])
    assertProblems(verify(t, UTC, at(utcStartMs - 1, utcStartMs + 86_400_000)), [/the UTC day/, /the UTC day/])
  })

  it('verifyRun() wants a warning and an error in both files where alsoInCategoryFile says so', (t) => {
    const both = (category: string, level: number, seq: number): Placed[] => [
      { file: level >= 50 ? 'error' : 'warning', category, level, seq },
      { file: category, category, level, seq },
    ]
    const lines = [...both('a', 40, 1), ...both('b', 50, 2), { file: 'a', category: 'a', seq: 3 }]
    const verified = verify(t, TWICE, lines)
    assertProblems(verified, [])
    assert.deepEqual([verified.lines, verified.copies], [5, 2])

    const [warning, warningCopy, error, errorCopy, info] = lines as [Placed, Placed, Placed, Placed, Placed]
    assertProblems(verify(t, TWICE, [warning, error, errorCopy, info]), [/seq 1 is not in their category's file/])
    assertProblems(verify(t, TWICE, [warning, warningCopy, errorCopy, info]), [/but 2 lines found/, /seq 2 is missing/])
    assertProblems(verify(t, TWICE, [...lines, errorCopy]), [/b\.jsonl, line 2 .*: seq 2 is there twice/])
    assertProblems(verify(t, TWICE, [...lines, { ...errorCopy, file: 'a' }]), [
      /a\.jsonl, line 3 .*: category "b" does not belong into a\.jsonl/,
      /out of order/,
      /seq 2 is there twice/,
    ])
  })

  it('verifyRun() does not look at places, and takes no entry twice, without rules', (t) => {
    assertProblems(verify(t, undefined, [{ file: 'b', category: 'a', level: 50, time: 0 }]), [])
    assertProblems(
      verify(t, undefined, [
        { file: 'error', category: 'a', level: 50, seq: 1 },
        { file: 'a', category: 'a', level: 50, seq: 1 },
      ]),
      [/but 2 lines found/, /twice/],
    )
  })

  it('verifyRun() verifies what a Spillway has written, and sees a file that was moved afterwards', async (t) => {
    for (const settings of [{ utc: true }, { alsoInCategoryFile: true }, { maxCategories: 3 }]) {
      const directory = newDirectory(t)
      const spillway = new Spillway({ directory, workers: 1, ...settings })
      for (const category of ['a', 'A', 'error', 'x/y', 'general', 'beyond']) {
        const log = spillway.logger(category)
        log.info('one')
        log.warn('two')
        log.error('three')
      }
      await spillway.close()
      assertProblems(verifyRun(directory, new Map(), 18, spillway.options), [])
      const day = join(directory, readdirSync(directory).find((name) => existsSync(join(directory, name, 'a.jsonl')))!)
      mkdirSync(join(directory, '2001-02-03'))
      renameSync(join(day, 'a.jsonl'), join(directory, '2001-02-03', 'a.jsonl'))
      const { problems } = verifyRun(directory, new Map(), 18, spillway.options)
      assert.match(problems.join('\n'), /2001-02-03\/a\.jsonl, line 1 of the run: its time, .* day 2001-02-03/)
    }
  })
})
