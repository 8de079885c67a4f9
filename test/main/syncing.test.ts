/** flush({ sync: true }) and `durability`, as an application and as the kernel see them. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { type Condition, type FlushOptions, Spillway, SpillwayError } from '../../src/main/index.js'
import { noStrace } from '../faults/strace.js'
import { runFixture } from '../support/fixture-run.js'
import { LogDirectory } from '../support/log-directory.js'
import { newDirectory } from '../support/new-directory.js'
import { assertAllWritten, logFiles } from '../support/written-lines.js'

const DAY = '2026-11-23'
const CATEGORIES = ['actions', 'engine', 'network', 'physics', 'quests', 'rooms', 'sounds', 'trade']
const FLUSHES = 100
const STDOUT = 'standard output'
const TRACED = ['strace', '-f', '-qq', '-y', '-s', '16', '-e', 'trace=write,fdatasync,fsync']

interface Report {
  /** What each flush came to: nothing, or its error. */
  readonly outcomes: readonly string[]
  readonly conditions: readonly Condition[]
  readonly syncs: number
  readonly syncErrors: number
  /** Of writers. */
  readonly deaths: number
}

/** A system call: in which lines of the trace it begins and ends. */
interface Call {
  readonly name: string
  readonly path: string
  readonly begin: number
  readonly end: number
}

/** A finished run of test/fixtures/syncing.ts: its logs are where no directory was before. */
interface SyncingRun {
  readonly directory: string
  readonly report: Report
  readonly calls: readonly Call[]
}

async function runSyncing(
  t: TestContext,
  scenario: string,
  under: readonly string[] = TRACED,
  env: Readonly<Record<string, string>> = {},
): Promise<SyncingRun> {
  const parent = newDirectory(t)
  const directory = join(parent, 'new', 'logs')
  const trace = join(parent, 'trace')
  const paths = ['-o', trace]
  const { code, stdout, stderr } = await runFixture(t, 'syncing', {
    args: [scenario],
    workers: 2,
    env: { SPILLWAY_DIRECTORY: directory, ...env },
    under: [...under, ...paths].map((each) => each.replace('DIRECTORY', directory)),
  })
  assert.equal(code, 0, stderr)
  return { directory, report: JSON.parse(stdout) as Report, calls: readCalls(readFileSync(trace, 'utf8')) }
}

function readCalls(trace: string): Call[] {
  const calls: Call[] = []
  const open = new Map<string, Call>()
  for (const [at, line] of trace.split('\n').entries()) {
    const [, thread = '', name = '', descriptor = '', of = ''] = /^(\d+) +(\w+)\((\d+)<([^>]*)>/.exec(line) ?? []
    const path = descriptor === '1' ? STDOUT : of
    if (name !== '') {
      const call = { name, path, begin: at, end: at }
      if (line.endsWith('<unfinished ...>')) open.set(thread, call)
      else calls.push(call)
      continue
    }
    const [, resumed = ''] = /^(\d+) +<\.\.\. \w+ resumed/.exec(line) ?? []
    const begun = open.get(resumed)
    if (begun !== undefined) calls.push({ ...begun, end: at })
    open.delete(resumed)
  }
  return calls
}

function callsOf({ calls }: SyncingRun, name: string, path: string): readonly Call[] {
  return calls.filter((call) => call.name === name && call.path === path)
}

/** When the run said what came of its flushes. */
function toldAt({ calls }: SyncingRun): number {
  const told = calls.find(({ name, path }) => name === 'write' && path === STDOUT)
  assert.ok(told !== undefined, 'the run prints its outcome')
  return told.begin
}

describe('Spillway.flush({ sync }) and flushSync({ sync })', { skip: noStrace() }, () => {
  for (const [scenario, outcomes] of [
    ['concurrent', FLUSHES],
    ['blocking', 1],
  ] as const) {
    it(`brings each file to the disk once, after its last write and before it is told (${scenario})`, async (t) => {
      const run = await runSyncing(t, scenario)
      assert.deepEqual(
        run.report.outcomes,
        Array.from({ length: outcomes }, () => ''),
      )
      const files = logFiles(run.directory)
      assert.equal(files.length, CATEGORIES.length)
      const told = toldAt(run)
      for (const file of files) {
        const syncs = callsOf(run, 'fdatasync', file)
        assert.equal(syncs.length, 1, file)
        const lastWrite = Math.max(...callsOf(run, 'write', file).map(({ end }) => end))
        assert.ok(lastWrite < (syncs[0]?.begin ?? 0) && (syncs[0]?.end ?? told) < told, file)
      }
      assert.equal(run.report.syncs, CATEGORIES.length)
      assert.deepEqual(run.report.conditions, [])
    })

    it(`brings the directories of new files to the disk, up to the log directory's own entry (${scenario})`, async (t) => {
      const run = await runSyncing(t, scenario)
      for (const directory of [join(run.directory, DAY), run.directory, dirname(run.directory)]) {
        const [first] = callsOf(run, 'fsync', directory)
        assert.ok(first !== undefined && first.end < toldAt(run), directory)
      }
    })
  }

  it('rejects for a file whose sync failed, ever after, and brings the others to the disk', async (t) => {
    const failing = [...TRACED, '-P', `DIRECTORY/${DAY}/engine.jsonl`, '-e', 'inject=fdatasync:error=EIO:when=1']
    const { directory, report } = await runSyncing(t, 'failing', failing)
    const [first, blocking, plain, ...later] = report.outcomes
    for (const outcome of [first, blocking, later[0], later[1]]) {
      assert.match(outcome ?? '', /^ERR_SPILLWAY_SYNC: Not all bytes of 1 file \(.*engine\.jsonl\).* proves nothing/)
    }
    assert.deepEqual([plain, later[2]], ['', ''], 'a flush that asks for no disk')
    const [condition, ...others] = report.conditions
    assert.deepEqual([condition?.kind, condition?.code, others.length], ['degraded', 'SYNC_FAILED', 0])
    assert.equal(basename(condition?.path ?? ''), 'engine.jsonl')
    assert.match(condition?.message ?? '', /EIO.*from byte 0 on/)
    assert.equal(report.syncErrors, 1)
    assert.equal(report.syncs, 2 * CATEGORIES.length, 'what is new goes to the disk all the same')
    assertAllWritten(directory, 2 * CATEGORIES.length * 20)
  })

  it('bears with a disk that takes longer than a writer that gives no sign of life is given', async (t) => {
    const slow = [...TRACED, '-e', 'inject=fdatasync:delay_enter=4500000:when=1..2']
    const { report } = await runSyncing(t, 'slow', slow, { SPILLWAY_WRITER_TIMEOUT_MS: '2000' })
    assert.deepEqual(report, { outcomes: ['', ''], conditions: [], syncs: 2, syncErrors: 0, deaths: 0 })
  })

  it('a durable file comes to the disk though nobody asks, and the others do not', async (t) => {
    const run = await runSyncing(t, 'durable')
    const synced = run.calls.filter(({ name }) => name === 'fdatasync').map(({ path }) => basename(path))
    assert.deepEqual([...new Set(synced)], ['error.jsonl'])
    const error = join(run.directory, DAY, 'error.jsonl')
    const lastSync = Math.max(...callsOf(run, 'fdatasync', error).map(({ begin }) => begin))
    assert.ok(callsOf(run, 'write', error).every(({ end }) => end < lastSync))
  })
})

describe('Spillway.flush() with options', () => {
  it('rejects options that are none, and flushSync() throws', async (t) => {
    const { spillway } = new LogDirectory(t)
    const bad: readonly [unknown, string][] = [
      [{ sync: 1 }, 'options.sync'],
      [{ sync: null }, 'options.sync'],
      [{ sinc: true }, 'options.sinc'],
      [true, 'options'],
      [null, 'options'],
      [[], 'options'],
    ]
    for (const [options, argument] of bad) {
      const isRefused = (error: unknown): boolean => {
        assert.ok(error instanceof SpillwayError && error.code === 'ERR_SPILLWAY_INVALID_ARGUMENT')
        assert.equal(error.context.argument, argument)
        assert.ok(error.message.includes(`"${argument}"`) && error.message.includes(String(error.context.rule)))
        return true
      }
      const flushed = spillway.flush(options as FlushOptions)
      await assert.rejects(flushed, isRefused)
      assert.throws(() => spillway.flushSync(options as FlushOptions), isRefused)
    }
  })

  it('asks for no disk unless sync is true', async (t) => {
    const { spillway } = new LogDirectory(t)
    spillway.logger('actions').info('x')
    await spillway.flush({})
    await spillway.flush({ sync: false })
    spillway.flushSync({ sync: undefined })
    assert.equal(spillway.stats().syncs, 0)
    await spillway.flush({ sync: true })
    assert.equal(spillway.stats().syncs, 1)
    spillway.flushSync({ sync: true })
    assert.equal(spillway.stats().syncs, 1, 'nothing was written since')
  })

  it('fulfils with sync after close(), where the main thread is the owner', async (t) => {
    const { spillway } = new LogDirectory(t)
    spillway.logger('actions').info('before')
    await spillway.close()
    spillway.logger('actions').info('after')
    await spillway.flush({ sync: true })
    assert.equal(spillway.stats().syncs, 1)
  })

  it('with sync rejects with ERR_SPILLWAY_IO while a file cannot be written', async (t) => {
    const directory = newDirectory(t)
    mkdirSync(join(directory, DAY, 'actions.jsonl'), { recursive: true })
    const spillway = new Spillway({ directory, workers: 1, utc: true, clock: () => Date.UTC(2026, 10, 23, 12) })
    t.after(() => spillway.close().catch(() => {}))
    spillway.logger('actions').info('x')
    spillway.logger('engine').info('x')
    const isIo = { code: 'ERR_SPILLWAY_IO' }
    await assert.rejects(spillway.flush({ sync: true }), isIo)
    assert.throws(() => spillway.flushSync({ sync: true }), isIo)
    assert.equal(spillway.stats().syncs, 1, 'the other file is on the disk')
  })
})
