import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { openLogFile } from '../../../src/workers/files/log-file.js'

describe('A log file in a directory that cannot be made', () => {
  it('is an error of the system, where that says ENOENT again and again', { skip: !existsSync('/proc/self') }, () => {
    const open = (): unknown => openLogFile('/proc/nowhere/day/a.jsonl', { file: 0o600, directory: 0o700 })
    assert.throws(open, { code: 'ENOENT' })
  })
})
