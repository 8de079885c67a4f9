/** Owners that die between any two of their stores, and before and after each sync: no successor says too much. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

const DAY_MS = 86_400_000
const DAYS = ['2026-11-23', '2026-11-24', '2026-11-25']
const NAMES = ['actions', 'engine', 'error']
/** The name of a file that is new when all others are on the disk. */
const LATE = 'late'

interface Outcome {
  /** What is wrong in the end. */
  readonly faults: string
  /** Files of which it was said that they may not be on the disk. */
  readonly unsynced: number
}

/** Three days of lines for a durable file and for two that are flushed; none of them is on the disk unless it was synced. */
function runScenario(lifetimes: readonly Lifetime[]): Outcome {
  let nowMs = NOON_MS
  using rig = new PartitionRig({
    geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 4 },
    drain: { handlesMax: 2, retryDelayMs: 1 },
    options: { durability: { error: 'sync' } },
    clock: () => nowMs,
    inMemory: true,
    onFull: () => assert.fail('the ring is large enough for a day'),
  })
  const onDisk = new Map<string, number>()
  const entriesOnDisk = new Set<string>()
  const onSynced = (path: string): void => {
    if (path.endsWith('.jsonl')) onDisk.set(path, statSync(path).size)
    else for (const name of readdirSync(path)) entriesOnDisk.add(join(path, name))
  }
  const logDay = (day: number): void => {
    nowMs = NOON_MS + day * DAY_MS
    rig.logger('actions').info('a')
    rig.logger('engine').info('e')
    rig.logger('engine').error('failed')
  }
  logDay(0)
  let day = 0
  let isLate = false
  const unsynced = new Set<string>()
  for (const [index, lifetime] of lifetimes.entries()) {
    try {
      using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime, () => null, onSynced)
      if (index > 0) owner.drain.resume()
      for (;;) {
        owner.drain.pass(nowMs)
        owner.drain.writeDue(nowMs, day !== 1)
        if (day < DAYS.length - 1) {
          logDay(++day)
          continue
        }
        for (const path of owner.drain.sync()) unsynced.add(path)
        if (isLate) break
        isLate = true
        rig.logger(LATE).info('l')
      }
      break
    } catch (error) {
      if (!(error instanceof Death)) throw error
    }
  }
  const faults: string[] = []
  const paths = DAYS.flatMap((each) => NAMES.map((name) => rig.path(name, each)))
  for (const path of [...paths, rig.path(LATE, DAYS.at(-1))]) {
    if (!existsSync(path)) faults.push(`${path} is not there`)
    else if (unsynced.has(path)) continue
    else if (onDisk.get(path) !== statSync(path).size) faults.push(`${path}: ${onDisk.get(path)} bytes are on the disk`)
    else if (!entriesOnDisk.has(path) || !entriesOnDisk.has(dirname(path)))
      faults.push(`${basename(path)}: its entry is not on the disk`)
  }
  return { faults: faults.join('; '), unsynced: unsynced.size }
}

describe('Syncing, with owners that die', () => {
  it('says of no file that it is on the disk when it is not, whichever store is the last', () => {
    const whole = new Lifetime(Number.POSITIVE_INFINITY)
    assert.deepEqual(runScenario([whole]), { faults: '', unsynced: 0 })
    let inSync = 0
    for (let last = 0; last < whole.events; last++) {
      const mortal = new Lifetime(last)
      const { faults, unsynced } = runScenario([mortal, new Lifetime(Number.POSITIVE_INFINITY)])
      assert.ok(mortal.dead, `it lives beyond event ${last}`)
      assert.equal(faults, '', `dead at event ${last} of ${whole.events}: ${mortal.epitaph}`)
      if (unsynced > 0) inSync++
    }
    const syncs = DAYS.length * NAMES.length + 1
    // The stores around a call, the call itself and what is stored of its outcome: else nobody is told for nothing.
    assert.ok(inSync > 0 && inSync <= syncs * 2 * 8, `${inSync} of ${whole.events} deaths count as failed syncs`)
  })
})
