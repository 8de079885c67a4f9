import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SpillwayStats } from '../../../src/main/index.js'
import { type FixtureEnd, runFixture, startFixture } from '../../support/fixture-run.js'
import { newDirectory } from '../../support/new-directory.js'
import { assertAllWritten, writtenBytes } from '../../support/written-lines.js'

/** A wait for a writer that will never answer takes 10 s and more. */
const PROMPT_MS = 8000
const GROWTHS_SEEN = 3
const POLL_MS = 10

interface DeathReport {
  readonly logged: number
  readonly deaths: number
  readonly owners: readonly string[]
  readonly stats: SpillwayStats
}

async function runDeaths(
  context: TestContext,
  scenario: string,
  workers: number,
  env: Readonly<Record<string, string>> = {},
): Promise<{ end: FixtureEnd; report: DeathReport }> {
  const end = await runFixture(context, 'writer-death', { args: [scenario], workers, env })
  assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null }, end.stderr)
  return { end, report: JSON.parse(end.stdout) as DeathReport }
}

/** A write takes what a file buffer has, at most. */
const FILE_BUFFER_BYTES = 65_536

describe('Partition: a writer that dies', () => {
  for (const workers of [1, 3]) {
    it(`Partition replaces one of ${workers} idle writers, and every line is there once and in order`, async (t) => {
      const { end, report } = await runDeaths(t, 'idle', workers)
      assertAllWritten(end.directory, report.logged)
      assert.equal(report.deaths, 1)
      assert.deepEqual([...new Set(report.owners)], ['writer'])
      assert.equal(report.stats.lines, report.logged)
    })

    it(`Partition replaces one of ${workers} writers under load, and every line is there once and in order`, async (t) => {
      const { end, report } = await runDeaths(t, 'load', workers)
      assertAllWritten(end.directory, report.logged)
      assert.equal(report.deaths, 4)
      assert.deepEqual([...new Set(report.owners)], ['writer'])
      assert.equal(report.stats.dropped, 0)
      assert.equal(report.stats.lines, report.logged)
      // Of a write whose owner died before its books were closed the bytes are in the file and not in the count.
      const uncountedBytes = writtenBytes(end.directory) - report.stats.bytes
      assert.ok(uncountedBytes >= 0 && uncountedBytes <= report.deaths * FILE_BUFFER_BYTES, `${uncountedBytes} bytes`)
    })
  }

  it('Partition replaces a writer that dies between a write and its books, and no line is there twice', async (t) => {
    const { end, report } = await runDeaths(t, 'while-writing', 1, { SPILLWAY_MAX_BUFFER_SIZE: '1' })
    assertAllWritten(end.directory, report.logged)
    assert.equal(report.deaths, 5)
    assert.equal(report.stats.lines, report.logged)
  })

  it('Partition stays with the main thread after six deaths, says so once, and every line is there once', async (t) => {
    const { end, report } = await runDeaths(t, 'six-deaths', 1)
    assertAllWritten(end.directory, report.logged)
    assert.deepEqual(report.owners, ['main thread'])
    assert.equal(report.stats.lines, report.logged)
    const notices = end.stderr.split('\n').filter((line) => line.startsWith('spillway: '))
    assert.equal(notices.filter((line) => / died /.test(line)).length, 6, end.stderr)
    assert.match(notices[6] ?? '', /writer 0 ended 6 times; the main thread writes its files from now on/)
    assert.equal(notices.length, 7, end.stderr)
  })

  it('Partition replaces a writer that dies while it is starting', async (t) => {
    const { end, report } = await runDeaths(t, 'while-starting', 1)
    assertAllWritten(end.directory, report.logged)
    assert.ok(end.durationMs < PROMPT_MS, `it took ${end.durationMs} ms`)
  })

  it('Partition.flush() is fulfilled by the successor of a writer that dies under it', async (t) => {
    const { end, report } = await runDeaths(t, 'flush-under-way', 1)
    assertAllWritten(end.directory, report.logged)
    assert.ok(end.durationMs < PROMPT_MS, `it took ${end.durationMs} ms`)
  })

  it('Partition.flushSync() writes everything when the writer has just died', async (t) => {
    const { end, report } = await runDeaths(t, 'sync-flush', 1)
    assertAllWritten(end.directory, report.logged)
  })

  it('Partition.takeForExit() writes everything when the writer has just died', async (t) => {
    const { end, report } = await runDeaths(t, 'exit', 1)
    assertAllWritten(end.directory, report.logged)
  })
})

describe('Partition: a ring that is full', () => {
  for (const workers of [1, 2, 3]) {
    for (const scenario of ['starting', 'running', 'closed']) {
      it(`Partition blocks the producer of ${workers} small rings and loses nothing (writers ${scenario})`, async (t) => {
        const env = { SPILLWAY_RING_BYTES: '65536' }
        const end = await runFixture(t, 'full-ring', { args: [scenario], workers, env })
        assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null }, end.stderr)
        assertAllWritten(end.directory, 60_000)
        const stats = JSON.parse(end.stdout) as SpillwayStats
        assert.equal(stats.dropped, 0)
        const stalls = stats.partitions.reduce((sum, partition) => sum + partition.stalls, 0)
        assert.equal(stalls > 0, scenario !== 'closed', `${stalls} stalls`)
      })
    }
  }

  it('Partition.close() does not leave a producer waiting that fills the ring in the same turn', async (t) => {
    const env = { SPILLWAY_RING_BYTES: '65536' }
    const end = await runFixture(t, 'full-ring', { args: ['closing'], workers: 1, env })
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null }, end.stderr)
    assertAllWritten(end.directory, 60_000)
  })
})

describe('Partition: a main thread that blocks or rests', () => {
  for (const workers of [1, 2]) {
    it(`Partition is written by its writer while the main thread is blocked (${workers} writers)`, async (t) => {
      const seenPath = join(newDirectory(t), 'seen')
      const { directory, ended } = startFixture(t, 'blocked-loop', { args: [seenPath], workers })
      let bytes = 0
      let growths = 0
      let over = false
      void ended.then(() => {
        over = true
      })
      while (growths < GROWTHS_SEEN && !over) {
        const now = writtenBytes(directory)
        if (now > bytes) growths++
        bytes = now
        await pause(POLL_MS)
      }
      writeFileSync(seenPath, '')
      const end = await ended
      assert.deepEqual(
        { code: end.code, signal: end.signal, growths },
        { code: 0, signal: null, growths: GROWTHS_SEEN },
      )
    })
  }

  it('Partition costs an idle process fewer than ten wake-ups a second', async (t) => {
    const end = await runFixture(t, 'idle-parks', { workers: 2 })
    assert.equal(end.code, 0, end.stderr)
    const { parks, durationMs } = JSON.parse(end.stdout) as { parks: number[]; durationMs: number }
    assert.equal(parks.length, 2)
    for (const count of parks) {
      assert.ok(count > 0, 'the heartbeat of an idle writer moves')
      assert.ok((count / durationMs) * 1000 < 10, `${count} wake-ups in ${durationMs} ms`)
    }
  })

  it("Partition leaves libuv's pool of the main thread to the application", async (t) => {
    const end = await runFixture(t, 'libuv-pool', { workers: 2 })
    assert.equal(end.code, 0, end.stderr)
    const { whileLogging, forStat } = JSON.parse(end.stdout) as Record<string, string[]>
    const ofThePool = /^(FSREQ|GETADDRINFO|GETNAMEINFO|ZLIB|RANDOMBYTES|PBKDF2|WORKREQ)/
    assert.deepEqual(
      whileLogging?.filter((type) => ofThePool.test(type)),
      [],
    )
    assert.deepEqual(
      forStat?.filter((type) => ofThePool.test(type)),
      ['FSREQCALLBACK'],
    )
  })
})
