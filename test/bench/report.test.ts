import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeBars } from '../../bench/bars.js'
import { chart } from '../../bench/report/chart.js'
import type { Outcome } from '../../bench/report/outcome.js'
import { terminalReport } from '../../bench/report/terminal.js'
import { summarize } from '../../bench/summary.js'
import { timedPass } from './passes.js'

/** What a bench of these contenders found, on a machine with these packages and this commit. */
function outcomeOf(names: readonly string[], machine: Partial<Outcome['machine']> = {}): Outcome {
  const summaries = summarize(
    names,
    names.map((name) => timedPass(name, 1, { callMeanNs: 100 })),
  )
  return {
    startedAt: '2026-11-23T00:00:00.000Z',
    machine: {
      platform: 'linux',
      cpuModel: 'a processor',
      cores: 2,
      memoryBytes: 1e9,
      loadAverage: 0,
      node: 'v20',
      libuv: '1.46',
      packages: {},
      ...machine,
    },
    options: { lines: 10, files: 1, runs: 1, contenders: names },
    warmUpLines: 10,
    poolJobsLines: 10,
    environment: {},
    configurations: Object.fromEntries(names.map((name) => [name, 'as it comes'])),
    summaries,
    bars: judgeBars(summaries),
    passes: [],
  }
}

const MACHINES: readonly (readonly [Partial<Outcome['machine']>, string])[] = [
  [{}, ''],
  [{ commit: 'abc' }, 'commit abc'],
  [{ packages: { pino: '1.0', log4js: '2.0' } }, 'pino 1.0, log4js 2.0'],
  [{ packages: { pino: '1.0' }, commit: 'abc' }, 'pino 1.0; commit abc'],
]

test('terminalReport() and chart() separate versions and commit only where there are any', () => {
  for (const [machine, text] of MACHINES) {
    const outcome = outcomeOf(['spillway'], machine)
    const heading = terminalReport(outcome).split('\n')[1]
    assert.equal(heading, `Node.js v20, libuv 1.46${text === '' ? '' : `; ${text}`}`)
    assert.ok(chart(outcome).includes(`>${text}</text>`), text)
  }
})

test('chart() has literal colours for whoever knows no var(), and the dark ones behind them in a media query', () => {
  const style = /<style>(.*)<\/style>/s.exec(chart(outcomeOf(['spillway', 'pino-async'])))?.[1] ?? ''
  assert.doesNotMatch(style, /var\(/)
  const [light = '', dark = ''] = style.split('@media (prefers-color-scheme: dark)')
  const coloured = (css: string): string[] =>
    [...css.matchAll(/(\S+) \{ (?:fill|stroke): #[0-9a-f]{6} \}/g)].map(([, name]) => name!)
  assert.deepEqual(coloured(light), [
    '.back',
    '.band',
    '.grid',
    'text',
    '.soft',
    '.alarm',
    '.p50',
    '.p99',
    '.p999',
    '.rate',
  ])
  assert.deepEqual(coloured(dark), coloured(light))
})
