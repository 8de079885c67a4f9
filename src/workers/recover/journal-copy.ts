/**
 * The copy of a leftover journal as an arena: its header is checked before anything else is believed. How much of
 * dictionary and file table is there is not told: each entry vouches for itself.
 */
import { type Arena, geometryOf, headerCheck, type PartitionId } from '../../shared/arena.js'
import {
  ARENA_VERSION,
  type ArenaGeometry,
  arenaOffsets,
  HEADER_CHECK,
  MAGIC,
  PARTITION,
  VERSION,
} from '../../shared/arena-layout.js'
import { FRAME_HEADER_BYTES, JOURNAL_MAGIC, JOURNAL_SALT, JOURNAL_SALT_CHECK } from '../../shared/journal-layout.js'
import { saltCheck } from '../files/journal-file.js'

const PAGE_BYTES = 4096
/** A record tells its file in 16 bits. */
const FILES_MAX = 65_536
const REGION_BYTES_MAX = 2 ** 31 - 1

/** The geometry that the header of a leftover journal tells; `null` where it is none, or its header is not intact. */
export function leftoverJournalGeometry(header: Int32Array): ArenaGeometry | null {
  const word = (index: number): number => header[index] as number
  if (header.length * 4 < PAGE_BYTES || word(MAGIC) !== JOURNAL_MAGIC || word(VERSION) !== ARENA_VERSION) return null
  if (word(HEADER_CHECK) !== headerCheck(header) || word(JOURNAL_SALT_CHECK) !== saltCheck(word(JOURNAL_SALT)))
    return null
  const geometry = geometryOf(header)
  const { ringBytes, fileCapacity, dictionaryBytes } = geometry
  const isSane =
    ringBytes >= 2 * FRAME_HEADER_BYTES &&
    ringBytes % (2 * PAGE_BYTES) === 0 &&
    geometry.fileBufferCount === 0 &&
    fileCapacity > 0 &&
    fileCapacity <= FILES_MAX &&
    dictionaryBytes > 0 &&
    arenaOffsets(geometry).end <= REGION_BYTES_MAX
  return isSane ? geometry : null
}

/** The copy as an arena, or `null` where it is no journal, or not of the size that it tells. */
export function journalCopy(shared: SharedArrayBuffer): Arena | null {
  const words = new Int32Array(shared, 0, shared.byteLength >> 2)
  const geometry = leftoverJournalGeometry(words)
  if (geometry === null || arenaOffsets(geometry).end !== shared.byteLength) return null
  return {
    shared,
    memory: null,
    partition: words[PARTITION] as PartitionId,
    geometry,
    offsets: arenaOffsets(geometry),
    bytes: new Uint8Array(shared),
    words,
    doubles: new Float64Array(shared, 0, shared.byteLength >> 3),
    buffer: Buffer.from(shared),
  }
}
