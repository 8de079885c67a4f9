/** Journals as a Spillway has them: of which partitions, and until when. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Spillway, type SpillwayOptions } from '../../../src/main/index.js'
import { newDirectory } from '../../support/new-directory.js'

const JOURNALED: SpillwayOptions = {
  ...{ workers: 1, ringBytes: 65_536, fileBufferBytes: 4096, maxCategories: 8 },
  ...{ arena: 'memory', journal: true },
}

/** What a Spillway tells of. */
function toldBy(spillway: Spillway): string[] {
  const told: string[] = []
  for (const kind of ['warning', 'degraded'] as const) spillway.on(kind, ({ code }) => told.push(code))
  return told
}

describe('journals', () => {
  it('are of the log files alone: the terminal has none, and nobody misses it', async (t) => {
    const spillway = new Spillway({ ...JOURNALED, directory: newDirectory(t), pretty: true })
    const told = toldBy(spillway)
    spillway.logger('actions').info('shown')
    await spillway.close()
    assert.deepEqual(told, [])
  })

  it('are of nobody after close(): what is logged then touches no other one in their place', async (t) => {
    const directory = newDirectory(t)
    const closed = new Spillway({ ...JOURNALED, directory })
    const told = toldBy(closed)
    closed.logger('actions').info('in time')
    await closed.close()
    const next = new Spillway({ ...JOURNALED, directory })
    next.logger('engine').info('of the next one')
    await next.flush()
    const seat = join(directory, '.spillway', 'seat-1')
    const journal = join(seat, 'p0.journal')
    for (let i = 0; i < 3; i++) closed.logger('actions').info('logged by the closed one')
    await closed.flush()
    await setImmediate()
    assert.ok(readdirSync(seat).includes('p0.journal'))
    assert.equal(readFileSync(journal).includes('logged by the closed one'), false)
    assert.deepEqual(told, [])
    await next.close()
    closed.logger('actions').info('later')
    await setImmediate()
    assert.deepEqual(told, [])
    const [day] = readdirSync(directory)
    assert.equal(readFileSync(join(directory, day!, 'actions.jsonl'), 'utf8').split('\n').length, 1 + 1 + 3 + 1)
  })
})
