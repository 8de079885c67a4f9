/**
 * Leftovers with a flipped bit in a line that is written already: it is not written once more, nor is any before it.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { APPLIED, INTENT_BYTES, INTENT_KIND, INTENT_RECORD } from '../../../src/shared/arena-layout.js'
import { bufferOffset } from '../../../src/shared/file-buffers-layout.js'
import {
  KIND_FIELDS,
  RECORD_HEAD,
  RECORD_LENGTH,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordKind,
} from '../../../src/shared/record-layout.js'
import { linesOf, NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'
import { rigDeadInWrite } from './interrupted-write.js'
import { recoverBytes } from './leftover-files.js'

const FILE_BUFFER_BYTES = 4096
const SETTINGS: RigSettings = {
  geometry: {
    ringBytes: 65_536,
    fileBufferBytes: FILE_BUFFER_BYTES,
    fileBufferCount: 2,
    fileCapacity: 8,
    dictionaryBytes: 4096,
  },
  inMemory: true,
}
/** Every so many-th bit of a line's text. */
const STRIDE = process.env.SPILLWAY_TEST_ALL === undefined ? 5 : 1

/** Recovers with each of these bits flipped; gives those after which the file of the day is not as it is to be. */
function faultsOfFlips(rig: PartitionRig, [fromByte, toByte]: Range, isFault: (text: string) => boolean): string[] {
  const before = rig.text('actions')
  const bytes = rig.arena.bytes.slice()
  const faults: string[] = []
  for (let bit = fromByte * 8; bit < toByte * 8; bit += STRIDE) {
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    const report = recoverBytes(rig.directory, bytes)
    const text = rig.text('actions')
    if (isFault(text) || !report.isDone) faults.push(`bit ${bit & 7} of byte ${bit >> 3}: ${text.slice(before.length)}`)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    writeFileSync(rig.path('actions'), before)
  }
  return faults
}

/** Bytes of an arena. */
type Range = readonly [fromByte: number, toByte: number]

/** The pending bytes of the only file that has some. */
function pendingRange({ arena }: PartitionRig): Range {
  const { fileBuffers, end } = arena.offsets
  const used = arena.bytes.subarray(fileBuffers, end).findLastIndex((byte) => byte !== 0) + 1
  assert.ok(used > 0 && used <= FILE_BUFFER_BYTES)
  return [fileBuffers, fileBuffers + used]
}

function logFew(rig: PartitionRig): void {
  for (let i = 0; i < 4; i++) rig.logger('actions').info({ i, text: 'x'.repeat(i * 3) }, `line ${i}`)
  // A newline is one bit away.
  rig.logger('actions').info('J'.repeat(8))
}

describe('recoverLeftover() of an owner that died in a write, with a flipped bit in what was written', () => {
  it('writes nothing more where all of it is in the file, whichever bit of its buffer it is', () => {
    using rig = rigDeadInWrite(SETTINGS, 'all of it', logFew)
    const before = rig.text('actions')
    assert.equal(linesOf(rig.path('actions')).length, 5)
    assert.deepEqual(
      faultsOfFlips(rig, pendingRange(rig), (text) => text !== before),
      [],
    )
  })

  it('writes nothing more where it was one line', () => {
    using rig = rigDeadInWrite(SETTINGS, 'all of it', (each) => each.logger('actions').info('JJJJJ alone'))
    const before = rig.text('actions')
    const [fromByte, toByte] = pendingRange(rig)
    // With another time it may be of another day: behind that.
    const range = [fromByte + before.indexOf(',"seq"'), toByte] as const
    assert.deepEqual(
      faultsOfFlips(rig, range, (text) => text !== before),
      [],
    )
  })

  it('writes nothing more where another file has the first buffer', () => {
    const settings = { ...SETTINGS, geometry: { ...SETTINGS.geometry, fileBufferCount: 3 } }
    using rig = rigDeadInWrite(settings, 'all of it', (each) => {
      for (const name of ['engine', 'actions']) each.logger(name).info('JJJJJ alone')
    })
    const before = rig.text('actions')
    const fromByte = bufferOffset(rig.arena, rig.routes.of('actions')!.info.file)
    assert.ok(fromByte > rig.arena.offsets.fileBuffers)
    const range = [fromByte + before.indexOf(',"seq"'), fromByte + before.length] as const
    assert.deepEqual(
      faultsOfFlips(rig, range, (text) => text !== before),
      [],
    )
  })

  it('writes no line twice where half of it is in the file', () => {
    using rig = rigDeadInWrite(SETTINGS, 'half of it', logFew)
    const whole = rig.text('actions').split('\n').slice(0, -1)
    assert.equal(whole.length, 2)
    const isFault = (text: string): boolean => {
      const lines = text.split('\n').slice(0, -1)
      return lines.length > 5 || whole.some((line, i) => lines[i] !== line || lines.lastIndexOf(line) !== i)
    }
    assert.deepEqual(faultsOfFlips(rig, pendingRange(rig), isFault), [])
  })

  it('writes no long line once more, whichever bit of its record it is', () => {
    using rig = rigDeadInWrite(SETTINGS, 'all of it', (each) => {
      // A shape that has come before: its numbers are in slots.
      for (const name of ['engine', 'engine', 'actions']) {
        each.logger(name).info({ number: 1, text: 'x'.repeat(name === 'actions' ? FILE_BUFFER_BYTES : 1) }, 'long')
      }
    })
    const before = rig.text('actions')
    const { words, offsets, geometry } = rig.arena
    const at = offsets.ring + (words[APPLIED]! & (geometry.ringBytes - 1))
    const length = words[(at + RECORD_LENGTH) >> 2]!
    assert.ok(length > FILE_BUFFER_BYTES && recordKind(words[(at + RECORD_HEAD) >> 2]!) === KIND_FIELDS)
    // With another time it may be of another day.
    for (const range of [
      [at, at + RECORD_TIME],
      [at + RECORD_SEQ, at + RECORD_SLOTS + 64],
      [at + length - 16, at + length],
    ] as const) {
      assert.deepEqual(
        faultsOfFlips(rig, range, (text) => text !== before),
        [],
      )
    }
  })
})

describe('recoverLeftover() of an owner that died before a write', () => {
  it('writes its long line also where its intent has lost how many bytes it is of', () => {
    using rig = rigDeadInWrite(SETTINGS, 'none of it', (each) => {
      each.logger('actions').info('before')
      each.flush()
      each.logger('actions').info('x'.repeat(FILE_BUFFER_BYTES))
    })
    const bytes = rig.arena.bytes.slice()
    const words = new Int32Array(bytes.buffer)
    assert.equal(words[INTENT_KIND], INTENT_RECORD)
    words[INTENT_BYTES] = 0
    assert.equal(recoverBytes(rig.directory, bytes).lines, 1)
    assert.deepEqual(rig.messages('actions'), ['before', 'x'.repeat(FILE_BUFFER_BYTES)])
  })
})

describe('recoverLeftover() that is repeated, with a bit flipped meanwhile', () => {
  it('writes nothing more, whichever bit of a buffer it is', () => {
    using rig = new PartitionRig(SETTINGS)
    logFew(rig)
    rig.drain.pass(NOON_MS)
    recoverBytes(rig.directory, rig.arena.bytes.slice())
    const before = rig.text('actions')
    assert.equal(linesOf(rig.path('actions')).length, 5)
    assert.deepEqual(
      faultsOfFlips(rig, pendingRange(rig), (text) => text !== before),
      [],
    )
  })

  const log: Readonly<Record<string, (rig: PartitionRig) => void>> = {
    'a record': (rig) => rig.logger('actions').info({ i: 1, text: 'x'.repeat(30) }, 'the last'),
    'a rendered line': (rig) => rig.logger('actions').info({ toJSON: () => ({ text: 'x'.repeat(30) }) }, 'the last'),
    'a line longer than is kept of a file': (rig) =>
      rig.logger('actions').info(`${'y'.repeat(70_000)}${'x'.repeat(30)}`),
  }
  for (const [name, logLast] of Object.entries(log)) {
    it(`in the last line that it has written, ${name}: nothing is written twice, and that it differs is told`, () => {
      using rig = new PartitionRig({ geometry: { ringBytes: 1 << 20 }, inMemory: true })
      logFew(rig)
      logLast(rig)
      const bytes = rig.arena.bytes.slice()
      assert.equal(recoverBytes(rig.directory, bytes).lines, 6)
      const written = rig.text('actions')
      const text = Buffer.from(bytes.buffer).lastIndexOf('x'.repeat(30))
      for (const byte of [text, text + 13, text + 29]) {
        bytes[byte]! ^= 1
        const { lines, damaged } = recoverBytes(rig.directory, bytes)
        assert.deepEqual([lines, damaged], [0, 1])
        assert.ok(rig.text('actions') === written)
        bytes[byte]! ^= 1
      }
    })
  }
})
