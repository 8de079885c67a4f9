/**
 * An arena in a thread's hands: the views on its SharedArrayBuffer and where its regions are. Making one and attaching
 * to one are here; what the words mean is in arena-layout.ts.
 */
import { crc32 } from 'node:zlib'
import {
  APPLIED_CHECK,
  APPLYING_POSITION,
  ARENA_MAGIC,
  ARENA_VERSION,
  type ArenaGeometry,
  type ArenaOffsets,
  arenaOffsets,
  DICTIONARY_BYTES,
  DROPPING_POSITION,
  FILE_BUFFER_BYTES,
  FILE_BUFFER_COUNT,
  FILE_CAPACITY,
  FILE_ENTRY_BYTES,
  FILE_KIND,
  FILE_NAME_BYTES,
  FILE_NAME_OFFSET_BYTES,
  FILE_PRIORITY,
  FLAG_UTC,
  FLAGS,
  HEADER_CHECK,
  MAGIC,
  PARTITION,
  PUBLISHED_CHECK,
  RING_BYTES,
  VERSION,
} from './arena-layout.js'
import { SpillwayError } from './errors.js'
import { positionCheck } from './positions.js'
import { newSharedMemory, type SharedMemory } from './shared-memory.js'

declare const partitionBrand: unique symbol
/** Which partition: 0 to the number of writers, the terminal's last. */
export type PartitionId = number & { readonly [partitionBrand]: true }

declare const fileBrand: unique symbol
/** Which file of its partition: the index of its file table entry. */
export type FileId = number & { readonly [fileBrand]: true }

/** A position no record ever has, for positions are multiples of 8: "none yet". */
export const NO_POSITION = -1

/** All views are on the same shared memory, from its first byte. */
export interface Arena {
  readonly shared: SharedArrayBuffer
  /** What `shared` is the buffer of; `null` where that is not known. */
  readonly memory: SharedMemory | null
  readonly partition: PartitionId
  readonly geometry: ArenaGeometry
  readonly offsets: ArenaOffsets
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly doubles: Float64Array
  /** The same bytes as a Buffer, for native string writes and for write(2). */
  readonly buffer: Buffer
}

/** What an arena can be made with. */
export interface ArenaSettings {
  /** Zeroed memory of at least the arena's size. Unset, new memory. */
  readonly memory?: SharedMemory | undefined
  /** Whether the days of its files are UTC days. */
  readonly utc?: boolean
}

/** Makes an arena, zeroed but for its geometry. Nothing else sees it yet. */
export function createArena(partition: number, geometry: ArenaGeometry, settings: ArenaSettings = {}): Arena {
  const offsets = arenaOffsets(geometry)
  const memory = settings.memory ?? newSharedMemory(offsets.end)
  const words = new Int32Array(memory.buffer)
  writeHeader(words, partition, geometry, settings.utc === true)
  words[APPLYING_POSITION] = NO_POSITION
  words[DROPPING_POSITION] = NO_POSITION
  for (const check of [PUBLISHED_CHECK, APPLIED_CHECK]) words[check] = positionCheck(0)
  words[MAGIC] = ARENA_MAGIC
  return attachArena(memory.buffer, memory)
}

/**
 * Views on an arena that another thread made.
 * @throws {SpillwayError} `ERR_SPILLWAY_WRITER` if the memory is no arena of this version, or smaller than it says.
 */
export function attachArena(shared: SharedArrayBuffer, memory: SharedMemory | null = null): Arena {
  const words = new Int32Array(shared, 0, shared.byteLength >> 2)
  const word = (index: number): number => words[index] ?? 0
  const geometry = geometryOf(words)
  const offsets = arenaOffsets(geometry)
  const { ringBytes, fileBufferBytes, fileBufferCount, fileCapacity, dictionaryBytes } = geometry
  const counts = [ringBytes, fileBufferBytes, fileBufferCount, fileCapacity, dictionaryBytes]
  const isSane = counts.every((count) => count > 0) && (ringBytes & (ringBytes - 1)) === 0 && fileBufferBytes % 8 === 0
  if (!isSane || word(MAGIC) !== ARENA_MAGIC || word(VERSION) !== ARENA_VERSION || offsets.end > shared.byteLength) {
    throw new SpillwayError('ERR_SPILLWAY_WRITER', 'The shared memory is not an arena of this version.', {
      magic: word(MAGIC),
      version: word(VERSION),
      expectedVersion: ARENA_VERSION,
      bytes: shared.byteLength,
    })
  }
  return {
    shared,
    memory,
    partition: word(PARTITION) as PartitionId,
    geometry,
    offsets,
    bytes: new Uint8Array(shared, 0, offsets.end),
    words,
    doubles: new Float64Array(shared, 0, shared.byteLength >> 3),
    buffer: Buffer.from(shared),
  }
}

/** Stores the header of an arena or of its journal, but for the magic number, which comes last of all. */
export function writeHeader(words: Int32Array, partition: number, geometry: ArenaGeometry, utc: boolean): void {
  words[VERSION] = ARENA_VERSION
  words[RING_BYTES] = geometry.ringBytes
  words[FILE_BUFFER_BYTES] = geometry.fileBufferBytes
  words[FILE_BUFFER_COUNT] = geometry.fileBufferCount
  words[FILE_CAPACITY] = geometry.fileCapacity
  words[DICTIONARY_BYTES] = geometry.dictionaryBytes
  words[PARTITION] = partition
  words[FLAGS] = utc ? FLAG_UTC : 0
  words[HEADER_CHECK] = headerCheck(words)
}

/** The geometry that a header tells, which may be none. */
export function geometryOf(words: Int32Array): ArenaGeometry {
  const word = (index: number): number => words[index] ?? 0
  return {
    ringBytes: word(RING_BYTES),
    fileBufferBytes: word(FILE_BUFFER_BYTES),
    fileBufferCount: word(FILE_BUFFER_COUNT),
    fileCapacity: word(FILE_CAPACITY),
    dictionaryBytes: word(DICTIONARY_BYTES),
  }
}

/** The checksum of an arena's geometry and flags. */
export function headerCheck(words: Int32Array): number {
  // Of the words as they are when all is done: the magic number is stored last.
  const header = words.slice(0, HEADER_CHECK)
  header[MAGIC] = ARENA_MAGIC
  return checksum(new Uint8Array(header.buffer))
}

/** The checksum of what a file table entry says of its file. */
export function fileEntryCheck(arena: Arena, file: number): number {
  const at = fileEntryWord(arena, file) * 4
  const entry = arena.bytes.slice(at, at + FILE_ENTRY_BYTES)
  const words = new Int32Array(entry.buffer)
  const lasting = Int32Array.of(...[FILE_NAME_BYTES, FILE_PRIORITY, FILE_KIND].map((word) => words[word] as number))
  return checksum(entry.subarray(FILE_NAME_OFFSET_BYTES), checksum(new Uint8Array(lasting.buffer)))
}

/** The checksum of a dictionary entry; `texts` are those of the entry as they stand, each with its length. */
export function dictionaryEntryCheck(id: number, count: number, texts: Uint8Array): number {
  return checksum(texts, checksum(new Uint8Array(Int32Array.of(id, count).buffer)))
}

/** CRC-32 (ISO 3309) as an int32; `before` is that of the bytes before these. */
export function checksum(bytes: Uint8Array, before = 0): number {
  return crc32(bytes, before >>> 0) | 0
}

/** Index of the first word of a file's entry in `arena.words`; half of it is its first double. */
export function fileEntryWord(arena: Arena, file: number): number {
  return (arena.offsets.fileTable + file * FILE_ENTRY_BYTES) >> 2
}

/** A word of a file's entry. */
export function fileWord(arena: Arena, file: number, word: number): number {
  return arena.words[fileEntryWord(arena, file) + word] as number
}
