import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { APPLIED, COMMITTED, CONSUMED, LINES_F64, PUBLISHED } from '../../../src/shared/arena-layout.js'
import { distanceBytes } from '../../../src/shared/positions.js'
import { FileCalls, injected } from '../file-calls.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

const SMALL = { ringBytes: 64 * 1024, fileBufferBytes: 4096, fileBufferCount: 4 }

/** Fails the first `times` writes with `code`, after `taken` bytes of the first. */
function failingWrites(code: string, times: number, taken = 0): FileCalls {
  let left = times
  return new FileCalls({
    onWrite: (length, write) => {
      if (left === 0) return write(length)
      if (left-- === times && taken > 0) return write(Math.min(taken, length))
      throw injected(code)
    },
  })
}

/** The messages of entries: without the lines that tell of dropped ones. */
function entriesOf(rig: PartitionRig): string[] {
  return rig.lines('actions').flatMap((line) => (line.dropped === undefined ? [line.msg] : []))
}

describe('FileBuffers', () => {
  it('write() goes on with the rest when the kernel takes a part, a byte at a time', () => {
    using _calls = new FileCalls({ onWrite: (_length, write) => write(1) })
    using rig = new PartitionRig({ geometry: SMALL })
    const texts = ['one', 'two', 'x'.repeat(5000)]
    for (const text of texts) rig.logger('actions').info(text)
    assert.equal(rig.flush(), true)
    assert.deepEqual(rig.messages('actions'), texts)
  })

  it('write() that fails keeps what was not taken, and the next one goes on behind what was', () => {
    // One is repeated at once with a handle of its own; another is waited for a moment, and then repeated so.
    for (const [code, failures] of [
      ['ENOSPC', 2],
      ['EIO', 2],
      ['EAGAIN', 12],
    ] as const) {
      using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 } })
      using calls = failingWrites(code, 1 + failures, 100)
      for (let i = 0; i < 5; i++) rig.logger('actions').info(`${i}`)
      assert.equal(rig.flush(), false)
      assert.equal(readFileSync(rig.path('actions')).length, 100)
      assert.notEqual(rig.arena.words[COMMITTED], rig.ring.published)
      rig.logger('actions').info('5')
      assert.equal(rig.flush(), true)
      assert.deepEqual(rig.messages('actions'), ['0', '1', '2', '3', '4', '5'])
      assert.equal(calls.paths.length, 3, 'the handle that failed was not used again')
      assert.equal(rig.arena.words[COMMITTED], rig.ring.published)
      assert.equal(rig.counted(LINES_F64), 6)
    }
  })

  it('COMMITTED stays behind a line that is pending for more than 2^31 bytes', () => {
    using rig = new PartitionRig({ geometry: SMALL })
    using _calls = failingWrites('ENOSPC', 1000)
    rig.logger('actions').info('pending')
    assert.equal(rig.flush(), false)
    const { words } = rig.arena
    for (let i = 0; i < 10; i++) {
      // As if so much had been logged to files that can be written.
      for (const word of [PUBLISHED, APPLIED, CONSUMED]) words[word] = (words[word]! + 2 ** 29) | 0
      rig.drain.writeDue(NOON_MS, false)
      assert.ok(distanceBytes(words[COMMITTED]!, words[APPLIED]!) > 0, `${i + 1} x 2^29 bytes`)
    }
  })

  it('writeDue() leaves a file that failed alone until its pause is over; others are written', () => {
    const now = Date.now()
    using rig = new PartitionRig({ geometry: SMALL, drain: { linesMax: 1, retryDelayMs: 60_000 } })
    using calls = failingWrites('EIO', 2)
    rig.logger('actions').info('waits')
    rig.turn(now)
    const attempts = calls.paths.length
    rig.logger('engine').info('other')
    rig.turn(now + 1)
    assert.equal(calls.paths.filter((path) => path.endsWith('actions.jsonl')).length, attempts)
    assert.deepEqual(rig.messages('engine'), ['other'])
    rig.turn(now + 61_000)
    assert.deepEqual(rig.messages('actions'), ['waits'])
  })

  it('write() that keeps failing costs the other files nothing; what finds no room is dropped whole and counted', () => {
    using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 } })
    using calls = new FileCalls({
      onOpen: (path, open) => {
        if (failing && path.endsWith('actions.jsonl')) throw injected('EACCES')
        return open()
      },
    })
    let failing = true
    for (let i = 0; i < 200; i++) {
      rig.logger('actions').info(`${i}`)
      rig.logger('engine').info(`${i}`)
      rig.drain.pass(NOON_MS)
    }
    assert.equal(rig.flush(), false)
    assert.equal(rig.lines('engine').length, 200)
    assert.equal(existsSync(rig.path('actions')), false)
    assert.ok(calls.paths.length > 0)
    failing = false
    assert.equal(rig.flush(), true)
    const kept = entriesOf(rig)
    assert.deepEqual(
      kept,
      kept.map((_, i) => `${i}`),
    )
    assert.equal(kept.length + rig.dropped, 200)
  })

  it('writeThrough() that fails in the middle of a long line does not leave it torn, nor the next line spoilt', () => {
    for (const taken of [0, 1, 3000]) {
      using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 } })
      using _calls = failingWrites('ENOSPC', 2, taken)
      rig.logger('actions').info('x'.repeat(5000))
      rig.drain.pass(NOON_MS)
      rig.logger('actions').info('next')
      rig.flush()
      rig.flush()
      // Written in full by a later attempt, or dropped and counted: both keep every line of the file whole.
      assert.deepEqual(entriesOf(rig).at(-1), 'next')
      assert.equal(entriesOf(rig).length + rig.dropped, 2)
    }
  })

  it('takeBackTorn() leaves whole lines in a file that takes no more, and each line once when it takes them again', () => {
    for (const taken of [0, 1, 50, 300, 500]) {
      using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 } })
      let isFull = true
      let room = taken
      using _calls = new FileCalls({
        onWrite: (length, write) => {
          if (!isFull) return write(length)
          if (room === 0) throw injected('ENOSPC')
          const part = write(Math.min(room, length))
          room -= part
          return part
        },
      })
      for (let i = 0; i < 12; i++) rig.logger('actions').info(`${i}`)
      rig.drain.pass(NOON_MS)
      assert.equal(rig.flush(), false)
      rig.drain.takeBackTorn()
      const whole = rig.messages('actions')
      assert.ok(whole.length < 12)
      assert.ok(existsSync(rig.path('actions')) === false || readFileSync(rig.path('actions'), 'utf8').match(/(^|\n)$/))
      isFull = false
      assert.equal(rig.flush(), true)
      assert.deepEqual(
        rig.messages('actions'),
        Array.from({ length: 12 }, (_, i) => `${i}`),
      )
    }
  })

  it('reserve() that finds no room for a part of a long line drops the whole line', () => {
    using rig = new PartitionRig({ geometry: { ...SMALL, fileBufferBytes: 16_384 }, drain: { retryDelayMs: 1 } })
    let failing = true
    using _calls = new FileCalls({
      onWrite: (length, write) => {
        if (failing) throw injected('ENOSPC')
        return write(length)
      },
    })
    rig.logger('actions').info({ text: 'part'.repeat(10_000) }, 'long')
    rig.drain.pass(NOON_MS)
    failing = false
    rig.logger('actions').info('next')
    rig.flush()
    assert.equal(entriesOf(rig).at(-1), 'next')
    assert.equal(entriesOf(rig).length + rig.dropped, 2)
  })

  it('write() counts a line in parts once', () => {
    using rig = new PartitionRig({ geometry: { ...SMALL, fileBufferBytes: 16_384 } })
    rig.logger('actions').info({ text: 'part'.repeat(50_000) }, 'long')
    rig.flush()
    assert.equal(rig.lines('actions').length, 1)
    assert.equal(rig.counted(LINES_F64), 1)
  })

  it('resume() leaves an intended write pending when its file cannot be opened', () => {
    using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 } })
    rig.logger('actions').info('kept')
    rig.drain.pass(NOON_MS)
    {
      // An owner that ends in its write(2): the intent is stored, and nothing after it happens.
      const intent = rig.arena.words.slice()
      using _calls = new FileCalls({
        onWrite: () => {
          intent.set(rig.arena.words)
          throw injected('EIO')
        },
      })
      rig.flush()
      rig.drain.closeHandles()
      rig.arena.words.set(intent)
    }
    {
      using _calls = new FileCalls({
        onOpen: () => {
          throw injected('EMFILE')
        },
      })
      rig.succeed()
    }
    rig.logger('actions').info('next')
    assert.equal(rig.flush(), true)
    assert.deepEqual(rig.messages('actions'), ['kept', 'next'])
  })

  it('writeDue() of the terminal prints a line that is longer than a file buffer, and makes no file of it', () => {
    const script = `
      import { readdirSync, rmSync, mkdtempSync } from 'node:fs'
      import { RingProducer } from '${new URL('../../../src/main/produce/ring-producer.js', import.meta.url)}'
      import { PartitionDrain } from '${new URL('../../../src/workers/drain/partition-drain.js', import.meta.url)}'
      import * as layout from '${new URL('../../../src/shared/arena-layout.js', import.meta.url)}'
      import * as record from '${new URL('../../../src/shared/record-layout.js', import.meta.url)}'
      import { fileEntryWord } from '${new URL('../../../src/shared/arena.js', import.meta.url)}'
      import { drainOptions, smallArena } from '${new URL('../partition-rig.js', import.meta.url)}'
      const directory = mkdtempSync('/tmp/spillway-terminal-')
      const arena = smallArena({ fileBufferBytes: 4096, fileBufferCount: 1 })
      arena.words[fileEntryWord(arena, 0) + layout.FILE_KIND] = layout.FILE_KIND_TERMINAL
      arena.words[layout.FILE_COUNT] = 1
      const ring = new RingProducer(arena, () => {})
      const line = JSON.stringify({ level: 30, time: 1, seq: 1, category: 'a', msg: 'x'.repeat(5000) }) + '\\n'
      const at = ring.claim(record.recordBytes(0, line.length), 30)
      arena.words[(at + record.RECORD_LENGTH) >> 2] = record.recordBytes(0, line.length)
      arena.words[(at + record.RECORD_HEAD) >> 2] = record.recordHead(record.KIND_LINE, 30, 0)
      arena.doubles[(at + record.RECORD_TIME) >> 3] = 1
      arena.words[(at + record.RECORD_PREFIX_BYTES) >> 2] = line.length
      arena.buffer.write(line, at + record.RECORD_SLOTS)
      ring.publish(record.recordBytes(0, line.length))
      const drain = new PartitionDrain(arena, drainOptions(directory))
      drain.pass(1)
      drain.writeDue(1, true)
      console.error(JSON.stringify(readdirSync(directory)))
      rmSync(directory, { recursive: true })
    `
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    assert.equal(stderr.trim(), '[]')
    assert.ok(stdout.includes('x'.repeat(5000)))
  })
})
