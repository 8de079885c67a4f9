import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { Spillway, SpillwayError } from '../../../src/main/index.js'
import { type VerificationReport, verify } from '../../../src/main/verify/verify.js'
import { newDirectory } from '../../support/new-directory.js'
import {
  append,
  DAY,
  dropText,
  lineText,
  type MadeDrop,
  type MadeLine,
  makeLines,
  NOON_MS,
  pathOf,
  seqs,
} from './made-directory.js'

function verified(context: TestContext, lines: readonly (MadeLine | MadeDrop)[]): VerificationReport {
  const directory = newDirectory(context)
  makeLines(directory, lines)
  return verify(directory)
}

/** Each problem as it is printed, without the directory. */
function problemsOf({ problems, directories }: VerificationReport): string[] {
  return problems.map(({ path, line, what }) => {
    const place = path === null ? '' : `${path.replace(`${directories[0]}/`, '')}${line === null ? '' : `:${line}`}: `
    return place + what.replace(/: "\{.*$/, '')
  })
}

function assertSound(report: VerificationReport): void {
  assert.deepEqual(problemsOf(report), [])
  assert.ok(report.isSound)
}

const FILE = `${DAY}/a.jsonl`

describe('verify()', () => {
  it('finds a directory sound, and counts what is in it', (t) => {
    const lines = [
      ...seqs(1, 4),
      ...seqs(5, 6, { level: 50 }),
      ...seqs(7, 7, { level: 40 }),
      ...seqs(8, 9, { category: 'b' }),
    ]
    const report = verified(t, lines)
    assertSound(report)
    const { files, runCount, days, runs, bytes, notes } = report
    assert.deepEqual([files, runCount, days, report.lines, notes], [4, 1, [DAY], 9, []])
    assert.ok(bytes > 9 * 60)
    const [run] = runs
    assert.ok(run)
    assert.deepEqual([run.lines, run.files, run.seqFrom, run.seqTo, run.hasStart, run.missing], [9, 4, 1, 9, true, 0])
    assert.equal(run.lastTime - run.firstTime, 8)
  })

  it('finds what is missing, of all files together, in ranges', (t) => {
    const report = verified(t, [...seqs(1, 3), ...seqs(5, 6, { category: 'b' }), ...seqs(10, 10)])
    assert.deepEqual(problemsOf(report), [
      'run 1: seq 4 is missing, no reason given',
      'run 1: seq 7 to 9 (3) are missing, no reason given',
    ])
    assert.equal(report.runs[0]?.missing, 4)
  })

  it('finds a double in one file and in two', (t) => {
    const [one, two] = seqs(1, 2) as [MadeLine, MadeLine]
    assert.deepEqual(problemsOf(verified(t, [one, two, two])), [`${FILE}:3: seq 2 is there twice`])
    const twice = verified(t, [one, two, { ...two, category: 'b' }])
    assert.deepEqual(problemsOf(twice), [`${DAY}/b.jsonl:1: seq 2 is there twice`])
    const first = verified(t, [one, one, two])
    assert.deepEqual(problemsOf(first), [`${FILE}:2: seq 1 is there twice`])
  })

  it('finds lines that are not in their order', (t) => {
    const [one, two, three] = seqs(1, 3) as [MadeLine, MadeLine, MadeLine]
    assert.deepEqual(problemsOf(verified(t, [one, three, two])), [`${FILE}:3: out of order: seq 2 comes after 3`])
    assert.deepEqual(problemsOf(verified(t, [two, one, three])), [`${FILE}:2: out of order: seq 1 comes after 2`])
  })

  it('finds what is no line of spillway, and says where and what', (t) => {
    const directory = newDirectory(t)
    const line = (rest: object): string =>
      `${JSON.stringify({ level: 30, time: Date.UTC(2026, 0, 31), category: 'a', ...rest })}\n`
    append(pathOf(directory, {}), lineText({ seq: 1 }))
    const bad: readonly [text: string | Buffer, what: string][] = [
      ['\n', 'an empty line'],
      ['[1]\n', 'not a JSON object: "[1]"'],
      ['{"seq":\n', 'not a JSON object'],
      [lineText({ seq: 2 }).replace('\n', '\r\n'), 'a carriage return at its end'],
      [Buffer.from('{"msg":"\xff"}\n', 'latin1'), 'not valid UTF-8'],
      ['{"msg":"\0"}\n', 'not a JSON object'],
      [line({ level: 31, seq: 2 }), 'its level is "31"'],
      [line({ level: '30', seq: 3 }), 'its level is "\\"30\\""'],
      [line({ time: null, seq: 4 }), 'its time is "null"'],
      [line({ seq: 0 }), 'its seq is "0"'],
      [line({ seq: 1.5 }), 'its seq is "1.5"'],
      [line({}), 'its seq is missing'],
      [line({ category: 7, seq: 4 }), 'its category is "7"'],
      [line({ seq: 5 }).replace('"seq":5', '"seq":5,"seq":6'), '"seq" stands in it twice'],
    ]
    for (const [text] of bad) append(pathOf(directory, {}), text)
    const report = verify(directory)
    const told = problemsOf(report).filter((each) => each.startsWith(FILE))
    assert.deepEqual(
      told,
      bad.map(([, what], index) => `${FILE}:${index + 2}: ${what}`),
    )
  })

  it('finds lines in files where they do not belong', (t) => {
    const report = verified(t, [
      { seq: 1 },
      { seq: 2, file: 'error', level: 40 },
      { seq: 3, file: 'warning' },
      { seq: 4, file: 'a', category: 'b' },
      { seq: 5, file: 'b', category: 'a' },
      { seq: 6, at: -27 * 3_600_000 },
      { seq: 7, at: 24 * 3_600_000 },
      { seq: 8, file: 'x-0123456789ab', category: 'x/y' },
      { seq: 9, file: 'x-0123456789ab', category: 'x:y' },
      { seq: 10, file: 'general', category: 'any' },
      { seq: 11, file: 'general', category: 'other' },
    ])
    assert.deepEqual(problemsOf(report).slice(0, 7), [
      `${FILE}:2: its category, "b", is not the file's`,
      `${FILE}:3: its time, 2026-01-30T09:00:00.000Z, is in no time zone of the day ${DAY}`,
      `${FILE}:4: its time, 2026-02-01T12:00:00.000Z, is in no time zone of the day ${DAY}`,
      `${DAY}/b.jsonl:1: its category, "a", is not the file's`,
      `${DAY}/x-0123456789ab.jsonl:2: its category, "x:y", is not the file's`,
      `${DAY}/error.jsonl:1: level 40 does not belong into error.jsonl`,
      `${DAY}/warning.jsonl:1: level 30 does not belong into warning.jsonl`,
    ])
  })

  it('tells of a torn tail, be it a whole line or not', (t) => {
    const directory = newDirectory(t)
    append(pathOf(directory, {}), lineText({ seq: 1 }) + lineText({ seq: 2 }).trimEnd())
    append(
      pathOf(directory, { category: 'b' }),
      lineText({ seq: 3, category: 'b' }) + lineText({ seq: 4 }).slice(0, 20),
    )
    assert.deepEqual(problemsOf(verify(directory)), [
      `${FILE}:2: torn: it has no newline at its end`,
      `${DAY}/b.jsonl:2: torn: it has no newline at its end`,
    ])
  })

  it('takes a gap for sound of which a line tells, and tells it with its reason', (t) => {
    const report = verified(t, [...seqs(1, 2), ...seqs(7, 7), { dropped: 4, from: 3, to: 6, at: 8 }])
    assertSound(report)
    const [run] = report.runs
    assert.deepEqual([run?.dropped, run?.missing], [4, 0])
    const [{ path, ...drop } = { path: '' }] = run?.drops ?? []
    assert.ok(path.endsWith(FILE))
    assert.deepEqual(drop, { line: 4, dropped: 4, seqFrom: 3, seqTo: 6, reason: 'the ring was full' })
  })

  it('deals gaps out to the lines of several files, whose ranges overlap', (t) => {
    const drops: MadeDrop[] = [
      { file: 'a', dropped: 2, from: 2, to: 8, at: 11 },
      { file: 'b', dropped: 3, from: 3, to: 5, at: 11 },
      { file: 'error', level: 'error', dropped: 1, from: 9, to: 9, at: 11 },
    ]
    const lines = [...seqs(1, 1), ...seqs(6, 7), ...seqs(10, 10)]
    assertSound(verified(t, [...lines, ...drops]))
    const [first, ...others] = drops as [MadeDrop, ...MadeDrop[]]
    assert.deepEqual(problemsOf(verified(t, [...lines, ...others])), [
      'run 1: seq 2 is missing, no reason given',
      'run 1: seq 8 is missing, no reason given',
    ])
    assert.deepEqual(problemsOf(verified(t, [...lines, ...seqs(8, 8, { category: 'b' }), first, ...others])), [
      `${FILE}:5: it tells of drops between seq 2 and 8, 1 of which are not missing`,
    ])
  })

  it('finds a line of drops that is at odds with itself or with the files', (t) => {
    const odd = (fields: object): string[] => {
      const directory = newDirectory(t)
      makeLines(directory, seqs(1, 3))
      const line = {
        level: 40,
        time: NOON_MS + 9,
        category: 'spillway',
        dropped: 1,
        levels: { info: 1 },
        seqFrom: 4,
        seqTo: 4,
      }
      append(pathOf(directory, {}), `${JSON.stringify({ ...line, ...fields })}\n`)
      return problemsOf(verify(directory))
    }
    assert.deepEqual(odd({}), [])
    assert.deepEqual(odd({ dropped: 2 }), [`${FILE}:4: it tells of 2 dropped lines, but its levels have 1`])
    assert.match(odd({ levels: { inf: 1 } })[0] ?? '', /its levels have no counts/)
    assert.match(odd({ dropped: 0 })[0] ?? '', /not of how many/)
    assert.match(odd({ seqTo: 3 })[0] ?? '', /not between which seqs/)
    assert.match(odd({ seqFrom: 3 })[0] ?? '', /one of these is not missing/)
    assert.match(odd({ seqTo: 5 })[0] ?? '', /seq 5 is missing/)
  })

  it('takes a warning or an error in the file of its category for a copy, and wants one of each then', (t) => {
    const [error, warning] = [
      { seq: 2, level: 50 },
      { seq: 3, level: 40 },
    ]
    const copies = [
      { ...error, file: 'a' },
      { ...warning, file: 'a' },
    ]
    const report = verified(t, [...seqs(1, 1), error, warning, ...copies])
    assertSound(report)
    assert.deepEqual([report.lines, report.runs[0]?.lines, report.runs[0]?.copies], [5, 5, 2])
    const without = (index: number): string[] =>
      problemsOf(verified(t, [...seqs(1, 1), ...[error, warning, ...copies].filter((_, at) => at !== index)]))
    assert.deepEqual(without(0), ['run 1: seq 2 is in the file of its category only, no reason given'])
    assert.deepEqual(without(2), ['run 1: seq 2 is not in the file of the category'])
    const other = verified(t, [...seqs(1, 1), { ...error, at: 3 }, warning, ...copies])
    assert.deepEqual(problemsOf(other), [
      `${DAY}/error.jsonl:1: seq 2 has another time or level in its category's file`,
    ])
    assert.deepEqual(problemsOf(verified(t, [...seqs(1, 1), error, warning, ...copies, copies[1] as MadeLine])), [
      `${FILE}:4: seq 3 is there twice`,
    ])
  })

  it('takes a run whose first line has a copy for one run', (t) => {
    assertSound(verified(t, [{ seq: 1, level: 50 }, { seq: 1, level: 50, file: 'a' }, ...seqs(2, 3)]))
  })

  it('takes copies for sound that were dropped and told of', (t) => {
    const lines = [...seqs(1, 1), { seq: 2, level: 50 }, { seq: 2, level: 50, file: 'a' }, { seq: 3, level: 50 }]
    assert.deepEqual(problemsOf(verified(t, lines)), ['run 1: seq 3 is not in the file of the category'])
    const told = { file: 'a', level: 'error', dropped: 1, from: 3, at: 9 }
    assertSound(verified(t, [...lines, { ...told, to: 3 }]))
    // One line tells of an entry that is missing and of a copy whose entry is there.
    const both = dropText({ ...told, dropped: 2, to: 4 }).replace('"error":2', '"info":1,"error":1')
    const directory = newDirectory(t)
    makeLines(directory, [...lines, { seq: 5 }])
    append(pathOf(directory, {}), both)
    assertSound(verify(directory))
  })

  it('tells of leftovers, quarantine, torn lines aside, what is no file, and days between days', (t) => {
    const directory = newDirectory(t)
    makeLines(directory, [...seqs(1, 2), { seq: 3, day: '2026-02-03', at: 3 * 86_400_000 }])
    for (const path of ['.spillway/seat-1/p0.arena', '.spillway/seat-1/holder-1', '.spillway/quarantine/p1.journal']) {
      append(join(directory, path), 'x')
    }
    append(`${pathOf(directory, {})}.torn`, '{"lev\n')
    symlinkSync('/dev/zero', join(directory, DAY, 'zero.jsonl'))
    symlinkSync(DAY, join(directory, '2026-02-04'))
    execFileSync('mkfifo', [join(directory, DAY, 'pipe.jsonl')])
    const report = verify(directory)
    assert.deepEqual(problemsOf(report), [
      '2026-02-04: is no regular file or directory, and was not read',
      `${DAY}/pipe.jsonl: is no regular file or directory, and was not read`,
      `${DAY}/zero.jsonl: is no regular file or directory, and was not read`,
      '.spillway/seat-1/p0.arena: its process died and may have left lines here: recover the directory',
    ])
    assert.deepEqual(report.notes, [
      `${directory}/${FILE}.torn: 6 bytes of torn lines were set aside`,
      '1 damaged leftovers are in .spillway/quarantine',
      `nothing is there of 2 days between ${DAY} and 2026-02-03`,
    ])
    assert.deepEqual(problemsOf(verify(join(directory, '2026-02-03'))).length, 1)
  })

  it('tells of a process that still logs, and takes its arena for no leftover', async (t) => {
    const directory = newDirectory(t)
    const spillway = new Spillway({ directory, workers: 1 })
    spillway.logger('actions').info('moved')
    await spillway.flush()
    const report = verify(directory)
    assert.deepEqual(problemsOf(report), [])
    assert.deepEqual(report.notes, [
      `process ${process.pid} logs into the directory: its last lines may be on their way`,
    ])
    await spillway.close()
  })

  it('verifies a directory together with its fallback, and the same directory once', (t) => {
    const [directory, fallback] = [newDirectory(t), newDirectory(t)]
    makeLines(directory, [...seqs(1, 3), ...seqs(6, 7)])
    makeLines(fallback, seqs(4, 5))
    assert.equal(verify(directory).isSound, false)
    assertSound(verify([directory, fallback, `${fallback}/.`]))
  })

  it('verifies one day: of a log directory by its name, or by its own directory', (t) => {
    const directory = newDirectory(t)
    makeLines(directory, [...seqs(1, 2), { seq: 4, day: '2026-02-01', at: 86_400_000 }])
    assert.equal(verify(directory).isSound, false)
    for (const report of [verify(directory, { day: DAY }), verify(join(directory, DAY))]) {
      assertSound(report)
      assert.deepEqual([report.lines, report.days], [2, [DAY]])
    }
    const later = verify(directory, { day: '2026-02-01' })
    assertSound(later)
    assert.deepEqual(later.notes, ['run 1 has no beginning here: what is before seq 4 is not judged'])
    assert.throws(() => verify(directory, { day: '2026-02-02' }), /there is no day 2026-02-02/)
  })

  it('verifies nothing where there is nothing, and says so', (t) => {
    const report = verify(newDirectory(t))
    assert.deepEqual(problemsOf(report), ['there is no log file: nothing was verified'])
  })

  it('throws a SpillwayError for what cannot be read', (t) => {
    const directory = newDirectory(t)
    writeFileSync(join(directory, 'file'), '')
    for (const path of [join(directory, 'nowhere'), join(directory, 'file')]) {
      assert.throws(
        () => verify(path),
        (error) => error instanceof SpillwayError && error.code === 'ERR_SPILLWAY_IO',
      )
    }
  })

  it('takes an empty file, and a day without files', (t) => {
    const directory = newDirectory(t)
    makeLines(directory, seqs(1, 2))
    writeFileSync(join(directory, DAY, 'b.jsonl'), '')
    mkdirSync(join(directory, '2026-02-01'))
    assertSound(verify(directory))
  })

  it('calls onProgress with what was read of two readings', (t) => {
    const directory = newDirectory(t)
    makeLines(directory, [...seqs(1, 500, { msg: 'x'.repeat(5000) }), ...seqs(501, 510, { category: 'b' })])
    const seen: number[] = []
    const { bytes } = verify(directory)
    verify(directory, {
      onProgress: ({ bytesRead, bytesToRead }) => {
        assert.equal(bytesToRead, bytes * 2)
        seen.push(bytesRead)
      },
    })
    assert.ok(seen.length > 6)
    assert.deepEqual(
      seen,
      [...seen].sort((left, right) => left - right),
    )
    assert.equal(seen.at(-1), bytes * 2)
  })
})
