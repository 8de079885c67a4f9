import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noLogging } from '../../../bench/contenders/no-logging.js'
import type { PlannedPass } from '../../../bench/passes/rounds.js'
import { TimeLeft } from '../../../bench/passes/time-left.js'
import { Progress, type ProgressStream, spanText } from '../../../bench/report/progress.js'
import { scenario } from '../../../bench/scenarios/fanout.js'
import { passOf } from '../made-up-outcome.js'

const CELL = scenario.cells({ lines: 1, files: 1, isQuick: true, library: {}, corpus: null })[0]!
const PLANNED: readonly PlannedPass[] = [1, 2, 3].map((round) => ({
  scenario,
  cell: CELL,
  contender: noLogging,
  round,
}))

/** Two of three passes that take ten seconds each; the second fails. */
function progressOn(stream: Omit<ProgressStream, 'write'>, env: NodeJS.ProcessEnv = {}): string {
  let text = ''
  let nowMs = 0
  const progress = new Progress({ ...stream, write: (part: string) => (text += part) }, env, () => nowMs)
  progress.begins(PLANNED, 0)
  nowMs += 10_000
  progress.ends(PLANNED, 0, passOf('fanout', CELL, 'no-logging', 1, { linesPerSecond: 1e6, callMeanNs: 40 }))
  progress.begins(PLANNED, 1)
  nowMs += 10_000
  progress.ends(PLANNED, 1, passOf('fanout', CELL, 'no-logging', 2, {}, { failure: 'no result' }))
  progress.close()
  return text
}

test('Progress writes a line for each pass with its key figures and the time left, where nobody watches', () => {
  const lines = [
    '[1/3] fanout files-1, round 1: no-logging: lines/s 1.00M, in call 40 ns; about 20 s left',
    '[2/3] fanout files-1, round 2: no-logging: FAILED: no result',
    '',
  ].join('\n')
  assert.equal(progressOn({}), lines)
  assert.equal(progressOn({ isTTY: true, columns: 80 }, { TERM: 'dumb' }), lines)
})

test('Progress rewrites one line on a terminal, no wider than that, and leaves only what failed', () => {
  const shown = progressOn({ isTTY: true, columns: 50 }).split('\r\x1b[2K')
  assert.deepEqual(shown, [
    '',
    '[1/3] fanout files-1, round 1: no-logging',
    '[2/3] fanout files-1, round 2: no-logging; about ',
    '[2/3] fanout files-1, round 2: no-logging: FAILED: no result\n',
    '',
  ])
})

test('TimeLeft takes a pass for as long as those most like it', () => {
  const left = new TimeLeft()
  const kind = { scenario: 'call', cell: 'error', contender: 'winston' }
  assert.equal(left.of([kind]), undefined)
  left.add({ ...kind, scenario: 'other', contender: 'pino' }, 100)
  assert.equal(left.of([kind]), 100)
  left.add({ ...kind, cell: 'message' }, 8)
  left.add({ ...kind, contender: 'pino' }, 3)
  assert.equal(left.of([kind]), 8)
  left.add(kind, 4)
  left.add(kind, 6)
  assert.equal(left.of([kind, kind, { ...kind, contender: 'pino' }]), 13)
})

test('spanText() is no finer than an estimate is', () => {
  assert.deepEqual([1, 42, 90, 3599, 5400].map(spanText), ['5 s', '45 s', '2 min', '1 h 0 min', '1 h 30 min'])
})
