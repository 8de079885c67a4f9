import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it } from 'node:test'
import { LINES_F64, LINES_FALLBACK_F64, LINES_STDERR_F64 } from '../../../src/shared/arena-layout.js'
import type { Condition } from '../../../src/shared/conditions.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { newDirectory } from '../../support/new-directory.js'
import { FileCalls, injected } from '../file-calls.js'
import { type Line, linesOf, NOON_DAY, NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'

const SMALL = { ringBytes: 64 * 1024, fileBufferBytes: 4096, fileBufferCount: 4 }

/** A partition of which files fail as long as `failing` says so, and what it told of. */
class FailingRig {
  readonly rig: PartitionRig
  readonly conditions: Condition[] = []
  readonly notices: string[] = []
  /** Whole lines that went to standard error. */
  readonly spilled: Line[] = []
  readonly calls: FileCalls
  /** The code that opens of log files fail with; writes to an open one fail as well. */
  failing: string | null = null
  /** Which files fail. */
  fails = (path: string): boolean => path.endsWith('actions.jsonl')
  readonly #paths = new Map<number, string>()

  constructor(settings: RigSettings = {}) {
    this.rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1, ...settings.drain }, ...settings })
    const onCondition = (condition: Condition): void => void this.conditions.push(condition)
    this.rig.drains[0] = new PartitionDrain(this.rig.arena, this.rig.drainOptions, { onCondition })
    this.calls = new FileCalls({
      onOpen: (path, open) => {
        this.#check(path)
        const descriptor = open()
        this.#paths.set(descriptor, path)
        return descriptor
      },
      onWrite: (length, write, descriptor) => {
        this.#check(this.#paths.get(descriptor) ?? '')
        return write(length)
      },
      onStandardError: (text) => {
        if (text.startsWith('spillway: ')) this.notices.push(text)
        else for (const line of text.split('\n').slice(0, -1)) this.spilled.push(JSON.parse(line) as Line)
      },
    })
  }

  #check(path: string): void {
    if (this.failing !== null && path.startsWith(this.rig.directory) && this.fails(path)) throw injected(this.failing)
  }

  /** The codes of what was told, by kind. */
  told(kind: Condition['kind']): string[] {
    return this.conditions.flatMap((condition) => (condition.kind === kind ? [condition.code] : []))
  }

  [Symbol.dispose](): void {
    this.calls[Symbol.dispose]()
    this.rig[Symbol.dispose]()
  }
}

function seqs(lines: readonly Line[]): number[] {
  return lines.flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
}

describe('a file that is broken', () => {
  it('gives its lines to the fallback directory after its attempts, and gets them again when it can be written', (t) => {
    const fallback = newDirectory(t)
    using failing = new FailingRig({ drain: { retryDelayMs: 1, retryAttempts: 2, fallbackDirectory: fallback } })
    const { rig } = failing
    failing.failing = 'EIO'
    for (let i = 1; i <= 6; i++) {
      rig.logger('actions').info(`${i}`)
      rig.flush()
    }
    const elsewhere = linesOf(join(fallback, NOON_DAY, 'actions.jsonl'))
    assert.ok(elsewhere.length >= 4, `${elsewhere.length} lines`)
    failing.failing = null
    rig.logger('actions').info('7')
    assert.equal(rig.flush(), true)
    assert.deepEqual([...seqs(elsewhere), ...seqs(rig.lines('actions'))].sort(), [1, 2, 3, 4, 5, 6, 7])
    assert.equal(rig.counted(LINES_FALLBACK_F64), elsewhere.length)
    assert.equal(rig.counted(LINES_F64), 7)
    assert.equal(rig.dropped, 0)
    assert.deepEqual(failing.spilled, [])
    assert.equal(failing.notices.length, 1, failing.notices.join(''))
    assert.deepEqual(failing.told('degraded'), ['EIO'])
    assert.deepEqual(failing.told('recovered'), ['EIO'])
  })

  it('gives its lines to standard error where there is no fallback directory, or that fails as well', (t) => {
    for (const fallbackDirectory of [null, join(newDirectory(t), 'a-file')]) {
      if (fallbackDirectory !== null) writeFileSync(fallbackDirectory, '')
      using failing = new FailingRig({ drain: { retryDelayMs: 1, retryAttempts: 0, fallbackDirectory } })
      const { rig } = failing
      failing.failing = 'EIO'
      for (let i = 1; i <= 3; i++) rig.logger('actions').info(`${i}`)
      assert.equal(rig.flush(), true)
      assert.deepEqual(seqs(failing.spilled), [1, 2, 3])
      assert.equal(rig.counted(LINES_STDERR_F64), 3)
      assert.equal(rig.counted(LINES_F64), 0)
      assert.equal(failing.notices.length, 1)
    }
  })

  it('leaves no part of a line behind when it breaks in the middle of one', (t) => {
    const fallback = newDirectory(t)
    for (const taken of [1, 60, 150]) {
      using rig = new PartitionRig({
        geometry: SMALL,
        drain: { retryDelayMs: 1, retryAttempts: 0, fallbackDirectory: join(fallback, `${taken}`) },
      })
      let room = taken
      const paths = new Map<number, string>()
      using _calls = new FileCalls({
        onOpen: (path, open) => {
          const descriptor = open()
          paths.set(descriptor, path)
          return descriptor
        },
        onWrite: (length, write, descriptor) => {
          if (!paths.get(descriptor)?.startsWith(rig.directory)) return write(length)
          if (room === 0) throw injected('EIO')
          const part = write(Math.min(room, length))
          room -= part
          return part
        },
        onStandardError: () => {},
      })
      for (let i = 1; i <= 5; i++) rig.logger('actions').info(`${i}`)
      assert.equal(rig.flush(), true)
      const here = linesOf(rig.path('actions'))
      const there = linesOf(join(fallback, `${taken}`, NOON_DAY, 'actions.jsonl'))
      assert.deepEqual([...seqs(here), ...seqs(there)], [1, 2, 3, 4, 5])
    }
  })
})

describe('a file that has to wait', () => {
  it('keeps its lines while there is room, drops the rest, counts and tells exactly those', () => {
    for (const code of ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES']) {
      using failing = new FailingRig()
      const { rig } = failing
      failing.failing = code
      for (let i = 1; i <= 200; i++) {
        if (i % 3 === 0) rig.logger('actions').debug(`${i}`)
        else rig.logger('actions').info(`${i}`)
        rig.drain.pass(NOON_MS)
      }
      assert.equal(rig.flush(), false)
      assert.ok(rig.dropped > 100)
      assert.deepEqual(failing.told('degraded'), [code])
      failing.failing = null
      assert.equal(rig.flush(), true)
      rig.logger('actions').info('201')
      rig.flush()
      const lines = rig.lines('actions')
      const told = lines.filter((line) => line.dropped !== undefined)
      assert.equal(told.length, 1)
      assert.equal(told[0]?.dropped, rig.dropped)
      const kept = seqs(lines)
      assert.equal(kept.length + rig.dropped, 201)
      const missing = Array.from({ length: 201 }, (_, i) => i + 1).filter((seq) => !kept.includes(seq))
      assert.deepEqual([told[0]?.seqFrom, told[0]?.seqTo], [missing[0], missing.at(-1)])
      const debug = missing.filter((seq) => seq % 3 === 0).length
      assert.deepEqual(told[0]?.levels, { debug, info: missing.length - debug })
      assert.deepEqual(failing.told('recovered'), [code])
      assert.equal(failing.notices.length, 1)
      assert.deepEqual(failing.spilled, [])
    }
  })

  it('loses nothing of one failed call, though room is needed at once', () => {
    for (const code of ['ENOSPC', 'EIO', 'EMFILE', 'EAGAIN', 'EROFS']) {
      for (let n = 0; n < 12; n++) {
        let left = n
        const failOnce = (): void => {
          if (left-- === 0) throw injected(code)
        }
        using rig = new PartitionRig({ geometry: { ...SMALL, fileBufferCount: 2 }, drain: { handlesMax: 2 } })
        using _calls = new FileCalls({
          onOpen: (_path, open) => {
            failOnce()
            return open()
          },
          onWrite: (length, write) => {
            failOnce()
            return write(length)
          },
          onStandardError: () => {},
        })
        for (let i = 1; i <= 90; i++) {
          rig.logger(`file-${i % 3}`).info('x'.repeat(i % 10 === 0 ? 5000 : 300))
          rig.drain.pass(NOON_MS)
        }
        assert.equal(rig.flush(), true, `${code} at ${n}`)
        assert.equal(rig.dropped, 0, `${code} at ${n}`)
        for (let file = 0; file < 3; file++) assert.equal(rig.lines(`file-${file}`).length, 30)
      }
    }
  })

  it('sends errors that find no room to standard error, and everything that is left in the end', () => {
    using failing = new FailingRig()
    const { rig } = failing
    failing.failing = 'ENOSPC'
    failing.fails = () => true
    for (let i = 1; i <= 100; i++) {
      rig.logger('actions').info(`${i}`)
      rig.logger('actions').error('x'.repeat(100))
      rig.turn()
    }
    assert.ok(failing.spilled.length > 0)
    assert.ok(failing.spilled.every(({ level }) => level === 50))
    rig.flush()
    rig.drain.divertAll(NOON_MS)
    assert.equal(rig.drain.pendingFiles, 0)
    const told = failing.spilled.filter((line) => line.dropped !== undefined)
    assert.equal(
      told.reduce((sum, line) => sum + Number(line.dropped), 0),
      rig.dropped,
    )
    assert.equal(new Set(seqs(failing.spilled)).size, seqs(failing.spilled).length)
    assert.equal(seqs(failing.spilled).length + rig.dropped, 200)
    assert.equal(failing.spilled.filter(({ level }) => level === 50).length, 100)
  })

  it('is one condition of many files', () => {
    using failing = new FailingRig()
    const { rig } = failing
    failing.failing = 'ENOSPC'
    failing.fails = () => true
    for (const name of ['a', 'b', 'c']) rig.logger(name).info('x')
    rig.flush()
    rig.flush()
    assert.deepEqual([failing.notices.length, failing.told('degraded').length], [1, 1])
    failing.fails = (path) => path.endsWith('c.jsonl')
    rig.flush()
    assert.deepEqual(failing.told('recovered'), [])
    failing.failing = null
    rig.flush()
    assert.deepEqual(failing.told('recovered'), ['ENOSPC'])
    failing.failing = 'ENOSPC'
    rig.logger('c').info('x')
    rig.flush()
    assert.equal(failing.notices.length, 2)
  })
})

describe('a process without descriptors', () => {
  it('writes every file with the one that is kept in reserve', () => {
    // Of four handles the application leaves none: an open works only when one of ours was closed before.
    let free = Number.POSITIVE_INFINITY
    using rig = new PartitionRig({ geometry: SMALL, drain: { handlesMax: 4 } })
    using calls = new FileCalls({
      onOpen: (_path, open) => {
        if (calls.open.size >= free) throw injected('EMFILE')
        return open()
      },
      onStandardError: () => {},
    })
    for (const left of [4, 2, 1]) {
      free = left
      for (let i = 0; i < 40; i++) rig.logger(`file-${i}`).info('x')
      assert.equal(rig.flush(), true)
    }
    assert.equal(rig.dropped, 0)
    for (let i = 0; i < 40; i++) assert.equal(rig.lines(`file-${i}`).length, 3)
  })
})

describe('a file that somebody else moves, deletes or cuts', () => {
  function written(rig: PartitionRig, text: string): void {
    rig.logger('actions').info(text)
    assert.equal(rig.flush(), true)
  }

  it('is opened anew where it was renamed or deleted, with its directory', () => {
    using failing = new FailingRig()
    const { rig } = failing
    written(rig, 'one')
    renameSync(rig.path('actions'), `${rig.path('actions')}.1`)
    written(rig, 'two')
    assert.deepEqual(rig.messages('actions'), ['two'])
    assert.equal(linesOf(`${rig.path('actions')}.1`).length, 1)
    rmSync(rig.path('actions'))
    written(rig, 'three')
    assert.deepEqual(rig.messages('actions'), ['three'])
    rmSync(rig.directory, { recursive: true })
    written(rig, 'four')
    assert.deepEqual(rig.messages('actions'), ['four'])
    assert.deepEqual(failing.told('warning'), ['FILE_REPLACED', 'FILE_REPLACED', 'FILE_REPLACED'])
    assert.deepEqual(failing.notices, [])
  })

  it('goes on from its new end where it was cut, as copytruncate does', () => {
    using failing = new FailingRig()
    const { rig } = failing
    written(rig, 'one')
    writeFileSync(`${rig.path('actions')}.1`, readFileSync(rig.path('actions')))
    truncateSync(rig.path('actions'))
    written(rig, 'two')
    written(rig, 'three')
    assert.deepEqual(rig.messages('actions'), ['two', 'three'])
    assert.deepEqual(failing.told('warning'), ['FILE_TRUNCATED'])
  })

  it('has no part of a line that was begun in the file before it', () => {
    for (const how of ['rename', 'cut'] as const) {
      let room = 100
      using rig = new PartitionRig({ geometry: SMALL, drain: { retryDelayMs: 1 } })
      using _calls = new FileCalls({
        onWrite: (length, write) => {
          if (room === 0) throw injected('ENOSPC')
          const part = write(Math.min(room, length))
          room -= part
          return part
        },
        onStandardError: () => {},
      })
      for (let i = 1; i <= 3; i++) rig.logger('actions').info(`${i}`)
      assert.equal(rig.flush(), false)
      const path = rig.path('actions')
      if (how === 'rename') renameSync(path, join(rig.directory, basename(path)))
      else truncateSync(path)
      room = Number.POSITIVE_INFINITY
      assert.equal(rig.flush(), true)
      assert.deepEqual(rig.messages('actions').at(-1), '3')
      assert.ok(rig.messages('actions').length >= 2)
    }
  })

  it('is a condition, and no line is lost, where a directory stands in its place until it is gone', () => {
    using failing = new FailingRig()
    const { rig } = failing
    mkdirSync(rig.path('actions'), { recursive: true })
    rig.logger('actions').info('waits')
    assert.equal(rig.flush(), false)
    rmSync(rig.path('actions'), { recursive: true })
    assert.equal(rig.flush(), true)
    assert.deepEqual(rig.messages('actions'), ['waits'])
    assert.equal(failing.told('recovered').length, 1)
  })
})

describe('urgent records', () => {
  it('are in their file before what was published before them', () => {
    using rig = new PartitionRig({ geometry: { ...SMALL, ringBytes: 256 * 1024 } })
    for (let i = 0; i < 500; i++) rig.logger('actions').info('x'.repeat(100))
    rig.logger('actions').error('first')
    rig.logger('actions').info('between')
    rig.logger('engine').fatal('second')
    rig.drain.pass(NOON_MS, 1)
    assert.deepEqual(rig.messages('error'), ['first', 'second'])
    assert.ok(rig.drain.backlogBytes > 0)
    assert.equal(rig.flush(), true)
    assert.deepEqual(rig.messages('error'), ['first', 'second'])
    assert.equal(rig.lines('actions').length, 501)
    assert.equal(rig.dropped, 0)
  })

  it('keep their order where one is too long to be taken ahead', () => {
    using rig = new PartitionRig({ geometry: { ...SMALL, ringBytes: 256 * 1024 } })
    const texts = ['a', 'b'.repeat(5000), 'c', 'd'.repeat(70_000), 'e']
    for (const text of texts) {
      rig.logger('actions').info('x'.repeat(3000))
      rig.logger('actions').error(text)
    }
    rig.drain.pass(NOON_MS, 1)
    assert.equal(rig.flush(), true)
    assert.deepEqual(rig.messages('error'), texts)
    assert.equal(rig.lines('actions').length, 5)
  })
})
