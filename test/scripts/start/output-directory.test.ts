import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { UsageError } from '../../../scripts/start/command-line.js'
import { checkDirectory } from '../../../scripts/start/output-directory.js'
import { newDirectory } from '../../support/new-directory.js'

describe('checkDirectory()', () => {
  it('checkDirectory() makes what is missing, for the owner alone, and takes what is there', (t) => {
    const directory = join(newDirectory(t), 'a', 'b')
    checkDirectory(directory, 0o700)
    assert.equal(statSync(directory).mode & 0o077, 0)
    checkDirectory(directory, 0o700)
  })

  it('checkDirectory() says that a file stands in its place', (t) => {
    const file = join(newDirectory(t), 'file')
    writeFileSync(file, '')
    for (const directory of [file, join(file, 'below')]) {
      assert.throws(() => checkDirectory(directory, 0o700), new UsageError(`directory ${directory} is not a directory`))
    }
  })

  it('checkDirectory() says why a directory cannot be made', (t) => {
    const directory = join(newDirectory(t), 'x'.repeat(300))
    assert.throws(() => checkDirectory(directory, 0o700), {
      message: `directory ${directory} cannot be written to (ENAMETOOLONG)`,
    })
    assert.equal(existsSync(directory), false)
  })

  it('checkDirectory() returns where nothing can be made, for root too: /proc', {
    skip: !existsSync('/proc/self'),
  }, () => {
    for (const directory of ['/proc', '/proc/x', '/proc/x/y']) {
      assert.throws(() => checkDirectory(directory, 0o700), {
        message: /^directory \/proc\S* cannot be written to \((ENOENT|EACCES|EPERM)\)$/,
      })
    }
  })

  it('checkDirectory() leaves nothing of its own behind', (t) => {
    const directory = newDirectory(t)
    checkDirectory(directory, 0o700)
    assert.deepEqual(readdirSync(directory), [])
  })
})
