import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contenderNamed } from '../../bench/contenders/index.js'
import { faultyLinesOf } from '../../bench/passes/count-lines.js'
import { type Pass, runPass } from '../../bench/passes/run-pass.js'
import { scenario } from '../../bench/scenarios/handles.js'
import type { ScenarioSettings } from '../../bench/scenarios/scenario.js'
import { newDirectory } from '../support/new-directory.js'

const SETTINGS: ScenarioSettings = { lines: 8000, files: 48, isQuick: true, library: {}, corpus: null }

function pass(parentDirectory: string, contender: string): Promise<Pass> {
  const cell = scenario.cells(SETTINGS)[0]!
  const plan = { cell, round: 1, settings: SETTINGS, parentDirectory, keep: false }
  return runPass(scenario, contenderNamed(contender), plan)
}

test('the scenario handles has spillway open more files than there are descriptors, and counts its opens', async (t) => {
  const { failure, lineCount, result } = await pass(newDirectory(t), 'spillway')
  assert.equal(failure, undefined)
  assert.equal(faultyLinesOf(lineCount!), 0)
  assert.equal(lineCount!.filesFound, 256)
  const { opens, evictions, hitPercent } = result!.figures
  assert.ok(opens! > 256 && evictions! > 256 - 50, `opens ${opens}, evictions ${evictions}`)
  assert.ok(hitPercent! >= 0 && hitPercent! <= 100)
})

test('the scenario handles shows a contender that runs out of descriptors as failed, with the error', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { failure, result } = await pass(newDirectory(t), 'pino-async')
  assert.equal(result, undefined)
  assert.match(failure!, /ended with code 1 and no result: \[?Error: EMFILE: too many open files/)
})
