import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { MessageChannel, Worker } from 'node:worker_threads'
import { WriterClient } from '../../../src/main/control/writer-client.js'
import { RingProducer } from '../../../src/main/produce/ring-producer.js'
import { createArena } from '../../../src/shared/arena.js'
import { CONSUMED, OWNER_MAIN_THREAD, OWNER_STATE, PASSES_F64 } from '../../../src/shared/arena-layout.js'
import { createConditionBoard } from '../../../src/shared/condition-board.js'
import { createDescriptorPleas } from '../../../src/shared/descriptor-pleas.js'
import { INFO } from '../../../src/shared/levels.js'
import { RECORD_HEAD, RECORD_LENGTH } from '../../../src/shared/record-layout.js'
import type { DrainOptions, WriterTask } from '../../../src/shared/writer-protocol.js'
import { newDirectory } from '../../support/new-directory.js'

const GEOMETRY = {
  ringBytes: 65_536,
  fileBufferBytes: 4096,
  fileBufferCount: 2,
  fileCapacity: 2,
  dictionaryBytes: 4096,
}
const RECORD_BYTES = 64

function drainOptions(directory: string): DrainOptions {
  return {
    directory,
    utc: true,
    fileMode: 0o600,
    directoryMode: 0o700,
    linesMax: 100,
    dueBytes: 4096,
    flushIntervalMs: 1000,
    handlesMax: 2,
    handleTtlMs: 60_000,
    evictionRatio: 1,
    retryAttempts: 0,
    retryDelayMs: 1000,
    fallbackDirectory: null,
    conditionBoard: createConditionBoard(),
    descriptorPleas: createDescriptorPleas(),
    journalDirectory: null,
    terminal: { colorize: false, linesPerSecond: Number.POSITIVE_INFINITY },
  }
}

describe('a partition that the main thread has taken', () => {
  it('is not touched by a writer that starts late, though a flush waits in its port', async (t) => {
    const arena = createArena(0, GEOMETRY)
    const ring = new RingProducer(arena, () => assert.fail('the ring is not full'))
    const at = ring.claim(RECORD_BYTES, INFO) >> 2
    arena.words[at + (RECORD_LENGTH >> 2)] = RECORD_BYTES
    arena.words[at + (RECORD_HEAD >> 2)] = 0
    ring.publish(RECORD_BYTES)
    Atomics.store(arena.words, OWNER_STATE, OWNER_MAIN_THREAD)
    const client = new WriterClient(arena)
    const flushed = client.flush(1000, false)
    const control = client.writerPort
    const { port2: conditions } = new MessageChannel()
    const options = drainOptions(newDirectory(t))
    const task: WriterTask = { memory: { buffer: arena.shared }, options, epoch: 0, control, conditions }
    const writer = new Worker(new URL('../../fixtures/writer-thread.js', import.meta.url), {
      workerData: task,
      transferList: [control, conditions],
    })
    await Promise.all([once(writer, 'exit'), flushed.catch(() => {})])
    client.dispose()
    assert.equal(arena.doubles[PASSES_F64], 0, 'two owners drain one ring')
    assert.equal(Atomics.load(arena.words, CONSUMED), 0)
  })
})
