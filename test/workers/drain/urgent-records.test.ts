import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { describe, it } from 'node:test'
import { APPLIED, LINES_F64, PUBLISHED, URGENT_PUBLISHED } from '../../../src/shared/arena-layout.js'
import { KIND_PAD, RECORD_HEAD, RECORD_LENGTH } from '../../../src/shared/record-layout.js'
import { FileCalls } from '../file-calls.js'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig, storePublished } from '../partition-rig.js'

const RING_BYTES = 1024 * 1024

/** Publishes records past the rig's producer, whose own position is of no use from then on. */
class RawRing {
  readonly #rig: PartitionRig

  constructor(rig: PartitionRig) {
    this.#rig = rig
  }

  /** Pads of so many bytes altogether go through the ring. */
  pass(bytes: number): void {
    for (let left = bytes; left > 0; left -= RING_BYTES / 4) this.#passPad(Math.min(left, RING_BYTES / 4))
  }

  #passPad(bytes: number): void {
    const { words, offsets } = this.#rig.arena
    const ringAt = words[PUBLISHED]! & (RING_BYTES - 1)
    const toEnd = RING_BYTES - ringAt
    const part = Math.min(bytes, toEnd)
    words[(offsets.ring + ringAt + RECORD_LENGTH) >> 2] = part
    words[(offsets.ring + ringAt + RECORD_HEAD) >> 2] = KIND_PAD
    storePublished(words, (words[PUBLISHED]! + part) | 0)
    this.#rig.drain.pass(NOON_MS)
    if (part < bytes) this.#passPad(bytes - part)
  }

  /** A record as one that was published before. */
  publish(record: Uint8Array): void {
    const { words, offsets, bytes } = this.#rig.arena
    bytes.set(record, offsets.ring + (words[PUBLISHED]! & (RING_BYTES - 1)))
    storePublished(words, (words[PUBLISHED]! + record.length) | 0)
    words[URGENT_PUBLISHED] = (words[URGENT_PUBLISHED]! + 1) | 0
  }
}

describe('urgent records after gigabytes without one', () => {
  it('are taken ahead all the same', () => {
    for (const bytes of [2 ** 30, 2 ** 31 + 4096, 2 ** 32 - 4096]) {
      using rig = new PartitionRig({ geometry: { ringBytes: RING_BYTES } })
      rig.logger('actions').error('again')
      const { bytes: memory, offsets, words } = rig.arena
      const at = offsets.ring + (words[APPLIED]! & (RING_BYTES - 1))
      const record = memory.slice(at, at + words[(at + RECORD_LENGTH) >> 2]!)
      assert.equal(rig.flush(), true)
      const raw = new RawRing(rig)
      raw.pass(bytes)
      raw.publish(record)
      rig.drain.pass(NOON_MS, 0)
      assert.deepEqual(rig.messages('error'), ['again', 'again'], `${bytes} bytes later`)
    }
  })
})

describe('urgent records in the midst of a pass', () => {
  it('are written before the next file, where the same records fill all of them', () => {
    const categories = ['actions', 'engine', 'entities', 'turns']
    using rig = new PartitionRig({ geometry: { fileBufferBytes: 4096 } })
    for (let round = 0; round < 4; round++) {
      for (const category of categories) rig.logger(category).info('x'.repeat(1000))
    }
    let writes = 0
    using calls = new FileCalls({
      onWrite: (length, write) => {
        if (writes++ === 0) rig.logger('ui').error('while the first file is written')
        return write(length)
      },
    })
    rig.drain.pass(NOON_MS)
    assert.deepEqual(
      calls.paths.map((path) => basename(path, '.jsonl')),
      ['actions', 'error', 'engine', 'entities', 'turns'],
    )
  })
})

describe('urgent records whose owner dies', () => {
  it('are written and counted once each, also where half of two that are as long is in the file', () => {
    let lifetime: Lifetime
    let deaths = 0
    do {
      using rig = new PartitionRig({ inMemory: true })
      for (const text of ['one', 'two']) rig.logger('actions').error(text)
      lifetime = new Lifetime(deaths)
      try {
        using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
        owner.drain.pass(NOON_MS)
      } catch (error) {
        if (!(error instanceof Death)) throw error
        deaths++
      }
      rig.succeed()
      rig.flush()
      const found = { messages: rig.messages('error'), lines: rig.counted(LINES_F64) }
      assert.deepEqual(found, { messages: ['one', 'two'], lines: 2 }, `died at event ${deaths}: ${lifetime.epitaph}`)
    } while (lifetime.dead)
    assert.ok(deaths > 20, `${deaths} deaths`)
  })
})
