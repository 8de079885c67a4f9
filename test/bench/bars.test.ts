import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costBar } from '../../bench/figures/cost-bar.js'
import { fractionBar } from '../../bench/figures/fraction-bar.js'
import type { ContenderSummary } from '../../bench/figures/summary.js'
import { scenario as call } from '../../bench/scenarios/call.js'
import { summaryOf } from './summaries.js'

const RULE = { name: 'time', peer: 'pino-async', bar: 8, aim: 12 }
const spread = (median: number) => ({ median, min: median, max: median })

test('fractionBar() passes at the bar, reaches the aim at the aim, and misses above the bar', () => {
  const outcomes = [1 / 7.9, 1 / 8, 1 / 12].map((times) => fractionBar({ ...RULE, times: spread(times) }))
  assert.deepEqual(
    outcomes.map(({ outcome, aimReached, measured }) => [outcome, aimReached, measured]),
    [
      ['missed', false, '1/7.9'],
      ['passed', false, '1/8.0'],
      ['passed', true, '1/12.0'],
    ],
  )
})

test('fractionBar() does not make a number of a call that takes no more than the timer', () => {
  const { outcome, measured } = fractionBar({ ...RULE, times: spread(-0.001) })
  assert.deepEqual([outcome, measured], ['passed', 'not more than the timer'])
})

test('fractionBar() is not measured without a ratio', () => {
  assert.equal(fractionBar({ ...RULE, times: undefined }).outcome, 'not measured')
})

test('costBar() judges by the median call, whatever the mean is', () => {
  const other = summaryOf('other', { callP50Ns: [100, 100], callMeanNs: [100, 100] })
  const dear = summaryOf('own', { callP50Ns: [106, 106], callMeanNs: [90, 90] })
  const cheap = summaryOf('own', { callP50Ns: [104, 104], callMeanNs: [300, 300] })
  const judged = (own: ContenderSummary) => costBar({ name: 'way', own, other, timesMax: 1.05 })
  assert.deepEqual([judged(dear).outcome, judged(cheap).outcome], ['missed', 'passed'])
  assert.equal(judged(cheap).measured, '1.04 x (mean 3.00 x)')
})

/** A scenario `call` in which spillway reaches all that is asked for. */
function callFigures(figures: Readonly<Record<string, readonly number[]>> = {}) {
  const fast = { callMeanNs: [140], callP50Ns: [140], callP999Ns: [1000], cpuNsPerLine: [500], peakRssBytes: [70e6] }
  const slow = { callMeanNs: [5040], callP50Ns: [5040], callP999Ns: [50_000], cpuNsPerLine: [5000] }
  const timer = { callMeanNs: [40], callP50Ns: [40] }
  return [
    summaryOf('no-logging', timer),
    summaryOf('spillway', { ...fast, ...figures }),
    summaryOf('pino-async', { ...slow, peakRssBytes: [90e6] }),
  ]
}

function callOutcomes(fields: readonly ContenderSummary[], template: readonly ContenderSummary[]) {
  const point = (name: string, contenders: readonly ContenderSummary[]) => ({
    cell: { name, title: name, parameters: {} },
    contenders,
  })
  const cells = [point('fields-4', fields), point('template', template)]
  return Object.fromEntries(call.bars!({ scenario: 'call', cells }).map((bar) => [bar.name, bar]))
}

test('the bars of call are net of the timer, and take the larger memory of object and template', () => {
  const bars = callOutcomes(callFigures(), callFigures({ peakRssBytes: [101e6] }))
  assert.equal(bars['time in the call, net of the timer']?.measured, '1/50.0, by the median call 1/50.0')
  assert.deepEqual(
    Object.values(bars).map(({ outcome }) => outcome),
    ['passed', 'passed', 'passed', 'passed', 'missed', 'passed'],
  )
})

test('a bar of call is not measured where the peer failed, and faults are missed wherever they are', () => {
  const [timer, own, peer] = callFigures() as [ContenderSummary, ContenderSummary, ContenderSummary]
  const failed = { ...peer, failures: ['ended with code 1'] }
  const faulty = { ...own, faults: ['1 lines lost (round 1)'], faultyLines: 1 }
  const bars = callOutcomes([timer, own, failed], [timer, faulty, peer])
  assert.equal(bars['time in the call, net of the timer']?.outcome, 'not measured')
  assert.equal(bars['lines lost, torn, doubled, out of order']?.outcome, 'missed')
})
