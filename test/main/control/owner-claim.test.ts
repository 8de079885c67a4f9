/**
 * Who owns a partition, where that was once unclear: a thread that starts while the main thread drains, a writer that
 * fails in a control call, a process whose writers are gone while it does not return to its event loop.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { attachArena, createArena } from '../../../src/shared/arena.js'
import { FILE_BUFFER, OWNER_MAIN_THREAD, OWNER_STATE, WRITE_ERRORS_F64 } from '../../../src/shared/arena-layout.js'
import { positionCheck } from '../../../src/shared/positions.js'
import { claimPartition } from '../../../src/workers/drain/drain-loop.js'
import start from '../../../src/workers/writer.js'
import { LogDirectory } from '../../support/log-directory.js'
import { writtenLines } from '../../support/written-lines.js'
import { NOON_DAY, NOON_MS, PartitionRig } from '../../workers/partition-rig.js'

describe('start() of a writer', () => {
  it('changes no byte of an arena that the main thread is draining, whatever it is in the middle of', () => {
    using rig = new PartitionRig()
    rig.logger('actions').info('first')
    rig.drain.pass(0)
    // As it is between the reservation of a buffer and the line that goes into it: a buffer, and nothing pending.
    rig.drain.writeDue(0, true)
    const { words, bytes } = rig.arena
    const entry = rig.arena.offsets.fileTable >> 2
    words[entry + FILE_BUFFER] = positionCheck(4096)
    Atomics.store(words, OWNER_STATE, OWNER_MAIN_THREAD)
    const before = Buffer.from(bytes)
    const [control, conditions] = [new MessageChannel(), new MessageChannel()]
    const ports = { control: control.port2, conditions: conditions.port2 }
    const started = start({ memory: { buffer: rig.arena.shared }, options: rig.drainOptions, epoch: 0, ...ports })
    assert.deepEqual(started, { isClaimed: false })
    for (const { port1 } of [control, conditions]) port1.close()
    assert.ok(before.equals(Buffer.from(bytes)))
  })

  it('gets a partition that nobody owns, and only one of two does', () => {
    const geometry = {
      ringBytes: 65_536,
      fileBufferBytes: 4096,
      fileBufferCount: 1,
      fileCapacity: 4,
      dictionaryBytes: 4096,
    }
    const arena = createArena(0, geometry)
    assert.deepEqual([claimPartition(arena), claimPartition(attachArena(arena.shared))], [true, false])
  })
})

describe('Spillway.flush() and close()', () => {
  it('reject where a line was lost for which no buffer was large enough', async (t) => {
    const { spillway, path } = new LogDirectory(t, { fileBufferBytes: 4096, clock: () => NOON_MS, utc: true })
    mkdirSync(join(path, NOON_DAY, 'huge.jsonl'), { recursive: true }) // A directory stands where the file should be.
    spillway.logger('huge').info('x'.repeat(20_000))
    await assert.rejects(spillway.flush(), { code: 'ERR_SPILLWAY_IO' })
    await spillway.flush()
    assert.equal(spillway.stats().dropped, 1)
  })

  it('tell of what was logged after close() as well', async (t) => {
    const { spillway, path } = new LogDirectory(t)
    await spillway.close()
    spillway.logger('actions').info('after the end')
    await spillway.flush()
    assert.deepEqual(
      writtenLines(path).map(({ msg }) => msg),
      ['after the end'],
    )
  })

  it('print no warning when many wait at once', async (t) => {
    const { spillway } = new LogDirectory(t)
    const warnings: string[] = []
    const listen = (warning: Error): void => void warnings.push(warning.name)
    process.on('warning', listen)
    t.after(() => process.off('warning', listen))
    spillway.logger('actions').info('x')
    await Promise.all(Array.from({ length: 30 }, () => spillway.flush()))
    await new Promise(setImmediate)
    assert.deepEqual(warnings, [])
  })
})

describe('PartitionDrain', () => {
  it('writes good files while files that cannot be written hold every buffer', () => {
    using rig = new PartitionRig({ geometry: { fileBufferCount: 2 } })
    for (const name of ['bad1', 'bad2']) {
      mkdirSync(rig.path(name), { recursive: true }) // A directory stands where the file should be.
      rig.logger(name).info('waits')
    }
    assert.equal(rig.flush(), false)
    for (let i = 0; i < 20; i++) rig.logger('good').info(`${i}`)
    rig.logger('good').error('an error')
    rig.flush()
    assert.equal(rig.messages('good').length, 20)
    assert.deepEqual(rig.messages('error'), ['an error'])
  })

  it('tries a file that cannot be written no more often than its pauses allow, whatever comes for it', () => {
    using rig = new PartitionRig({ geometry: { fileBufferBytes: 4096 } })
    mkdirSync(rig.path('bad'), { recursive: true })
    for (let i = 0; i < 2000; i++) {
      rig.logger('bad').info('x'.repeat(200))
      rig.turn()
    }
    assert.ok(rig.counted(WRITE_ERRORS_F64) < 5, `${rig.counted(WRITE_ERRORS_F64)} attempts`)
    assert.ok(rig.dropped > 1900)
  })

  it('lets no torn line stand before its own, and keeps what a process before it left torn', () => {
    const whole = '{"msg":"whole"}\n'
    for (const [left, kept, aside] of [
      [`${whole}{"level":30,"time":17`, ['whole', 'one'], '{"level":30,"time":17\n'],
      ['{"level":30', ['one'], '{"level":30\n'],
      [whole, ['whole', 'one'], null],
      ['', ['one'], null],
    ] as const) {
      using rig = new PartitionRig()
      mkdirSync(dirname(rig.path('actions')))
      writeFileSync(rig.path('actions'), left)
      rig.logger('actions').info('one')
      assert.equal(rig.flush(), true)
      assert.deepEqual(rig.messages('actions'), kept)
      const torn = `${rig.path('actions')}.torn`
      assert.equal(existsSync(torn) ? readFileSync(torn, 'utf8') : null, aside)
    }
  })

  it('leaves the part of a line that it wrote itself where its rest is pending, also when the file is opened anew', () => {
    using rig = new PartitionRig({ geometry: { fileBufferBytes: 4096 } })
    rig.logger('actions').info({ text: 'part'.repeat(20_000) }, 'long')
    rig.drain.pass(NOON_MS)
    rig.drain.closeHandles()
    rig.flush()
    assert.deepEqual(rig.messages('actions'), ['long'])
  })
})
