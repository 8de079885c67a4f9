/**
 * Each run counts its entries from 1, so an earlier run's last line may have the seq of one of a leftover's; and where a
 * clock repeats itself, its time as well.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { linesOf, NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'
import { rigDeadInWrite } from './interrupted-write.js'
import { recoverBytes } from './leftover-files.js'

const PARTS_SEQ = 3
const IN_PARTS = { toJSON: () => ({ text: 'part'.repeat(900) }) }
/** More of a line than is kept of a file's last. */
const LONG_BYTES = 70_000

/** Gives a rig's file these bytes. */
function writeFile(rig: PartitionRig, text: string): void {
  mkdirSync(dirname(rig.path('actions')), { recursive: true })
  writeFileSync(rig.path('actions'), text, { mode: 0o600 })
}

function rigWithFile(text: string, settings: RigSettings): PartitionRig {
  const rig = new PartitionRig({ inMemory: true, ...settings })
  writeFile(rig, text)
  return rig
}

/** A rig whose file has a line of a run before, with the seq that a line in parts will have. */
function rigAfterRun(timeMs: number): PartitionRig {
  const earlier = { level: 30, time: timeMs, seq: PARTS_SEQ, category: 'actions', msg: 'of an earlier run' }
  return rigWithFile(`${JSON.stringify(earlier)}\n`, { geometry: { ringBytes: 8192, fileBufferBytes: 4096 } })
}

describe('recoverLeftover() behind the lines of an earlier run', () => {
  for (const timeMs of [NOON_MS - 5000, NOON_MS]) {
    it(`of time ${timeMs}: a line in parts with the seq of the last one there is written, and what is before it`, () => {
      using rig = rigAfterRun(timeMs)
      rig.logger('actions').info('one')
      rig.logger('actions').info('two')
      rig.logger('actions').info(IN_PARTS, 'three')
      const report = recoverBytes(rig.directory, rig.arena.bytes.slice())
      assert.deepEqual([report.lines, report.damaged], [3, 0])
      assert.deepEqual(rig.messages('actions'), ['of an earlier run', 'one', 'two', 'three'])
    })

    it(`of time ${timeMs}: a line in parts with that seq is finished behind its beginning`, () => {
      using rig = rigAfterRun(timeMs)
      for (let i = 1; i < PARTS_SEQ; i++) rig.logger('engine').info('elsewhere')
      rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(1500) }) }, 'three')
      rig.logger('actions').info('four')
      rig.drain.pass(NOON_MS)
      const bytes = rig.arena.bytes.slice()
      assert.ok(!rig.text('actions').endsWith('\n'), 'the file has the beginning alone')
      const report = recoverBytes(rig.directory, bytes)
      assert.deepEqual([report.damaged, report.problem], [0, null])
      assert.deepEqual(rig.messages('actions'), ['of an earlier run', 'three', 'four'])
      // Once more, as after a recovery that died before it took the leftover away.
      assert.equal(recoverBytes(rig.directory, bytes).lines, 0)
      assert.deepEqual(rig.messages('actions'), ['of an earlier run', 'three', 'four'])
    })
  }
})

/** What a run logs: `run` is all that its texts differ in. */
type Run = (rig: PartitionRig, run: string) => void

const RUNS: Readonly<Record<string, Run>> = {
  'short lines': (rig, run) => {
    rig.logger('actions').info(`run ${run} begins`)
    rig.logger('actions').info({ run: Number(run) }, 'has a field')
    rig.logger('actions').info`run ${run} has a template`
    rig.logger('actions').info({ toJSON: () => ({ run }) }, 'is rendered')
  },
  'lines longer than a buffer': (rig, run) => {
    for (let i = 0; i < 3; i++) rig.logger('actions').info(`${i}${'x'.repeat(LONG_BYTES)}${run}${'y'.repeat(20)}`)
  },
  'lines in parts': (rig, run) => {
    for (let i = 0; i < 3; i++) {
      rig.logger('actions').info({ toJSON: () => ({ x: 'x'.repeat(LONG_BYTES), run, i }) }, 'in parts')
    }
  },
}
const SETTINGS: Readonly<Record<string, RigSettings>> = {
  'short lines': {},
  'lines longer than a buffer': { geometry: { ringBytes: 1 << 20 } },
  // One is longer than a quarter of the ring.
  'lines in parts': { geometry: { ringBytes: 256 * 1024 } },
}
/** As that of another run, its text may differ in many bytes, in a few, or in one bit. */
const OTHER_RUNS = ['another', '27', '3']

describe('recoverLeftover() behind lines of an earlier run with the same level, time and seq', () => {
  for (const [name, log] of Object.entries(RUNS)) {
    it(`${name}: nothing is lost, and nothing is there twice, however many there are`, () => {
      const settings = SETTINGS[name]!
      for (const other of OTHER_RUNS) {
        const earlier = textOf(log, other, settings)
        const own = textOf(log, '2', settings)
        const ends = [...earlier.matchAll(/\n/g)].map(({ index }) => index + 1)
        for (const end of ends) {
          using rig = rigWithFile(earlier.slice(0, end), settings)
          log(rig, '2')
          const bytes = rig.arena.bytes.slice()
          for (const lines of [ends.length, 0]) {
            const report = recoverBytes(rig.directory, bytes)
            assert.deepEqual([report.lines, report.damaged], [lines, 0], `run ${other} up to ${end}`)
            assert.ok(rig.text('actions') === earlier.slice(0, end) + own, `run ${other} up to ${end}`)
          }
        }
      }
    })
  }

  it('lines that an owner has written are found, and not those of the earlier run', () => {
    for (const other of OTHER_RUNS) {
      const earlier = textOf(RUNS['short lines']!, other, {})
      using rig = rigWithFile(earlier, {})
      RUNS['short lines']!(rig, '2')
      rig.flush()
      const written = rig.text('actions')
      assert.equal(linesOf(rig.path('actions')).length, 8)
      rig.logger('actions').info('in the ring')
      rig.drain.pass(NOON_MS)
      rig.logger('actions').info('behind it')
      assert.equal(recoverBytes(rig.directory, rig.arena.bytes.slice()).lines, 2)
      assert.ok(rig.text('actions').startsWith(written))
      assert.equal(linesOf(rig.path('actions')).length, 10)
    }
  })
})

describe('recoverLeftover() behind a line of an earlier run with the very same text', () => {
  const log: Readonly<Record<string, Run>> = {
    'a line longer than a buffer': (rig) => rig.logger('actions').info('x'.repeat(5000)),
    'a line in parts': (rig) =>
      rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(1500) }) }, 'in parts'),
  }
  for (const [name, logLine] of Object.entries(log)) {
    it(`${name} that has begun behind it is finished`, () => {
      const settings = { geometry: { ringBytes: name === 'a line in parts' ? 8192 : 65_536, fileBufferBytes: 4096 } }
      const line = textOf(logLine, '', settings)
      using rig = rigDeadInWrite(settings, 'half of it', (each) => {
        writeFile(each, line)
        logLine(each, '')
      })
      assert.ok(!rig.text('actions').endsWith('\n'))
      const { lines, damaged } = recoverBytes(rig.directory, rig.arena.bytes.slice())
      assert.deepEqual([lines, damaged], [1, 0])
      assert.ok(rig.text('actions') === line + line)
    })
  }
})

/** The file of a run. */
function textOf(log: Run, run: string, settings: RigSettings): string {
  using rig = new PartitionRig({ inMemory: true, ...settings })
  log(rig, run)
  rig.flush()
  return rig.text('actions')
}
