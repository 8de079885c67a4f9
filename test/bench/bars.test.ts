import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyBarOpen, type Bar, judgeBars } from '../../bench/bars.js'
import type { Pass } from '../../bench/run-pass.js'
import { summarize } from '../../bench/summary.js'
import { FAULTLESS, type Figures, poolJobsPass, timedPass } from './passes.js'

const NAMES = ['no-logging', 'spillway', 'spillway-template', 'pino-async']

/** Clears every bar, and every aim. */
const GOOD: Figures = { callMeanNs: 380, callP999Ns: 5000, linesPerSecond: 1_700_000, cpuNsPerLine: 900 }

const PINO: Figures = { callMeanNs: 4060, callP999Ns: 80_000, linesPerSecond: 200_000, cpuNsPerLine: 6000 }

interface Change {
  readonly baseline?: Partial<Pass>
  readonly object?: Partial<Figures>
  readonly template?: Partial<Figures>
  readonly jobs?: number
  readonly more?: readonly Pass[]
}

/** The bars of a run that clears them all but for the change. */
function barsAfter(change: Change): Map<string, Bar> {
  const passes = [
    timedPass('no-logging', 1, { callMeanNs: 60 }),
    { ...timedPass('pino-async', 1, PINO), ...change.baseline },
    timedPass('spillway', 1, { ...GOOD, ...change.object }),
    timedPass('spillway-template', 1, { ...GOOD, callMeanNs: 180, ...change.template }),
    poolJobsPass('spillway', change.jobs ?? 0),
    poolJobsPass('spillway-template', 0),
    ...(change.more ?? []),
  ]
  return new Map(judgeBars(summarize(NAMES, passes)).map((bar) => [bar.name, bar]))
}

function openBars(change: Change): string[] {
  return [...barsAfter(change).values()].filter((bar) => bar.outcome !== 'passed').map((bar) => bar.name)
}

test('judgeBars() passes a run that clears them all, aims included', () => {
  const bars = [...barsAfter({}).values()]
  assert.equal(anyBarOpen(bars), false)
  assert.deepEqual(
    bars.filter((bar) => !bar.aimReached),
    [],
  )
})

const MISSES: readonly (readonly [string, Change])[] = [
  ['time in the call', { object: { callMeanNs: 60 + 501 } }],
  ['p99.9 in the call', { object: { callP999Ns: 10_001 } }],
  ['time in the call, template', { template: { callMeanNs: 60 + 201 } }],
  ['lines/s until in the files', { object: { linesPerSecond: 999_999 } }],
  ['CPU per line, all threads', { object: { cpuNsPerLine: 1501 } }],
  ['peak resident memory', { template: { peakRssBytes: 100_000_001 } }],
  ['jobs in the libuv pool', { jobs: 1 }],
]

for (const [name, change] of MISSES) {
  test(`judgeBars() misses only '${name}' when only that is just over`, () => {
    assert.deepEqual(openBars(change), [name])
    assert.equal(barsAfter(change).get(name)?.outcome, 'missed')
  })
}

test('judgeBars() passes a bar that is met exactly, without its aim', () => {
  const bar = barsAfter({ object: { callMeanNs: 60 + 500 } }).get('time in the call')
  assert.equal(bar?.outcome, 'passed')
  assert.equal(bar?.aimReached, false)
})

test('judgeBars() judges the net figure and shows the raw one beside it', () => {
  const bar = barsAfter({ object: { callMeanNs: 560 } }).get('time in the call')
  assert.equal(bar?.measured, '1/8.0 net of the timer, 1/7.3 raw')
})

test('judgeBars() misses the lines when one line of any pass is lost', () => {
  const more = [{ ...timedPass('spillway-template', 2, GOOD), lineCount: { ...FAULTLESS, lost: 1 } }]
  assert.deepEqual(openBars({ more }), ['lines lost, torn, doubled, out of order'])
})

test('judgeBars() measures nothing of a contender that failed in a round', () => {
  const more: Pass[] = [{ contender: 'spillway', pass: 'measure', round: 2, failure: 'crashed' }]
  const bars = barsAfter({ more })
  assert.equal(bars.get('time in the call')?.outcome, 'not measured')
  assert.equal(bars.get('lines lost, torn, doubled, out of order')?.outcome, 'not measured')
  assert.equal(bars.get('time in the call, template')?.outcome, 'passed')
})

test('judgeBars() measures no ratio against pino async where it lost a line, or wrote one after its end', () => {
  const ratios = ['time in the call', 'p99.9 in the call', 'time in the call, template', 'lines/s until in the files']
  for (const baseline of [{ lineCount: { ...FAULTLESS, lost: 1 } }, { lateBytes: 1 }, { lateBytes: -1 }]) {
    const bars = [...barsAfter({ baseline }).values()].filter((bar) => bar.outcome !== 'passed')
    assert.deepEqual(
      bars.map((bar) => [bar.name, bar.outcome]),
      [...ratios, 'CPU per line, all threads'].map((name) => [name, 'not measured']),
    )
  }
})

test('judgeBars() measures no cost against a contender that is at fault', () => {
  const names = ['no-logging', 'spillway-call-site', 'pino-caller']
  const barOf = (caller: Partial<Pass>): Bar | undefined => {
    const passes = [
      timedPass('no-logging', 1, { callMeanNs: 60 }),
      timedPass('spillway-call-site', 1, { callMeanNs: 1000 }),
      { ...timedPass('pino-caller', 1, { callMeanNs: 8000 }), ...caller },
    ]
    return judgeBars(summarize(names, passes)).find((bar) => bar.name === 'place of each call, against pino-caller')
  }
  assert.equal(barOf({})?.outcome, 'passed')
  assert.equal(barOf({ lineCount: { ...FAULTLESS, torn: 1 } })?.outcome, 'not measured')
})

test('judgeBars() measures nothing without contenders, and counts that as open', () => {
  const bars = judgeBars([])
  assert.ok(bars.every((bar) => bar.outcome === 'not measured'))
  assert.equal(anyBarOpen(bars), true)
})
