import assert from 'node:assert/strict'
import { test } from 'node:test'
import { terminalReport } from '../../../bench/report/terminal.js'
import type { Figure } from '../../../bench/scenarios/scenario.js'
import { outcomeOfAllKinds } from '../all-kinds.js'
import { cellOf, FIGURES, outcomeOf, passOf, scenarioOf } from '../made-up-outcome.js'

const CELL = cellOf('one')

/** The rows of the report's first table, each cut at two blanks. */
function firstTable(report: string): string[][] {
  const lines = report.split('\n')
  const start = lines.findIndex((line) => line.startsWith('contender '))
  const rows = lines.slice(start, lines.indexOf('', start))
  return rows.filter((line) => !line.startsWith('---')).map((line) => line.trim().split(/ {2,}/))
}

test('terminalReport() has medians, the spread of the first key figure, and the ratio to pino-async beside it', () => {
  const passes = [
    ...[300, 100, 200].map((ns, index) =>
      passOf('some', CELL, 'spillway', index + 1, { callMeanNs: ns, peakRssBytes: 5e7 + ns }),
    ),
    ...[900, 400, 800].map((ns, index) =>
      passOf('some', CELL, 'pino-async', index + 1, { callMeanNs: ns, peakRssBytes: 6e7 }),
    ),
  ]
  assert.deepEqual(firstTable(terminalReport(outcomeOf([scenarioOf('some', passes)]))), [
    ['contender', 'in call', 'x pino-async', 'peak RSS'],
    // By round 3, 4 and 4 times better.
    ['spillway', '200 ns (100–300 ns)', '4.00 x', '50.0 MB'],
    ['pino-async', '800 ns (400–900 ns)', '-', '60.0 MB'],
  ])
})

test('terminalReport() says of a figure where more is better how many times as much it is', () => {
  const passes = [['spillway', 500] as const, ['pino-async', 100] as const].map(([contender, linesPerSecond]) =>
    passOf('some', CELL, contender, 1, { linesPerSecond }),
  )
  const outcome = outcomeOf([scenarioOf('some', passes, { keyFigures: ['linesPerSecond'] })])
  assert.deepEqual(firstTable(terminalReport(outcome))[1], ['spillway', '500', '5.00 x'])
})

test('terminalReport() is never wider than 130 columns, and tells which figures it left out', () => {
  const figures: Figure[] = Array.from({ length: 20 }, (_, index) => ({
    ...FIGURES[0]!,
    name: `f${index}`,
    title: `figure ${index}`,
  }))
  const values = Object.fromEntries(figures.map(({ name }, index) => [name, index * 1000]))
  const passes = [1, 2].map((round) => passOf('some', CELL, 'spillway', round, { ...values, f0: round }))
  const about = 'words '.repeat(100)
  const report = terminalReport(outcomeOf([scenarioOf('some', passes, { figures, conclusion: about })]))
  assert.ok(Math.max(...report.split('\n').map(({ length }) => length)) <= 130)
  assert.match(report, /^only in report\.html: .*figure 19$/m)
  assert.match(report, /figure 0 /)
})

test('terminalReport() puts points of one contender alone into one table', () => {
  const report = terminalReport(outcomeOfAllKinds())
  const table = report.split('spillway alone\n\n')[1]!.split('\n\n')[0]!.split('\n')
  assert.deepEqual(
    table.map((line) => line.split(/ {2,}/)[0]),
    ['point', '--------', 'at small', 'at large'],
  )
})

test('terminalReport() has bars, faults, conclusion, configurations and changes', () => {
  const report = terminalReport(outcomeOfAllKinds())
  assert.match(report, /^1 of 2 bars passed\nNOT MEASURED {2}panels: another: -, required >= 5 x$/m)
  assert.match(report, /^pino-sync, at message: no result after <60 s>$/m)
  assert.match(report, /^winston .* FAULTS$/m)
  assert.match(report, /^It follows that 1 < 2\.\nAnd more\.$/m)
  assert.match(report, /^winston +winston <as it comes>$/m)
  assert.match(report, /^== Changes$/m)
  assert.match(report, / 1\.50 x {2}pino-async {2,}worse$/m)
})
