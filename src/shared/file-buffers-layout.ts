/**
 * How the file buffers of an arena are shared out: each is lent as a whole, or cut into slices of one size, so that many
 * files have a place for their lines as well as few. Which of it a file has is in its entry: where it starts, which tells
 * of itself whether it is intact, for elsewhere are the lines of other files; and how long it is. Both are stored before
 * the first of its bytes counts, and mean nothing while none is pending.
 */
import { type Arena, fileEntryWord, fileWord } from './arena.js'
import {
  type ArenaGeometry,
  FILE_BUFFER,
  FILE_BUFFER_SIZE,
  FILE_PENDING_BYTES,
  FILE_PENDING_CHECK,
} from './arena-layout.js'
import { checkedPosition, positionCheck, uncheckedPosition } from './positions.js'

const UNIT_BYTES = 8
/** A smaller slice holds too few lines to save many writes. */
const SLICE_BYTES_MIN = 1024

/** What a file has of the buffers; the offset is counted from where they start. */
export interface BufferRange {
  readonly offset: number
  readonly bytes: number
}

/** The sizes in which a buffer is lent: the whole one, and each time half of it. */
export function sliceSizes({ fileBufferBytes }: Pick<ArenaGeometry, 'fileBufferBytes'>): number[] {
  const sizes = [fileBufferBytes]
  for (let bytes = fileBufferBytes; ; ) {
    bytes = Math.floor(bytes / 2 / UNIT_BYTES) * UNIT_BYTES
    if (bytes < SLICE_BYTES_MIN) return sizes
    sizes.push(bytes)
  }
}

/** How many files can have pending bytes at once, at most. */
export function slicesMax(geometry: Pick<ArenaGeometry, 'fileBufferBytes' | 'fileBufferCount'>): number {
  const smallest = sliceSizes(geometry).at(-1) as number
  return geometry.fileBufferCount * Math.floor(geometry.fileBufferBytes / smallest)
}

/** Where in the arena's bytes the buffer of a file starts; it must have one. */
export function bufferOffset(arena: Arena, file: number): number {
  return arena.offsets.fileBuffers + uncheckedPosition(arena.words[fileEntryWord(arena, file) + FILE_BUFFER] as number)
}

/** Which of the buffers an offset from their start is in. */
export function bufferIndex({ fileBufferBytes }: Pick<ArenaGeometry, 'fileBufferBytes'>, offset: number): number {
  return Math.floor(offset / fileBufferBytes)
}

/** How long the buffer of a file is. */
export function bufferBytes(arena: Arena, file: number): number {
  return arena.words[fileEntryWord(arena, file) + FILE_BUFFER_SIZE] as number
}

/** What a file's pending bytes may take; of a file that has none, as much as any. */
export function roomBytes(arena: Arena, file: number): number {
  const hasPending = fileWord(arena, file, FILE_PENDING_BYTES) > 0
  return hasPending ? bufferBytes(arena, file) : arena.geometry.fileBufferBytes
}

/** What the entry of a file says, where that is a whole buffer or one of the slices of one; else `null`. */
export function checkedRange(arena: Arena, file: number): BufferRange | null {
  const { geometry, words } = arena
  const offset = checkedPosition(words[fileEntryWord(arena, file) + FILE_BUFFER] as number)
  const bytes = bufferBytes(arena, file)
  if (offset === null || offset < 0 || offset >= geometry.fileBufferCount * geometry.fileBufferBytes) return null
  if (!sliceSizes(geometry).includes(bytes)) return null
  const inBuffer = offset % geometry.fileBufferBytes
  return inBuffer % bytes === 0 && inBuffer + bytes <= geometry.fileBufferBytes ? { offset, bytes } : null
}

/** The buffers that files have, or a slice of, by where they start. Each once, whatever the entries say. */
export function usedBuffers(arena: Arena): number[] {
  const { fileCapacity, fileBufferBytes } = arena.geometry
  const used = new Set<number>()
  for (let file = 0; file < fileCapacity; file++) {
    const range = checkedRange(arena, file)
    if (range !== null) used.add(bufferIndex(arena.geometry, range.offset))
  }
  return [...used].map((buffer) => arena.offsets.fileBuffers + buffer * fileBufferBytes)
}

/** Whether two of them have bytes in common. */
export function overlap(one: BufferRange, other: BufferRange): boolean {
  return one.offset < other.offset + other.bytes && other.offset < one.offset + one.bytes
}

/** Stores where in its buffer a file's lines end. */
export function setPendingEnd(words: Int32Array, entry: number, end: number): void {
  words[entry + FILE_PENDING_CHECK] = positionCheck(end * UNIT_BYTES)
}

/** Where they end; `null` where the word that tells has a flipped bit. */
export function checkedPendingEnd(arena: Arena, file: number): number | null {
  const check = fileWord(arena, file, FILE_PENDING_CHECK)
  if (check === 0) return 0 // None was stored yet.
  const position = checkedPosition(check)
  return position === null ? null : position / UNIT_BYTES
}

/** Stores what a file has; `null` for nothing. */
export function setBuffer(arena: Arena, file: number, range: BufferRange | null): void {
  const entry = fileEntryWord(arena, file)
  arena.words[entry + FILE_BUFFER_SIZE] = range === null ? 0 : range.bytes
  arena.words[entry + FILE_BUFFER] = range === null ? 0 : positionCheck(range.offset)
}
