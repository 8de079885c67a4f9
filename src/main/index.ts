/**
 * The public face of spillway, and the map of a line's way:
 *
 * 1. call              logger.ts
 * 2. classify          classify/route-table.ts: level + category -> ring and file; source-finder.ts: where code is -> category
 * 3. encode            produce/record-encoder.ts: typed binary into the claimed space
 * 4. publish           produce/ring-producer.ts: one atomic store
 * 5. drain             ../workers/drain/drain-loop.ts, partition-drain.ts
 * 6. format, buffer    ../workers/drain/line-formatter.ts, file-buffers.ts
 * 7. write             ../workers/files/handle-pool.ts, log-file.ts
 */
export type { Condition, ConditionKind } from '../shared/conditions.js'
export { SpillwayError, type SpillwayErrorCode } from '../shared/errors.js'
export type { LevelName, LevelThreshold } from '../shared/levels.js'
export type {
  ArenaKind,
  BufferOptions,
  CacheOptions,
  Classify,
  Durability,
  DurabilityOptions,
  ExitSignal,
  FileHandleOptions,
  OnFull,
  PerformanceOptions,
  PrettyOptions,
  ResolvedOptions,
  SourceOptions,
  SourceRules,
  SourceSkip,
  SpillwayOptions,
  WriteOptions,
} from '../shared/options.js'
export type { ArenaState } from './arenas/arena-store.js'
export { ENGINE_SOURCES } from './classify/engine-sources.js'
export type { Explanation, KnownSource } from './classify/explain.js'
export type { SourceCacheStats } from './classify/source-cache.js'
export type { StackFrame } from './classify/stack-parser.js'
export type { StackCarrier } from './classify/stack-text.js'
export type { ConditionListener } from './control/conditions.js'
export type { LeftoverReport } from './control/takeover.js'
export type { FlushOptions } from './flush-options.js'
export type { ChildOptions, Logger, LogMethod } from './logger.js'
export type { OwnerName, PartitionStats, SpillwayStats } from './observe/stats.js'
export { type RecoverOptions, type RecoveryReport, recover } from './recover.js'
export { Spillway } from './spillway.js'
