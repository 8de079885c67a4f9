/** Several runs in the same files, which nothing but their seqs and times tell apart. */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { type VerificationReport, verify } from '../../../src/main/verify/verify.js'
import { newDirectory } from '../../support/new-directory.js'
import { append, DAY, lineText, type MadeDrop, type MadeLine, makeLines, pathOf, seqs } from './made-directory.js'

function verified(context: TestContext, lines: readonly (MadeLine | MadeDrop)[], complete = true): VerificationReport {
  const directory = newDirectory(context)
  makeLines(directory, lines)
  return verify(directory, { complete })
}

function whats({ problems }: VerificationReport): string[] {
  return problems.map(({ what }) => what.replace(/: "\{.*$/, ''))
}

/** Each run as `seat/run: from-to, lines`. */
function runsOf({ runs }: VerificationReport): string[] {
  return runs.map(({ seat, run, seqFrom, seqTo, lines }) => `${seat}/${run}: ${seqFrom}-${seqTo}, ${lines}`)
}

/** A run over two files, line by line in turn. */
function run(from: number, to: number, at: number): MadeLine[] {
  return seqs(from, to, { at }).map((line) => ({ ...line, category: line.seq % 2 === 0 ? 'a' : 'b' }))
}

describe('verify(), of several runs', () => {
  it('tells runs apart by their first lines, and finds what is missing in each', (t) => {
    const sound = verified(t, [...run(1, 5, 0), ...run(1, 9, 100), ...run(1, 3, 200)])
    assert.deepEqual(whats(sound), [])
    assert.deepEqual(runsOf(sound), ['1/1: 1-5, 5', '1/2: 1-9, 9', '1/3: 1-3, 3'])
    const missing = verified(t, [...run(1, 5, 0), ...run(1, 3, 100), ...run(5, 9, 100), ...run(1, 3, 200)])
    assert.deepEqual(whats(missing), ['run 2: seq 4 is missing, no reason given'])
  })

  it('tells runs of one line apart, and a run that begins in the millisecond in which another one ends', (t) => {
    const single = [0, 5, 10, 15].flatMap((at) => run(1, 1, at))
    assert.deepEqual(runsOf(verified(t, single)), ['1/1: 1-1, 1', '1/2: 1-1, 1', '1/3: 1-1, 1', '1/4: 1-1, 1'])
    // All lines of the second run, and the last four of the first, are of the same millisecond.
    const frozen = (from: number, to: number, at: number): MadeLine[] =>
      run(from, to, 0).map((line) => ({ ...line, at }))
    const report = verified(t, [...run(1, 6, 0), ...frozen(7, 10, 10), ...frozen(1, 4, 10), ...run(5, 9, 20)])
    assert.deepEqual(whats(report), [])
    assert.deepEqual(runsOf(report), ['1/1: 1-10, 10', '1/2: 1-9, 9'])
  })

  it('takes no boundary for another: neither that of the run behind, nor a line that is there twice', (t) => {
    const still = (from: number, to: number, at: number, level = 30): MadeLine[] =>
      seqs(from, to, { level, file: 'a' }).map((line) => ({ ...line, at }))
    assert.deepEqual(whats(verified(t, [...still(1, 2, 1), ...still(1, 2, 2)])), [])
    const copies = still(1, 2, 2, 50)
    const errors = copies.map(({ file, ...line }) => line)
    assert.deepEqual(whats(verified(t, [...still(1, 5, 1), ...copies, ...errors])), [])
    const [first, ...others] = still(1, 5, 1) as [MadeLine, ...MadeLine[]]
    const twice = verified(t, [first, copies[1] as MadeLine, ...others, ...copies, ...errors])
    assert.ok(whats(twice).includes('seq 2 is there twice'))
  })

  it('gives each seat runs of its own', (t) => {
    const seat = (lines: readonly MadeLine[], number: number): MadeLine[] =>
      lines.map((line) => ({ ...line, file: `${line.category}~${number}` }))
    const lines = [...run(1, 4, 0), ...seat(run(1, 6, 2), 2), ...seat(run(1, 2, 50), 2), ...run(1, 3, 60)]
    const report = verified(t, lines)
    assert.deepEqual(whats(report), [])
    assert.deepEqual(runsOf(report), ['1/1: 1-4, 4', '1/2: 1-3, 3', '2/1: 1-6, 6', '2/2: 1-2, 2'])
    assert.deepEqual(whats(verified(t, [...lines, ...seat(run(4, 4, 50), 2)])), [
      'seat 2, run 2: seq 3 is missing, no reason given',
    ])
    const level = { file: 'error~2', level: 50 }
    assert.deepEqual(whats(verified(t, [...lines, { ...level, seq: 3, at: 53 }])), [])
  })

  it('judges a run whose beginning is not there from its smallest seq on, and says so', (t) => {
    const lines = [...run(11, 15, 0), ...run(17, 18, 0), ...run(1, 3, 100)]
    const report = verified(t, lines, false)
    assert.deepEqual(whats(report), ['run 1: seq 16 is missing, no reason given'])
    assert.deepEqual(report.notes, ['run 1 has no beginning here: what is before seq 11 is not judged'])
    assert.deepEqual(
      report.runs.map(({ hasStart }) => hasStart),
      [false, true],
    )
    assert.deepEqual(whats(verified(t, lines)), [
      'run 1: seq 1 to 10 (10) are missing, no reason given',
      'run 1: seq 16 is missing, no reason given',
    ])
  })

  it('judges it from what a line of drops tells, where that is before', (t) => {
    const drop = { dropped: 3, from: 1, to: 3, at: 5 }
    const report = verified(t, [...run(4, 6, 0), drop])
    assert.deepEqual(whats(report), [])
    assert.deepEqual(runsOf(report), ['1/1: 1-6, 3'])
  })

  it('finds a run whose first line is missing by the seqs that fall, and tells it as what it is', (t) => {
    const lines = [...run(1, 20, 0), ...run(2, 9, 100), ...run(1, 4, 200)]
    const report = verified(t, lines)
    assert.deepEqual(whats(report), [
      'run 2: its first line is missing; that it began is seen by a seq that falls',
      'run 2: seq 1 is missing, no reason given',
    ])
    assert.deepEqual(runsOf(report), ['1/1: 1-20, 20', '1/2: 2-9, 8', '1/3: 1-4, 4'])
  })

  it('takes one line with a wrong seq for that, and not for a run', (t) => {
    const lines = run(1, 30, 0).map((line) => (line.seq === 20 ? { ...line, seq: 2, at: 20 } : line))
    assert.deepEqual(whats(verified(t, lines)), ['seq 2 is there twice', 'run 1: seq 20 is missing, no reason given'])
  })

  it('keeps a run together whose clock is set back, but not behind its start', (t) => {
    const before = run(1, 40, 0)
    for (const lines of [
      [...run(1, 10, 1000), ...run(11, 20, 995)],
      [...before, ...run(1, 10, 1000), ...run(11, 20, 995), ...run(21, 30, 1000)],
    ]) {
      assert.deepEqual(whats(verified(t, lines)), [])
    }
  })

  it('tells a run apart whose clock is behind that of the run before', (t) => {
    const report = verified(t, [...run(1, 40, 1000), ...run(1, 30, 1010), ...run(31, 90, 2000)])
    assert.deepEqual(whats(report), [])
    assert.deepEqual(runsOf(report), ['1/1: 1-40, 40', '1/2: 1-90, 90'])
  })

  it('tells that runs cannot be told apart where the clock was set back behind the start of the run before', (t) => {
    const report = verified(t, [...run(1, 40, 1000), ...run(1, 30, 900), ...run(31, 300, 900)])
    assert.ok(!report.isSound)
    assert.match(report.notes[0] ?? '', /^some lines are earlier than the run before them .* the clock was set back/)
  })

  it('takes lines of a dead run that were recovered into a file after the next one began', (t) => {
    const report = verified(t, [...run(1, 10, 0), ...run(1, 4, 100), ...run(11, 14, 0), ...run(5, 8, 100)])
    assert.deepEqual(whats(report), [])
    assert.deepEqual(runsOf(report), ['1/1: 1-14, 14', '1/2: 1-8, 8'])
  })

  it('goes on with a run over midnight', (t) => {
    const next = { day: '2026-02-01', at: 43_200_000 }
    const report = verified(t, [...seqs(1, 4), ...seqs(5, 8, next), ...seqs(9, 9, { ...next, level: 50 })])
    assert.deepEqual(whats(report), [])
    assert.deepEqual(report.days, [DAY, '2026-02-01'])
  })

  it('gives a line of drops to the run in whose time it is', (t) => {
    const told = (at: number): MadeDrop => ({ dropped: 1, from: 4, to: 4, at })
    const report = verified(t, [
      ...run(1, 3, 0),
      ...run(5, 9, 0),
      told(10),
      ...run(1, 3, 100),
      ...run(5, 6, 100),
      told(110),
    ])
    assert.deepEqual(whats(report), [])
    assert.deepEqual(
      report.runs.map(({ dropped }) => dropped),
      [1, 1],
    )
  })

  it('tells thousands of runs apart', (t) => {
    const directory = newDirectory(t)
    const RUNS = 2000
    for (const category of ['a', 'b']) {
      const text = Array.from({ length: RUNS }, (_, index) =>
        run(1, 6, index * 10)
          .filter((line) => line.category === category)
          .map(lineText)
          .join(''),
      )
      append(pathOf(directory, { category }), text.join(''))
    }
    const report = verify(directory, { complete: true })
    assert.deepEqual([whats(report), report.runCount, report.runs.length], [[], RUNS, 1000])
  })
})
