/**
 * Partitions without threads: the producer's side as Spillway wires it, over arenas whose owner the test is itself, and
 * a directory of its own. Nothing here runs by itself; a full ring calls `onFull`, which drains unless the test says
 * otherwise.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RouteTable } from '../../src/main/classify/route-table.js'
import { CategoryLogger, Levels } from '../../src/main/logger.js'
import { Bindings } from '../../src/main/produce/bindings.js'
import { Dictionary } from '../../src/main/produce/dictionary.js'
import { RecordEncoder } from '../../src/main/produce/record-encoder.js'
import { RingProducer } from '../../src/main/produce/ring-producer.js'
import { type Arena, createArena } from '../../src/shared/arena.js'
import {
  APPLIED,
  APPLIED_CHECK,
  type ArenaGeometry,
  COMMITTED,
  CONSUMED,
  DROP_ROW_BYTES,
  DROP_ROW_CATEGORY_F64,
  DROP_ROWS,
  PUBLISHED,
  PUBLISHED_CHECK,
} from '../../src/shared/arena-layout.js'
import { createConditionBoard } from '../../src/shared/condition-board.js'
import type { Condition } from '../../src/shared/conditions.js'
import { createDescriptorPleas } from '../../src/shared/descriptor-pleas.js'
import { journalPath } from '../../src/shared/journal-layout.js'
import { resolveOptions, type SpillwayOptions } from '../../src/shared/options.js'
import { positionCheck } from '../../src/shared/positions.js'
import type { DrainOptions } from '../../src/shared/writer-protocol.js'
import { PartitionDrain } from '../../src/workers/drain/partition-drain.js'
import { createJournal } from '../../src/workers/files/journal-file.js'

/** 4,096 bytes before the wrap from the highest int32 to the lowest. */
export const BEFORE_INT32_WRAP = 0x7fffffff - 4095
/** 4,096 bytes before the wrap from -1 to 0: position 2^32. */
export const BEFORE_UINT32_WRAP = -4096
/** 2026-11-23T12:00:00Z. */
export const NOON_MS = Date.UTC(2026, 10, 23, 12)
export const NOON_DAY = '2026-11-23'

const MEMORY_DIRECTORY = '/dev/shm'

/** What a test can choose; the rest is small. */
export interface RigSettings {
  readonly partitions?: number
  readonly geometry?: Partial<ArenaGeometry>
  readonly drain?: Partial<DrainOptions>
  readonly options?: SpillwayOptions
  /** Where all cursors start. */
  readonly startPosition?: number
  readonly clock?: () => number
  /** Each partition has a journal. */
  readonly journals?: boolean
  /** Files in memory, where the machine has such a file system: for thousands of runs. */
  readonly inMemory?: boolean
  /** What the producer's side sees of an arena; unset, the arena itself. */
  readonly watch?: (arena: Arena) => Arena
  /** Called where a ring is full. */
  readonly onFull?: (rig: PartitionRig, partition: number) => void
}

/** A line, parsed. */
export interface Line {
  readonly level: number
  readonly time: number
  readonly seq: number
  readonly category: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** Sets the cursors of an arena that nothing has used yet. */
export function startAt(arena: Arena, position: number): void {
  for (const word of [CONSUMED, APPLIED, COMMITTED]) arena.words[word] = position
  arena.words[APPLIED_CHECK] = positionCheck(position)
  storePublished(arena.words, position)
}

/** Stores PUBLISHED as a producer does. */
export function storePublished(words: Int32Array, position: number): void {
  words[PUBLISHED_CHECK] = positionCheck(position)
  words[PUBLISHED] = position
}

/** An arena of small regions. */
export function smallArena(geometry: Partial<ArenaGeometry> = {}, startPosition = 0, partition = 0): Arena {
  const arena = createArena(partition, {
    ringBytes: 64 * 1024,
    fileBufferBytes: 16 * 1024,
    fileBufferCount: 8,
    fileCapacity: 64,
    dictionaryBytes: 64 * 1024,
    ...geometry,
  })
  startAt(arena, startPosition)
  return arena
}

/** The journal of an arena, as the main thread makes it. */
export function makeJournal({ geometry, partition }: Arena, directory: string): void {
  createJournal(journalPath(directory, partition), { geometry, partition, utc: false })
}

/** How the partitions are drained, unless a test says otherwise: UTC days, nothing is due but what is urgent. */
export function drainOptions(directory: string, drain: Partial<DrainOptions> = {}): DrainOptions {
  return {
    directory,
    utc: true,
    fileMode: 0o600,
    directoryMode: 0o700,
    linesMax: 1_000_000,
    dueBytes: 1 << 30,
    flushIntervalMs: 3_600_000,
    handlesMax: 50,
    handleTtlMs: 60_000,
    evictionRatio: 0.2,
    retryAttempts: 3,
    retryDelayMs: 1000,
    fallbackDirectory: null,
    conditionBoard: createConditionBoard(),
    descriptorPleas: createDescriptorPleas(),
    journalDirectory: null,
    terminal: { colorize: false, linesPerSecond: Number.POSITIVE_INFINITY },
    ...drain,
  }
}

/** Producer, arenas and owners of one Spillway, in one thread. */
export class PartitionRig {
  readonly directory: string
  readonly arenas: readonly Arena[]
  readonly rings: readonly RingProducer[]
  readonly dictionary: Dictionary
  readonly encoder: RecordEncoder
  readonly routes: RouteTable
  readonly drainOptions: DrainOptions
  /** The owners; a test that replaces one by its successor puts it here. */
  readonly drains: PartitionDrain[] = []
  /** What the producer's side reported. */
  readonly conditions: Condition[] = []
  readonly #levels = new Levels('trace')

  constructor(settings: RigSettings = {}) {
    const { partitions = 1, startPosition = 0, onFull } = settings
    const parent = settings.inMemory && existsSync(MEMORY_DIRECTORY) ? MEMORY_DIRECTORY : tmpdir()
    this.directory = mkdtempSync(join(parent, 'spillway-partition-'))
    const options = resolveOptions({ utc: true, ...settings.options }, undefined, {}, 4)
    const journalDirectory = settings.journals === true ? join(this.directory, 'journals') : null
    this.drainOptions = drainOptions(this.directory, { journalDirectory, ...settings.drain })
    this.arenas = Array.from({ length: partitions }, (_, index) => smallArena(settings.geometry, startPosition, index))
    if (journalDirectory !== null) {
      mkdirSync(journalDirectory)
      for (const arena of this.arenas) makeJournal(arena, journalDirectory)
    }
    const seen = this.arenas.map((arena) => settings.watch?.(arena) ?? arena)
    this.rings = seen.map((arena, index) => {
      const onStall = (): void => (onFull === undefined ? this.#drainOne(index) : onFull(this, index))
      return new RingProducer(arena, onStall, { onFull: options.onFull })
    })
    this.dictionary = new Dictionary(seen)
    const onCondition = (condition: Condition): void => void this.conditions.push(condition)
    this.encoder = new RecordEncoder(this.dictionary, settings.clock ?? (() => NOON_MS), null, onCondition)
    this.routes = new RouteTable(this.rings, null, this.dictionary, options)
    this.drains.push(...this.arenas.map((arena) => new PartitionDrain(arena, this.drainOptions)))
  }

  get arena(): Arena {
    return this.arenas[0]!
  }

  /** The journal of the first partition. */
  get journal(): string {
    return journalPath(join(this.directory, 'journals'), 0)
  }

  get ring(): RingProducer {
    return this.rings[0]!
  }

  get drain(): PartitionDrain {
    return this.drains[0]!
  }

  /** A logger as Spillway.logger() makes it. */
  logger(category: string): CategoryLogger {
    const own = this.routes.of(category)
    const routes = own ?? this.routes.of('general')!
    const bindings = own === null ? Bindings.none.extend({ category }) : Bindings.none
    const context = this.encoder.context(routes, bindings)
    return new CategoryLogger(this.encoder, context, this.#levels, null, null, { source: null, category })
  }

  /** One pass of every owner, and what is due after it. */
  turn(nowMs = NOON_MS): void {
    for (const drain of this.drains) {
      drain.pass(nowMs)
      drain.writeDue(nowMs, false)
    }
  }

  /** Everything logged so far is written. */
  flush(nowMs = NOON_MS): boolean {
    return this.drains.map((drain) => drain.pass(nowMs) >= 0 && drain.writeDue(nowMs, true)).every((done) => done)
  }

  /** A successor takes the first partition: the owner before is not asked, as after its death. */
  succeed(): void {
    this.drains[0] = new PartitionDrain(this.arena, this.drainOptions)
    this.drains[0].resume()
  }

  /** A counter of all partitions together. */
  counted(counter: number): number {
    return this.arenas.reduce((sum, arena) => sum + arena.doubles[counter]!, 0)
  }

  /** How many lines the owners have dropped. */
  get dropped(): number {
    return this.arenas.reduce((sum, { doubles, offsets }) => {
      const rows = doubles.subarray(offsets.dropTable >> 3, (offsets.dropTable + DROP_ROWS * DROP_ROW_BYTES) >> 3)
      return (
        sum + rows.reduce((all, value, i) => all + (i % (DROP_ROW_BYTES / 8) === DROP_ROW_CATEGORY_F64 ? 0 : value), 0)
      )
    }, 0)
  }

  /** The names of the files of a day, sorted. */
  files(day = NOON_DAY): string[] {
    return readdirSync(join(this.directory, day)).sort()
  }

  path(name: string, day = NOON_DAY): string {
    return join(this.directory, day, `${name}.jsonl`)
  }

  text(name: string, day = NOON_DAY): string {
    return readFileSync(this.path(name, day), 'utf8')
  }

  /** The lines of a file: each has its newline and is JSON, or this throws. */
  lines(name: string, day = NOON_DAY): Line[] {
    return parseLines(this.text(name, day))
  }

  messages(name: string, day = NOON_DAY): string[] {
    return this.lines(name, day).map((line) => line.msg)
  }

  [Symbol.dispose](): void {
    for (const drain of this.drains) drain.closeHandles()
    rmSync(this.directory, { recursive: true, force: true })
  }

  #drainOne(partition: number): void {
    this.drains[partition]?.pass(NOON_MS)
    this.drains[partition]?.writeDue(NOON_MS, false)
  }
}

/** The lines of the file at a path, none where there is no file: each has its newline and is JSON, or this throws. */
export function linesOf(path: string): Line[] {
  return existsSync(path) ? parseLines(readFileSync(path, 'utf8')) : []
}

function parseLines(content: string): Line[] {
  const texts = content.split('\n')
  if (texts.pop() !== '') throw new Error(`a file does not end with a newline: ${content.slice(-80)}`)
  return texts.map((text) => JSON.parse(text) as Line)
}
