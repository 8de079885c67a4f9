import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { type Arena, checksum, headerCheck } from '../../../src/shared/arena.js'
import {
  ARENA_MAGIC,
  arenaOffsets,
  DICTIONARY_USED,
  FILE_CAPACITY,
  FILE_COUNT,
  FILE_ENTRY_BYTES,
  HEADER_CHECK,
  JOURNAL_AT,
  MAGIC,
  RING_BYTES,
} from '../../../src/shared/arena-layout.js'
import {
  FRAME_BYTES,
  FRAME_HEADER_BYTES,
  FRAME_HEADER_CHECK,
  JOURNAL_SALT,
  JOURNAL_SALT_CHECK,
  journalGeometry,
} from '../../../src/shared/journal-layout.js'
import { saltCheck } from '../../../src/workers/files/journal-file.js'
import { linesIn, liveRecordsIn, messagesIn } from '../journal-lines.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

interface Sample {
  /** The journal's bytes. */
  readonly bytes: Uint8Array
  readonly arena: Arena
  /** Where each of its frames starts, and the last one ends. */
  readonly frames: readonly number[]
  /** All lines that it holds, by file; and without those of the last frame. */
  readonly lines: ReadonlyMap<string, readonly string[]>
  readonly withoutLast: ReadonlyMap<string, readonly string[]>
}

/** A small journal of five frames. */
function sample(): Sample {
  using rig = new PartitionRig({
    geometry: { ringBytes: 8192, fileBufferBytes: 4096, fileBufferCount: 1, fileCapacity: 8, dictionaryBytes: 4096 },
    options: { maxCategories: 3 },
    journals: true,
    inMemory: true,
  })
  const { ring } = arenaOffsets(journalGeometry(rig.arena.geometry))
  const frames: number[] = []
  let withoutLast = new Map<string, string[]>()
  for (let i = 0; i < 5; i++) {
    rig.logger('a').info({ i }, 'fields')
    rig.logger('b').info`template ${i}`
    rig.logger('a').info({ toJSON: () => ({ i }) }, 'rendered')
    frames.push(ring + rig.arena.words[JOURNAL_AT]!)
    if (i === 4) withoutLast = linesIn(liveRecordsIn(readFileSync(rig.journal))!)
    rig.drain.pass(NOON_MS)
  }
  frames.push(ring + rig.arena.words[JOURNAL_AT]!)
  const bytes = readFileSync(rig.journal)
  return { bytes, arena: rig.arena, frames, lines: linesIn(liveRecordsIn(bytes)!), withoutLast }
}

/** Reads a changed journal; gives what is wrong with the outcome, or `null`. */
function faultOf({ lines, withoutLast }: Sample, changed: Uint8Array, inLastFrame: boolean): string | null {
  const live = liveRecordsIn(changed)
  if (live === null) return null
  const found = [...linesIn(live)]
  if (live.damage.length > 0) {
    const foreign = found.flatMap(([name, texts]) => texts.filter((text) => !lines.get(name)?.includes(text)))
    return foreign.length === 0 ? null : `lines that nobody logged: ${foreign[0]}`
  }
  const text = JSON.stringify(found)
  if (text === JSON.stringify([...lines])) return null
  if (inLastFrame && text === JSON.stringify([...withoutLast])) return null
  return `not noticed: ${text.slice(0, 200)}`
}

/** A copy with a word changed, of the journal and of what vouches for it. */
function withWord(bytes: Uint8Array, word: number, value: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const words = new Int32Array(changed.buffer)
  words[word] = value
  words[HEADER_CHECK] = headerCheck(words)
  return changed
}

describe('readLeftoverJournal()', () => {
  const journal = sample()
  const [first = 0] = journal.frames
  const end = journal.frames.at(-1)!
  const lastFrame = journal.frames.at(-2)!

  it('reads an intact journal', () => {
    const live = liveRecordsIn(journal.bytes)!
    assert.deepEqual(live.damage, [])
    assert.equal(live.recordAt.length, 15)
    assert.deepEqual(messagesIn(live).slice(-2), ['template 3', 'template 4'])
  })

  it('notices each flipped bit, or it does no harm', () => {
    const { offsets, words } = journal.arena
    const dictionaryEnd = offsets.dictionary + words[DICTIONARY_USED]!
    const fileTableEnd = offsets.fileTable + words[FILE_COUNT]! * FILE_ENTRY_BYTES
    const ranges = [
      [0, 64],
      [offsets.dictionary, dictionaryEnd],
      [offsets.fileTable, fileTableEnd],
      [first, end],
    ] as const
    const faults: string[] = []
    let flips = 0
    const changed = Uint8Array.from(journal.bytes)
    for (const [from, to] of ranges) {
      for (let bit = from * 8; bit < to * 8; bit += bit < 512 ? 1 : 3) {
        flips++
        changed[bit >> 3]! ^= 1 << (bit & 7)
        const fault = faultOf(journal, changed, bit >> 3 >= lastFrame)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        if (fault !== null) faults.push(`bit ${bit & 7} of byte ${bit >> 3}: ${fault}`)
      }
    }
    assert.ok(flips > 5000, `${flips} flips`)
    assert.equal(faults.length, 0, `${faults.length} of ${flips}:\n${faults.slice(0, 10).join('\n')}`)
  })

  it('takes no file that was cut for a journal', () => {
    for (let length = 0; length < journal.bytes.length; length += length < 5000 ? 97 : 1021) {
      assert.equal(liveRecordsIn(journal.bytes.subarray(0, length)), null, `${length} bytes`)
    }
  })

  it('loses nothing but the last frame where that is torn, and does not call it damage', () => {
    for (let from = lastFrame; from < end; from += 8) {
      const torn = Uint8Array.from(journal.bytes)
      torn.fill(0, from, end)
      const live = liveRecordsIn(torn)!
      assert.deepEqual(live.damage, [])
      assert.deepEqual([...linesIn(live)], [...journal.withoutLast], `torn at ${from}`)
    }
  })

  it('tells of a frame that is not intact between others, and reads those', () => {
    for (const [index, from] of journal.frames.slice(0, -2).entries()) {
      const changed = Uint8Array.from(journal.bytes)
      changed.fill(0xff, from, journal.frames[index + 1])
      const live = liveRecordsIn(changed)!
      assert.ok(live.damage.some(({ fromByte, toByte }) => fromByte === from && toByte === journal.frames[index + 1]))
      assert.equal(live.recordAt.length, 12, `frame ${index}`)
    }
  })

  it('takes a journal that another salt was made for as one without frames', () => {
    const changed = Uint8Array.from(journal.bytes)
    const words = new Int32Array(changed.buffer)
    const salt = words[JOURNAL_SALT]! ^ 1
    words[JOURNAL_SALT] = salt
    words[JOURNAL_SALT_CHECK] = saltCheck(salt)
    const live = liveRecordsIn(changed)!
    assert.deepEqual([live.recordAt.length, live.pending.length], [0, 0])
  })

  it('believes no size that the file has not', () => {
    for (const [word, value] of [
      [MAGIC, ARENA_MAGIC],
      [RING_BYTES, 2 ** 30],
      [RING_BYTES, -8192],
      [RING_BYTES, 0],
      [FILE_CAPACITY, 2 ** 24],
      [FILE_CAPACITY, -1],
    ] as const) {
      assert.equal(liveRecordsIn(withWord(journal.bytes, word, value)), null, `word ${word}: ${value}`)
    }
  })

  it('comes to an end with a file that says everywhere that all of it is a frame', () => {
    const changed = Uint8Array.from(journal.bytes)
    const words = new Int32Array(changed.buffer)
    const salt = words[JOURNAL_SALT]!
    const header = words.slice(lastFrame >> 2, (lastFrame + FRAME_HEADER_BYTES) >> 2)
    for (let at = end; at + FRAME_HEADER_BYTES <= changed.length; at += FRAME_HEADER_BYTES) {
      header[FRAME_BYTES] = changed.length - at - FRAME_HEADER_BYTES
      const covered = new Uint8Array(header.buffer).subarray((FRAME_HEADER_CHECK + 1) * 4)
      header[FRAME_HEADER_CHECK] = checksum(covered, salt)
      words.set(header, at >> 2)
    }
    const live = liveRecordsIn(changed)!
    assert.deepEqual([...linesIn(live)], [...journal.lines])
  })
})
