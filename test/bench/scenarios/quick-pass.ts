/** A quick pass of a scenario through spillway, which has to end without a fault and with all its figures. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { contenderNamed } from '../../../bench/contenders/index.js'
import { faultyLinesOf } from '../../../bench/passes/count-lines.js'
import { type Pass, runPass } from '../../../bench/passes/run-pass.js'
import type { Scenario } from '../../../bench/scenarios/scenario.js'
import { newDirectory } from '../../support/new-directory.js'

/** Runs one point in a child; the kernel may keep figures of threads to itself. */
export async function quickPass(context: TestContext, scenario: Scenario, cellName: string): Promise<Pass> {
  const settings = { lines: 10_000, files: 48, isQuick: true, library: {}, corpus: null }
  const cell = scenario.cells(settings).find(({ name }) => name === cellName)
  assert.ok(cell !== undefined)
  const plan = { cell, round: 1, settings, parentDirectory: newDirectory(context), keep: false }
  const pass = await runPass(scenario, contenderNamed('spillway'), plan)
  assert.equal(pass.failure, undefined, pass.stderr)
  assert.ok(pass.lineCount !== undefined && pass.lineCount.expected > 0)
  assert.deepEqual([faultyLinesOf(pass.lineCount), pass.lateBytes, pass.endedByItself], [0, 0, true])
  const missing = scenario.figures.filter(({ name }) => typeof pass.result?.figures[name] !== 'number')
  assert.deepEqual(
    missing.map(({ name }) => name).filter((name) => !name.startsWith('main')),
    [],
  )
  return pass
}
