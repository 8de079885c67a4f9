import assert from 'node:assert/strict'
import { closeSync } from 'node:fs'
import { describe, it } from 'node:test'
import { openLeftover } from '../../../src/workers/files/leftover-file.js'
import { readContent } from '../../../src/workers/recover/leftover-content.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { arenaBytes, writeLeftover } from './leftover-files.js'

describe('readContent()', () => {
  it('reads of the buffers of an arena those that files have', () => {
    using rig = new PartitionRig()
    for (const category of ['actions', 'engine']) rig.logger(category).info(`of ${category}`)
    rig.drain.pass(NOON_MS)
    const { offsets, geometry } = rig.arena
    const bytes = arenaBytes(rig.arena)
    const buffersOf = (all: Uint8Array): Uint8Array[] =>
      Array.from({ length: geometry.fileBufferCount }, (_, index) => {
        const at = offsets.fileBuffers + index * geometry.fileBufferBytes
        return all.subarray(at, at + geometry.fileBufferBytes)
      })
    // What a file had there once, and was written long ago.
    for (const buffer of buffersOf(bytes)) if (buffer[0] === 0) buffer.fill(1)
    const file = openLeftover(writeLeftover(rig.directory, bytes))
    assert.ok(file !== null && 'descriptor' in file)
    try {
      const content = readContent(file)
      assert.ok(content.state === 'read')
      const read = buffersOf(content.live.arena.bytes).filter((buffer) => buffer.some((byte) => byte !== 0))
      const texts = read.map((buffer) => /"msg":"(.*?)"/.exec(Buffer.from(buffer).toString())?.[1])
      assert.deepEqual(texts.sort(), ['of actions', 'of engine'])
    } finally {
      closeSync(file.descriptor)
    }
  })
})
