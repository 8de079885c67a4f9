/**
 * Layout of a journal: the file in which an owner keeps what it drains from a memory arena, before it buffers it. The only
 * file that knows a frame's offsets; it reads and writes nothing.
 *
 *   | control words | dictionary | file table | drop table, index (unused) | half 0: frames ... | half 1: frames ... |
 *
 * It is laid out as an arena without file buffers whose ring are the frames, so that what reads dictionary, file table and
 * records of an arena reads those of a journal's copy. Of the control words only the geometry and the two below are there.
 *
 * A half begins with a checkpoint, which makes all that is in the other half needless: the pending lines of files that
 * could not be written (carried frames), then a frame of the records that are not applied yet. Behind it each frame has
 * the records that came since. Numbers rise with each frame that is written, wrapping: what a half has from its former use
 * is told from what is new by them. Positions of frames may overlap, where an owner died after it had written a frame and
 * before it had said so.
 */
import { join } from 'node:path'
import { type ArenaGeometry, FILE_CAPACITY, HEADER_CHECK } from './arena-layout.js'
import { slicesMax } from './file-buffers-layout.js'

/** Identifies a journal (and its byte order) in a leftover file: "SPWJ". */
export const JOURNAL_MAGIC = 0x5350574a
/** Random, and part of each frame's checksums: no text that somebody logs can be taken for a frame. */
export const JOURNAL_SALT = HEADER_CHECK + 1
/** Checksum of the salt. */
export const JOURNAL_SALT_CHECK = HEADER_CHECK + 2

// Words of a frame's header, from its start.
/** FRAME_MAGIC_VALUE. */
export const FRAME_MAGIC = 0
/** Checksum of the header's words that follow. */
export const FRAME_HEADER_CHECK = 1
/** Checksum of the payload. */
export const FRAME_PAYLOAD_CHECK = 2
export const FRAME_NUMBER = 3
/** One of the FRAME_KIND_ values, below. */
export const FRAME_KIND = 4
/** Bytes of the payload. The next frame starts on the next multiple of 8 behind it. */
export const FRAME_BYTES = 5
/** Position of the first record; in a carried frame that of the checkpoint. */
export const FRAME_POSITION = 6
/** COMMITTED as the frame was written: records before it are in their files. */
export const FRAME_COMMITTED = 7
/** In a carried frame the file; in a checkpoint how many carried frames belong to it, with the numbers right before. */
export const FRAME_CARRIED = 8
/** Even: records keep aligned. */
export const FRAME_HEADER_WORDS = 10
export const FRAME_HEADER_BYTES = FRAME_HEADER_WORDS * 4

/** Starts a frame: "SPWF". */
export const FRAME_MAGIC_VALUE = 0x53505746

// Values of FRAME_KIND.
/** Records as they are in the ring, pads included. */
export const FRAME_KIND_RECORDS = 1
/** Records, and everything before this frame and those carried for it is needless. */
export const FRAME_KIND_CHECKPOINT = 2
/** Whole lines that are pending for one file, of records before the checkpoint. */
export const FRAME_KIND_CARRIED = 3

const FRAME_ALIGNMENT_BYTES = 8
const PAGE_BYTES = 4096
/** Rings in a half besides what is carried: one for the records of the checkpoint, one for those that come then. */
const RINGS_PER_HALF = 2

/** How much of a journal a frame of such a payload takes. */
export function frameBytes(payloadBytes: number): number {
  return (FRAME_HEADER_BYTES + payloadBytes + FRAME_ALIGNMENT_BYTES - 1) & ~(FRAME_ALIGNMENT_BYTES - 1)
}

/** The geometry of the journal of an arena: its `ringBytes` are those of both halves. */
export function journalGeometry(arena: ArenaGeometry): ArenaGeometry {
  const { fileBufferBytes, fileBufferCount } = arena
  const carriedBytes = fileBufferCount * fileBufferBytes + slicesMax(arena) * frameBytes(0)
  const halfBytes = RINGS_PER_HALF * frameBytes(arena.ringBytes) + carriedBytes
  const ringBytes = 2 * Math.ceil(halfBytes / PAGE_BYTES) * PAGE_BYTES
  return { ...arena, ringBytes, fileBufferCount: 0 }
}

/** Where the journal of a partition is. */
export function journalPath(directory: string, partition: number): string {
  return join(directory, `p${partition}.journal`)
}

// Checked when the module loads: the frames' words and the geometry's must not share a place.
if (FRAME_HEADER_BYTES % FRAME_ALIGNMENT_BYTES !== 0) throw new RangeError('journal layout: records must keep aligned')
if (HEADER_CHECK <= FILE_CAPACITY) throw new RangeError('journal layout: the salt is among the geometry')
