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

/** Part of the options that the memory budget is shared out by. */
export interface BudgetOptions {
  readonly workers: number
  readonly pretty: object | null
  readonly performance: { readonly buffer: { readonly maxMemoryUsage: number } }
}

/** File buffers of each writer, at least: the 40+ files of the seed, and room. */
export const FILE_BUFFERS_MIN = 64
/** What each file should find in the buffers when all are busy, if they are that large: some 250 lines for each write. */
const FILE_SHARE_BYTES = 32 * 1024
/** Buffers besides: the one that is kept for urgent files, and some, so that not all slices are halved for a few files. */
const FURTHER_BUFFERS = 8
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
    fileBufferCount: FILE_BUFFERS_MIN,
    fileCapacity: options.maxCategories + FURTHER_FILES,
    dictionaryBytes: DICTIONARY_BYTES + categoryReserve(options).bytes,
  }
}

/** A writer's geometry with buffers for all files that may come, as far as the memory budget of all writers goes. */
export function roomyGeometry(options: SizeOptions & BudgetOptions): ArenaGeometry {
  const least = writerGeometry(options)
  const { fileBufferBytes, fileBufferCount, fileCapacity } = least
  const each = (options.performance.buffer.maxMemoryUsage - terminalBytes(options)) / options.workers
  const free = Math.floor(each / MEMORY_PAGE_BYTES) * MEMORY_PAGE_BYTES - arenaOffsets(least).end
  const shares = Math.ceil(fileCapacity / options.workers) * Math.min(FILE_SHARE_BYTES, fileBufferBytes)
  const useful = Math.ceil(shares / fileBufferBytes) + FURTHER_BUFFERS
  const affordable = fileBufferCount + Math.floor(free / fileBufferBytes)
  return { ...least, fileBufferCount: Math.max(fileBufferCount, Math.min(useful, affordable)) }
}

/** What the terminal's arena takes, in bytes. */
export function terminalBytes(options: SizeOptions & Pick<BudgetOptions, 'pretty'>): number {
  return options.pretty === null ? 0 : arenaBytes(terminalGeometry(options))
}

export function terminalGeometry(options: SizeOptions): ArenaGeometry {
  return { ...writerGeometry(options), ringBytes: TERMINAL_RING_BYTES, fileBufferCount: 1, fileCapacity: 1 }
}

/** All of an arena's memory, in bytes: it comes in pages. */
export function arenaBytes(geometry: ArenaGeometry): number {
  return Math.ceil(arenaOffsets(geometry).end / MEMORY_PAGE_BYTES) * MEMORY_PAGE_BYTES
}
