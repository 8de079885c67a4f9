import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import { EarlyJournaling } from '../../../src/main/control/early-journaling.js'
import { BELL, JOURNAL_FRAMES, PARKED } from '../../../src/shared/arena-layout.js'
import { noDescriptors, openFilesBelow } from '../../support/open-files.js'
import { linesAfterTheEnd } from '../../workers/after-the-end.js'
import { PartitionRig } from '../../workers/partition-rig.js'

/** Longer than what two writes are apart. */
const SPIN_MS = 2
const CLOSED_MS_MAX = 10_000

interface Early {
  readonly rig: PartitionRig
  readonly early: EarlyJournaling
  /** How often an error was told of. */
  readonly urgent: () => number
  [Symbol.dispose](): void
}

function begun(): Early {
  const rig = new PartitionRig({ journals: true })
  let urgent = 0
  const early = new EarlyJournaling(rig.arena, rig.ring, dirname(rig.journal), () => urgent++)
  early.begin()
  return {
    rig,
    early,
    urgent: () => urgent,
    [Symbol.dispose]() {
      early.end()
      rig[Symbol.dispose]()
    },
  }
}

function found(rig: PartitionRig): string[] {
  return linesAfterTheEnd(rig, ['actions'])
    .get('actions')!
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
}

/** Lets time go by, and no turn of the event loop. */
function spin(): void {
  const until = performance.now() + SPIN_MS
  while (performance.now() < until);
}

describe('EarlyJournaling', () => {
  it('journals inside the calls, whatever the event loop does', () => {
    using test = begun()
    const { rig } = test
    const expected: string[] = []
    for (let i = 0; i < 5; i++) {
      spin()
      expected.push(`${i}`)
      rig.logger('actions').info(`${i}`)
      assert.deepEqual(found(rig), expected)
    }
  })

  it('writes no more often in a turn than time goes by, and has all when the event loop turns', async () => {
    using test = begun()
    const { rig } = test
    const expected: string[] = []
    const startMs = performance.now()
    for (let i = 0; i < 200; i++) {
      expected.push(`${i}`)
      rig.logger('actions').info(`${i}`)
    }
    const writes = rig.arena.words[JOURNAL_FRAMES]!
    assert.ok(writes >= 1 && writes <= 1 + (performance.now() - startMs), `${writes} writes`)
    await setImmediate()
    assert.deepEqual(found(rig), expected)
  })

  it('has what came before it began', () => {
    using rig = new PartitionRig({ journals: true })
    rig.logger('actions').info('one')
    const early = new EarlyJournaling(rig.arena, rig.ring, dirname(rig.journal), () => {})
    early.begin()
    assert.deepEqual(found(rig), ['one'])
    early.end()
  })

  it('leaves the journal and the bell to the owner once that has come', async () => {
    using test = begun()
    const { rig, early } = test
    rig.logger('actions').info('early')
    rig.succeed()
    const { words } = rig.arena
    assert.equal(words[BELL], 0)
    spin()
    rig.logger('actions').info('for the owner')
    assert.equal(words[BELL], 1)
    await setImmediate()
    assert.deepEqual(found(rig), ['early'])
    // Whether the owner has to be woken is said by the owner.
    words[PARKED] = 0
    words[BELL] = 0
    rig.logger('actions').info('it is awake')
    assert.equal(words[BELL], 0)
    early.end()
    assert.equal(words[PARKED], 0)
  })

  it('ends with its own part: whoever drains the ring by then goes on', () => {
    using test = begun()
    const { rig, early } = test
    let drains = 0
    rig.ring.drainHere(() => drains++)
    early.end()
    rig.logger('actions').info('drained')
    assert.equal(drains, 1)
  })

  it('passes an error on that nobody else hears of, and nothing besides', () => {
    using test = begun()
    const { rig, urgent } = test
    rig.logger('actions').info('no error')
    assert.equal(urgent(), 0)
    rig.logger('actions').error('one')
    assert.equal(urgent(), 1)
    rig.logger('actions').info('no error')
    rig.ring.ring()
    assert.equal(urgent(), 1)
    rig.logger('actions').error('another')
    assert.equal(urgent(), 2)
  })

  it('is not there where there is no journal', () => {
    using rig = new PartitionRig()
    const early = new EarlyJournaling(rig.arena, rig.ring, null, () => assert.fail())
    early.begin()
    assert.equal(rig.arena.words[PARKED], 0)
    rig.logger('actions').error('one')
    assert.equal(rig.arena.words[BELL], 1)
    assert.equal(rig.arena.words[JOURNAL_FRAMES], 0)
    early.end()
  })

  it('closes the file when the owner has come, though nothing is logged any more', {
    skip: noDescriptors,
  }, async () => {
    using test = begun()
    const { rig } = test
    const directory = dirname(rig.journal)
    rig.logger('actions').info('one')
    assert.equal(openFilesBelow(directory), 1)
    await setImmediate()
    assert.equal(openFilesBelow(directory), 1)
    rig.succeed()
    const giveUpAt = performance.now() + CLOSED_MS_MAX
    while (openFilesBelow(directory) > 0 && performance.now() < giveUpAt) await pause(1)
    assert.equal(openFilesBelow(directory), 0)
  })
})
