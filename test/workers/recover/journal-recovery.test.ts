/** Journals, recovered into files: their owner wrote after the last frame, and no frame tells of that. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { FileCalls, injected } from '../file-calls.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { recoverySettings } from './leftover-files.js'

describe('the recovery of a journal', () => {
  it('takes no line for lacking where the last one of its file tells of dropped ones', () => {
    using rig = new PartitionRig({
      geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 4 },
      drain: { retryDelayMs: 1 },
      journals: true,
      inMemory: true,
    })
    let isFull = true
    using _calls = new FileCalls({
      onOpen: (_path, open) => {
        if (isFull) throw injected('ENOSPC')
        return open()
      },
      onStandardError: () => {},
    })
    for (let i = 0; i < 8; i++) rig.logger('actions').info({ i }, 'x'.repeat(900))
    rig.flush()
    assert.ok(rig.dropped > 0)
    isFull = false
    rig.drain.writeDue(NOON_MS, true)
    const written = rig.text('actions')
    assert.match(written, /"dropped":[^\n]*\n$/)
    const { isDone, damaged } = recoverLeftover(rig.journal, recoverySettings(rig.directory))
    assert.deepEqual({ isDone, damaged }, { isDone: true, damaged: 0 })
    const seqs = rig.lines('actions').flatMap(({ seq }) => seq ?? [])
    assert.equal(new Set(seqs).size, seqs.length, `${seqs}`)
    assert.ok(rig.text('actions').startsWith(written))
  })
})
