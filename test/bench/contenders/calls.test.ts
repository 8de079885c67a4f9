import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contender, PlainLine } from '../../../bench/contenders/contender.js'
import { CONTENDERS } from '../../../bench/contenders/index.js'
import { seed } from '../../../bench/contenders/seed.js'
import { countLines, faultyLinesOf, type LineCount } from '../../../bench/passes/count-lines.js'
import { logBytesIn } from '../../../bench/passes/log-files.js'
import { categoriesOf, entryAt, MESSAGE } from '../../../bench/workload/entries.js'
import { SHAPES, type Shape, shapeNamed } from '../../../bench/workload/shapes.js'
import { newDirectory } from '../../support/new-directory.js'

const FILES = 5
const ROUNDS = 20

/** What is logged in turns: every shape that leaves lines, and the levels that no shape has. */
const KINDS: readonly Shape[] = [
  ...SHAPES.filter(({ writesLines }) => writesLines),
  { ...shapeNamed('fields-4'), name: 'warn', call: 'warn' },
  { ...shapeNamed('fields-4'), name: 'urgent', call: 'urgent' },
]

const LINES = KINDS.length * FILES * ROUNDS

/** Those that have no levels have nothing to turn off. */
const WITHOUT_LEVELS = ['console-to-file', 'append-file-sync', 'seed']

interface Written {
  readonly count: LineCount
  /** Bytes that came into the files when all were said to be there. */
  readonly lateBytes: number
  /** The level of each kind's lines. */
  readonly levels: Readonly<Record<string, unknown>>
}

/** The kind that the call with this number is of: each kind goes into each file. */
function kindOf(entry: number): Shape {
  return KINDS[Math.floor(entry / FILES) % KINDS.length]!
}

/** Logs entries of all kinds through one session, closes it and reads what is on disk. */
async function logAll(contender: Contender, directory: string): Promise<Written> {
  const open = await contender.load()
  const session = await open({ directory, categories: categoriesOf(FILES) })
  assert.equal(session.calls.disabled === undefined, WITHOUT_LEVELS.includes(contender.name))
  for (let entry = 0; entry < LINES; entry += 1) {
    const { call, argument } = kindOf(entry)
    const made = session.calls[call] as ((fileIndex: number, given: unknown, message: string) => void) | undefined
    assert.ok(made, `${contender.name} has the call ${call}`)
    made(entry % FILES, argument(entry), MESSAGE)
    session.calls.disabled?.(entry % FILES, entryAt(entry), MESSAGE)
  }
  await (session.flush === undefined ? session.close() : session.flush())
  const bytes = logBytesIn(directory)
  if (session.flush !== undefined) await session.close()
  return { ...readAll(contender, directory), lateBytes: logBytesIn(directory) - bytes }
}

function readAll({ plain, fileOf }: Contender, directory: string): Omit<Written, 'lateBytes'> {
  const levels: Record<string, unknown> = {}
  const read = (line: PlainLine): ReturnType<Shape['read']> => {
    for (const kind of KINDS) {
      const written = kind.read(line)
      if (written === undefined || kindOf(written.entryNumber) !== kind) continue
      levels[kind.name] ??= line.level
      return written
    }
    return undefined
  }
  return { count: countLines(directory, { lines: LINES, files: FILES, shape: { read }, plain, fileOf }), levels }
}

for (const contender of CONTENDERS.filter(({ name, writesLines }) => writesLines && name !== seed.name)) {
  test(`${contender.name} writes calls of every kind into their file, whole, once and in order`, async (t) => {
    const { count, lateBytes, levels } = await logAll(contender, newDirectory(t))
    const { found, filesFound: _files, bytes: _bytes, expected, ...faults } = count
    const none = { lost: 0, doubled: 0, torn: 0, outOfOrder: 0, wrong: 0, foreign: 0 }
    assert.deepEqual({ found, ...faults, lateBytes }, { found: expected, ...none, lateBytes: 0 })
    const { warn, urgent, error, ...others } = levels
    assert.equal(new Set([...Object.values(others), warn, urgent]).size, 3, 'info, warn and error are three levels')
    assert.equal(error, urgent)
  })
}

test('seed loses lines and has others twice, as it was designed, and the count sees it', async (t) => {
  const { count } = await logAll(seed, newDirectory(t))
  assert.ok(faultyLinesOf(count) > 0)
  assert.ok(count.found > 0)
})
