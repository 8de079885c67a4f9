/** How long a writer sleeps between its looks. */
import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { CLOSE_REQUESTED, EPOCH, OWNER_RUNNING, OWNER_STATE, PARKED } from '../../../src/shared/arena-layout.js'
import { DrainLoop } from '../../../src/workers/drain/drain-loop.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { WatchedAtomics, watchArena } from '../watched-arena.js'

/** The sleeps of a loop that has one line to write, until it parks; the clock goes on by as much at once. */
async function sleepsMs(flushIntervalMs: number): Promise<{ naps: number[]; park: number }> {
  using rig = new PartitionRig({ drain: { flushIntervalMs } })
  let nowMs = NOON_MS
  const clock = mock.method(Date, 'now', () => nowMs)
  using _atomics = new WatchedAtomics()
  const { words } = rig.arena
  const naps: number[] = []
  let park = 0
  const watcher = {
    access: () => {},
    wait: (_words: Int32Array, _index: number, _value: number, timeoutMs: number) => {
      nowMs += timeoutMs
      if (words[PARKED] === 1) {
        park = timeoutMs
        words[CLOSE_REQUESTED] = 1
      } else naps.push(timeoutMs)
      return 'timed-out' as const
    },
    notify: () => {},
  }
  const arena = watchArena(rig.arena, watcher, ['words'])
  rig.logger('actions').info('one line')
  words[OWNER_STATE] = OWNER_RUNNING
  const loop = new DrainLoop(arena, new PartitionDrain(arena, rig.drainOptions), words[EPOCH]!)
  assert.equal(await loop.run(), 'closed')
  clock.mock.restore()
  assert.deepEqual(rig.messages('actions'), ['one line'])
  return { naps, park }
}

describe('DrainLoop', () => {
  it('naps for eight milliseconds, and parks until something is due', async () => {
    assert.deepEqual(await sleepsMs(400), { naps: Array(4).fill(8), park: 400 - 4 * 8 })
  })

  it('naps no longer than a fourth of flushInterval, and a millisecond at the least', async () => {
    assert.deepEqual([...new Set((await sleepsMs(12)).naps)], [3])
    assert.deepEqual([...new Set((await sleepsMs(1)).naps)], [1])
  })

  it('naps no longer than until a line is due', async () => {
    const { naps } = await sleepsMs(30)
    assert.deepEqual(naps, [7, 7, 7, 7, 2])
  })
})
