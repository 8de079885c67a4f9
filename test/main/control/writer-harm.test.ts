/**
 * Writers that come to harm in every way a thread can, at their start and in a write: the lines are all there, once and in
 * order, whoever had to write them, and listeners are told. How long it takes is no matter, but it ends.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import type { Condition } from '../../../src/main/index.js'
import { type FixtureEnd, runFixture } from '../../support/fixture-run.js'
import { assertAllWritten, writtenLines } from '../../support/written-lines.js'

const EXIT_CODE = 3
const noProc = existsSync('/proc/self/task') ? false : 'there is no /proc here'

interface HarmReport {
  readonly logged: number
  readonly deaths: number
  readonly owners: readonly string[]
  readonly events: readonly Condition[]
}

interface HarmSettings {
  readonly workers?: number
  readonly env?: Readonly<Record<string, string>>
}

async function runHarm(
  context: TestContext,
  scenario: string,
  deed: string,
  settings: HarmSettings = {},
): Promise<{ end: FixtureEnd; report: HarmReport }> {
  // A heap takes a while to be full, which must not be taken for hanging.
  const env = { SPILLWAY_WRITER_TIMEOUT_MS: deed === 'memory' ? '15000' : '300', ...settings.env }
  const end = await runFixture(context, 'writer-harm', { args: [scenario, deed], workers: 1, ...settings, env })
  assert.deepEqual({ code: end.code, signal: end.signal }, { code: EXIT_CODE, signal: null }, end.stderr)
  return { end, report: JSON.parse(end.stdout) as HarmReport }
}

function codes({ events }: HarmReport): string[] {
  return events.map(({ kind, code }) => `${kind} ${code}`)
}

describe('PartitionOwner: a writer that comes to harm', () => {
  for (const deed of ['throw', 'exit', 'memory', 'loop', 'hang']) {
    it(`PartitionOwner replaces a writer that dies in a write (${deed}), and every line is there once`, async (t) => {
      const { end, report } = await runHarm(t, 'write', deed)
      assertAllWritten(end.directory, report.logged)
      assert.deepEqual({ deaths: report.deaths, owners: report.owners }, { deaths: 1, owners: ['writer'] })
      const hanging = ['warning WRITER_HUNG', 'degraded WRITER_HUNG', 'recovered WRITER_HUNG']
      const looping = ['warning WRITER_HUNG', 'warning WRITER_DIED']
      const expected = deed === 'hang' ? hanging : deed === 'loop' ? looping : ['warning WRITER_DIED']
      assert.deepEqual(codes(report), expected)
      const told = report.events.filter(({ kind }) => kind !== 'recovered')
      for (const { message } of told) assert.ok(end.stderr.includes(`spillway: ${message}\n`), end.stderr)
      if (deed === 'throw') assert.match(told[0]?.message ?? '', /died \(exit code 1, .*sabotage.*; death 1\)/)
    })
  }

  it('PartitionOwner notices a writer in an endless loop though nobody waits for it', async (t) => {
    const { end, report } = await runHarm(t, 'quiet', 'loop')
    assertAllWritten(end.directory, report.logged)
    assert.deepEqual({ deaths: report.deaths, owners: report.owners }, { deaths: 1, owners: ['writer'] })
    assert.deepEqual(codes(report), ['warning WRITER_HUNG', 'warning WRITER_DIED'])
  })

  it('PartitionOwner goes on with the other files of a writer that hangs, though no call waits for it', async (t) => {
    const env = { SPILLWAY_ON_FULL: 'drop', SPILLWAY_RING_BYTES: '65536', SPILLWAY_FLUSH_INTERVAL: '50' }
    const { end } = await runHarm(t, 'drop-hanging', 'hang', { env })
    assert.match(end.stderr, /released: false/)
  })

  it('PartitionOwner goes on with the other files of a writer that hangs, while flush() waits for one', async (t) => {
    const { end, report } = await runHarm(t, 'flush-hanging', 'hang')
    assert.match(end.stderr, /released: false/)
    assertAllWritten(end.directory, report.logged)
  })

  for (const deed of ['throw', 'exit', 'memory']) {
    it(`PartitionOwner replaces writers that die while they start (${deed})`, async (t) => {
      const { end, report } = await runHarm(t, 'start', deed)
      assertAllWritten(end.directory, report.logged)
      assert.deepEqual({ deaths: report.deaths, owners: report.owners }, { deaths: 2, owners: ['writer'] })
      assert.deepEqual(codes(report), ['warning WRITER_DIED', 'warning WRITER_DIED'])
    })
  }

  it('PartitionOwner gives up a start that comes to no end, and the next one has its thread', async (t) => {
    const { end, report } = await runHarm(t, 'start', 'loop')
    assertAllWritten(end.directory, report.logged)
    assert.deepEqual(report.owners, ['writer'])
    assert.deepEqual(codes(report), ['degraded WRITER_BREAKER'])
  })

  it('PartitionOwner tries a writer now and then while its breaker is open, and closes it when one lives', async (t) => {
    const { end, report } = await runHarm(t, 'breaker', 'exit')
    assertAllWritten(end.directory, report.logged)
    assert.deepEqual(report.owners, ['writer'])
    assert.deepEqual(
      codes(report).filter((each) => each !== 'warning WRITER_DIED'),
      ['degraded WRITER_BREAKER', 'recovered WRITER_BREAKER'],
    )
    assert.ok(report.deaths >= 6, `${report.deaths} deaths`)
    assert.ok(!end.stderr.includes('has its files again'), 'what is over is no notice')
  })
})

describe('PartitionOwner: a writer that comes to harm while the event loop stands still', () => {
  for (const scenario of ['blocked-logging', 'blocked-sync-flush', 'blocked-exit', 'close', 'exit-while-starting']) {
    for (const deed of ['exit', 'loop', 'hang']) {
      it(`PartitionOwner has every line written once (${scenario}, ${deed})`, async (t) => {
        const { end, report } = await runHarm(t, scenario, deed)
        assertAllWritten(end.directory, report.logged)
      })
    }
  }

  for (const [deed, cause] of [
    ['exit', 'exit code 9'],
    ['throw', 'exit code 1, sabotage'],
  ] as const) {
    it(`PartitionOwner sees a death by the thread itself, and waits for no heartbeat (${deed})`, {
      skip: noProc,
    }, async (t) => {
      for (const scenario of ['blocked-logging', 'blocked-sync-flush', 'blocked-exit']) {
        // Nothing would come of such a patience before the fixture is killed.
        const env = { SPILLWAY_WRITER_TIMEOUT_MS: '600000', SPILLWAY_EXIT_TIMEOUT_MS: '600000' }
        const { end, report } = await runHarm(t, scenario, deed, { env })
        assertAllWritten(end.directory, report.logged)
        assert.ok(end.stderr.includes(`died (${cause}, while the event loop stood still; death 1)`), end.stderr)
      }
    })
  }

  for (const deed of ['exit', 'loop']) {
    it(`PartitionOwner hands a partition back to a writer when the event loop turns (${deed})`, async (t) => {
      const { end, report } = await runHarm(t, 'hand-back', deed)
      assertAllWritten(end.directory, report.logged)
      assert.match(end.stderr, /owners: main thread/)
      assert.deepEqual({ deaths: report.deaths, owners: report.owners }, { deaths: 1, owners: ['writer'] })
    })
  }

  it('PartitionOwner hands a partition back only when the thread that hung is gone', { skip: noProc }, async (t) => {
    const { end, report } = await runHarm(t, 'hand-back-late', 'hang')
    assertAllWritten(end.directory, report.logged)
    assert.match(end.stderr, /owners: main thread\nowners: writer/)
    assert.deepEqual(codes(report), ['degraded WRITER_HUNG', 'recovered WRITER_HUNG'])
  })

  it('PartitionOwner goes on with the partition of a dead writer, and the others notice nothing', {
    skip: noProc,
  }, async (t) => {
    const env = { SPILLWAY_FLUSH_INTERVAL: '50' }
    const { end, report } = await runHarm(t, 'blocked-others', 'exit', { workers: 2, env })
    assertAllWritten(end.directory, report.logged)
    assert.match(end.stderr, /seen: \{"quiet":true,"own":true,"other":true\}/)
    assert.deepEqual([...report.owners].sort(), ['main thread', 'writer'])
  })
})

describe('PartitionOwner: harm of every kind', () => {
  it('PartitionOwner has every line written once, whatever the main thread does meanwhile', async (t) => {
    const seed = String(Math.floor(Math.random() * 1_000_000))
    t.diagnostic(`seed ${seed}`)
    const { end, report } = await runHarm(t, 'storm', seed, { workers: 2, env: { SPILLWAY_RING_BYTES: '262144' } })
    assertAllWritten(end.directory, report.logged)
  })
})

describe('ProcessEnd', () => {
  it('Partition.close() lets the event loop turn between the parts that the main thread writes', async (t) => {
    const { end, report } = await runHarm(t, 'close-in-turns', 'loop')
    assertAllWritten(end.directory, report.logged)
    const turns = Number(/turns: (\d+)/.exec(end.stderr)?.[1])
    assert.ok(turns > 2, end.stderr)
  })

  it('Partition.close() ends while the thread of a writer hangs in the system', async (t) => {
    const env = { SPILLWAY_FLUSH_TIMEOUT_MS: '2000' }
    const { end, report } = await runHarm(t, 'close-hanging', 'hang', { env })
    assertAllWritten(end.directory, report.logged)
    assert.match(end.stderr, /released: false/)
  })

  it('ProcessEnd ends at its deadline with what the main thread writes itself, and tells what is lost', async (t) => {
    const env = { SPILLWAY_EXIT_TIMEOUT_MS: '300', SPILLWAY_ARENA: 'memory' }
    const { end, report } = await runHarm(t, 'exit-deadline', 'loop', { env })
    assert.match(end.stderr, /and [1-9]\d* bytes of records .* could not be written; they end with the process/)
    const lines = writtenLines(end.directory)
    assert.ok(lines.length > 0 && lines.length < report.logged, `${lines.length} lines`)
    assert.deepEqual(
      lines.map(({ seq }) => seq),
      lines.map((_, index) => index + 1),
    )
  })
})
