import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeEach, describe, it, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Spillway, type SpillwayOptions, type SpillwayStats } from '../../src/main/index.js'
import { threads } from '../support/collected-threads.js'
import { newDirectory } from '../support/new-directory.js'
import { assertAllWritten, logFiles, writtenBytes, writtenLines } from '../support/written-lines.js'

const ENTRIES = 1000

beforeEach(() => {
  // What the machine sets is no part of a test.
  for (const name of Object.keys(process.env)) if (name.startsWith('SPILLWAY_')) delete process.env[name]
})

/** A Spillway that is closed, and its directory removed, after the test. */
function open(context: TestContext, options: SpillwayOptions = {}): { spillway: Spillway; directory: string } {
  const directory = newDirectory(context)
  const spillway = new Spillway({ directory, workers: 2, ...options })
  context.after(() => spillway.close())
  return { spillway, directory }
}

function logMany(spillway: Spillway, entries = ENTRIES): void {
  const logs = ['actions', 'engine', 'turns', 'events'].map((category) => spillway.logger(category))
  for (let number = 0; number < entries; number++) logs[number % logs.length]?.info({ number }, 'one of many')
}

function withVariables(context: TestContext, variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables)
  context.after(() => {
    for (const name of Object.keys(variables)) delete process.env[name]
  })
}

describe('Spillway.flush()', () => {
  it('flush() fulfils with every line in its file, before any writer has started and after', async (t) => {
    const { spillway, directory } = open(t)
    logMany(spillway)
    await spillway.flush()
    assertAllWritten(directory, ENTRIES)
    logMany(spillway)
    await spillway.flush()
    assertAllWritten(directory, ENTRIES * 2)
  })

  it('flush() fulfils where nothing was logged', async (t) => {
    const { spillway, directory } = open(t)
    await spillway.flush()
    assert.deepEqual(logFiles(directory), [])
  })

  it('flush() fulfils for each of many concurrent calls', async (t) => {
    const { spillway, directory } = open(t)
    const flushes: Promise<void>[] = []
    for (let call = 0; call < 200; call++) {
      logMany(spillway, 10)
      flushes.push(spillway.flush())
    }
    await Promise.all(flushes)
    assertAllWritten(directory, 2000)
  })

  it('flush() covers what was logged before it while logging goes on', async (t) => {
    const { spillway, directory } = open(t)
    const log = spillway.logger('actions')
    let logged = 0
    let over = false
    const logging = (async () => {
      while (!over) {
        for (let i = 0; i < 50; i++) log.info({ number: ++logged }, 'on and on')
        await nextTurn()
      }
    })()
    for (let round = 0; round < 8; round++) {
      const before = logged
      await spillway.flush()
      assert.ok(writtenLines(directory, 'actions').length >= before)
    }
    over = true
    await logging
    await spillway.flush()
    assertAllWritten(directory, logged)
  })

  it('flush() rejects with ERR_SPILLWAY_IO while a file cannot be written, and keeps its lines', async (t) => {
    const { spillway, directory } = open(t, { performance: { writes: { retryDelay: 20 } } })
    const obstacle = obstructed(t, directory)
    spillway.logger('actions').info('kept')
    await assert.rejects(spillway.flush(), { code: 'ERR_SPILLWAY_IO' })
    rmSync(obstacle)
    await spillway.flush()
    assertAllWritten(directory, 1)
    assert.equal(spillway.stats().dropped, 0)
  })
})

describe('Spillway.flushSync()', () => {
  it('flushSync() returns with every line in its file, before any writer has started and after', (t) => {
    const { spillway, directory } = open(t)
    for (let round = 1; round <= 20; round++) {
      logMany(spillway)
      spillway.flushSync()
      assertAllWritten(directory, ENTRIES * round)
    }
  })

  it('flushSync() throws ERR_SPILLWAY_IO while a file cannot be written, as flush() rejects', async (t) => {
    const { spillway, directory } = open(t, { performance: { writes: { retryDelay: 20 } } })
    const obstacle = obstructed(t, directory)
    await spillway.flush()
    spillway.logger('actions').info('kept')
    assert.throws(() => spillway.flushSync(), { code: 'ERR_SPILLWAY_IO' })
    rmSync(obstacle)
    spillway.flushSync()
    assertAllWritten(directory, 1)
  })
})

describe('Spillway.close()', () => {
  it('close() writes everything, before any writer has started', async (t) => {
    const { spillway, directory } = open(t)
    logMany(spillway)
    await spillway.close()
    assertAllWritten(directory, ENTRIES)
  })

  it('close() gives the same outcome when called again, and flush() gives it, too', async (t) => {
    const { spillway } = open(t)
    const first = spillway.close()
    assert.equal(spillway.close(), first)
    await Promise.all([first, spillway.flush()])
    await spillway.flush()
    spillway.flushSync()
    assert.equal(spillway.close(), first)
  })

  it('close() leaves loggers that write what they are given within the call', async (t) => {
    const { spillway, directory } = open(t)
    const log = spillway.logger('actions')
    log.info('before')
    await spillway.close()
    for (let number = 2; number <= 20; number++) {
      if (number % 5 === 0) spillway.logger(`made-after-${number}`).error('after')
      else log.info('after')
      assertAllWritten(directory, number)
    }
    assert.deepEqual(
      spillway.stats().partitions.map(({ owner, pendingBytes }) => [owner, pendingBytes]),
      [
        ['main thread', 0],
        ['main thread', 0],
      ],
    )
  })

  it('close() is called at the end of a block with await using', async (t) => {
    const directory = newDirectory(t)
    {
      await using spillway = new Spillway({ directory, workers: 1 })
      logMany(spillway)
    }
    assertAllWritten(directory, ENTRIES)
  })

  it('close() rejects with ERR_SPILLWAY_IO where a file cannot be written', async (t) => {
    const directory = newDirectory(t)
    const spillway = new Spillway({ directory, workers: 1, performance: { writes: { retryDelay: 20 } } })
    obstructed(t, directory)
    logMany(spillway, 8)
    await assert.rejects(spillway.close(), { code: 'ERR_SPILLWAY_IO' })
  })

  it('close() keeps lines that could not be written, and writes them with a later call that can', async (t) => {
    const directory = newDirectory(t)
    const spillway = new Spillway({ directory, workers: 1, performance: { writes: { retryDelay: 20 } } })
    const obstacle = obstructed(t, directory)
    logMany(spillway, 8)
    await spillway.close().catch(() => {})
    logMany(spillway, 4)
    rmSync(obstacle)
    logMany(spillway, 4)
    assertAllWritten(directory, 16)
    assert.equal(spillway.stats().dropped, 0)
  })
})

describe('Spillway.stats()', () => {
  it('stats() has the documented shape, before anything is logged', (t) => {
    const { spillway } = open(t)
    const { dictionary, partitions, ...rest } = spillway.stats()
    assert.equal(partitions.length, 2)
    for (const partition of partitions) {
      // The writer may have started already: what it counts is not known.
      const { owner, passes, parks, ...still } = partition
      assert.ok((owner === 'starting' || owner === 'writer') && passes >= 0 && parks >= 0)
      const nothing = { pendingBytes: 0, stalls: 0, stalledMs: 0, writerDeaths: 0, lines: 0, bytes: 0, writes: 0 }
      assert.deepEqual(still, { ringBytes: 4_194_304, ...nothing })
    }
    assert.deepEqual(Object.keys(dictionary), ['entries', 'bytes', 'refused'])
    const recovered = { leftovers: 0, lines: 0, damaged: 0 }
    const expected: Omit<SpillwayStats, 'dictionary' | 'partitions'> = {
      arena: { kind: 'mapped', reason: null, journal: false, seat: 1, recovered },
      entries: 0,
      rendered: 0,
      lines: 0,
      fallbackLines: 0,
      stderrLines: 0,
      emergencies: 0,
      bytes: 0,
      writes: 0,
      writeErrors: 0,
      syncs: 0,
      syncErrors: 0,
      dropped: 0,
      droppedBy: {},
      files: 3,
      categoryOverflows: 0,
      handles: { requests: 0, hits: 0, opens: 0, evictions: 0, exhausted: 0 },
      sources: { size: 0, maxSize: 500, hits: 0, misses: 0, hitRate: 0 },
      linesNotShown: 0,
    }
    assert.deepEqual(rest, expected)
  })

  it('stats() agrees with the files after flush(): lines, bytes, and the sums of the partitions', async (t) => {
    const { spillway, directory } = open(t)
    logMany(spillway)
    spillway.logger('actions').warn('a warning')
    spillway.logger('actions').error(new Error('expected'))
    await spillway.flush()
    const stats = spillway.stats()
    assert.equal(stats.entries, ENTRIES + 2)
    assert.equal(stats.lines, stats.entries)
    assert.equal(stats.bytes, writtenBytes(directory))
    assert.equal(stats.dropped, 0)
    assert.equal(stats.files, 7)
    assert.equal(stats.handles.opens, logFiles(directory).length)
    assert.equal(stats.handles.requests, stats.handles.hits + stats.handles.opens)
    await spillway.close()
    assert.ok(spillway.stats().handles.opens >= stats.handles.opens, 'the counts of the writers stay')
    for (const name of ['lines', 'bytes', 'writes'] as const) {
      assert.equal(
        stats.partitions.reduce((sum, partition) => sum + partition[name], 0),
        stats[name],
        name,
      )
    }
    for (const { pendingBytes, owner } of stats.partitions) assert.deepEqual([pendingBytes, owner], [0, 'writer'])
  })

  it('stats() keeps lines and bytes true to the files when the main thread takes over after close()', async (t) => {
    const { spillway, directory } = open(t)
    logMany(spillway)
    await spillway.close()
    logMany(spillway, 10)
    const { lines, bytes, entries } = spillway.stats()
    assert.deepEqual({ lines, bytes, entries }, { lines: 1010, bytes: writtenBytes(directory), entries: 1010 })
  })

  it('stats() counts a line once that the ring takes in several parts', async (t) => {
    const { spillway, directory } = open(t, { ringBytes: 65_536 })
    spillway.logger('actions').info('x'.repeat(20_000))
    await spillway.flush()
    assertAllWritten(directory, 1)
    assert.equal(spillway.stats().lines, 1)
  })
})

describe('new Spillway()', () => {
  it('new Spillway() takes variables of the environment over its options', async (t) => {
    const directory = join(newDirectory(t), 'from-environment')
    withVariables(t, { SPILLWAY_DIRECTORY: directory, SPILLWAY_LEVEL: 'error', SPILLWAY_WORKERS: '3' })
    const { spillway, directory: unused } = open(t, { level: 'trace', workers: 1 })
    assert.equal(spillway.options.directory, directory)
    assert.equal(spillway.level, 'error')
    spillway.logger('actions').warn('left out')
    spillway.logger('actions').error('written')
    await spillway.flush()
    assert.equal(spillway.stats().partitions.length, 3)
    assert.deepEqual(logFiles(unused), [])
    assert.deepEqual(
      logFiles(directory).map((path) => basename(path)),
      ['error.jsonl'],
    )
  })

  it('new Spillway() takes its options over those of an options file, and the file over the defaults', (t) => {
    const config = join(newDirectory(t), 'spillway.json')
    writeFileSync(config, '{ "level": "debug", "workers": 3, "ringBytes": 131072 }')
    const { spillway } = open(t, { config, workers: 1 })
    const { level, workers, ringBytes, fileBufferBytes } = spillway.options
    assert.deepEqual(
      { level, workers, ringBytes, fileBufferBytes },
      {
        level: 'debug',
        workers: 1,
        ringBytes: 131_072,
        fileBufferBytes: 65_536,
      },
    )
  })

  it('new Spillway() has frozen options', (t) => {
    const { spillway } = open(t)
    assert.ok(Object.isFrozen(spillway.options))
    assert.ok(Object.isFrozen(spillway.options.performance.buffer))
    assert.ok(Object.isFrozen(spillway.options.highTrafficCategories))
  })

  it('new Spillway() refuses wrong options, files and variables before a thread is started or a listener added', (t) => {
    const directory = newDirectory(t)
    const config = join(directory, 'wrong.json')
    writeFileSync(config, '{ "levle": "debug" }')
    const cases: readonly (readonly [options: object, variables: Readonly<Record<string, string>>, code: string])[] = [
      [{ directory, workers: 0 }, {}, 'ERR_SPILLWAY_INVALID_OPTION'],
      [{ directory, wrokers: 1 }, {}, 'ERR_SPILLWAY_UNKNOWN_OPTION'],
      [{ directory, workers: 64, ringBytes: 4_194_304 }, {}, 'ERR_SPILLWAY_INVALID_OPTION'],
      [{ directory, config }, {}, 'ERR_SPILLWAY_UNKNOWN_OPTION'],
      [{ directory, config: join(directory, 'missing.json') }, {}, 'ERR_SPILLWAY_CONFIG_FILE'],
      [{ directory }, { SPILLWAY_LEVEL: 'loud' }, 'ERR_SPILLWAY_INVALID_OPTION'],
      [{ directory }, { SPILLWAY_RING_BYTES: '65537' }, 'ERR_SPILLWAY_INVALID_OPTION'],
      [{ directory }, { SPILLWAY_CONFIG: join(directory, 'missing.json') }, 'ERR_SPILLWAY_CONFIG_FILE'],
    ]
    const started = threads.length
    const listeners = process.listenerCount('exit')
    for (const [options, variables, code] of cases) {
      Object.assign(process.env, variables)
      assert.throws(() => new Spillway(options), { code })
      for (const name of Object.keys(variables)) delete process.env[name]
    }
    assert.equal(threads.length, started)
    assert.equal(process.listenerCount('exit'), listeners)
    open(t, { workers: 1 })
    assert.equal(threads.length, started + 1)
  })

  it('new Spillway() warns of a SPILLWAY_ variable it does not know, and goes on', async (t) => {
    withVariables(t, { SPILLWAY_LEVLE: 'debug' })
    const warned = once(process, 'warning')
    const { spillway } = open(t)
    const [warning] = (await warned) as [Error & { code?: string }]
    assert.equal(warning.code, 'SPILLWAY_VARIABLE')
    assert.equal(warning.message, 'Environment variable SPILLWAY_LEVLE is not known: did you mean SPILLWAY_LEVEL?')
    assert.equal(spillway.level, 'info')
  })
})

describe('Spillway.level', () => {
  it('Spillway.level reaches loggers and children that exist already, and refuses what is no level', async (t) => {
    const { spillway, directory } = open(t)
    const log = spillway.logger('actions')
    const child = log.child({ requestId: 7 })
    log.debug('left out')
    spillway.level = 'debug'
    child.debug('written')
    spillway.level = 'silent'
    log.fatal('left out')
    assert.throws(
      () => {
        spillway.level = 'loud' as 'info'
      },
      { code: 'ERR_SPILLWAY_INVALID_OPTION' },
    )
    assert.equal(spillway.level, 'silent')
    await spillway.flush()
    assert.deepEqual(
      writtenLines(directory).map(({ msg, requestId }) => [msg, requestId]),
      [['written', 7]],
    )
  })
})

describe('Spillway.logger()', () => {
  it('Spillway.logger() refuses what is no text of 1 to 256 characters', (t) => {
    const { spillway } = open(t)
    for (const category of ['', 'x'.repeat(257), 5, null, {}]) {
      assert.throws(() => spillway.logger(category as string), { code: 'ERR_SPILLWAY_INVALID_CATEGORY' })
    }
    spillway.logger('x'.repeat(256)).info('taken')
  })
})

/** Makes a file where the directory should be, or that of the day. Its path. */
function obstructed(context: TestContext, directory: string): string {
  rmSync(directory, { recursive: true })
  writeFileSync(directory, '')
  context.after(() => {
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(directory)
  })
  return directory
}
