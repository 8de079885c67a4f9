import assert from 'node:assert/strict'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { UsageError } from '../../../scripts/start/command-line.js'
import { checkDirectory } from '../../../scripts/start/output-directory.js'
import { newDirectory } from '../../support/new-directory.js'

describe('checkDirectory()', () => {
  it('checkDirectory() makes what is missing, for the owner alone, and takes what is there', (t) => {
    const directory = join(newDirectory(t), 'a', 'b')
    checkDirectory(directory)
    assert.equal(statSync(directory).mode & 0o077, 0)
    checkDirectory(directory)
  })

  it('checkDirectory() says that a file stands in its place', (t) => {
    const file = join(newDirectory(t), 'file')
    writeFileSync(file, '')
    for (const directory of [file, join(file, 'below')]) {
      assert.throws(() => checkDirectory(directory), new UsageError(`--directory ${directory} is not a directory`))
    }
  })

  it('checkDirectory() says why a directory cannot be made', (t) => {
    const directory = join(newDirectory(t), 'x'.repeat(300))
    assert.throws(() => checkDirectory(directory), {
      message: `--directory ${directory} cannot be written to (ENAMETOOLONG)`,
    })
    assert.equal(existsSync(directory), false)
  })
})
