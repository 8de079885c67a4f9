import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Comparison, compareRuns } from '../../bench/figures/baseline.js'
import { comparisonText } from '../../bench/report/comparison-text.js'
import type { Outcome } from '../../bench/report/outcome.js'
import { randomNumbers } from '../../scripts/random-numbers.js'
import { cellOf, FIGURES, outcomeOf, passOf, scenarioOf } from './made-up-outcome.js'

type Rounds = readonly number[]

const CELL = cellOf('one')

/** A run of one cell; by contender the values of a figure in each round. */
function runOf(figure: string, values: Readonly<Record<string, Rounds>>, rest: Partial<Outcome> = {}): Outcome {
  const passes = Object.entries(values).flatMap(([contender, rounds]) =>
    rounds.map((value, index) => passOf('some', CELL, contender, index + 1, { [figure]: value })),
  )
  return outcomeOf([scenarioOf('some', passes)], rest)
}

function compared(figure: string, before: Readonly<Record<string, Rounds>>, after: Readonly<Record<string, Rounds>>) {
  return compareRuns(runOf(figure, before), runOf(figure, after), 'earlier.json')
}

function told({ changes }: Comparison): string[] {
  return changes.map(({ contender, figure, verdict }) => `${contender} ${figure.name} ${verdict}`)
}

test('compareRuns() takes for a change what the machine did not do to the peer as well', () => {
  const before = { spillway: [100, 102, 104], 'pino-async': [1000, 1010, 1020] }
  const slowerMachine = { spillway: [200, 204, 208], 'pino-async': [2000, 2020, 2040] }
  assert.deepEqual(told(compared('callMeanNs', before, slowerMachine)), [])

  const slowerCode = { spillway: [200, 204, 208], 'pino-async': [1000, 1010, 1020] }
  const { changes, drifts } = compared('callMeanNs', before, slowerCode)
  assert.equal(changes.length, 1)
  const { reference, before: was, after: is, factor, verdict } = changes[0]!
  assert.deepEqual({ reference, was, is, verdict }, { reference: 'pino-async', was: 102, is: 204, verdict: 'worse' })
  assert.ok(Math.abs(factor! - 2) < 0.01, String(factor))
  assert.deepEqual(
    drifts.map(({ factor: drift }) => drift),
    [1],
  )
})

test('compareRuns() compares memory as it is, however fast the machine was', () => {
  const before = { spillway: [90e6, 91e6, 92e6], 'pino-async': [50e6, 50e6, 50e6] }
  const after = { spillway: [90e6, 91e6, 92e6], 'pino-async': [100e6, 100e6, 100e6] }
  assert.deepEqual(told(compared('peakRssBytes', before, after)), [])
  const more = { spillway: [120e6, 121e6, 122e6], 'pino-async': [50e6, 50e6, 50e6] }
  const { changes } = compared('peakRssBytes', before, more)
  assert.deepEqual(
    changes.map(({ verdict, reference }) => [verdict, reference]),
    [['worse', undefined]],
  )
})

test('compareRuns() knows which way is better, and puts the largest change first', () => {
  const before = { spillway: [100, 101, 102], winston: [100, 101, 102], 'no-logging': [1000, 1000, 1000] }
  const after = { spillway: [150, 151, 152], winston: [20, 21, 22], 'no-logging': [1000, 1000, 1000] }
  const rates = compared('linesPerSecond', before, after)
  assert.deepEqual(told(rates), ['winston linesPerSecond worse', 'spillway linesPerSecond better'])
  assert.deepEqual(told(compared('callMeanNs', before, after)), [
    'winston callMeanNs better',
    'spillway callMeanNs worse',
  ])
})

const NOISE: readonly (readonly [why: string, before: Rounds, after: Rounds])[] = [
  ['ranges reach into each other', [100, 110, 150], [140, 170, 180]],
  ['medians differ by less than 5 %', [100, 100, 100], [104, 104, 104]],
  ['medians differ by less than the spread of the rounds and half of it', [100, 120, 130], [131, 150, 160]],
  ['there are fewer than three rounds', [100, 100], [500, 500]],
]

for (const [why, before, after] of NOISE) {
  test(`compareRuns() finds no change where ${why}`, () => {
    assert.deepEqual(told(compared('peakRssBytes', { spillway: before }, { spillway: after })), [])
  })
}

test('compareRuns() finds changes in equal runs in few of a hundred figures, and large ones in nearly all', () => {
  const next = randomNumbers(20_261_125)
  // Of a normal distribution, by Box and Muller.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const rounds = (count: number, times: number): Rounds =>
    Array.from({ length: count }, () => 1000 * times * Math.exp(0.05 * normal()))
  const share = (count: number, times: number): number => {
    const names = Array.from({ length: 40 }, (_, index) => `logger${index}`)
    const side = (by: number) => Object.fromEntries(names.map((name) => [name, rounds(count, by)]))
    const runs = Array.from({ length: 100 }, () => compared('peakRssBytes', side(1), side(times)).changes.length)
    return runs.reduce((sum, changed) => sum + changed, 0) / runs.length / names.length
  }
  assert.ok(share(3, 1) < 0.025)
  assert.ok(share(5, 1) < 0.01)
  assert.ok(share(3, 1.5) > 0.9)
  assert.ok(share(5, 1.5) > 0.99)
})

test('compareRuns() does not compare the slowest of all calls', () => {
  const maximum = { ...FIGURES[0]!, name: 'callMaxNs' }
  const side = (callMaxNs: number) =>
    outcomeOf([
      scenarioOf(
        'some',
        [1, 2, 3].map((round) => passOf('some', CELL, 'spillway', round, { callMaxNs })),
        { figures: [maximum] },
      ),
    ])
  assert.equal(compareRuns(side(1), side(100), 'earlier.json').compared, 0)
})

test('compareRuns() tells a figure that there was none of as a change without a factor', () => {
  const { changes } = compared('peakRssBytes', { spillway: [0, 0, 0] }, { spillway: [5, 5, 5] })
  assert.deepEqual(
    changes.map(({ factor, verdict }) => [factor, verdict]),
    [[null, 'worse']],
  )
  assert.equal(JSON.stringify(changes).includes('null'), true)
})

test('compareRuns() leaves out who lost lines or failed, and says so', () => {
  const passes = (endedByItself: boolean) =>
    [1, 2, 3].map((round) =>
      passOf('some', CELL, 'winston', round, { callMeanNs: endedByItself ? 1 : 9 }, { endedByItself }),
    )
  const [sound, faulty] = [passes(true), passes(false)].map((own) => outcomeOf([scenarioOf('some', own)]))
  const { changes, notCompared, compared: count } = compareRuns(sound!, faulty!, 'earlier.json')
  assert.deepEqual({ changes, count }, { changes: [], count: 0 })
  assert.deepEqual(notCompared, ['some, one, winston: had faults in this run'])
})

test('compareRuns() warns of what else is different, but not of how much was run', () => {
  const values = { spillway: [1, 1, 1] }
  const before = runOf('callMeanNs', values, { environment: { SPILLWAY_BENCH_RUNS: '9' } })
  const machine = { ...before.machine, node: 'v22.0.0', cores: 64, packages: { pino: '11.0.0', winston: '3.0.0' } }
  const options = { ...before.options, lines: 10, library: { workers: 2 } }
  const after = runOf('callMeanNs', values, { machine, options, environment: { SPILLWAY_ARENA: 'memory' } })
  assert.deepEqual(compareRuns(before, after, 'earlier.json').warnings, [
    'cores: 2 then, 64 now',
    'Node.js: v20.19.0 then, v22.0.0 now',
    'pino: 10.0.0 then, 11.0.0 now',
    'lines: 400000 then, 10 now',
    'spillway\'s flags: {} then, {"workers":2} now',
    "spillway's variables: none then, SPILLWAY_ARENA=memory now",
  ])
  assert.deepEqual(compareRuns(before, before, 'earlier.json').warnings, [])
})

test('comparisonText() has every change with both values, what it is relative to, and the verdict', () => {
  const before = { spillway: [100, 102, 104], 'pino-async': [1000, 1010, 1020] }
  const after = { spillway: [50, 51, 52], 'pino-async': [1000, 1010, 1020] }
  const text = comparisonText(compared('callMeanNs', before, after), 130)
  assert.match(text, /\(earlier\.json\)/)
  assert.match(text, /1 figures compared, 1 better and 0 worse/)
  assert.match(text, /some +one +spillway +in call +102 ns +51 ns +0\.50 x +pino-async +better/)
  const none = comparisonText(compared('callMeanNs', before, before), 130)
  assert.match(none, /Nothing changed beyond the noise/)
})
