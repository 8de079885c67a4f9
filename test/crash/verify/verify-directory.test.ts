import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { newDirectory } from '../../support/new-directory.js'
import { EntryPlan, FILE_NAMES, WARN } from '../entry-plan.js'
import { KINDS, type Kind } from './findings.js'
import type { RunTold } from './found-run.js'
import { type DirectoryFindings, verifyDirectory } from './verify-directory.js'

const SEED = 7
const RUNS = 2
const ENTRIES = 3_000
const DAY = '2026-01-31'
const TIME_MS = Date.UTC(2026, 0, 31, 12)
const FILE = 'area-05'

function lineOf(run: number, n: number, category: string, changes: object = {}): string {
  const { level, text } = new EntryPlan(SEED, run).look(n)
  return JSON.stringify({ level, time: TIME_MS, seq: n, category, run, n, text, ...changes })
}

/** Two runs of 3,000 entries, as they should be; gives the path of a file with lines of both. */
function writeRuns(directory: string): string {
  const files = new Map<string, string[]>()
  for (let run = 1; run <= RUNS; run++) {
    const plan = new EntryPlan(SEED, run)
    for (let n = 1; n <= ENTRIES; n++) {
      const { category, file } = plan.look(n)
      const name = FILE_NAMES[file] as string
      const lines = files.get(name) ?? []
      lines.push(lineOf(run, n, `area-${category}`))
      files.set(name, lines)
    }
  }
  mkdirSync(join(directory, DAY))
  for (const [name, lines] of files) {
    writeFileSync(join(directory, DAY, `${name}.jsonl`), `${lines.join('\n')}\n`)
  }
  return join(directory, DAY, `${FILE}.jsonl`)
}

function told(run: number, changes: Partial<RunTold> = {}): RunTold {
  return { run, acknowledged: ENTRIES, batch: 1, chain: 1, lossBound: null, ...changes }
}

function verify(directory: string, runs = [told(1), told(2)]): DirectoryFindings {
  return verifyDirectory(directory, runs, {
    seed: SEED,
    hasDays: true,
    hasCopies: false,
    hasSeats: false,
    dayShiftMs: 0,
  })
}

/** What is found, all kinds that are not 0. */
function countsOf({ findings }: DirectoryFindings): Partial<Record<Kind, number>> {
  return Object.fromEntries(KINDS.flatMap((kind) => (findings.count(kind) > 0 ? [[kind, findings.count(kind)]] : [])))
}

/** What is found where the lines of one file were edited. */
function foundAfter(context: TestContext, edit: (lines: string[]) => readonly string[]): Partial<Record<Kind, number>> {
  const directory = newDirectory(context)
  const path = writeRuns(directory)
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  writeFileSync(
    path,
    edit(lines)
      .map((line) => `${line}\n`)
      .join(''),
  )
  return countsOf(verify(directory))
}

/** The last place of the first run in a file's lines. */
function lastOfFirstRun(lines: readonly string[]): number {
  return lines.findLastIndex((line) => (JSON.parse(line) as { run: number }).run === 1)
}

describe('verifyDirectory()', () => {
  it('finds nothing in what is as it should be, and counts it', (t) => {
    const directory = newDirectory(t)
    writeRuns(directory)
    const { findings, lost } = verify(directory)
    assert.deepEqual(countsOf({ findings, lost }), {})
    assert.deepEqual([findings.lines, findings.acknowledged, findings.beyond], [6_000, 6_000, 0])
    assert.deepEqual(
      [...lost.values()],
      Array.from({ length: RUNS }, () => ({ entries: 0, first: 0 })),
    )
  })

  it('takes entries beyond the acknowledged one, up to a batch', (t) => {
    const directory = newDirectory(t)
    writeRuns(directory)
    const { findings } = verify(directory, [told(1, { acknowledged: ENTRIES - 64, batch: 64 }), told(2)])
    assert.equal(findings.beyond, 64)
    const early = verify(directory, [told(1, { acknowledged: ENTRIES - 64, batch: 63 }), told(2)])
    assert.deepEqual(countsOf(early), { early: 1 })
  })

  it('finds a line that is missing, in the middle and at the end', (t) => {
    assert.deepEqual(
      foundAfter(t, (lines) => lines.toSpliced(3, 1)),
      { lost: 1, hole: 1 },
    )
    assert.deepEqual(
      foundAfter(t, (lines) => lines.toSpliced(lastOfFirstRun(lines), 1)),
      { lost: 1 },
    )
    assert.deepEqual(
      foundAfter(t, (lines) => lines.slice(0, -1)),
      { lost: 1 },
    )
  })

  it('finds a line that is there twice, side by side and at the end', (t) => {
    assert.deepEqual(
      foundAfter(t, (lines) => lines.toSpliced(3, 0, lines[3] as string)),
      { doubled: 1 },
    )
    assert.deepEqual(
      foundAfter(t, (lines) => [...lines, lines[0] as string]),
      { doubled: 1 },
    )
  })

  it('finds lines that were swapped, and a run before another', (t) => {
    assert.deepEqual(
      foundAfter(t, (lines) => lines.toSpliced(3, 2, lines[4] as string, lines[3] as string)),
      {
        misordered: 1,
      },
    )
    const moved = foundAfter(t, (lines) => {
      const at = lastOfFirstRun(lines)
      return lines.toSpliced(at, 2, lines[at + 1] as string, lines[at] as string)
    })
    assert.deepEqual(moved, { misordered: 1 })
  })

  it('finds a line that is cut, at its end and in the middle of the file, and one without a newline', (t) => {
    const directory = newDirectory(t)
    const path = writeRuns(directory)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.subarray(0, -1))
    assert.deepEqual(countsOf(verify(directory)), { lost: 1, torn: 1 })
    assert.deepEqual(
      foundAfter(t, (lines) => lines.with(3, (lines[3] as string).slice(0, 40))),
      {
        lost: 1,
        hole: 1,
        torn: 1,
      },
    )
    assert.deepEqual(
      foundAfter(t, (lines) => lines.toSpliced(3, 2, `${lines[3]}${lines[4]}`)),
      {
        lost: 2,
        hole: 2,
        torn: 1,
      },
    )
  })

  it('finds a text that was altered', (t) => {
    const altered = foundAfter(t, (lines) => {
      const line = JSON.parse(lines[3] as string) as Record<string, unknown>
      return lines.with(3, JSON.stringify({ ...line, text: `${line.text}!` }))
    })
    assert.deepEqual(altered, { altered: 1 })
  })

  it('finds a line in another file, day or level', (t) => {
    const directory = newDirectory(t)
    const path = writeRuns(directory)
    renameSync(path, join(dirname(path), 'area-99.jsonl'))
    const inFile = Number(readFileSync(join(dirname(path), 'area-99.jsonl'), 'utf8').split('\n').length - 1)
    assert.deepEqual(countsOf(verify(directory)), { misplaced: inFile })
    for (const change of [{ time: TIME_MS + 86_400_000 }, { level: 20 }, { time: 'none' }]) {
      const found = foundAfter(t, (lines) => {
        const line = JSON.parse(lines[3] as string) as Record<string, unknown>
        return lines.with(3, JSON.stringify({ ...line, ...change }))
      })
      assert.deepEqual(found, { misplaced: 1 }, JSON.stringify(change))
    }
  })

  it('finds the copy of a warning or an error that is missing, or there twice, where there have to be copies', (t) => {
    const directory = newDirectory(t)
    const path = writeRuns(directory)
    const rules = { seed: SEED, hasDays: true, hasCopies: true, hasSeats: false, dayShiftMs: 0 }
    const plan = new EntryPlan(SEED, 1)
    const due = Array.from({ length: ENTRIES }, (_, index) => index + 1).filter((n) => plan.look(n).level >= WARN)
    assert.deepEqual(
      countsOf(verifyDirectory(directory, [told(1), told(2, { acknowledged: 0, batch: ENTRIES })], rules)),
      {
        lost: due.length,
      },
    )
    const own = due.filter((n) => plan.look(n).category === 5)
    const text = readFileSync(path, 'utf8')
    const withCopies = [...text.split('\n').slice(0, -1), ...own.map((n) => lineOf(1, n, FILE))].sort((left, right) => {
      const [one, other] = [left, right].map((line) => JSON.parse(line) as { run: number; n: number })
      return (
        (one as { run: number }).run - (other as { run: number }).run ||
        (one as { n: number }).n - (other as { n: number }).n
      )
    })
    const counts = (lines: readonly string[]): Partial<Record<Kind, number>> => {
      writeFileSync(path, `${lines.join('\n')}\n`)
      return countsOf(verifyDirectory(directory, [told(1), told(2, { acknowledged: 0, batch: ENTRIES })], rules))
    }
    assert.deepEqual(counts(withCopies), { lost: due.length - own.length })
    const copy = lineOf(1, own[0] as number, FILE)
    assert.deepEqual(counts(withCopies.toSpliced(withCopies.indexOf(copy), 0, copy)), {
      lost: due.length - own.length,
      doubled: 1,
    })
  })

  it('goes by the day of the zone', (t) => {
    const directory = newDirectory(t)
    writeRuns(directory)
    const rules = { seed: SEED, hasDays: true, hasCopies: false, hasSeats: false, dayShiftMs: 13 * 3_600_000 }
    const found = countsOf(verifyDirectory(directory, [told(1), told(2)], rules))
    assert.deepEqual(found, { misplaced: RUNS * ENTRIES })
  })

  it('finds lines of no entry, and files that should not be there', (t) => {
    assert.deepEqual(
      foundAfter(t, (lines) => [...lines, '{"level":30,"category":"spillway"}']),
      { foreign: 1 },
    )
    assert.deepEqual(
      foundAfter(t, (lines) => [...lines, lineOf(3, 1, FILE)]),
      { foreign: 1 },
    )
    const directory = newDirectory(t)
    writeRuns(directory)
    mkdirSync(join(directory, '.spillway', 'seat-1'), { recursive: true })
    writeFileSync(join(directory, '.spillway', 'seat-1', 'p0.arena'), '')
    writeFileSync(join(directory, DAY, 'area-01.jsonl.torn'), '{"level"')
    assert.deepEqual(countsOf(verify(directory)), { foreign: 1 })
    writeFileSync(join(directory, DAY, 'area-01~2.jsonl'), '')
    assert.deepEqual(countsOf(verify(directory)), { foreign: 2 })
  })

  it('finds a file that two processes have written', (t) => {
    const directory = newDirectory(t)
    writeRuns(directory)
    const { misplaced } = countsOf(verify(directory, [told(1), told(2, { chain: 2 })]))
    assert.equal(misplaced, ENTRIES)
  })

  it('judges what may be lost by what the rings hold', (t) => {
    const directory = newDirectory(t)
    writeRuns(directory)
    const acknowledged = ENTRIES + 300
    const lossBound = { rings: 1, ringBytes: 65_536 }
    const within = verify(directory, [told(1), told(2, { acknowledged, lossBound })])
    assert.deepEqual(countsOf(within), { lost: 300 })
    assert.deepEqual(within.lost.get(2), { entries: 300, first: ENTRIES + 1 })
    const beyond = verify(directory, [told(1), told(2, { acknowledged, lossBound: { rings: 1, ringBytes: 1_024 } })])
    assert.deepEqual(countsOf(beyond), { lost: 300, 'over bound': 1 })
  })
})
