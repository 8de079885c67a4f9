/**
 * How large the arenas of a Spillway are: what the memory budget counts, and what is made.
 */
import { type ArenaGeometry, arenaOffsets } from './arena-layout.js'
import { MEMORY_PAGE_BYTES } from './shared-memory.js'

/** Part of the options that sizes depend on. */
export interface SizeOptions {
  readonly ringBytes: number
  readonly fileBufferBytes: number
  readonly maxCategories: number
}

/** File buffers of each writer: the 40+ files of the seed, and room. */
export const FILE_BUFFERS_PER_WRITER = 64
const DICTIONARY_BYTES = 960 * 1024
/** Kept in the dictionary for each category: a name of any length, as long as few of its characters are escaped. */
const CATEGORY_ENTRY_BYTES = 320
/** error, warning and general, besides the categories' own. */
const FURTHER_FILES = 4
const TERMINAL_RING_BYTES = 256 * 1024

/** What an application logs must never take the room of its categories: where a line goes would depend on it. */
export function categoryReserve({ maxCategories }: SizeOptions): { entries: number; bytes: number } {
  return { entries: maxCategories + 1, bytes: (maxCategories + 1) * CATEGORY_ENTRY_BYTES }
}

export function writerGeometry(options: SizeOptions): ArenaGeometry {
  return {
    ringBytes: options.ringBytes,
    fileBufferBytes: options.fileBufferBytes,
    fileBufferCount: FILE_BUFFERS_PER_WRITER,
    fileCapacity: options.maxCategories + FURTHER_FILES,
    dictionaryBytes: DICTIONARY_BYTES + categoryReserve(options).bytes,
  }
}

export function terminalGeometry(options: SizeOptions): ArenaGeometry {
  return { ...writerGeometry(options), ringBytes: TERMINAL_RING_BYTES, fileBufferCount: 1, fileCapacity: 1 }
}

/** All of an arena's memory, in bytes: it comes in pages. */
export function arenaBytes(geometry: ArenaGeometry): number {
  return Math.ceil(arenaOffsets(geometry).end / MEMORY_PAGE_BYTES) * MEMORY_PAGE_BYTES
}
