/**
 * A leftover journal becomes live records: its frames are found and checked, the last checkpoint that is there as a whole
 * is what counts, and behind it the frames in the order of their numbers. Reads a private copy.
 *
 * A last frame that is not intact is the write that was under way at the end, and lost as it has to be. One before it is
 * damage, and so are records that are lacking between two frames.
 */
import type { Arena } from '../../shared/arena.js'
import {
  FRAME_HEADER_BYTES,
  FRAME_KIND_CARRIED,
  FRAME_KIND_CHECKPOINT,
  FRAME_KIND_RECORDS,
  frameBytes,
  JOURNAL_SALT,
} from '../../shared/journal-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import { type FrameHeader, isPayloadIntact, readFrameHeader } from '../drain/journal-frames.js'
import { CheckedDictionary } from './checked-dictionary.js'
import { journalCopy } from './journal-copy.js'
import { JournalRecords } from './journal-records.js'
import { LeftoverFiles } from './leftover-files.js'
import { type Damage, damageAt, type LiveRecords, type PendingBytes } from './live-records.js'
import { RecordCheck } from './record-check.js'

/** Frames start on multiples of this. */
const STEP_BYTES = 8
/** A hostile file may say that all of it is payload at many places: no more than this many times its size is looked at. */
const CHECKED_RATIO_MAX = 4
/** A hostile file may have something wrong in every few bytes; nobody reads of so much. */
const DAMAGE_MAX = 10_000
const NEWLINE = 0x0a
const KINDS = [FRAME_KIND_RECORDS, FRAME_KIND_CHECKPOINT, FRAME_KIND_CARRIED]

interface Frame extends FrameHeader {
  /** Where it is in the copy. */
  readonly at: number
  readonly payloadAt: number
  /** Where the bytes before it that are no frame start; `at` where there are none. */
  readonly brokenFrom: number
}

/** The live records of a copy of a journal, or `null` where its header is not that of one. */
export function readLeftoverJournal(copy: SharedArrayBuffer): LiveRecords | null {
  const arena = journalCopy(copy)
  return arena === null ? null : new LeftoverJournal(arena).read()
}

class LeftoverJournal {
  readonly #arena: Arena
  readonly #salt: number
  readonly #damage: Damage[] = []
  #checkedBytesLeft: number

  constructor(arena: Arena) {
    this.#arena = arena
    this.#salt = arena.words[JOURNAL_SALT] as number
    this.#checkedBytesLeft = arena.bytes.length * CHECKED_RATIO_MAX
  }

  read(): LiveRecords {
    const arena = this.#arena
    const frames = this.#frames()
    const last = frames.at(-1)
    if (last === undefined) return { arena, recordAt: [], pending: [], damage: this.#damage }
    const files = new LeftoverFiles(arena)
    const dictionary = new CheckedDictionary(arena)
    const base = lastWholeCheckpoint(frames)
    const pending = base < 0 ? [] : this.#carried(frames, base, last.committed, files)
    const records = new JournalRecords(arena, new RecordCheck(arena, dictionary, files))
    for (const frame of frames.slice(Math.max(base, 0))) {
      // Of an attempt to begin a half that came to no end.
      if (frame.kind === FRAME_KIND_CARRIED) continue
      if (frame.brokenFrom < frame.at) {
        this.#damage.push(damageAt(frame.brokenFrom, frame.at - frame.brokenFrom, 'frames are not intact'))
      }
      records.add(frame)
    }
    const recordAt = records.from(last.committed)
    const damage = this.#damage.concat(dictionary.damage, records.damage).slice(0, DAMAGE_MAX)
    return { arena, recordAt, pending, damage }
  }

  /** All frames of both halves, in the order of their numbers. */
  #frames(): Frame[] {
    const { ring } = this.#arena.offsets
    const halfBytes = this.#arena.geometry.ringBytes / 2
    const halves = [this.#framesOf(ring, ring + halfBytes), this.#framesOf(ring + halfBytes, ring + 2 * halfBytes)]
    return halves.flat().sort((left, right) => distanceBytes(right.number, left.number))
  }

  /** The frames of one half. What is behind its last frame is of its former use, and its numbers are lower. */
  #framesOf(from: number, end: number): Frame[] {
    const frames: Frame[] = []
    let brokenFrom = from
    for (let at = from; at + FRAME_HEADER_BYTES <= end; ) {
      const frame = this.#frameAt(at, brokenFrom, end)
      const before = frames.at(-1)
      if (frame === null || (before !== undefined && distanceBytes(before.number, frame.number) <= 0)) {
        at += STEP_BYTES
        continue
      }
      frames.push(frame)
      at += frameBytes(frame.payloadBytes)
      brokenFrom = at
    }
    return frames
  }

  #frameAt(at: number, brokenFrom: number, end: number): Frame | null {
    const { words, bytes } = this.#arena
    const header = readFrameHeader(words, at >> 2, this.#salt)
    if (header === null || !KINDS.includes(header.kind)) return null
    const payloadAt = at + FRAME_HEADER_BYTES
    const { payloadBytes } = header
    if (payloadBytes < 0 || payloadBytes > end - payloadAt || payloadBytes > this.#checkedBytesLeft) return null
    this.#checkedBytesLeft -= payloadBytes
    const payload = bytes.subarray(payloadAt, payloadAt + payloadBytes)
    if (!isPayloadIntact(words, at >> 2, this.#salt, payload)) return null
    return { ...header, at, payloadAt, brokenFrom }
  }

  /** The lines that were carried over for a checkpoint, unless all that was before it is in files by now. */
  #carried(frames: readonly Frame[], base: number, committed: number, files: LeftoverFiles): PendingBytes[] {
    const checkpoint = frames[base] as Frame
    if (distanceBytes(checkpoint.position, committed) >= 0) return []
    return frames.slice(base - checkpoint.carried, base).flatMap(({ carried: file, payloadAt, payloadBytes }) => {
      const bytes = this.#arena.bytes.subarray(payloadAt, payloadAt + payloadBytes)
      if (files.kind(file) === 'log' && bytes.at(-1) === NEWLINE) return [{ file, bytes }]
      this.#damage.push(damageAt(payloadAt, payloadBytes, 'lines of a file that is not known'))
      return []
    })
  }
}

/** The index of the last checkpoint that has all that was carried for it right before it; -1 where there is none. */
function lastWholeCheckpoint(frames: readonly Frame[]): number {
  let found = -1
  let carried = 0
  for (const [index, frame] of frames.entries()) {
    const before = frames[index - 1]
    const follows = before !== undefined && frame.number === ((before.number + 1) | 0)
    const known = follows ? carried : 0
    if (frame.kind === FRAME_KIND_CHECKPOINT && frame.carried >= 0 && frame.carried <= known) found = index
    carried = frame.kind === FRAME_KIND_CARRIED ? known + 1 : 0
  }
  return found
}
