import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROJECT_DIRECTORY } from '../../../bench/machine.js'
import { UsageError } from '../../../bench/options.js'
import { stalePages } from '../../../bench/readme.js'
import type { Outcome } from '../../../bench/report/outcome.js'
import { publishedOf } from '../../../bench/report/published.js'
import { readmeChart } from '../../../bench/report/readme-chart.js'
import { benchPart, withBenchPart } from '../../../bench/report/readme-part.js'
import { SATURATION_FIGURES } from '../../../bench/scenarios/saturate.js'
import type { Cell } from '../../../bench/scenarios/scenario.js'
import { cellOf, outcomeOf, passOf, scenarioOf } from '../made-up-outcome.js'

const MEANS_NS = { 'no-logging': 40, spillway: 400, 'pino-async': 2400, seed: 9000 }

/** A run that may be published: one object and one template in the call, 48 files, and something else. */
function outcomeToPublish(rest: Partial<Outcome> = {}): Outcome {
  const passes = (scenario: string, cell: string, parameters: Cell['parameters'] = {}) =>
    [1, 2, 3].flatMap((round) =>
      Object.entries(MEANS_NS).map(([contender, callMeanNs]) => {
        const figures = {
          callMeanNs,
          callP50Ns: callMeanNs / 2,
          callP99Ns: callMeanNs * 4,
          callP999Ns: callMeanNs * 9,
          linesPerSecond: 1e9 / callMeanNs,
        }
        const faults = contender === 'seed' ? { endedByItself: false } : {}
        return passOf(scenario, cellOf(cell, parameters), contender, round, figures, faults)
      }),
    )
  const figures = SATURATION_FIGURES
  const scenarios = [
    scenarioOf('call', [...passes('call', 'fields-4'), ...passes('call', 'template')], { figures }),
    scenarioOf(
      'fanout',
      [1, 48, 256, 1024].flatMap((files) => passes('fanout', `files-${files}`, { files })),
      {
        figures,
        keyFigures: ['linesPerSecond'],
        mainCell: 'files-48',
      },
    ),
    scenarioOf('burst', passes('burst', 'large'), { figures, keyFigures: ['callP999Ns'] }),
    scenarioOf('handles', [
      passOf('handles', cellOf('limited'), 'spillway', 1, { callMeanNs: 500 }),
      passOf('handles', cellOf('limited'), 'winston', 1, {}, { failure: 'no descriptor' }),
    ]),
    scenarioOf('alone', [passOf('alone', cellOf('one'), 'spillway', 1, { callMeanNs: 500 })]),
  ]
  return outcomeOf(scenarios, rest)
}

test('README.md and its chart say what bench/published.json holds', () => {
  assert.deepEqual(stalePages(PROJECT_DIRECTORY), [], 'run node dist/bench/readme.js with the results')
})

test('benchPart() has a row for each contender, with ratios to pino-async, and one for each other scenario', () => {
  const part = benchPart(publishedOf(outcomeToPublish()), 'docs/chart.svg')
  assert.match(part, /!\[[^\]]+\]\(docs\/chart\.svg\)/)
  assert.match(
    part,
    /^\| \*\*spillway\*\* \| \*\*400 ns \(6\.00 x\)\*\* \| \*\*200 ns\*\* \| .* \*\*2\.50M \(6\.00 x\)\*\* \|$/m,
  )
  assert.match(part, /^\| pino-async \| 2\.40 us \| 1\.20 us \| 21\.6 us \| 2\.40 us \| 417k \|$/m)
  // The loop alone writes no lines.
  assert.match(part, /^\| no-logging \| 40 ns \| .* \| {2}\|$/m)
  assert.match(part, /^\| seed \* \| /m)
  assert.match(part, /^\\\* lost, doubled or tore lines/m)
  assert.match(part, /^\| Title of burst; at large: p99\.9 \| 3\.60 us \| 21\.6 us \| {2}\|$/m)
  assert.match(part, /^\| Title of handles; at limited: in call \| 500 ns \| {2}\| fails \|$/m)
  assert.doesNotMatch(part, /Title of alone/)
  // Along an axis both ends, and what is between them as the scenario says.
  const points = [...part.matchAll(/^\| Title of fanout; (.*): lines\/s \|/gm)].map(([, point]) => point)
  assert.deepEqual(points, ['at files-1', 'at files-48', 'at files-1024'])
  assert.match(part, /^- `spillway`: spillway &lt;as it comes&gt;$/m)
})

test('withBenchPart() replaces what stands between the marks, and nothing else', () => {
  const published = publishedOf(outcomeToPublish())
  const page = (part: string): string =>
    `before\n<!-- bench:begin, written by bench/readme.ts -->\n${part}\n<!-- bench:end -->\nafter\n`
  assert.equal(withBenchPart(page('old'), published, 'x.svg'), page(benchPart(published, 'x.svg')))
  assert.throws(() => withBenchPart('no marks', published, 'x.svg'), /no place for the figures/)
})

test('readmeChart() draws whoever kept its lines, in both schemes, with colours for whoever knows no var()', () => {
  const svg = readmeChart(publishedOf(outcomeToPublish()))
  assert.doesNotMatch(svg, /NaN|Infinity|undefined|var\(/)
  for (const text of ['spillway', '400 ns', '2.50M', '6.00 x', 'no-logging', '20 ns']) {
    assert.ok(svg.includes(`>${text}<`) === (text !== '400 ns'), text)
  }
  assert.ok(!svg.includes('>seed<'))
  const style = /<style>(.*)<\/style>/s.exec(svg)?.[1] ?? ''
  const [light = '', dark = ''] = style.split('@media (prefers-color-scheme: dark)')
  const coloured = (css: string): string[] => [...css.matchAll(/(\S+) \{ (?:fill|stroke): #/g)].map(([, name]) => name!)
  assert.ok(coloured(light).length > 5)
  assert.deepEqual(coloured(dark), coloured(light))
})

const BASE = outcomeToPublish()
const REFUSED: readonly (readonly [what: string, outcome: Outcome, message: RegExp])[] = [
  ['a quick run', { ...BASE, options: { ...BASE.options, isQuick: true } }, /a quick run/],
  ['two rounds', { ...BASE, options: { ...BASE.options, runs: 2 } }, /fewer than 3 rounds/],
  [
    'uncommitted code',
    { ...BASE, machine: { ...BASE.machine, commit: 'abc with changes' } },
    /not of a commit: abc with/,
  ],
  ['variables of spillway', { ...BASE, environment: { SPILLWAY_ARENA: 'memory' } }, /set by SPILLWAY_ARENA/],
  [
    'flags of spillway',
    { ...BASE, options: { ...BASE.options, library: { workers: 2 } } },
    /set by flags: \{"workers":2\}/,
  ],
  ['a corpus', { ...BASE, options: { ...BASE.options, corpus: '/x' } }, /a corpus/],
  ['other scenarios alone', outcomeOf([]), /neither call nor fanout ran/],
]

for (const [what, outcome, message] of REFUSED) {
  test(`publishedOf() refuses ${what}`, () => {
    assert.throws(
      () => publishedOf(outcome),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })
}

test('publishedOf() refuses a run in which spillway lost lines or failed', () => {
  const passes = [1, 2, 3].map((round) =>
    passOf('fanout', cellOf('files-48'), 'spillway', round, { linesPerSecond: 1 }, { endedByItself: false }),
  )
  const outcome = outcomeOf([scenarioOf('fanout', passes)])
  assert.throws(() => publishedOf(outcome), /faults or failures of spillway in fanout files-48/)
})
