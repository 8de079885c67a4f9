/** Leftovers of owners that died between the stores of what is pending for a file, and of successors that died early. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { fileEntryWord } from '../../../src/shared/arena.js'
import {
  APPLIED,
  APPLYING_BASE_BYTES,
  FILE_DROPPED_FROM_F64,
  FILE_DROPPED_LEVELS_F64,
  FILE_DROPPED_TO_F64,
  FILE_PENDING_BYTES,
  FILE_PENDING_START,
} from '../../../src/shared/arena-layout.js'
import { dropLine, FILE_FAILED } from '../../../src/shared/drop-line.js'
import { setPendingEnd } from '../../../src/shared/file-buffers-layout.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { WriteIntent } from '../../../src/workers/drain/write-intent.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { recoverBytes } from './leftover-files.js'

const GEOMETRY = { fileBufferBytes: 4096, fileBufferCount: 2, fileCapacity: 4 }
const MESSAGES = Array.from({ length: 9 }, (_, index) => `line ${index} ${'x'.repeat(index * 7)}`)

/** A rig whose lines are pending, and where the words of their file are. */
function rigWithPending(): { rig: PartitionRig; entry: number; text: Buffer } {
  const rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
  for (const message of MESSAGES) rig.logger('actions').info(message)
  rig.drain.pass(NOON_MS)
  const { arena } = rig
  const entry = fileEntryWord(arena, rig.routes.of('actions')!.info.file)
  const bytes = arena.words[entry + FILE_PENDING_BYTES]!
  return {
    rig,
    entry,
    text: Buffer.from(arena.bytes.slice(arena.offsets.fileBuffers, arena.offsets.fileBuffers + bytes)),
  }
}

/** The file has these bytes of the lines. */
function writeBeginning(rig: PartitionRig, text: Buffer, bytes: number): void {
  mkdirSync(dirname(rig.path('actions')), { recursive: true, mode: 0o700 })
  writeFileSync(rig.path('actions'), text.subarray(0, bytes), { mode: 0o600 })
}

function recovers(rig: PartitionRig, messages: readonly string[]): void {
  const report = recoverBytes(rig.directory, rig.arena.bytes.slice())
  assert.deepEqual([report.damaged, report.isDone], [0, true])
  assert.deepEqual(existsSync(rig.path('actions')) ? rig.messages('actions') : [], messages)
}

describe('recoverLeftover() of an owner that died between two stores', () => {
  for (const part of [1, 150, 333]) {
    for (const life of ['dies at once', 'dies when it has attached', 'dies when it has settled']) {
      it(`of the outcome of a write of ${part} bytes, and whose successor ${life}: each line is there once`, () => {
        const { rig, entry, text } = rigWithPending()
        using _rig = rig
        const { words } = rig.arena
        writeBeginning(rig, text, part)
        new WriteIntent(rig.arena).openBuffer(rig.routes.of('actions')!.info.file, 0, 0, MESSAGES.length)
        words[entry + FILE_PENDING_START] = part
        if (life !== 'dies at once') {
          const successor = new PartitionDrain(rig.arena, rig.drainOptions)
          if (life === 'dies when it has settled') successor.resume()
        }
        recovers(rig, MESSAGES)
      })
    }
  }

  it('that make a line pending: it is there once, and lines before that were written stay so, wherever that was', () => {
    const { rig, entry, text } = rigWithPending()
    using _rig = rig
    const { words } = rig.arena
    // The first three are in a file that was renamed meanwhile.
    const start = text.indexOf('line 3') - text.indexOf('line 0')
    const end = words[entry + FILE_PENDING_BYTES]!
    const last = end - (text.lastIndexOf('\n', end - 2) + 1)
    words[entry + FILE_PENDING_START] = start
    words[entry + FILE_PENDING_BYTES] = end - last - start
    words[APPLYING_BASE_BYTES] = end - last - start
    setPendingEnd(words, entry, end)
    words[APPLIED] = rig.ring.published
    recovers(rig, MESSAGES.slice(3))
  })

  for (const left of [
    [0, 0, 3, 2, 0, 0],
    [0, 0, 0, 2, 0, 0],
  ]) {
    it(`that clear the counts of lines which a file was told of, with ${left} left: it is told once`, () => {
      const { rig, entry } = rigWithPending()
      using _rig = rig
      const { words, doubles, bytes, offsets } = rig.arena
      const dropped = { levels: [0, 0, 3, 2, 0, 0], seqFrom: 7, seqTo: 12 }
      const line = Buffer.from(dropLine(dropped, NOON_MS, FILE_FAILED))
      const end = words[entry + FILE_PENDING_BYTES]!
      bytes.set(line, offsets.fileBuffers + end)
      setPendingEnd(words, entry, end + line.length)
      words[entry + FILE_PENDING_BYTES] = end + line.length
      doubles[(entry >> 1) + FILE_DROPPED_FROM_F64] = dropped.seqFrom
      doubles[(entry >> 1) + FILE_DROPPED_TO_F64] = dropped.seqTo
      for (const [level, count] of left.entries()) doubles[(entry >> 1) + FILE_DROPPED_LEVELS_F64 + level] = count
      recovers(rig, [...MESSAGES, '5 lines were dropped: the file could not be written'])
    })
  }
})
