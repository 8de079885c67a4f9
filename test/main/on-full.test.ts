/** `onFull` of a whole Spillway, with writers that drain meanwhile: what is not in the files is told in them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, it } from 'node:test'
import type { SpillwayStats } from '../../src/main/index.js'
import { LEVEL_NUMBERS, type LevelName } from '../../src/shared/levels.js'
import { REFUSING_ENTRIES, refusingEntry } from '../fixtures/refusing.js'
import { runFixture } from '../support/fixture-run.js'
import { assertAllWritten, logFiles } from '../support/written-lines.js'

interface ReadLine {
  readonly seq?: number
  readonly dropped?: number
  readonly seqFrom?: number
  readonly seqTo?: number
  readonly levels?: Readonly<Partial<Record<LevelName, number>>>
}

function fileOf({ level, category }: ReturnType<typeof refusingEntry>): string {
  if (LEVEL_NUMBERS[level] >= LEVEL_NUMBERS.error) return 'error'
  return level === 'warn' ? 'warning' : category
}

function readFile(path: string): ReadLine[] {
  const text = readFileSync(path, 'utf8')
  assert.ok(text.endsWith('\n'))
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ReadLine)
}

/** Each entry is in its file or told there, in exact counts; gives how many were not, by category and level. */
function lostEntries(directory: string): Map<string, number> {
  const expected = new Map<string, number[]>()
  for (let number = 1; number <= REFUSING_ENTRIES; number++) {
    const file = fileOf(refusingEntry(number))
    expected.set(file, [...(expected.get(file) ?? []), number])
  }
  const lost = new Map<string, number>()
  for (const path of logFiles(directory)) {
    const lines = readFile(path)
    const there = new Set(lines.map(({ seq }) => seq))
    const missing = (expected.get(basename(path, '.jsonl')) ?? []).filter((seq) => !there.has(seq))
    for (const { seq, dropped = 0, seqFrom, seqTo, levels = {} } of lines) {
      if (seq !== undefined) continue
      const told = missing.splice(0, dropped)
      assert.deepEqual([told.length, told[0], told.at(-1)], [dropped, seqFrom, seqTo])
      const counts: Partial<Record<LevelName, number>> = {}
      for (const number of told) {
        const { level, category } = refusingEntry(number)
        counts[level] = (counts[level] ?? 0) + 1
        lost.set(`${category} ${level}`, (lost.get(`${category} ${level}`) ?? 0) + 1)
      }
      assert.deepEqual({ ...levels }, counts)
    }
    assert.deepEqual(missing, [], `${path} does not tell of all that it misses`)
    expected.delete(basename(path, '.jsonl'))
  }
  assert.deepEqual([...expected.keys()], [])
  return lost
}

describe('onFull', () => {
  for (const onFull of ['shed', 'drop']) {
    for (const scenario of ['flush', 'flushSync', 'close', 'exit']) {
      it(`${onFull}: what is refused is counted, and told in the files at ${scenario} at the latest`, async (t) => {
        const env = { SPILLWAY_ON_FULL: onFull }
        const { code, stdout, stderr, directory } = await runFixture(t, 'refusing', {
          args: [scenario],
          workers: 2,
          env,
        })
        assert.equal(code, 0, stderr)
        const lost = lostEntries(directory)
        const { dropped, droppedBy, entries, partitions } = JSON.parse(stdout) as SpillwayStats
        assert.equal(entries, REFUSING_ENTRIES)
        assert.ok(dropped > 100, `${dropped} lines were dropped`)
        const counted = Object.entries(droppedBy).flatMap(([category, levels]) =>
          Object.entries(levels).map(([level, count]) => [`${category} ${level}`, count] as const),
        )
        assert.deepEqual(new Map(counted.sort()), new Map([...lost].sort()))
        assert.equal(
          dropped,
          counted.reduce((sum, [, count]) => sum + count, 0),
        )
        // Nobody waited but for lines that no ring takes as a whole.
        if (onFull === 'drop') assert.ok(partitions.every(({ stalls }) => stalls < 100))
        assert.match(stderr, /^spillway: The ring of writer [01] is full; entries are left out until it has room\.$/m)
      })
    }
  }

  it('block: nothing is refused', async (t) => {
    const { stdout, stderr, directory } = await runFixture(t, 'refusing', { args: ['flush'], workers: 2 })
    const { dropped, droppedBy, partitions } = JSON.parse(stdout) as SpillwayStats
    assert.deepEqual([dropped, droppedBy, stderr], [0, {}, ''])
    assert.ok(partitions.some(({ stalls }) => stalls > 0))
    assertAllWritten(directory, REFUSING_ENTRIES)
  })
})
