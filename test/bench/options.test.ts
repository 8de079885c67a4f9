import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { type BenchOptions, parseOptions, UsageError } from '../../bench/options.js'

function optionsOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): BenchOptions {
  const options = parseOptions(args, env)
  assert.notEqual(options, 'help')
  return options as BenchOptions
}

test('parseOptions() has defaults for everything', () => {
  const { lines, files, runs, contenders, keep, check, ...rest } = optionsOf([])
  assert.deepEqual(
    { lines, files, runs, keep, check },
    { lines: 400_000, files: 48, runs: 3, keep: false, check: false },
  )
  assert.ok(contenders.includes('spillway') && contenders.includes('seed'))
  assert.deepEqual(Object.keys(rest), ['directory'])
})

test('parseOptions() lets a flag win over its variable', () => {
  const env = { SPILLWAY_BENCH_LINES: '10', SPILLWAY_BENCH_RUNS: '7', SPILLWAY_BENCH_FILES: '' }
  const { lines, runs, files } = optionsOf(['--lines', '20'], env)
  assert.deepEqual({ lines, runs, files }, { lines: 20, runs: 7, files: 48 })
})

test('parseOptions() keeps the order of the report, whatever the order of the names', () => {
  assert.deepEqual(optionsOf(['--contenders', 'seed, pino-async,spillway']).contenders, [
    'spillway',
    'pino-async',
    'seed',
  ])
})

test('parseOptions() recognises --help', () => {
  assert.equal(parseOptions(['--help'], {}), 'help')
})

const MISTAKES: readonly (readonly [readonly string[], NodeJS.ProcessEnv, RegExp])[] = [
  [['--lines', 'many'], {}, /--lines must be a whole number from 1 to \d+, not 'many'/],
  [['--runs', '0'], {}, /--runs must be/],
  [['--files', '1.5'], {}, /--files must be/],
  [['--line', '5'], {}, /Unknown option '--line'.*--help/],
  [['extra'], {}, /extra/],
  [['--contenders', 'pino'], {}, /--contenders: unknown contender pino; there are .*pino-async/],
  [['--contenders', ','], {}, /--contenders must name at least one/],
  [[], { SPILLWAY_BENCH_RUNS: '-1' }, /SPILLWAY_BENCH_RUNS must be/],
  [[], { SPILLWAY_BENCH_CONTENDERS: 'bunyan' }, /SPILLWAY_BENCH_CONTENDERS: unknown contender bunyan/],
]

for (const [args, env, message] of MISTAKES) {
  test(`parseOptions() explains ${[...args, ...Object.entries(env).map((entry) => entry.join('='))].join(' ')}`, () => {
    assert.throws(
      () => parseOptions(args, env),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })
}

test('parseOptions() returns where no directory can be made: /proc', { skip: !existsSync('/proc/self') }, () => {
  for (const directory of ['/proc', '/proc/x']) {
    assert.throws(() => parseOptions(['--directory', directory], {}), /--directory: cannot use \/proc\S*: /)
  }
})
