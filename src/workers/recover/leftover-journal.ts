/**
 * A leftover journal becomes live records: its frames are found and checked, the last checkpoint that is there as a whole
 * is what counts, and behind it the frames in the order of their numbers. Reads a private copy, and stores nothing in it but
 * how much of dictionary and file table is there.
 *
 * A last frame that is not intact is the write that was under way at the end, and lost as it has to be. One before it is
 * damage, and so are records that are lacking between two frames.
 */
import { type Arena, fileEntryCheck, fileWord } from '../../shared/arena.js'
import { distanceBytes, FILE_CHECK, FILE_COUNT } from '../../shared/arena-layout.js'
import {
  FRAME_HEADER_BYTES,
  FRAME_KIND_CARRIED,
  FRAME_KIND_CHECKPOINT,
  FRAME_KIND_RECORDS,
  frameBytes,
  JOURNAL_SALT,
} from '../../shared/journal-layout.js'
import { FilePaths } from '../drain/file-paths.js'
import { type FrameHeader, isPayloadIntact, readFrameHeader } from '../drain/journal-frames.js'
import { journalCopy, settleRegions } from './journal-copy.js'
import { JournalRecords } from './journal-records.js'
import type { Damage, LiveRecords, PendingBytes } from './live-records.js'

/** Frames start on multiples of this. */
const STEP_BYTES = 8
/** A hostile file may say that all of it is payload at many places: no more than this many times its size is looked at. */
const CHECKED_RATIO_MAX = 4
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
    if (!settleRegions(arena, last)) {
      const { dictionary, fileTable } = arena.offsets
      this.#damage.push({ fromByte: dictionary, toByte: fileTable, reason: 'the dictionary is not intact' })
    }
    const isFile = this.#intactFiles()
    const base = frames.findLastIndex((_, index) => isWholeCheckpoint(frames, index))
    const pending = base < 0 ? [] : this.#carried(frames, base, last.committed, isFile)
    const records = new JournalRecords(arena, isFile)
    for (const frame of frames.slice(Math.max(base, 0))) {
      // Of an attempt to begin a half that came to no end.
      if (frame.kind === FRAME_KIND_CARRIED) continue
      if (frame.brokenFrom < frame.at) {
        this.#damage.push({ fromByte: frame.brokenFrom, toByte: frame.at, reason: 'frames are not intact' })
      }
      records.add(frame)
    }
    this.#damage.push(...records.damage)
    return { arena, recordAt: records.from(last.committed), pending, damage: this.#damage }
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

  /** Whether a file has an entry that is intact and names one. */
  #intactFiles(): (file: number) => boolean {
    const arena = this.#arena
    const paths = new FilePaths(arena, '')
    const isIntact: boolean[] = []
    for (let file = 0; file < (arena.words[FILE_COUNT] as number); file++) {
      isIntact.push(fileWord(arena, file, FILE_CHECK) === fileEntryCheck(arena, file) && paths.isValid(file))
    }
    return (file) => isIntact[file] === true
  }

  /** The lines that were carried over for a checkpoint, unless all that was before it is in files by now. */
  #carried(
    frames: readonly Frame[],
    base: number,
    committed: number,
    isFile: (file: number) => boolean,
  ): PendingBytes[] {
    const checkpoint = frames[base] as Frame
    if (distanceBytes(checkpoint.position, committed) >= 0) return []
    return frames.slice(base - checkpoint.carried, base).flatMap(({ carried: file, payloadAt, payloadBytes }) => {
      const bytes = this.#arena.bytes.subarray(payloadAt, payloadAt + payloadBytes)
      if (isFile(file) && bytes.at(-1) === NEWLINE) return [{ file, bytes }]
      this.#damage.push({
        fromByte: payloadAt,
        toByte: payloadAt + payloadBytes,
        reason: 'lines of a file that is not known',
      })
      return []
    })
  }
}

/** Whether a frame is a checkpoint, and all that was carried for it is right before it. */
function isWholeCheckpoint(frames: readonly Frame[], index: number): boolean {
  const { kind, carried, number } = frames[index] as Frame
  if (kind !== FRAME_KIND_CHECKPOINT || carried < 0 || carried > index) return false
  return frames
    .slice(index - carried, index)
    .every((frame, i) => frame.kind === FRAME_KIND_CARRIED && frame.number === ((number - carried + i) | 0))
}
