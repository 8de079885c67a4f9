import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkLibraryOptions } from '../../bench/library-options.js'
import { UsageError } from '../../bench/options.js'
import { newDirectory } from '../support/new-directory.js'

const contenders = ['spillway', 'pino-async']

test('checkLibraryOptions() takes what spillway takes', async () => {
  await checkLibraryOptions({ contenders }, {})
  await checkLibraryOptions({ contenders, workers: 2, ringBytes: 65_536 }, {})
  await checkLibraryOptions({ contenders, workers: 8 }, { SPILLWAY_MAX_MEMORY_USAGE: '100000000' })
})

test("checkLibraryOptions() says in spillway's words what is wrong, wherever it was set", async (t) => {
  const missing = join(newDirectory(t), 'none.json')
  const cases = [
    [{ contenders, workers: 8 }, {}, /Option "workers" is 8: .* must not exceed performance\.buffer\.maxMemoryUsage/],
    [{ contenders, ringBytes: 5 }, {}, /Option "ringBytes" is 5: it must be a power of two/],
    [{ contenders }, { SPILLWAY_WORKERS: 'many' }, /SPILLWAY_WORKERS is "many"/],
    [{ contenders }, { SPILLWAY_CONFIG: missing }, /does not exist/],
  ] as const
  for (const [options, env, message] of cases) {
    await assert.rejects(
      checkLibraryOptions(options, env),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  }
})

test('checkLibraryOptions() asks nothing of spillway where it does not run', async () => {
  await checkLibraryOptions({ contenders: ['pino-async'], ringBytes: 5 }, {})
})
