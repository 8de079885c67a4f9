/**
 * What one owner drains a partition with, put together.
 */
import type { Arena } from '../../shared/arena.js'
import { EPOCH } from '../../shared/arena-layout.js'
import type { DrainOptions, DrainOwner } from '../../shared/writer-protocol.js'
import { HandlePool } from '../files/handle-pool.js'
import type { BufferParts } from './buffer-writes.js'
import { ConditionReports } from './condition-reports.js'
import { DropBooks } from './drop-books.js'
import { Fence } from './fence.js'
import { FileBuffers } from './file-buffers.js'
import { FilePaths } from './file-paths.js'
import { FileSyncs } from './file-syncs.js'
import { FileWriter } from './file-writer.js'
import { Journal } from './journal.js'
import { KnownFiles } from './known-files.js'
import { LineParts } from './line-parts.js'
import { WriteFaults } from './write-faults.js'

/** The parts of one owner. */
export interface DrainParts extends BufferParts {
  readonly handles: HandlePool
  readonly buffers: FileBuffers
  readonly syncs: FileSyncs
  /** `null` where the partition has none. */
  readonly journal: Journal | null
}

/** New parts on an arena; of an owner that says nothing, the present epoch is its own. */
export function makeDrainParts(arena: Arena, options: DrainOptions, owner: Partial<DrainOwner>): DrainParts {
  const handles = new HandlePool({
    handlesMax: options.handlesMax,
    ttlMs: options.handleTtlMs,
    evictionRatio: options.evictionRatio,
    modes: { file: options.fileMode, directory: options.directoryMode },
    pleas: options.descriptorPleas,
  })
  const fence = new Fence(arena, owner.epoch ?? Atomics.load(arena.words, EPOCH))
  const reports = new ConditionReports(arena.partition, options.conditionBoard, owner.onCondition ?? (() => {}))
  const paths = new FilePaths(arena, options.directory)
  const faults = new WriteFaults(options, reports)
  const syncs = new FileSyncs(arena, options, { handles, reports, fence })
  const files = new FileWriter(arena, paths, options, { handles, faults, reports, fence, syncs })
  const known = new KnownFiles(arena, paths)
  const parts: BufferParts = {
    known,
    files,
    faults,
    lineParts: new LineParts(arena),
    drops: new DropBooks(arena, known.count),
  }
  const buffers = new FileBuffers(arena, options, parts)
  const { journalDirectory } = options
  const journal =
    journalDirectory === null ? null : new Journal(arena, journalDirectory, { fence, handles, reports, buffers })
  return { ...parts, handles, syncs, buffers, journal }
}
