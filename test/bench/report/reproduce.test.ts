import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOptions } from '../../../bench/options.js'
import { benchCommand } from '../../../bench/report/reproduce.js'

function commandOf(args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const options = parseOptions(args, environment)
  assert.ok(options !== 'help')
  return benchCommand({ options, environment })
}

test('benchCommand() leaves out what is as it comes', () => {
  assert.equal(commandOf([]), 'npm run bench')
})

test('benchCommand() gives back the flags of every option, and the variables that spillway saw', () => {
  const flags = '--quick --files 8 --runs 5 --contenders spillway,winston --workers 2 --ring-bytes 65536'
  assert.equal(commandOf(flags.split(' ')), `npm run bench -- ${flags}`)
  assert.equal(commandOf(['--lines', '10']), 'npm run bench -- --lines 10')
  const environment = { SPILLWAY_BENCH_RUNS: '5', SPILLWAY_ARENA: 'memory', SPILLWAY_CONFIG: "it's here.json" }
  assert.equal(
    commandOf([], environment),
    "SPILLWAY_ARENA=memory SPILLWAY_CONFIG='it'\\''s here.json' npm run bench -- --runs 5",
  )
})
