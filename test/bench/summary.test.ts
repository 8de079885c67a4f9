import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spreadOf } from '../../bench/spread.js'
import { summarize } from '../../bench/summary.js'
import { FAULTLESS, poolJobsPass, timedPass } from './passes.js'

test('spreadOf() takes the middle value of an odd number, whatever their order', () => {
  assert.deepEqual(spreadOf([30, 9, 100]), { median: 30, min: 9, max: 100 })
})

test('spreadOf() averages the middle two of an even number', () => {
  assert.deepEqual(spreadOf([4, 1, 10, 2]), { median: 3, min: 1, max: 10 })
})

test('spreadOf() of nothing is undefined', () => {
  assert.equal(spreadOf([]), undefined)
})

test('summarize() gives the median, least and most of each figure over the rounds', () => {
  const passes = [300, 100, 250].map((callMeanNs, index) => timedPass('winston', index + 1, { callMeanNs }))
  const [summary] = summarize(['winston'], passes)
  assert.deepEqual(summary!.figures.callMeanNs, { median: 250, min: 100, max: 300 })
})

test('summarize() compares with pino async of the same round, not with its median', () => {
  const [summary] = summarize(
    ['spillway'],
    [
      timedPass('spillway', 1, { callMeanNs: 100 }),
      timedPass('pino-async', 1, { callMeanNs: 1000 }),
      timedPass('spillway', 2, { callMeanNs: 200 }),
      timedPass('pino-async', 2, { callMeanNs: 4000 }),
      timedPass('spillway', 3, { callMeanNs: 400 }),
      timedPass('pino-async', 3, { callMeanNs: 6000 }),
    ],
  )
  assert.deepEqual(summary!.advantage.callRaw, { median: 15, min: 10, max: 20 })
})

test('summarize() takes the timer of the same round from both sides of the net ratio', () => {
  const [summary] = summarize(
    ['spillway'],
    [
      timedPass('no-logging', 1, { callMeanNs: 60 }),
      timedPass('spillway', 1, { callMeanNs: 560 }),
      timedPass('pino-async', 1, { callMeanNs: 4060 }),
    ],
  )
  assert.equal(summary!.advantage.callNet?.median, 8)
  assert.equal(summary!.advantage.callRaw?.median, 7.25)
})

test('summarize() never makes a net ratio negative or infinite', () => {
  const [summary] = summarize(
    ['spillway'],
    [
      timedPass('no-logging', 1, { callMeanNs: 60 }),
      timedPass('spillway', 1, { callMeanNs: 55 }),
      timedPass('pino-async', 1, { callMeanNs: 1060 }),
    ],
  )
  assert.equal(summary!.advantage.callNet?.median, 1000)
})

test('summarize() makes every advantage above 1 the better one', () => {
  const [summary] = summarize(
    ['spillway'],
    [
      timedPass('spillway', 1, { callMeanNs: 1, callP999Ns: 5, linesPerSecond: 800, cpuNsPerLine: 10 }),
      timedPass('pino-async', 1, { callMeanNs: 1, callP999Ns: 50, linesPerSecond: 200, cpuNsPerLine: 60 }),
    ],
  )
  assert.equal(summary!.advantage.callP999?.median, 10)
  assert.equal(summary!.advantage.linesPerSecond?.median, 4)
  assert.equal(summary!.advantage.cpuPerLine?.median, 6)
})

test('summarize() compares nothing with a round pino async did not finish', () => {
  const [summary] = summarize(
    ['spillway'],
    [
      timedPass('spillway', 1, { callMeanNs: 100 }),
      { contender: 'pino-async', pass: 'measure', round: 1, failure: 'no result after 60 s' },
    ],
  )
  assert.deepEqual(summary!.advantage, {})
})

test('summarize() adds up the faults of all passes, the one that counts jobs included', () => {
  const [summary] = summarize(
    ['seed'],
    [
      { ...poolJobsPass('seed', 3), lineCount: { ...FAULTLESS, lost: 2 } },
      { ...timedPass('seed', 1, { callMeanNs: 1 }), lineCount: { ...FAULTLESS, lost: 1, outOfOrder: 4 } },
    ],
  )
  assert.deepEqual(summary!.faults, ['3 lost', '4 out of order'])
  assert.equal(summary!.faultyLines, 7)
})

test('summarize() calls bytes after close and a process kept alive faults', () => {
  const [summary] = summarize(
    ['winston'],
    [{ ...timedPass('winston', 1, { callMeanNs: 1 }), lateBytes: 512, endedByItself: false }],
  )
  assert.deepEqual(summary!.faults, ['512 bytes written after close', '1 process kept alive after close'])
  assert.equal(summary!.faultyLines, 0)
})

test('summarize() tells bytes that vanished apart from bytes that came late, and lets neither make up for the other', () => {
  const [summary] = summarize(
    ['winston'],
    [
      { ...timedPass('winston', 1, { callMeanNs: 1 }), lateBytes: -512 },
      { ...timedPass('winston', 2, { callMeanNs: 1 }), lateBytes: 512 },
    ],
  )
  assert.deepEqual(summary!.faults, ['512 bytes written after close', '512 bytes gone after close'])
})

test('summarize() keeps the reason of a failure', () => {
  const [summary] = summarize(
    ['log4js'],
    [{ contender: 'log4js', pass: 'measure', round: 1, failure: 'ended with code 1' }],
  )
  assert.deepEqual(summary!.failures, ['ended with code 1'])
  assert.deepEqual(summary!.figures, {})
})
