import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyFiguresOf, mainCellOf, ratioToPeer } from '../../../bench/report/key-figures.js'
import { SCENARIOS } from '../../../bench/scenarios/index.js'
import { cellOf, FIGURES, passOf, scenarioOf } from '../made-up-outcome.js'

const SETTINGS = { lines: 1000, files: 4, isQuick: true, library: {}, corpus: null }

for (const scenario of SCENARIOS) {
  test(`${scenario.name} has the figures and the cell that it names as its main ones`, () => {
    const names = scenario.figures.map(({ name }) => name)
    for (const name of scenario.keyFigures ?? []) assert.ok(names.includes(name), name)
    const cells = scenario.cells(SETTINGS).map(({ name }) => name)
    assert.ok(scenario.mainCell === undefined || cells.includes(scenario.mainCell), scenario.mainCell)
  })
}

test('keyFiguresOf() and mainCellOf() take the first where a scenario names none, or what is not there', () => {
  const names = (keyFigures?: readonly string[]): string[] =>
    keyFiguresOf({ figures: FIGURES, ...(keyFigures === undefined ? {} : { keyFigures }) }).map(({ name }) => name)
  assert.deepEqual(names(), ['callMeanNs'])
  assert.deepEqual(names(['nothing']), ['callMeanNs'])
  assert.deepEqual(names(['peakRssBytes', 'callMeanNs']), ['peakRssBytes', 'callMeanNs'])
  const passes = ['one', 'two'].map((name) => passOf('some', cellOf(name), 'spillway', 1, { callMeanNs: 1 }))
  const mainOf = (mainCell: string): string | undefined =>
    mainCellOf(scenarioOf('some', passes, { mainCell }))?.cell.name
  assert.deepEqual([mainOf('two'), mainOf('three')], ['two', 'one'])
})

test('ratioToPeer() is none for the peer, for the loop alone, and against a peer that failed or lost lines', () => {
  const cellWith = (rest: Parameters<typeof passOf>[5]) => {
    const own = ['no-logging', 'spillway'].map((name) => passOf('some', cellOf('one'), name, 1, { callMeanNs: 100 }))
    const peer = passOf('some', cellOf('one'), 'pino-async', 1, { callMeanNs: 300 }, rest)
    return scenarioOf('some', [...own, peer]).cells[0]!
  }
  const ratios = (rest: Parameters<typeof passOf>[5] = {}) => {
    const cell = cellWith(rest)
    return cell.contenders.map((contender) => ratioToPeer(FIGURES[0]!, contender, cell)?.median)
  }
  assert.deepEqual(ratios(), [undefined, 3, undefined])
  assert.deepEqual(ratios({ endedByItself: false }), [undefined, undefined, undefined])
  assert.deepEqual(ratios({ failure: 'no result' }), [undefined, undefined, undefined])
})
