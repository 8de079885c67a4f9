/** What Spillways write is sound; and what they leave out is told. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { Spillway, type SpillwayOptions, type SpillwayStats } from '../../../src/main/index.js'
import { type VerificationReport, verify } from '../../../src/main/verify/verify.js'
import { REFUSING_ENTRIES } from '../../fixtures/refusing.js'
import { runFixture } from '../../support/fixture-run.js'
import { newDirectory } from '../../support/new-directory.js'

const LEVELS = ['info', 'warn', 'debug', 'error', 'info', 'trace', 'fatal', 'info'] as const

/** Logs in one run to its end. */
async function logRun(directory: string, entries: number, options: SpillwayOptions = {}): Promise<void> {
  const spillway = new Spillway({ directory, level: 'trace', workers: 2, ...options })
  const logs = ['actions', 'a category: with a hash', 'turns'].map((name) => spillway.logger(name))
  for (let number = 0; number < entries; number++) {
    const level = LEVELS[number % LEVELS.length] as (typeof LEVELS)[number]
    logs[number % logs.length]?.[level]({ number, text: 'x"\\\u2028é'.repeat(number % 20) }, 'entry %d', number)
  }
  await spillway.close()
}

function assertSound(report: VerificationReport): void {
  assert.deepEqual(report.problems, [])
  assert.deepEqual(report.notes, [])
}

describe('verify(), of what Spillways have written', () => {
  it('finds several runs of a day sound', async (t) => {
    const directory = newDirectory(t)
    const counts = [1, 2000, 30, 1, 700]
    for (const count of counts) await logRun(directory, count)
    const report = verify(directory, { complete: true })
    assertSound(report)
    assert.deepEqual(
      report.runs.map(({ lines }) => lines),
      counts,
    )
  })

  it('finds runs with alsoInCategoryFile sound, and counts their copies', async (t) => {
    const directory = newDirectory(t)
    await logRun(directory, 800, { alsoInCategoryFile: true })
    await logRun(directory, 80)
    const report = verify(directory, { complete: true })
    assertSound(report)
    assert.deepEqual(
      report.runs.map(({ lines, copies }) => [lines, copies]),
      [
        [1100, 300],
        [80, 0],
      ],
    )
  })

  it('finds the files of two seats sound', async (t) => {
    const [directory, other] = [newDirectory(t), newDirectory(t)]
    await logRun(directory, 500)
    await logRun(other, 400)
    for (const day of readdirSync(other)) {
      mkdirSync(join(directory, day), { recursive: true })
      for (const name of readdirSync(join(other, day))) {
        renameSync(join(other, day, name), join(directory, day, `${basename(name, '.jsonl')}~2.jsonl`))
      }
    }
    await logRun(directory, 300)
    const report = verify(directory, { complete: true })
    assertSound(report)
    assert.deepEqual(
      report.runs.map(({ seat, run, lines }) => [seat, run, lines]),
      [
        [1, 1, 500],
        [1, 2, 300],
        [2, 1, 400],
      ],
    )
  })

  it('finds lines longer than a ring sound, and values of all kinds', async (t) => {
    const directory = newDirectory(t)
    const spillway = new Spillway({ directory, workers: 1, ringBytes: 65_536 })
    const log = spillway.logger('long')
    for (let number = 1; number <= 20; number++) {
      log.info(
        { number, text: 'é'.repeat(number * 20_000), big: 12n, not: Number.NaN, when: new Date(0) },
        'a long one',
      )
      log.error(new Error(`failed\x1b[31m${'y'.repeat(number * 100)}`), 'broken')
      log.info({ level: 1, time: 'x', seq: { seq: 1 }, category: null, dropped: 3, 'a"b\n': [[{}], [], ''] }, '')
    }
    await spillway.close()
    assertSound(verify(directory, { complete: true }))
  })

  it('finds a custom clock sound: one that stands, one with fractions, one that goes back and on', async (t: TestContext) => {
    const base = Date.now()
    let calls = 0
    const clocks = [() => base, () => base + calls++ / 7, () => base + (calls++ < 9 ? 0 : 100 - (calls % 9) * 10)]
    for (const clock of clocks) {
      const directory = newDirectory(t)
      calls = 0
      await logRun(directory, 200, { clock })
      assertSound(verify(directory, { complete: true }))
    }
  })

  for (const onFull of ['shed', 'drop']) {
    it(`${onFull}: finds what was refused told in the files, with its reason`, async (t) => {
      const { directory, stdout } = await runFixture(t, 'refusing', {
        args: ['close'],
        workers: 2,
        env: { SPILLWAY_ON_FULL: onFull },
      })
      const { dropped } = JSON.parse(stdout) as SpillwayStats
      const report = verify(directory, { complete: true })
      assertSound(report)
      const [run] = report.runs
      assert.deepEqual([run?.dropped, run?.lines], [dropped, REFUSING_ENTRIES - dropped])
      assert.ok(run?.drops.every(({ reason }) => reason === 'the ring was full'))
    })
  }

  it('drop: finds what was refused with copies told in the files', async (t) => {
    const { directory } = await runFixture(t, 'refusing', {
      args: ['close'],
      workers: 2,
      env: { SPILLWAY_ON_FULL: 'drop', SPILLWAY_ALSO_IN_CATEGORY_FILE: 'true' },
    })
    const report = verify(directory, { complete: true })
    assertSound(report)
    assert.ok((report.runs[0]?.copies ?? 0) > 0)
  })
})
