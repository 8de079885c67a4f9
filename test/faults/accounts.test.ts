import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { dropLine } from '../../src/shared/drop-line.js'
import { newDirectory } from '../support/new-directory.js'
import { Accounts } from './accounts.js'
import type { ExpectedLine } from './fault-model.js'

const FILE = '2026-01-31/actions.jsonl'
const NEXT_DAY = '2026-02-01/actions.jsonl'

function textOf(seq: number): string {
  return JSON.stringify({ level: 30, time: 0, seq, category: 'actions', msg: `entry ${seq}` })
}

/** Six lines of one file, the last two of the next day. */
const EXPECTED: ReadonlyMap<number, ExpectedLine> = new Map(
  [1, 2, 3, 4, 5, 6].map((seq) => [seq, { file: seq > 4 ? NEXT_DAY : FILE, level: 30, text: textOf(seq) }]),
)

function lines(...seqs: readonly number[]): string {
  return seqs.map((seq) => `${textOf(seq)}\n`).join('')
}

function told(info: number, seqFrom: number, seqTo: number): string {
  return dropLine({ levels: [0, 0, info, 0, 0, 0], seqFrom, seqTo }, 0, 'the disk was full')
}

interface Places {
  readonly log?: Readonly<Record<string, string>>
  readonly fallback?: Readonly<Record<string, string>>
  readonly stderr?: string
}

function accountsOf(context: TestContext, { log = {}, fallback = {}, stderr = '' }: Places): Accounts {
  const accounts = new Accounts(EXPECTED)
  for (const [place, files] of [
    ['log', log],
    ['fallback', fallback],
  ] as const) {
    const directory = newDirectory(context)
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true })
      writeFileSync(join(directory, file), text)
    }
    accounts.readDirectory(place, directory)
  }
  accounts.readStandardError(stderr)
  accounts.checkDropNotes()
  return accounts
}

describe('Accounts', () => {
  it('finds lines in all places, and no fault where each is in one of them', (t) => {
    const stderr = `spillway: the disk is full.\n${lines(5)}`
    const { problems, missing, elsewhere, torn } = accountsOf(t, {
      log: { [FILE]: lines(1, 2, 4), [NEXT_DAY]: lines(6) },
      fallback: { [FILE]: lines(3) },
      stderr,
    })
    assert.deepEqual([problems, missing, elsewhere, torn], [[], [], 2, []])
  })

  it('accepts what is told of, on the same day or on the next', (t) => {
    for (const log of [
      { [FILE]: lines(1) + told(2, 2, 3) + lines(4), [NEXT_DAY]: lines(5, 6) },
      { [FILE]: lines(1, 4), [NEXT_DAY]: told(2, 2, 3) + lines(5, 6) },
    ]) {
      const { problems, missing } = accountsOf(t, { log })
      assert.deepEqual([problems, missing], [[], [2, 3]])
    }
  })

  it('accepts what is told of on stderr, where the file was never written again', (t) => {
    const { problems, missing } = accountsOf(t, { log: { [FILE]: lines(1, 2) }, stderr: told(4, 3, 6) })
    assert.deepEqual([problems, missing], [[], [3, 4, 5, 6]])
  })

  it('tells parts of lines at the ends of files from those in their midst', (t) => {
    const log = { [FILE]: `${lines(1, 2, 3, 4)}{"level"`, [NEXT_DAY]: lines(5, 6) }
    const { problems, torn } = accountsOf(t, { log })
    assert.deepEqual([problems, torn.map(({ bytes }) => bytes.toString())], [[], ['{"level"']])
  })

  it('catches what is set aside twice', (t) => {
    const directory = newDirectory(t)
    writeFileSync(join(directory, 'a.jsonl.torn'), '{"one\n{"two\n')
    writeFileSync(join(directory, 'b.jsonl.torn'), '{"one\n{"one\n')
    const accounts = new Accounts(EXPECTED)
    accounts.checkTornFiles(directory)
    assert.deepEqual(accounts.problems, ['b.jsonl.torn: parts of lines are set aside 1 times too often'])
  })

  const all = { [NEXT_DAY]: lines(5, 6) }
  const FAULTS: readonly [string, Places, RegExp][] = [
    ['a line twice in a file', { log: { [FILE]: lines(1, 2, 2, 3, 4), ...all } }, /seq 2 is there twice/],
    ['a line in two places', { log: { [FILE]: lines(1, 2, 3, 4), ...all }, stderr: lines(3) }, /seq 3 is there twice/],
    ['swapped lines', { log: { [FILE]: lines(1, 3, 2, 4), ...all } }, /out of order, seq 2 comes after 3/],
    ['swapped lines on stderr', { stderr: lines(2, 1) }, /out of order, seq 1 comes after 2/],
    ['a line in a wrong file', { log: { [FILE]: lines(1, 2, 3, 4, 5) } }, /seq 5 belongs into 2026-02-01/],
    ['a torn line in the midst', { log: { [FILE]: `{"level${lines(1, 2)}`, ...all } }, /a torn or foreign line/],
    ['bytes that were not logged', { log: { [FILE]: lines(1).replace('entry', 'Entry') } }, /not what was logged/],
    ['a part of a line on stderr', { stderr: '{"level' }, /does not end with a whole line/],
    ['a foreign line on stderr', { stderr: 'Error: boom\n' }, /a torn or foreign line/],
    [
      'a drop that nothing tells of',
      { log: { [FILE]: lines(1, 4), ...all } },
      /actions.jsonl: 2 lines are missing, but 0 are told/,
    ],
    [
      'a drop told of twice',
      { log: { [FILE]: lines(1) + told(2, 2, 3) + told(2, 2, 3) + lines(4), ...all } },
      /but 4 are told of/,
    ],
    ['a wide range', { log: { [FILE]: lines(1) + told(2, 2, 4) + lines(4), ...all } }, /its ends are there/],
    [
      'wrong levels',
      { log: { [FILE]: lines(1) + told(2, 2, 3).replace('"info":2', '"warn":2') + lines(4), ...all } },
      /of levels 0,0,0,2,0,0, but missing there are 0,0,2,0,0,0/,
    ],
  ]
  for (const [name, places, problem] of FAULTS) {
    it(`catches ${name}`, (t) => assert.match(accountsOf(t, places).problems.join('\n'), problem))
  }
})
