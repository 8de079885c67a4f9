/** Journals, recovered into files: their owner wrote after the last frame, and no frame tells of that. */
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { FileCalls, injected } from '../file-calls.js'
import { NOON_DAY, NOON_MS, PartitionRig } from '../partition-rig.js'
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

  it('leaves no torn end in a file of which the journal holds nothing', () => {
    using rig = new PartitionRig({ journals: true, inMemory: true })
    rig.logger('actions').info('moved')
    rig.flush()
    rig.logger('engine').info('started')
    rig.flush()
    const written = rig.text('actions')
    // As of a line in parts whose last part was in no frame.
    appendFileSync(join(rig.directory, NOON_DAY, 'actions.jsonl'), '{"level":30,"time":1,"seq":3,"category":"ac')
    const { isDone, damaged, lines } = recoverLeftover(rig.journal, recoverySettings(rig.directory))
    assert.deepEqual({ isDone, damaged, lines }, { isDone: true, damaged: 0, lines: 0 })
    assert.equal(rig.text('actions'), written)
  })
})
