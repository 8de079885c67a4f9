import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { guardStandardStreams } from '../../../scripts/start/standard-streams.js'

class FakeStream extends EventEmitter {
  readonly texts: string[] = []

  write(text: string): void {
    this.texts.push(text)
  }

  fail(code: string): void {
    this.emit('error', Object.assign(new Error(`${code}: it failed`), { code }))
  }
}

function guarded() {
  const stdout = new FakeStream()
  const stderr = new FakeStream()
  const losses: string[] = []
  guardStandardStreams(stdout, stderr, () => losses.push('lost'))
  return { stdout, stderr, losses }
}

describe('guardStandardStreams()', () => {
  it('guardStandardStreams() lets a reader of either stream go away', () => {
    const { stdout, stderr, losses } = guarded()
    stdout.fail('EPIPE')
    stderr.fail('EPIPE')
    stderr.fail('EIO')
    assert.deepEqual([stderr.texts, losses], [[], []])
  })

  it('guardStandardStreams() tells once, in a line, that standard output takes nothing', () => {
    const { stdout, stderr, losses } = guarded()
    stdout.fail('ENOSPC')
    stdout.fail('ENOSPC')
    assert.deepEqual(stderr.texts, ['npm start: standard output cannot be written to (ENOSPC: it failed)\n'])
    assert.deepEqual(losses, ['lost'])
  })
})
