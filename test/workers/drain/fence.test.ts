import assert from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { EPOCH, LINES_F64 } from '../../../src/shared/arena-layout.js'
import { Fenced } from '../../../src/workers/drain/fence.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { newDirectory } from '../../support/new-directory.js'
import { FileCalls } from '../file-calls.js'
import { linesOf, NOON_DAY, NOON_MS, PartitionRig } from '../partition-rig.js'

const SMALL = { ringBytes: 64 * 1024, fileBufferBytes: 4096, fileBufferCount: 4 }

/** How much of its write(2) the former owner gets done, and whether that is after its successor has looked. */
interface Hang {
  readonly taken: 'none of it' | 'half of it' | 'all of it'
  readonly when: 'before it is taken over' | 'at the very end'
}

const HANGS: readonly Hang[] = (['none of it', 'half of it', 'all of it'] as const).flatMap((taken) =>
  (['before it is taken over', 'at the very end'] as const).map((when) => ({ taken, when })),
)

/** What happens around a hang. */
interface Scene {
  readonly hang: Hang
  /** Which of the writes hangs: 0 for the first. */
  readonly at?: number
  /** What the former owner does, and comes to a write by; it has to find the fence. */
  readonly act: (former: PartitionDrain) => void
  /** What its successor does while it hangs. */
  readonly meanwhile: (successor: PartitionDrain) => void
  readonly onStandardError?: (text: string) => void
}

/** An owner hangs in a write while its successor, which cannot end it, goes on; then it comes out of it, and has ended. */
function takeOverInWrite(rig: PartitionRig, { hang, at = 0, act, meanwhile, onStandardError }: Scene): void {
  let successor: PartitionDrain | null = null
  let writes = 0
  using _calls = new FileCalls({
    onWrite: (length, write) => {
      if (writes++ !== at) return write(length)
      const part = { 'none of it': 0, 'half of it': length >> 1, 'all of it': length }[hang.taken]
      const doIt = (): number => (part === 0 ? 0 : write(part))
      if (hang.when === 'before it is taken over') doIt()
      const epoch = Atomics.add(rig.arena.words, EPOCH, 1) + 1
      successor = new PartitionDrain(rig.arena, rig.drainOptions, { epoch })
      successor.resume(true)
      meanwhile(successor)
      successor.closeHandles()
      if (hang.when === 'at the very end') doIt()
      return part
    },
    ...(onStandardError === undefined ? {} : { onStandardError }),
  })
  const former = rig.drain
  act(former)
  assert.ok(successor !== null)
  rig.drains[0] = successor
  rig.drain.writerEnded()
}

function writeAll(former: PartitionDrain): void {
  assert.throws(() => former.writeDue(NOON_MS, true), Fenced)
}

function assertStaysOut(former: PartitionDrain): void {
  assert.throws(() => former.pass(NOON_MS) >= 0 && former.writeDue(NOON_MS, true), Fenced)
}

function passAll(former: PartitionDrain): void {
  assert.throws(() => former.pass(NOON_MS), Fenced)
}

describe('a partition whose owner hangs in a write', () => {
  for (const hang of HANGS) {
    it(`has every line once, where ${hang.taken} is written ${hang.when}`, () => {
      using rig = new PartitionRig({ geometry: SMALL })
      for (let i = 0; i < 10; i++) rig.logger('actions').info(`${i}`)
      rig.drain.pass(NOON_MS)
      const former = rig.drain
      takeOverInWrite(rig, {
        hang,
        act: writeAll,
        meanwhile: (drain) => {
          for (let i = 10; i < 15; i++) {
            rig.logger('actions').info(`${i}`)
            rig.logger('engine').info(`${i}`)
          }
          drain.pass(NOON_MS)
          assert.equal(drain.writeDue(NOON_MS, true), false)
          // The other files go on; the one that the former owner is in is left alone.
          assert.deepEqual(rig.messages('engine'), ['10', '11', '12', '13', '14'])
          assert.equal(drain.pendingFiles, 1)
        },
      })
      assertStaysOut(former)
      assert.equal(rig.flush(), true)
      assert.deepEqual(
        rig.messages('actions'),
        Array.from({ length: 15 }, (_, i) => `${i}`),
      )
      assert.equal(rig.counted(LINES_F64), 20)
      assert.equal(rig.dropped, 0)
    })

    it(`has a line that is longer than its buffer once or counts it, where ${hang.taken} is written ${hang.when}`, () => {
      using rig = new PartitionRig({ geometry: SMALL })
      rig.logger('actions').info('x'.repeat(5000))
      takeOverInWrite(rig, {
        hang,
        act: passAll,
        meanwhile: (drain) => {
          rig.logger('engine').info('meanwhile')
          drain.pass(NOON_MS)
          drain.writeDue(NOON_MS, true)
        },
      })
      rig.logger('actions').info('next')
      rig.flush()
      const lengths = rig.lines('actions').flatMap((line) => (line.dropped === undefined ? [line.msg.length] : []))
      assert.deepEqual(lengths, hang.taken === 'all of it' ? [5000, 4] : [4])
      assert.equal(rig.dropped, hang.taken === 'all of it' ? 0 : 1)
      assert.deepEqual(rig.messages('engine'), ['meanwhile'])
      assert.equal(rig.counted(LINES_F64), lengths.length + 1)
    })
  }

  it('has a line in parts whole, or tells of it, whichever of its writes hangs', () => {
    const found = new Set<string>()
    for (const { taken, when } of HANGS) {
      for (let hangsAt = 0; hangsAt < 4; hangsAt++) {
        // A ring of which the line takes more than there is: the owner writes parts while the others are logged.
        using rig = new PartitionRig({ geometry: { ...SMALL, ringBytes: 16_384 }, inMemory: true })
        takeOverInWrite(rig, {
          hang: { taken, when },
          at: hangsAt,
          act: () => {
            rig.logger('actions').info('before')
            rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(3000) }) }, 'in parts')
            try {
              rig.flush()
            } catch (error) {
              assert.ok(error instanceof Fenced)
            }
          },
          meanwhile: (drain) => void drain.pass(NOON_MS),
        })
        rig.logger('actions').info('next')
        rig.flush()
        const lines = rig.lines('actions')
        assert.equal(lines.length, 3, `write ${hangsAt}, ${taken}, ${when}`)
        assert.equal(lines.filter((line) => line.dropped !== undefined).length, rig.dropped)
        found.add(`${rig.dropped} dropped`)
      }
    }
    assert.deepEqual([...found].sort(), ['0 dropped', '1 dropped'])
  })

  it('stores nothing any more when it comes out of a look at a file', (t) => {
    const real = fs.statSync
    t.after(() => {
      Object.assign(fs, { statSync: real })
      syncBuiltinESMExports()
    })
    using rig = new PartitionRig({ geometry: SMALL, drain: { fallbackDirectory: newDirectory(t) } })
    let room = 150
    using _calls = new FileCalls({
      onWrite: (length, write) => {
        if (room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        const taken = write(Math.min(room, length))
        room -= taken
        return taken
      },
      onStandardError: () => {},
    })
    for (let i = 0; i < 3; i++) rig.logger('actions').info('x'.repeat(100))
    assert.equal(rig.flush(), false)
    let words: Int32Array | null = null
    Object.assign(fs, {
      statSync: (...args: Parameters<typeof real>) => {
        Atomics.add(rig.arena.words, EPOCH, 1)
        words = rig.arena.words.slice()
        return real(...args)
      },
    })
    syncBuiltinESMExports()
    for (let i = 0; i < 60; i++) rig.logger('actions').info('x'.repeat(100))
    assert.throws(() => rig.drain.pass(NOON_MS), Fenced)
    assert.ok(words !== null)
    assert.deepEqual(rig.arena.words, words)
  })

  it('sends errors that find no room to stderr, and everything to a fallback directory where there is one', (t) => {
    const fallback = newDirectory(t)
    for (const fallbackDirectory of [null, fallback]) {
      using rig = new PartitionRig({ geometry: SMALL, drain: { fallbackDirectory } })
      const spilled: string[] = []
      for (let i = 0; i < 20; i++) rig.logger('actions').error(`${i}`)
      takeOverInWrite(rig, {
        hang: { taken: 'all of it', when: 'at the very end' },
        act: passAll,
        meanwhile: (drain) => {
          for (let i = 0; i < 100; i++) rig.logger('actions').error('x'.repeat(100))
          drain.pass(NOON_MS)
        },
        onStandardError: (text) => void spilled.push(text),
      })
      assert.equal(rig.flush(), true)
      assert.equal(rig.dropped, 0)
      const there =
        spilled.length + (fallbackDirectory === null ? 0 : linesOf(join(fallback, NOON_DAY, 'error.jsonl')).length)
      assert.ok(there > 0)
      assert.equal(fallbackDirectory === null, spilled.length > 0)
      assert.equal(rig.lines('error').length + there, 120)
    }
  })

  it('counts what comes for its file and finds no room', () => {
    using rig = new PartitionRig({ geometry: SMALL })
    for (let i = 0; i < 10; i++) rig.logger('actions').info(`${i}`)
    rig.drain.pass(NOON_MS)
    const former = rig.drain
    takeOverInWrite(rig, {
      hang: { taken: 'all of it', when: 'at the very end' },
      act: writeAll,
      meanwhile: (drain) => {
        for (let i = 10; i < 100; i++) rig.logger('actions').info(`${i}`)
        drain.pass(NOON_MS)
        assert.ok(rig.dropped > 0)
      },
    })
    assertStaysOut(former)
    assert.equal(rig.flush(), false, 'lines were dropped since the last flush')
    assert.equal(rig.flush(), true)
    const lines = rig.lines('actions')
    const told = lines.filter((line) => line.dropped !== undefined)
    assert.deepEqual(
      told.map((line) => line.dropped),
      [rig.dropped],
    )
    assert.equal(lines.length - 1 + rig.dropped, 100)
  })
})
