import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, mock } from 'node:test'
import { createDescriptorPleas } from '../../../src/shared/descriptor-pleas.js'
import { HandlePool, type HandlePoolOptions } from '../../../src/workers/files/handle-pool.js'
import { writeLogFile } from '../../../src/workers/files/log-file.js'
import { noDescriptors, openFilesBelow } from '../../support/open-files.js'

let directory = ''

before(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'spillway-handles-')))
})

after(() => {
  rmSync(directory, { recursive: true, force: true })
})

function pool(options: Partial<HandlePoolOptions> = {}): HandlePool {
  return new HandlePool({
    handlesMax: 10,
    ttlMs: 1000,
    evictionRatio: 0.2,
    modes: { file: 0o600, directory: 0o700 },
    pleas: createDescriptorPleas(),
    ...options,
  })
}

function pathOf(file: number, day = 'day'): string {
  return join(directory, day, `${file}.jsonl`)
}

describe('HandlePool', () => {
  it('acquire() makes file and directory, and gives the open handle the next time', () => {
    const handles = pool()
    const first = handles.acquire(1, pathOf(1, 'deep/er'))
    assert.ok(existsSync(pathOf(1, 'deep/er')))
    assert.equal(handles.acquire(1, pathOf(1, 'deep/er')), first)
    assert.deepEqual({ ...handles.counts }, { requests: 2, hits: 1, opens: 1, evictions: 0, exhausted: 0 })
    handles.close()
  })

  it('acquire() never has more handles open than it may, with 1, 2 and 4 for 48 files', { skip: noDescriptors }, () => {
    for (const handlesMax of [1, 2, 4]) {
      const handles = pool({ handlesMax })
      for (let i = 0; i < 480; i++) {
        const { file } = handles.acquire(i % 48, pathOf(i % 48))
        assert.equal(writeLogFile(file, Buffer.from('x'), 0, 1), 1)
        assert.ok(handles.size <= handlesMax)
        assert.ok(openFilesBelow(directory) <= handlesMax)
      }
      handles.close()
      assert.equal(openFilesBelow(directory), 0)
      assert.equal(handles.counts.opens, 480)
    }
    for (let file = 0; file < 48; file++) assert.equal(statSync(pathOf(file)).size, 30)
  })

  it('acquire() closes the least recently used part of the handles when all are open', () => {
    for (const [evictionRatio, evicted] of [
      [0.01, 1],
      [0.2, 2],
      [0.25, 3],
      [1, 10],
    ] as const) {
      const handles = pool({ evictionRatio })
      for (let file = 0; file < 10; file++) handles.acquire(file, pathOf(file))
      handles.acquire(0, pathOf(0)) // used again: 1 is the oldest now
      handles.acquire(10, pathOf(10))
      assert.equal(handles.counts.evictions, evicted)
      assert.equal(handles.size, 11 - evicted)
      const { hits } = handles.counts
      if (evicted < 9) {
        for (const file of [0, 9, 10]) handles.acquire(file, pathOf(file))
        assert.equal(handles.counts.hits, hits + 3)
      }
      handles.close()
    }
  })

  it('closes all handles as soon as another pool has found no descriptor, and had none to close', {
    skip: noDescriptors,
  }, () => {
    const pleas = createDescriptorPleas()
    const [starved, other] = [pool({ pleas }), pool({ pleas })]
    const fill = (): void => {
      for (let file = 1; file <= 5; file++) other.acquire(file, pathOf(file))
    }
    const noneLeft = (): never => {
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
    }
    fill()
    assert.throws(() => starved.withDescriptors(noneLeft), { code: 'EMFILE' })
    other.heed()
    assert.deepEqual([other.size, openFilesBelow(directory)], [0, 0])
    fill()
    other.heed()
    assert.equal(other.size, 5, 'a plea is heard once')
    other.closeStale()
    assert.equal(other.size, 0, 'it is remembered when the owner rests')
    fill()
    assert.throws(() => starved.withDescriptors(noneLeft), { code: 'EMFILE' })
    other.heed()
    assert.equal(other.size, 5, 'who has pleaded in vain lately does not')
    other.close()
    starved.close()
  })

  it('acquire() heeds a plea before it opens a file, and pleads where it has nothing left', {
    skip: noDescriptors,
  }, () => {
    const pleas = createDescriptorPleas()
    const [starved, other] = [pool({ pleas }), pool({ pleas })]
    for (let file = 1; file <= 5; file++) other.acquire(file, pathOf(file))
    let attempts = 0
    const opened = starved.withDescriptors(() => {
      if (attempts++ < 3) throw Object.assign(new Error('too many open files'), { code: 'ENFILE' })
      return 'opened'
    })
    assert.deepEqual([opened, attempts], ['opened', 4])
    other.acquire(6, pathOf(6))
    assert.deepEqual([other.size, openFilesBelow(directory)], [1, 1])
    other.close()
    starved.close()
  })

  it('acquire() opens the file of another day in place of the one before', { skip: noDescriptors }, () => {
    const handles = pool()
    const first = handles.acquire(1, pathOf(1, 'monday'))
    const second = handles.acquire(1, pathOf(1, 'tuesday'))
    assert.notEqual(first.path, second.path)
    assert.equal(openFilesBelow(directory), 1)
    assert.equal(handles.counts.evictions, 0)
    handles.close()
  })

  it('acquire() knows the size of a file that is opened again', () => {
    const handles = pool()
    writeLogFile(handles.acquire(1, pathOf(1, 'size')).file, Buffer.from('12345'), 0, 5)
    handles.discard(1)
    assert.equal(handles.acquire(1, pathOf(1, 'size')).sizeBytes, 5)
    handles.close()
  })

  it('acquire() that cannot open leaves the pool as it was', () => {
    const handles = pool()
    handles.acquire(1, pathOf(1))
    assert.throws(() => handles.acquire(2, join(pathOf(1), 'below-a-file')), { code: 'ENOTDIR' })
    assert.equal(handles.size, 1)
    handles.close()
  })

  it('closeStale() closes what was not used for its time, and keeps what was, without a turn of the event loop', {
    skip: noDescriptors,
  }, () => {
    let nowMs = 1_000_000
    const clock = mock.method(performance, 'now', () => nowMs)
    const handles = pool({ ttlMs: 1000 })
    handles.acquire(1, pathOf(1))
    handles.acquire(2, pathOf(2))
    nowMs += 600
    handles.acquire(2, pathOf(2))
    handles.closeStale()
    assert.equal(handles.size, 2)
    nowMs += 600
    handles.closeStale()
    assert.equal(handles.size, 1)
    assert.equal(openFilesBelow(directory), 1)
    assert.equal(handles.counts.evictions, 1)
    nowMs += 1001
    handles.closeStale()
    assert.equal(openFilesBelow(directory), 0)
    clock.mock.restore()
  })
})
