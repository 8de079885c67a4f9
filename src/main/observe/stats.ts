/**
 * What spillway knows of itself, read from the shared counters: no message, no wait. Numbers of different writers may be
 * a moment apart.
 */
import {
  BYTES_F64,
  COMMITTED,
  DAMAGED_RECORDS_F64,
  EMERGENCIES_F64,
  HANDLE_EVICTIONS_F64,
  HANDLE_HITS_F64,
  HANDLE_OPENS_F64,
  HANDLE_REQUESTS_F64,
  HANDLES_EXHAUSTED_F64,
  LINES_DROPPED_F64,
  LINES_F64,
  LINES_FALLBACK_F64,
  LINES_NOT_SHOWN_F64,
  LINES_STDERR_F64,
  OWNER_MAIN_THREAD,
  OWNER_NONE,
  OWNER_RUNNING,
  OWNER_STATE,
  PARKS_F64,
  PASSES_F64,
  PUBLISHED,
  SYNC_ERRORS_F64,
  SYNCS_F64,
  WRITE_ERRORS_F64,
  WRITES_F64,
} from '../../shared/arena-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import type { ArenaState } from '../arenas/arena-store.js'
import type { RouteTable } from '../classify/route-table.js'
import type { SourceCache, SourceCacheStats } from '../classify/source-cache.js'
import type { Partition } from '../control/partition.js'
import type { Dictionary } from '../produce/dictionary.js'
import type { RecordEncoder } from '../produce/record-encoder.js'
import { type DroppedByCategory, readDroppedLines } from './dropped-lines.js'

/** Who drains a partition. */
export type OwnerName = 'starting' | 'writer' | 'main thread' | 'stopped'

/** One partition's part. */
export interface PartitionStats {
  readonly owner: OwnerName
  readonly ringBytes: number
  /** Bytes in the ring that are not in files yet. */
  readonly pendingBytes: number
  /** How often the ring was full, and how long the application's thread waited then. */
  readonly stalls: number
  readonly stalledMs: number
  readonly writerDeaths: number
  readonly lines: number
  readonly bytes: number
  readonly writes: number
  readonly passes: number
  readonly parks: number
}

/** A snapshot of a Spillway. */
export interface SpillwayStats {
  /** Where entries are between the call and their file, and why. */
  readonly arena: ArenaState
  /** Entries logged: the `seq` of the last one. */
  readonly entries: number
  /** Of them, rendered on the application's thread, for a record could not hold them. */
  readonly rendered: number
  /** Lines in files; those that tell of entries which a full ring refused are among them. */
  readonly lines: number
  /** Of them, in the fallback directory. */
  readonly fallbackLines: number
  /** Lines that went to stderr, for no file took them. */
  readonly stderrLines: number
  /** Emergency drains: files written by priority before they were due, to make room. */
  readonly emergencies: number
  /** Bytes written to files. */
  readonly bytes: number
  /** write(2) calls. */
  readonly writes: number
  /** Opens and writes that failed; they are tried again. */
  readonly writeErrors: number
  /** Times a file was brought to the disk (fdatasync), and attempts that failed: those are never made good. */
  readonly syncs: number
  readonly syncErrors: number
  /**
   * Lines that are lost: no room in a ring (`onFull`), or for a file that could not be written; recursions without end,
   * damaged records.
   */
  readonly dropped: number
  /** Of them, those that found no room, by category and level. */
  readonly droppedBy: DroppedByCategory
  /** Files that have been routed to. */
  readonly files: number
  /** Categories beyond `maxCategories`, which share general.jsonl. */
  readonly categoryOverflows: number
  readonly handles: {
    readonly requests: number
    readonly hits: number
    readonly opens: number
    readonly evictions: number
    /** Opens that found no descriptor left: a handle was closed for it, and it was repeated. */
    readonly exhausted: number
  }
  /** `refused` shapes and templates found no room: their entries are rendered. */
  readonly dictionary: { readonly entries: number; readonly bytes: number; readonly refused: number }
  /** Places in the code that are remembered (`performance.cache`): a hit is an entry whose place was known. */
  readonly sources: SourceCacheStats
  /** Lines for the terminal that it was too slow for, or its limit kept out. */
  readonly linesNotShown: number
  readonly partitions: readonly PartitionStats[]
}

/** What the counters are in. */
export interface StatsSources {
  readonly arena: ArenaState
  readonly partitions: readonly Partition[]
  readonly terminal: Partition | null
  readonly encoder: RecordEncoder
  readonly routes: RouteTable
  readonly dictionary: Dictionary
  readonly sources: SourceCache
}

/** Reads the counters. */
export function readStats({
  arena,
  partitions,
  terminal,
  encoder,
  routes,
  dictionary,
  sources,
}: StatsSources): SpillwayStats {
  const sum = (counter: number): number =>
    partitions.reduce((total, { arena }) => total + (arena.doubles[counter] as number), 0)
  const arenas = partitions.map(({ arena }) => arena)
  const dropped = readDroppedLines(arenas, encoder.refused.byCategory, (id) => routes.nameOf(id))
  return {
    arena,
    entries: encoder.entries,
    rendered: encoder.rendered,
    lines: sum(LINES_F64),
    fallbackLines: sum(LINES_FALLBACK_F64),
    stderrLines: sum(LINES_STDERR_F64),
    emergencies: sum(EMERGENCIES_F64),
    bytes: sum(BYTES_F64),
    writes: sum(WRITES_F64),
    writeErrors: sum(WRITE_ERRORS_F64),
    syncs: sum(SYNCS_F64),
    syncErrors: sum(SYNC_ERRORS_F64),
    dropped: dropped.lines + sum(DAMAGED_RECORDS_F64) + encoder.lost,
    droppedBy: dropped.byCategory,
    files: routes.files,
    categoryOverflows: routes.overflows,
    handles: {
      requests: sum(HANDLE_REQUESTS_F64),
      hits: sum(HANDLE_HITS_F64),
      opens: sum(HANDLE_OPENS_F64),
      evictions: sum(HANDLE_EVICTIONS_F64),
      exhausted: sum(HANDLES_EXHAUSTED_F64),
    },
    dictionary: { entries: dictionary.count, bytes: dictionary.usedBytes, refused: dictionary.refused },
    sources: sources.stats(),
    linesNotShown:
      terminal === null
        ? 0
        : (terminal.arena.doubles[LINES_NOT_SHOWN_F64] as number) +
          (terminal.arena.doubles[LINES_DROPPED_F64] as number),
    partitions: partitions.map(partitionStats),
  }
}

function partitionStats({ arena, ring, deaths }: Partition): PartitionStats {
  const { words, doubles } = arena
  return {
    owner: ownerName(Atomics.load(words, OWNER_STATE)),
    ringBytes: arena.geometry.ringBytes,
    pendingBytes: distanceBytes(Atomics.load(words, COMMITTED), Atomics.load(words, PUBLISHED)),
    stalls: ring.stalls,
    stalledMs: ring.stalledMs,
    writerDeaths: deaths,
    lines: doubles[LINES_F64] as number,
    bytes: doubles[BYTES_F64] as number,
    writes: doubles[WRITES_F64] as number,
    passes: doubles[PASSES_F64] as number,
    parks: doubles[PARKS_F64] as number,
  }
}

function ownerName(state: number): OwnerName {
  if (state === OWNER_NONE) return 'starting'
  if (state === OWNER_RUNNING) return 'writer'
  return state === OWNER_MAIN_THREAD ? 'main thread' : 'stopped'
}
