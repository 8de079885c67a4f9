import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { LINES_F64, LINES_FALLBACK_F64, LINES_STDERR_F64 } from '../../../src/shared/arena-layout.js'
import type { Condition } from '../../../src/shared/conditions.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { newDirectory } from '../../support/new-directory.js'
import { FileCalls, injected } from '../file-calls.js'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { type Line, NOON_DAY, NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'

const SMALL = { ringBytes: 64 * 1024, fileBufferBytes: 4096, fileBufferCount: 4 }

/** A partition whose log directory takes `room` bytes, then fails with `code`; a fallback directory takes all. */
class NarrowRig {
  readonly rig: PartitionRig
  readonly calls: FileCalls
  /** Lines that went to standard error. */
  readonly spilled: string[] = []
  room: number
  readonly #paths = new Map<number, string>()

  constructor(room: number, code: string, drain: RigSettings['drain'] = {}, geometry: RigSettings['geometry'] = SMALL) {
    this.room = room
    this.rig = new PartitionRig({ geometry, drain: { retryDelayMs: 1, ...drain } })
    this.calls = new FileCalls({
      onOpen: (path, open) => {
        const descriptor = open()
        this.#paths.set(descriptor, path)
        return descriptor
      },
      onWrite: (length, write, descriptor) => {
        if (!this.#paths.get(descriptor)?.startsWith(this.rig.directory)) return write(length)
        if (this.room === 0) throw injected(code)
        const taken = write(Math.min(this.room, length))
        this.room -= taken
        return taken
      },
      onStandardError: (text) => {
        if (text.startsWith('{')) this.spilled.push(...text.split('\n').slice(0, -1))
      },
    })
  }

  get fallback(): string {
    return this.rig.drainOptions.fallbackDirectory ?? ''
  }

  /** Logs so many lines, numbered on, each drained by itself. */
  log(count: number): void {
    for (let i = 0; i < count; i++) {
      this.rig.logger('actions').info('x'.repeat(100))
      this.rig.drain.pass(NOON_MS)
    }
  }

  [Symbol.dispose](): void {
    this.calls[Symbol.dispose]()
    this.rig[Symbol.dispose]()
  }
}

/** The directory of the day leads to itself: every look at its files fails until `restore` is called. */
function hideDay(rig: PartitionRig): () => void {
  const directory = dirname(rig.path('actions'))
  renameSync(directory, `${directory}.away`)
  symlinkSync(directory, directory)
  return () => {
    rmSync(directory)
    renameSync(`${directory}.away`, directory)
  }
}

describe('a file that cannot even be looked at', () => {
  it('is a condition as any other where a part of a line is to be taken back from it', (t) => {
    using narrow = new NarrowRig(150, 'ENOSPC', { fallbackDirectory: newDirectory(t) })
    const { rig } = narrow
    narrow.log(3)
    assert.equal(rig.flush(), false)
    const restore = hideDay(rig)
    narrow.log(60)
    restore()
    narrow.room = Number.POSITIVE_INFINITY
    narrow.log(1)
    assert.equal(rig.flush(), true)
    // What could not be taken back was set aside, so that each line of the file is whole.
    assert.ok(rig.lines('actions').length > 0)
    assert.equal(readFileSync(`${rig.path('actions')}.torn`, 'utf8').split('\n').length, 2)
    assert.equal(rig.dropped, 0)
  })

  it('keeps no successor from its work, wherever the owner died', () => {
    let deaths = 0
    for (let n = 0; n < 1000; n++) {
      using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 }, inMemory: true })
      for (let i = 0; i < 3; i++) rig.logger('actions').info(`${i}`)
      const lifetime = new Lifetime(n)
      try {
        using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
        owner.drain.pass(NOON_MS)
        owner.drain.writeDue(NOON_MS, true)
        break
      } catch (error) {
        if (!(error instanceof Death)) throw error
      }
      if (!lifetime.epitaph.startsWith('write')) continue
      deaths++
      using _calls = new FileCalls({ onStandardError: () => {} })
      const restore = hideDay(rig)
      rig.succeed()
      assert.equal(rig.flush(), false)
      restore()
      assert.equal(rig.flush(), true)
      assert.deepEqual(rig.messages('actions').slice(-3), ['0', '1', '2'])
    }
    assert.equal(deaths, 3)
  })
})

describe('a line that is longer than its buffer', () => {
  it('leaves no part of it behind where its owner died in it and its successor cannot open the file', () => {
    let deaths = 0
    for (let n = 0; n < 1000; n++) {
      using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 }, inMemory: true })
      rig.logger('actions').info('p'.repeat(5000))
      const lifetime = new Lifetime(n)
      try {
        using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
        owner.drain.pass(NOON_MS)
        break
      } catch (error) {
        if (!(error instanceof Death)) throw error
      }
      deaths++
      let isFailing = true
      using _calls = new FileCalls({
        onOpen: (_path, open) => {
          if (isFailing) throw injected('EACCES')
          return open()
        },
        onStandardError: () => {},
      })
      rig.succeed()
      rig.drain.pass(NOON_MS)
      isFailing = false
      rig.logger('actions').info('next')
      rig.flush()
      // The long one is there, or the file tells that it was dropped.
      assert.equal(rig.lines('actions').length, 2, lifetime.epitaph)
    }
    assert.ok(deaths > 20, `${deaths} deaths`)
  })
})

describe('a fallback directory that fails as well', () => {
  it('is tried once in a pause, however many lines come', (t) => {
    using rig = new PartitionRig({
      geometry: SMALL,
      drain: { retryDelayMs: 60_000, fallbackDirectory: newDirectory(t) },
    })
    const warnings: Condition[] = []
    rig.drains[0] = new PartitionDrain(rig.arena, rig.drainOptions, {
      onCondition: (condition) => void warnings.push(condition),
    })
    using calls = new FileCalls({
      onWrite: () => {
        throw injected('ENOSPC')
      },
      onStandardError: () => {},
    })
    for (let i = 0; i < 2000; i++) {
      rig.logger('actions').info(`${i}`)
      if (i % 100 === 0) rig.drain.pass(NOON_MS)
    }
    rig.flush()
    assert.ok(rig.dropped > 1000)
    assert.ok(calls.paths.length < 10, `${calls.paths.length} opens`)
    assert.ok(warnings.length < 10, `${warnings.length} conditions`)
  })
})

describe('a standard error that takes nothing', () => {
  /** `actions` is broken, and has stderr alone, which fails with `code`. */
  function nowhere(code: string): FileCalls {
    const paths = new Map<number, string>()
    return new FileCalls({
      onOpen: (path, open) => {
        const descriptor = open()
        paths.set(descriptor, path)
        return descriptor
      },
      onWrite: (length, write, descriptor) => {
        if (paths.get(descriptor)?.endsWith('actions.jsonl')) throw injected('EIO')
        return write(length)
      },
      onStandardError: () => {
        throw injected(code)
      },
    })
  }

  it('holds up the other files for one wait, not for one with each line', () => {
    using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 60_000, retryAttempts: 0 } })
    using _calls = nowhere('EAGAIN')
    for (let i = 0; i < 100; i++) rig.logger('actions').info('x'.repeat(200))
    rig.logger('engine').info('1')
    const startedAt = performance.now()
    rig.flush()
    const took = performance.now() - startedAt
    assert.ok(took < 1000, `${took} ms`)
    assert.deepEqual(rig.messages('engine'), ['1'])
    assert.equal(rig.lines('engine').length + rig.dropped + rig.drain.pendingLines, 101)
  })

  it('lets the owner sleep', () => {
    using rig = new PartitionRig({ drain: { retryDelayMs: 60_000, retryAttempts: 0, flushIntervalMs: 100 } })
    using _calls = nowhere('EPIPE')
    rig.logger('actions').info('x')
    const now = Date.now()
    rig.drain.pass(now - 1000)
    rig.drain.writeDue(now, false)
    assert.equal(rig.drain.pendingLines, 1)
    assert.ok(rig.drain.nextDueMs(now) > 1000, `${rig.drain.nextDueMs(now)} ms`)
  })
})

describe('the line that tells of dropped lines', () => {
  it('has the range of all of them, also where the first is dropped last', () => {
    using narrow = new NarrowRig(5000, 'ENOSPC')
    const { rig } = narrow
    rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(2000) }) }, 'in parts')
    rig.drain.pass(NOON_MS)
    narrow.log(60)
    assert.ok(rig.dropped > 0)
    const before = rig.dropped
    rig.drain.divertAll(NOON_MS)
    assert.equal(rig.dropped, before + 1)
    const told = narrow.spilled.map((text) => JSON.parse(text) as Line).filter((line) => line.dropped !== undefined)
    assert.deepEqual([told.length, told[0]?.dropped, told[0]?.seqFrom, told[0]?.seqTo], [1, rig.dropped, 1, 61])
  })
})

describe('a file that another one has replaced while a part of a line was at its end', () => {
  it('is not cut', (t) => {
    using narrow = new NarrowRig(150, 'ENOSPC', { retryDelayMs: 60_000, fallbackDirectory: newDirectory(t) })
    const { rig } = narrow
    narrow.log(2)
    assert.equal(rig.flush(), false)
    const path = rig.path('actions')
    renameSync(path, `${path}.1`)
    const other =
      '{"level":30,"msg":"the only line of a file that was put in its place, which nobody may shorten"}\n'.repeat(2)
    writeFileSync(path, other)
    narrow.log(60)
    assert.equal(readFileSync(path, 'utf8'), other)
    narrow.room = Number.POSITIVE_INFINITY
    narrow.log(1)
    assert.equal(rig.flush(), true)
    assert.ok(readFileSync(path, 'utf8').startsWith(other))
    assert.equal(rig.dropped, 0)
  })
})

describe('a file that takes some of its lines, and others go elsewhere', () => {
  it('has each of them counted where it is', (t) => {
    for (const fallbackDirectory of [newDirectory(t), null]) {
      using narrow = new NarrowRig(500, 'EIO', { retryAttempts: 0, fallbackDirectory })
      const { rig } = narrow
      narrow.log(10)
      assert.equal(rig.flush(), true)
      const here = rig.lines('actions').length
      assert.ok(here > 0 && here < 10)
      assert.equal(rig.counted(LINES_F64), fallbackDirectory === null ? here : 10)
      assert.equal(rig.counted(LINES_FALLBACK_F64), fallbackDirectory === null ? 0 : 10 - here)
      assert.equal(rig.counted(LINES_STDERR_F64), narrow.spilled.length)
    }
  })
})

describe('a line in parts', () => {
  it('does not pass for torn where its end is in the file, and lines before or behind it are pending', (t) => {
    for (const letters of [2000, 6000]) {
      for (let room = 100; room < letters + 700; room += 190) {
        const geometry = { ...SMALL, ringBytes: 16_384 }
        const drain = { retryAttempts: 0, fallbackDirectory: newDirectory(t) }
        using narrow = new NarrowRig(room, 'EIO', drain, geometry)
        const { rig } = narrow
        narrow.log(1)
        rig.logger('actions').info({ toJSON: () => ({ text: 'p'.repeat(letters) }) }, 'in parts')
        rig.drain.pass(NOON_MS)
        narrow.log(2)
        rig.flush()
        const texts = [rig.path('actions'), join(narrow.fallback, NOON_DAY, 'actions.jsonl')]
          .filter((path) => existsSync(path))
          .flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1))
        const seqs = texts
          .map((text) => JSON.parse(text) as Line)
          .flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
        assert.equal(seqs.length + rig.dropped, 4, `${letters} letters, room for ${room} bytes: ${seqs.join()}`)
        assert.equal(new Set(seqs).size, seqs.length)
        // What no buffer has any more of a line is lost; one that fits in a buffer never is.
        assert.ok(rig.dropped <= (letters === 2000 ? 0 : 1))
      }
    }
  })
})
