import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { newDirectory } from '../support/new-directory.js'
import { logFiles } from '../support/written-lines.js'
import { runStart } from './start-run.js'

describe('npm start', () => {
  it('npm start writes into the directory of the options file, unless --directory says otherwise', async (t) => {
    const directory = newDirectory(t)
    const config = join(directory, 'spillway.json')
    writeFileSync(config, JSON.stringify({ directory: join(directory, 'of-file') }))
    const env = { SPILLWAY_CONFIG: config }
    assert.equal((await runStart(t, ['--seconds=0.1'], { env })).code, 0)
    assert.ok(logFiles(join(directory, 'of-file')).length > 0)

    const other = join(directory, 'of-flag')
    assert.equal((await runStart(t, ['--seconds=0.1', '--directory', other], { env })).code, 0)
    assert.ok(logFiles(other).length > 0)
  })

  it('npm start ends with 2 for a directory in which nothing can be made', {
    skip: !existsSync('/proc/self'),
  }, async (t) => {
    const { code, stderr } = await runStart(t, ['--directory', '/proc/x'])
    assert.equal(code, 2)
    assert.match(stderr, /^npm start: directory \/proc\/x cannot be written to/)
  })

  it('npm start verifies a run with alsoInCategoryFile', async (t) => {
    const env = { SPILLWAY_ALSO_IN_CATEGORY_FILE: 'true' }
    const { code, stdout } = await runStart(t, ['--seconds=0.1'], { env })
    assert.match(stdout, /^verified: .* of the lines are the second one/m)
    assert.equal(code, 0)
  })
})
