import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { RecoveryReport } from '../../../src/main/recover.js'
import { newDirectory } from '../../support/new-directory.js'
import { runCommand } from './run-command.js'

describe('spillway recover', () => {
  it('is 0 where there is nothing to recover', async (t) => {
    const directory = newDirectory(t)
    const { code, stdout, stderr } = await runCommand('recover', directory, '--fallback', newDirectory(t))
    assert.deepEqual([code, stdout, stderr], [0, 'nothing to recover\n', ''])
  })

  it('--json prints the report', async (t) => {
    const directory = newDirectory(t)
    const { code, stdout } = await runCommand('recover', directory, '--json')
    const report = JSON.parse(stdout) as RecoveryReport
    assert.deepEqual([code, report.directory, report.isDone, report.leftovers], [0, directory, true, []])
  })

  it('is 2 for a directory that is not there', async (t) => {
    const { code, stdout, stderr } = await runCommand('recover', join(newDirectory(t), 'nowhere'))
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^spillway: ".*nowhere" cannot be read: ENOENT/)
  })
})
