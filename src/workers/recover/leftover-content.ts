/**
 * What is in a leftover's file. Its header page is read and judged before memory is taken for the rest.
 */

import { attachArena, geometryOf, NO_POSITION } from '../../shared/arena.js'
import {
  APPLIED_CHECK,
  APPLYING_POSITION,
  ARENA_MAGIC,
  arenaOffsets,
  DROPPING_POSITION,
  HEADER_CHECK,
  MAGIC,
  PUBLISHED_CHECK,
  VERSION,
} from '../../shared/arena-layout.js'
import { usedBuffers } from '../../shared/file-buffers-layout.js'
import { JOURNAL_MAGIC } from '../../shared/journal-layout.js'
import { positionCheck } from '../../shared/positions.js'
import type { LeftoverFile } from '../files/leftover-file.js'
import { readFrom } from '../files/log-file.js'
import { leftoverJournalGeometry } from './journal-copy.js'
import { arenaHeaderFault, readArena } from './leftover-arena.js'
import { readLeftoverJournal } from './leftover-journal.js'
import type { LiveRecords } from './live-records.js'

export type LeftoverKind = 'arena' | 'journal' | 'unknown'

/** What a leftover is: nothing, lines, or damaged as a whole. */
export type LeftoverContent =
  | { readonly kind: LeftoverKind; readonly state: 'empty' }
  | { readonly kind: LeftoverKind; readonly state: 'read'; readonly live: LiveRecords }
  | { readonly kind: LeftoverKind; readonly state: 'damaged'; readonly reason: string }

const HEADER_BYTES = 4096
const BLOCK_BYTES = 64 * 1024
/** More has no arena: its ring and its buffers have 30 bits each. */
const FILE_BYTES_MAX = 2 ** 32
const ZEROS = new Uint8Array(BLOCK_BYTES)

/** Reads an open leftover. @throws the system's error. */
export function readContent(file: LeftoverFile): LeftoverContent {
  const { sizeBytes } = file
  const header = new Int32Array(Math.min(HEADER_BYTES, sizeBytes) >> 2)
  readFrom(file.descriptor, new Uint8Array(header.buffer), 0)
  const kind = header[MAGIC] === ARENA_MAGIC ? 'arena' : header[MAGIC] === JOURNAL_MAGIC ? 'journal' : 'unknown'
  const isTooLarge = sizeBytes > FILE_BYTES_MAX
  if (kind === 'unknown') {
    if (!isTooLarge && isEmpty(file)) return { kind, state: 'empty' }
    return { kind, state: 'damaged', reason: 'no leftover begins like that' }
  }
  const headerFault = kind === 'arena' ? arenaHeaderFault : journalHeaderFault
  const reason = isTooLarge ? 'no leftover is that large' : headerFault(header, sizeBytes)
  if (reason !== null) return { kind, state: 'damaged', reason }
  const isArena = kind === 'arena'
  const { fileBuffers, end } = isArena ? arenaOffsets(geometryOf(header)) : { fileBuffers: sizeBytes, end: sizeBytes }
  const shared = new SharedArrayBuffer(Math.ceil(Math.max(sizeBytes, end) / 8) * 8)
  const isRead = (from: number, to: number): boolean => {
    const part = new Uint8Array(shared, from, Math.max(0, Math.min(to, sizeBytes) - from))
    return readFrom(file.descriptor, part, from) === part.length
  }
  const unread: LeftoverContent = { kind, state: 'damaged', reason: 'not all of it could be read' }
  if (!isRead(0, fileBuffers)) return unread
  // It may have been changed since.
  const reasonNow = headerFault(new Int32Array(shared), sizeBytes)
  if (reasonNow !== null) return { kind, state: 'damaged', reason: reasonNow }
  if (isArena) {
    const arena = attachArena(shared)
    // Most of an arena are buffers for more files than there are: what is not read takes neither time nor memory.
    const { fileBufferBytes } = arena.geometry
    if (!usedBuffers(arena).every((from) => isRead(from, from + fileBufferBytes))) return unread
    return { kind, state: 'read', live: readArena(arena, sizeBytes) }
  }
  const live = readLeftoverJournal(shared)
  return live === null
    ? { kind, state: 'damaged', reason: 'the header is not that of a journal' }
    : { kind, state: 'read', live }
}

function journalHeaderFault(header: Int32Array, sizeBytes: number): string | null {
  const geometry = leftoverJournalGeometry(header)
  if (geometry === null) return 'the header is not that of a journal'
  const { end } = arenaOffsets(geometry)
  return end === sizeBytes ? null : `the file has ${sizeBytes} bytes, and the journal ${end}`
}

/** Whether a process died before it had finished making the leftover: its magic number is stored last. */
function isEmpty(file: LeftoverFile): boolean {
  const block = new Int32Array(BLOCK_BYTES >> 2)
  const bytes = Buffer.from(block.buffer)
  for (let at = 0; at < file.sizeBytes; at += BLOCK_BYTES) {
    bytes.fill(0)
    readFrom(file.descriptor, bytes, at)
    if (at === 0) {
      if (block[MAGIC] !== 0) return false
      block.fill(0, VERSION, HEADER_CHECK + 1)
      for (const word of [APPLYING_POSITION, DROPPING_POSITION]) if (block[word] === NO_POSITION) block[word] = 0
      for (const word of [PUBLISHED_CHECK, APPLIED_CHECK]) if (block[word] === positionCheck(0)) block[word] = 0
    }
    if (!bytes.equals(ZEROS)) return false
  }
  return true
}
