import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { UsageError } from '../../../scripts/start/command-line.js'
import { resolvedOptions } from '../../../scripts/start/resolve-options.js'
import { newDirectory } from '../../support/new-directory.js'

describe('resolvedOptions()', () => {
  it('resolvedOptions() takes the directory of the environment, the command line, the options file, in this order', (t) => {
    const config = join(newDirectory(t), 'spillway.json')
    writeFileSync(config, JSON.stringify({ directory: '/of-file' }))
    const withFile = { SPILLWAY_CONFIG: config }
    const directoryOf = (directory: string | undefined, env: Record<string, string>): string =>
      resolvedOptions({ directory }, env).directory
    assert.equal(directoryOf(undefined, {}), resolve('logs'))
    assert.equal(directoryOf(undefined, withFile), '/of-file')
    assert.equal(directoryOf('/of-flag', withFile), '/of-flag')
    assert.equal(directoryOf('/of-flag', { ...withFile, SPILLWAY_DIRECTORY: '/of-env' }), '/of-env')
  })

  it('resolvedOptions() calls it wrong usage what spillway will not take', (t) => {
    const missing = join(newDirectory(t), 'none.json')
    for (const env of [{ SPILLWAY_WORKERS: 'many' }, { SPILLWAY_CONFIG: missing }]) {
      assert.throws(() => resolvedOptions({}, env), UsageError)
    }
  })
})
