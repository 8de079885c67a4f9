import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONTENDER_NAMES } from '../../../bench/options.js'
import { sweepsOf } from '../../../bench/report/charts/axis.js'
import { looksOf } from '../../../bench/report/charts/colours.js'
import { placeApart } from '../../../bench/report/charts/end-labels.js'
import { linearScale, logScale, scaleFor } from '../../../bench/report/charts/scale.js'
import { randomNumbers } from '../../../scripts/random-numbers.js'
import { cellOf, passOf, scenarioOf } from '../made-up-outcome.js'

test('placeApart() leaves alone what is apart, and moves what is not by as little as can be', () => {
  assert.deepEqual(placeApart([10, 50, 90], 16, 0, 100), [10, 50, 90])
  assert.deepEqual(placeApart([50, 50], 16, 0, 100), [42, 58])
  assert.deepEqual(placeApart([90, 10, 10], 16, 0, 100), [90, 2, 18])
})

test('placeApart() keeps all apart, in their order, and inside', () => {
  const next = randomNumbers(7)
  for (let round = 0; round < 200; round++) {
    const wanted = Array.from({ length: 1 + Math.floor(next() * 12) }, () => next() * 300)
    const placed = placeApart(wanted, 16, 10, 290)
    const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!)
    const sorted = order.map((index) => placed[index]!)
    assert.ok(sorted[0]! >= 10 - 1e-9 && sorted.at(-1)! <= 290 + 1e-9, `${wanted}: ${placed}`)
    for (let rank = 1; rank < sorted.length; rank++) {
      assert.ok(sorted[rank]! - sorted[rank - 1]! >= 16 - 1e-9, `${wanted}: ${placed}`)
    }
  }
})

test('linearScale() begins at 0 and ends at a round value', () => {
  const { ticks, position } = linearScale(47, 'count')
  assert.deepEqual(
    ticks.map(({ label }) => label),
    ['0', '10', '20', '30', '40', '50'],
  )
  assert.deepEqual([0, 25, 50, 70, -1].map(position), [0, 0.5, 1, 1, 0])
})

test('logScale() has a label for each decade, and more where there are few', () => {
  const labels = (low: number, high: number): string[] =>
    logScale(low, high, 'ns').ticks.flatMap(({ label }) => (label === '' ? [] : [label]))
  assert.deepEqual(labels(40, 3e6), ['100 ns', '1 us', '10 us', '100 us', '1 ms'])
  assert.deepEqual(labels(100, 900), ['100 ns', '200 ns', '500 ns', '1 us'])
  const { position } = logScale(10, 1000, 'ns')
  assert.deepEqual([10, 100, 1000, 0].map(position), [0, 0.5, 1, 0])
})

test('scaleFor() is logarithmic only where a linear scale would show nothing of the least', () => {
  assert.equal(scaleFor([1, 20], 'ns').isLog, false)
  assert.equal(scaleFor([1, 200], 'ns').isLog, true)
  assert.equal(scaleFor([0, 200], 'ns').isLog, false)
  assert.equal(scaleFor([Number.NaN], 'ns').isLog, false)
})

test('sweepsOf() makes an axis of the number that varies, and a chart for each of what else does', () => {
  const cells = [1, 8, 48].flatMap((files) =>
    ['object', 'template'].map((shape) =>
      cellOf(`${shape}-${files}`, { files, shape, lines: shape === 'object' ? 100 : 50 }),
    ),
  )
  const passes = cells.map((cell) => passOf('some', cell, 'spillway', 1, { callMeanNs: 1 }))
  const sweeps = sweepsOf(scenarioOf('some', passes).cells)
  assert.deepEqual(
    sweeps.map(({ parameter, title, points }) => [parameter, title, points.map(({ value }) => value)]),
    [
      ['files', 'shape object', [1, 8, 48]],
      ['files', 'shape template', [1, 8, 48]],
    ],
  )
})

test('sweepsOf() makes none of two points, and none where only names vary', () => {
  const cellsOf = (parameters: readonly object[]) =>
    scenarioOf(
      'some',
      parameters.map((own, index) =>
        passOf('some', cellOf(`cell-${index}`, { ...own }), 'spillway', 1, { callMeanNs: 1 }),
      ),
    ).cells
  assert.deepEqual(sweepsOf(cellsOf([{ files: 1 }, { files: 8 }])), [])
  assert.deepEqual(sweepsOf(cellsOf([{ shape: 'a' }, { shape: 'b' }, { shape: 'c' }])), [])
  assert.deepEqual(
    sweepsOf(
      cellsOf([
        { shape: 'a', lines: 1 },
        { shape: 'b', lines: 2 },
        { shape: 'c', lines: 3 },
      ]),
    ),
    [],
  )
})

test('looksOf() gives each contender a look of its own, with enough contrast in both schemes', () => {
  const looks = looksOf(CONTENDER_NAMES)
  assert.equal(new Set(looks.map(({ hue, dash, share }) => `${hue.light} ${dash} ${share}`)).size, looks.length)
  for (const { contender, hue } of looks) {
    assert.ok(contrast(hue.light, '#ffffff') >= 3, `${contender} ${hue.light}`)
    assert.ok(contrast(hue.dark, '#12161b') >= 3, `${contender} ${hue.dark}`)
  }
})

/** The contrast ratio of the Web Content Accessibility Guidelines, 2.1. */
function contrast(one: string, other: string): number {
  const [darker, lighter] = [one, other].map(luminance).sort((a, b) => a - b)
  return (lighter! + 0.05) / (darker! + 0.05)
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
