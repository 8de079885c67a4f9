/**
 * `node dist/bench/programs/journal-cost.js`: prints what a journal costs, in one run: an application's thread logs objects into one
 * partition as fast as it can, which a thread of its own drains, with a journal and without in turn. All lines are counted
 * in the files.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { RouteTable } from '../../src/main/classify/route-table.js'
import { CategoryLogger, Levels } from '../../src/main/logger.js'
import { Bindings } from '../../src/main/produce/bindings.js'
import { Dictionary } from '../../src/main/produce/dictionary.js'
import { RecordEncoder } from '../../src/main/produce/record-encoder.js'
import { RingProducer } from '../../src/main/produce/ring-producer.js'
import { type Arena, attachArena, createArena } from '../../src/shared/arena.js'
import { CLOSE_REQUESTED, OWNER_NONE, OWNER_STATE, OWNER_STOPPED, WRITES_F64 } from '../../src/shared/arena-layout.js'
import { writerGeometry } from '../../src/shared/arena-sizes.js'
import { createConditionBoard } from '../../src/shared/condition-board.js'
import { createDescriptorPleas } from '../../src/shared/descriptor-pleas.js'
import { journalPath } from '../../src/shared/journal-layout.js'
import { resolveOptions } from '../../src/shared/options.js'
import type { DrainOptions } from '../../src/shared/writer-protocol.js'
import { claimPartition, DrainLoop } from '../../src/workers/drain/drain-loop.js'
import { PartitionDrain } from '../../src/workers/drain/partition-drain.js'
import { createJournal } from '../../src/workers/files/journal-file.js'
import { spreadOf } from '../figures/spread.js'
import { formatCount, formatTimes } from '../report/figures.js'
import { textTable } from '../report/text-table.js'
import { linesOnDisk } from './lines-on-disk.js'

const ROUNDS = 7
const LINES = 400_000
const FILES = 24
/** The event loop is turned after so many calls, as an application does. */
const CALLS_PER_TURN = 100
const WAIT_MS = 1000

interface OwnerData {
  readonly shared: SharedArrayBuffer
  readonly options: DrainOptions
}

interface Round {
  readonly callNs: number
  readonly medianCallNs: number
  readonly linesPerSecond: number
  /** Of both threads, in and outside the kernel: what a busy machine disturbs least. */
  readonly cpuNs: number
  readonly createMs: number
  readonly writes: number
  readonly linesFound: number
}

if (isMainThread) await compare()
else await own(workerData as OwnerData)

/** The thread that drains. */
async function own({ shared, options }: OwnerData): Promise<void> {
  const arena = attachArena(shared)
  claimPartition(arena)
  const drain = new PartitionDrain(arena, options)
  drain.resume()
  await new DrainLoop(arena, drain, 0).run()
}

async function compare(): Promise<void> {
  const without: Round[] = []
  const withOne: Round[] = []
  await runRound(false) // Code and caches warm up.
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? [false, true] : [true, false]
    for (const hasJournal of order) (hasJournal ? withOne : without).push(await runRound(hasJournal))
  }
  const rows = (
    [
      ['call, mean', 'ns', ({ callNs }) => callNs],
      ['call, median', 'ns', ({ medianCallNs }) => medianCallNs],
      ['lines a second, into the files', '', ({ linesPerSecond }) => linesPerSecond],
      ['CPU of both threads, a line', 'ns', ({ cpuNs }) => cpuNs],
      ['writes of log files', '', ({ writes }) => writes],
      ['making the journal', 'ms', ({ createMs }) => createMs],
    ] as readonly [string, string, (round: Round) => number][]
  ).map(([name, unit, figure]) => {
    const [plain, journaled] = [median(without.map(figure)), median(withOne.map(figure))]
    const ratio = plain === 0 ? '-' : formatTimes(journaled / plain)
    return [name, `${formatCount(plain)} ${unit}`, `${formatCount(journaled)} ${unit}`, ratio]
  })
  console.log(
    `Node.js ${process.version}; medians of ${ROUNDS} rounds of ${formatCount(LINES)} objects into ${FILES} files\n`,
  )
  console.log(textTable(['', 'without', 'with', 'ratio'], rows))
  const found = [...without, ...withOne].reduce((sum, { linesFound }) => sum + linesFound, 0)
  const logged = 2 * ROUNDS * LINES
  console.log(`\n${formatCount(found)} lines in the files of ${formatCount(logged)} logged`)
  if (found !== logged) process.exitCode = 1
}

async function runRound(hasJournal: boolean): Promise<Round> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-journal-cost-'))
  const resolved = resolveOptions({ utc: true, directory }, undefined, {}, 2)
  const arena = createArena(0, writerGeometry(resolved), { utc: true })
  const journalDirectory = hasJournal ? join(directory, 'journals') : null
  let createMs = 0
  if (journalDirectory !== null) {
    const startMs = performance.now()
    mkdirSync(journalDirectory)
    createJournal(journalPath(journalDirectory, 0), { geometry: arena.geometry, partition: 0, utc: true })
    createMs = performance.now() - startMs
  }
  const owner = new Worker(new URL(import.meta.url), {
    workerData: { shared: arena.shared, options: drainOptions(directory, journalDirectory) } satisfies OwnerData,
  })
  while (Atomics.load(arena.words, OWNER_STATE) === OWNER_NONE) await new Promise((resolve) => setTimeout(resolve, 5))
  const { loggers, ring } = producer(arena)
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  const calls = await logAll(loggers)
  Atomics.store(arena.words, CLOSE_REQUESTED, 1)
  while (Atomics.load(arena.words, OWNER_STATE) !== OWNER_STOPPED) {
    ring.ring()
    Atomics.wait(arena.words, OWNER_STATE, Atomics.load(arena.words, OWNER_STATE), WAIT_MS)
  }
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - startMs) / 1000
  await owner.terminate()
  const linesFound = linesOnDisk(directory)
  rmSync(directory, { recursive: true })
  const writes = arena.doubles[WRITES_F64] as number
  return {
    ...calls,
    linesPerSecond: LINES / seconds,
    cpuNs: ((user + system) * 1000) / LINES,
    createMs,
    writes,
    linesFound,
  }
}

async function logAll(loggers: readonly CategoryLogger[]): Promise<{ callNs: number; medianCallNs: number }> {
  const samples: number[] = []
  let spentNs = 0
  for (let line = 0; line < LINES; ) {
    const startNs = process.hrtime.bigint()
    for (let i = 0; i < CALLS_PER_TURN; i++, line++) {
      loggers[line % FILES]?.info({ line, user: 'user-81', cached: line % 3 === 0, took: line / 7 }, 'request served')
    }
    const ns = Number(process.hrtime.bigint() - startNs)
    spentNs += ns
    samples.push(ns / CALLS_PER_TURN)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { callNs: spentNs / LINES, medianCallNs: median(samples) }
}

/** The application's side, as Spillway wires it. */
function producer(arena: Arena): { loggers: CategoryLogger[]; ring: RingProducer } {
  const ring = new RingProducer(arena, () => {})
  const dictionary = new Dictionary([arena])
  const encoder = new RecordEncoder(dictionary, Date.now, null, () => {})
  const routes = new RouteTable([ring], null, dictionary, resolveOptions({ utc: true }, undefined, {}, 2))
  const levels = new Levels('info')
  const loggers = Array.from({ length: FILES }, (_, index) => {
    const category = `category-${index}`
    const own = routes.of(category)
    if (own === null) throw new Error('there is no room for the categories')
    return new CategoryLogger(encoder, encoder.context(own, Bindings.none), levels, null, null, {
      source: null,
      category,
    })
  })
  return { loggers, ring }
}

function drainOptions(directory: string, journalDirectory: string | null): DrainOptions {
  const { performance: tuning, fileMode, directoryMode, utc } = resolveOptions({ utc: true }, undefined, {}, 2)
  return {
    directory,
    utc,
    fileMode,
    directoryMode,
    linesMax: tuning.buffer.maxBufferSize,
    dueBytes: tuning.buffer.compressionThreshold,
    flushIntervalMs: tuning.buffer.flushInterval,
    handlesMax: tuning.fileHandles.maxHandles,
    handleTtlMs: tuning.fileHandles.ttl,
    evictionRatio: tuning.fileHandles.evictionRatio,
    retryAttempts: tuning.writes.retryAttempts,
    retryDelayMs: tuning.writes.retryDelay,
    fallbackDirectory: null,
    conditionBoard: createConditionBoard(),
    descriptorPleas: createDescriptorPleas(),
    journalDirectory,
    terminal: { colorize: false, linesPerSecond: Number.POSITIVE_INFINITY },
  }
}

function median(values: readonly number[]): number {
  return spreadOf(values)?.median ?? 0
}
