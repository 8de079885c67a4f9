import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { headerCheck } from '../../../src/shared/arena.js'
import { APPLIED, FILE_BUFFER_COUNT, HEADER_CHECK, MAGIC, PUBLISHED } from '../../../src/shared/arena-layout.js'
import {
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  KIND_LINE,
  PART_SLOTS,
  RECORD_HEAD,
  RECORD_LENGTH,
  RECORD_PREFIX_BYTES,
  RECORD_SEQ,
  RECORD_SLOTS,
  RECORD_TIME,
  recordBytes,
  recordHead,
  recordTextOffset,
} from '../../../src/shared/record-layout.js'
import { type LeftoverReport, recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { NOON_MS, PartitionRig, smallArena, storePublished } from '../partition-rig.js'
import { leftoverPath, recoverBytes, recoverySettings, writeLeftover } from './leftover-files.js'

/** Of the parts of a long line. */
const PART_BYTES = 60_000

let parent: string
let directory: string
let path: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'spillway-hostile-'))
  directory = join(parent, 'logs')
  path = leftoverPath(directory)
  mkdirSync(dirname(path), { recursive: true })
})

afterEach(() => rmSync(parent, { recursive: true, force: true }))

const quarantine = (): string => join(directory, '.spillway', 'quarantine')

/** The words of an arena with one line in its ring. */
function arenaWithLine(): Int32Array<ArrayBuffer> {
  using rig = new PartitionRig({ geometry: { fileBufferCount: 2, fileCapacity: 4, dictionaryBytes: 4096 } })
  rig.logger('actions').info('alone')
  return new Int32Array(rig.arena.bytes.slice().buffer)
}

describe('recoverLeftover() of something else', () => {
  it('what is no regular file of ours with one link is moved to the quarantine, and not followed', () => {
    const outside = join(parent, 'outside')
    const makers: Record<string, () => void> = {
      'symbolic link': () => symlinkSync(outside, path),
      FIFO: () => execFileSync('mkfifo', [path]),
      directory: () => mkdirSync(path),
      'second link': () => linkSync(outside, path),
    }
    for (const [name, make] of Object.entries(makers)) {
      writeFileSync(outside, Buffer.from(arenaWithLine().buffer))
      make()
      const report = recoverLeftover(path, recoverySettings(directory))
      assert.equal(report.damaged, 1, name)
      assert.ok(report.isDone && report.problem === null, name)
      assert.equal(lstatSync(path, { throwIfNoEntry: false }), undefined, name)
      assert.ok(lstatSync(join(directory, '.spillway', report.quarantined!)), name)
      assert.ok(existsSync(outside), name)
      rmSync(outside)
    }
    assert.equal(readdirSync(quarantine()).length, Object.keys(makers).length * 2)
    assert.deepEqual(readdirSync(directory), ['.spillway'], 'no line was written')
  })

  it('one that is not there is done', () => {
    const report = recoverLeftover(path, recoverySettings(directory))
    assert.deepEqual([report.isDone, report.damaged, report.problem], [true, 0, null])
  })

  it('of the death of a process at its start nothing is left', () => {
    const started = smallArena({ fileCapacity: 4, dictionaryBytes: 4096 })
    started.words[MAGIC] = 0
    for (const bytes of [new Uint8Array(0), new Uint8Array(100_000), started.bytes.slice()]) {
      const report = recoverBytes(directory, bytes)
      assert.deepEqual([report.isDone, report.damaged, report.kind], [true, 0, 'unknown'])
      assert.equal(existsSync(path), false)
    }
    assert.equal(existsSync(quarantine()), false)
  })

  it('a quarantine that leads elsewhere takes nothing: the leftover stays, and that is told', () => {
    const outside = join(parent, 'outside')
    mkdirSync(outside)
    symlinkSync(outside, quarantine())
    const report = recoverBytes(directory, Buffer.from('no leftover at all'))
    assert.equal(report.isDone, false)
    assert.match(report.problem!, /quarantine is no directory/)
    assert.ok(existsSync(path))
    assert.deepEqual(readdirSync(outside), [])
  })

  it('the quarantine is one that its owner can use, whatever the umask', () => {
    const umask = process.umask(0o777)
    try {
      mkdirSync(path, 0o700)
      assert.equal(recoverLeftover(path, recoverySettings(directory)).isDone, true)
    } finally {
      process.umask(umask)
    }
    assert.equal(statSync(quarantine()).mode & 0o777, 0o700)
  })

  it('nothing in the quarantine is overwritten, and each has its report', () => {
    for (let count = 1; count <= 3; count++) {
      const report = recoverBytes(directory, Buffer.from(`garbage ${count}`))
      assert.equal(report.quarantined, `quarantine/seat-1-p0.arena${count === 1 ? '' : `-${count}`}`)
      assert.equal(readFileSync(join(directory, '.spillway', report.quarantined), 'utf8'), `garbage ${count}`)
      const text = readFileSync(join(directory, '.spillway', `${report.quarantined}.report.json`), 'utf8')
      const { damage } = JSON.parse(text) as { damage: { reason: string }[] }
      assert.equal(damage[0]!.reason, 'no leftover begins like that')
    }
    assert.equal(statSync(quarantine()).mode & 0o777, 0o700)
  })

  it('sizes that are no arena of this file are believed by nobody, whatever their checksum', () => {
    for (const count of [0x7fffffff, -1, 0, 1000]) {
      const words = arenaWithLine()
      words[FILE_BUFFER_COUNT] = count
      words[HEADER_CHECK] = headerCheck(words)
      const before = process.memoryUsage().arrayBuffers
      const report = recoverBytes(directory, new Uint8Array(words.buffer))
      assert.ok(process.memoryUsage().arrayBuffers - before < 2 * words.byteLength + 2 ** 20)
      assert.deepEqual([report.damaged, report.lines, report.kind], [1, 0, 'arena'])
    }
  })

  it('a sparse file of a terabyte takes neither memory nor time', () => {
    const words = arenaWithLine()
    writeLeftover(directory, new Uint8Array(words.buffer))
    truncateSync(path, 2 ** 40)
    const report = recoverLeftover(path, recoverySettings(directory))
    assert.deepEqual([report.damaged, report.isDone], [1, true])
  })

  it('a cursor that no ring has is told', () => {
    for (const word of [APPLIED, PUBLISHED]) {
      const words = arenaWithLine()
      words[word] = words[word]! ^ (1 << 20)
      const report = recoverBytes(directory, new Uint8Array(words.buffer))
      assert.ok(report.damaged > 0 && report.quarantined !== null)
    }
  })

  it('a cursor that is another record than it was neither hides records nor writes lines twice', () => {
    using rig = new PartitionRig({ geometry: { fileBufferCount: 2, fileCapacity: 4, dictionaryBytes: 4096 } })
    const logger = rig.logger('actions')
    const positions = [0, 1, 2, 3, 4, 5].map((i) => {
      if (i === 3) rig.drain.pass(NOON_MS)
      logger.info(`line ${i}`)
      return rig.arena.words[PUBLISHED]!
    })
    const bytes = rig.arena.bytes.slice()
    const tampers: [word: number, value: number][] = [
      [PUBLISHED, positions[3]!],
      [APPLIED, positions[0]!],
    ]
    for (const [word, value] of tampers) {
      const words = new Int32Array(bytes.slice().buffer)
      words[word] = value
      const report = recoverBytes(rig.directory, new Uint8Array(words.buffer))
      assert.ok(report.damaged > 0 && report.isDone)
      assert.deepEqual(
        rig.messages('actions'),
        positions.map((_, i) => `line ${i}`),
      )
      rmSync(rig.path('actions'))
    }
  })

  it('a file that cannot be written keeps the leftover, and the others get their lines', () => {
    using rig = new PartitionRig({ geometry: { fileBufferCount: 4, fileCapacity: 8 } })
    for (const name of ['actions', 'engine']) rig.logger(name).info('one line')
    mkdirSync(rig.path('actions'), { recursive: true })
    const settings = recoverySettings(rig.directory)
    const leftover = writeLeftover(rig.directory, rig.arena.bytes)
    for (const lines of [1, 0]) {
      const report = recoverLeftover(leftover, settings)
      assert.deepEqual([report.isDone, report.lines, report.linesFound, report.damaged], [false, lines, 2, 0])
      assert.match(report.problem!, /actions/)
    }
    rmSync(rig.path('actions'), { recursive: true })
    const report = recoverLeftover(leftover, settings)
    assert.deepEqual([report.isDone, report.lines, report.problem], [true, 1, null])
    for (const name of ['actions', 'engine']) assert.deepEqual(rig.messages(name), ['one line'])
    assert.equal(existsSync(leftover), false)
  })
})

describe('recoverLeftover() of a leftover with very much in it', () => {
  it('so many damaged records as a ring can hold are counted, and what is intact is written', () => {
    using rig = new PartitionRig({ geometry: { ringBytes: 4 << 20, fileCapacity: 4, fileBufferCount: 2 } })
    rig.logger('actions').info('intact')
    const { words, doubles, offsets, geometry, bytes } = rig.arena
    const end = geometry.ringBytes
    for (let position = words[PUBLISHED]!; position < end; position += RECORD_SLOTS) {
      const at = offsets.ring + position
      words[(at + RECORD_LENGTH) >> 2] = RECORD_SLOTS
      words[(at + RECORD_HEAD) >> 2] = recordHead(KIND_LINE, 30, 0)
      doubles[(at + RECORD_TIME) >> 3] = NOON_MS
      doubles[(at + RECORD_SEQ) >> 3] = 2
    }
    storePublished(words, end)
    const report = recoverBytes(rig.directory, bytes)
    assert.deepEqual([report.isDone, report.lines, report.problem], [true, 1, null])
    assert.ok(report.damaged > 100_000, `${report.damaged} damaged`)
    assert.deepEqual(rig.messages('actions'), ['intact'])
  })

  it('a sparse file of a tebibyte without a beginning is not read to its end', () => {
    writeLeftover(directory, new Uint8Array(0))
    truncateSync(path, 2 ** 40)
    const report = recoverLeftover(path, recoverySettings(directory))
    assert.deepEqual([report.damaged, report.isDone, report.kind], [1, true, 'unknown'])
  })

  it('a line of many small values costs no memory but its bytes', async () => {
    using rig = new PartitionRig({ geometry: { ringBytes: 16 << 20, fileCapacity: 4, fileBufferCount: 2 } })
    rig.logger('actions').info('before')
    const { words, doubles, offsets, bytes } = rig.arena
    const line = Buffer.from(`{"level":30,"time":1,"seq":2,"many":[${'[],'.repeat(4_000_000)}0]}\n`)
    let position = words[PUBLISHED]!
    for (let from = 0; from < line.length; from += PART_BYTES) {
      const part = line.subarray(from, from + PART_BYTES)
      const at = offsets.ring + position
      const kind = from + part.length === line.length ? KIND_LAST_FRAGMENT : KIND_FRAGMENT
      words[(at + RECORD_LENGTH) >> 2] = recordBytes(PART_SLOTS, part.length)
      words[(at + RECORD_HEAD) >> 2] = recordHead(kind, 30, 0)
      doubles[(at + RECORD_TIME) >> 3] = 1
      doubles[(at + RECORD_SEQ) >> 3] = 2
      words[(at + RECORD_PREFIX_BYTES) >> 2] = part.length
      doubles[(at + RECORD_SLOTS) >> 3] = from
      bytes.set(part, at + recordTextOffset(PART_SLOTS))
      position += recordBytes(PART_SLOTS, part.length)
    }
    storePublished(words, position)
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
       import(workerData.module).then(({ recoverLeftover }) =>
         parentPort.postMessage(recoverLeftover(workerData.path, workerData.settings)))`,
      {
        eval: true,
        workerData: {
          module: import.meta.resolve('../../../src/workers/recover/recover-leftover.js'),
          path: writeLeftover(rig.directory, bytes),
          settings: recoverySettings(rig.directory),
        },
        resourceLimits: { maxOldGenerationSizeMb: 64 },
      },
    )
    const [report] = (await once(worker, 'message')) as [LeftoverReport]
    assert.deepEqual([report.isDone, report.lines, report.damaged], [true, 2, 0])
  })
})
