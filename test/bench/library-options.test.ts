import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkLibraryOptions } from '../../bench/library-options.js'
import { UsageError } from '../../bench/options.js'
import { newDirectory } from '../support/new-directory.js'

test('checkLibraryOptions() takes what spillway takes', async () => {
  await checkLibraryOptions({}, {})
  await checkLibraryOptions({ workers: 2, ringBytes: 65_536 }, {})
  await checkLibraryOptions({ workers: 8 }, { SPILLWAY_MAX_MEMORY_USAGE: '100000000' })
})

test("checkLibraryOptions() says in spillway's words what is wrong, wherever it was set", async (t) => {
  const missing = join(newDirectory(t), 'none.json')
  const cases = [
    [{ workers: 8 }, {}, /Option "workers" is 8: .* must not exceed performance\.buffer\.maxMemoryUsage/],
    [{ ringBytes: 5 }, {}, /Option "ringBytes" is 5: it must be a power of two/],
    [{}, { SPILLWAY_WORKERS: 'many' }, /SPILLWAY_WORKERS is "many"/],
    [{}, { SPILLWAY_CONFIG: missing }, /does not exist/],
    [{}, { SPILLWAY_DIRECTORY: '/elsewhere' }, /each pass has a directory of its own/],
    [{}, { SPILLWAY_LEVEL: 'error' }, /level is error: the bench logs at info/],
  ] as const
  for (const [options, env, message] of cases) {
    await assert.rejects(
      checkLibraryOptions(options, env),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  }
})
