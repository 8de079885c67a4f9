import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { contenderNamed } from '../../bench/contenders/index.js'
import { faultyLinesOf } from '../../bench/passes/count-lines.js'
import { type Pass, runPass } from '../../bench/passes/run-pass.js'
import { scenarioNamed } from '../../bench/scenarios/index.js'
import type { ScenarioSettings } from '../../bench/scenarios/scenario.js'
import { newDirectory } from '../support/new-directory.js'

const SETTINGS: ScenarioSettings = { lines: 4000, files: 12, isQuick: true, library: {}, corpus: null }
const SKIP = { skip: !existsSync('/proc/self/task') && 'some figures are there on Linux only' }

/** Each with a point, and the figures that spillway has there. */
const POINTS: readonly (readonly [scenario: string, cell: string, figures: readonly string[]])[] = [
  ['call', 'fields-12', ['callMeanNs', 'callP999Ns', 'linesPerSecond', 'cpuNsPerLine', 'peakRssBytes']],
  ['call', 'error', ['callMeanNs']],
  ['call', 'fields-4-paced', ['callMeanNs', 'callP999Ns']],
  ['burst', 'small', ['turnMs', 'inFilesMs', 'callMeanNs', 'peakRssBytes']],
  ['memory', 'ring-1m', ['peakRssBytes', 'beforeRssBytes', 'rssBytes', 'afterRssBytes', 'heapBytes']],
  ['startup', 'first-line', ['importMs', 'importBytes', 'constructMs', 'firstLineMs', 'untilFirstLineMs']],
  ['writers', 'synced-2', ['callMeanNs', 'linesPerSecond', 'peakRssBytes']],
]

function pass(context: TestContext, scenarioName: string, cellName: string, contender: string): Promise<Pass> {
  const scenario = scenarioNamed(scenarioName)
  const cell = scenario.cells(SETTINGS).find(({ name }) => name === cellName)!
  const plan = { cell, round: 1, settings: SETTINGS, parentDirectory: newDirectory(context), keep: false }
  return runPass(scenario, contenderNamed(contender), plan)
}

for (const [scenario, cell, figures] of POINTS) {
  test(`the scenario ${scenario} measures spillway at ${cell}, and every line is there`, SKIP, async (t) => {
    const { failure, stderr, result, lineCount, lateBytes } = await pass(t, scenario, cell, 'spillway')
    assert.equal(failure, undefined, stderr)
    assert.deepEqual([faultyLinesOf(lineCount!), lateBytes], [0, 0])
    for (const name of figures) assert.ok(result!.figures[name]! > 0, `${name} is ${result!.figures[name]}`)
    const unknown = Object.entries(result!.figures).filter(([, value]) => !Number.isFinite(value))
    assert.deepEqual(unknown, [])
    const shown = scenarioNamed(scenario).figures.map(({ name }) => name)
    assert.deepEqual(
      Object.keys(result!.figures).filter((name) => !shown.includes(name)),
      [],
      'figures that no report shows',
    )
  })
}

test('paced calls tell no CPU, for their loop burns it while it waits', SKIP, async (t) => {
  const { result } = await pass(t, 'call', 'fields-4-paced', 'no-logging')
  assert.equal(result!.figures.cpuNsPerLine, undefined)
  assert.ok(result!.figures.callMeanNs! > 0)
})

test('the scenario threadpool sees jobs where there are some, and none of spillway', SKIP, async (t) => {
  const own = await pass(t, 'threadpool', 'fields-4', 'spillway')
  const peer = await pass(t, 'threadpool', 'fields-4', 'pino-async')
  assert.equal(own.result!.figures.poolJobs, 0)
  assert.ok(peer.result!.figures.poolJobs! > 100, `pino: ${peer.result!.figures.poolJobs}`)
})

test('the scenario ways counts the calls whose place was known', SKIP, async (t) => {
  const { result } = await pass(t, 'ways', 'call-site', 'spillway-call-site')
  assert.ok(result!.figures.placesKnownPercent! > 80)
})

test('the scenario idle measures the sleep of a logger that has written a line into each file', SKIP, async (t) => {
  const { result, lineCount } = await pass(t, 'idle', 'open', 'spillway')
  assert.equal(lineCount!.found, SETTINGS.files)
  assert.equal(lineCount!.filesFound, SETTINGS.files)
  assert.ok(result!.figures.wakeUpsPerSecond! > 0)
})
