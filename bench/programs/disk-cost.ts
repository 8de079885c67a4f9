/**
 * `node dist/bench/programs/disk-cost.js [SECONDS]`: what each way of keeping entries has the system write to the disk besides the
 * lines, and what its writing back does to the calls meanwhile. The system writes changed pages of a mapped arena back
 * when they are some seconds old (5 to 30, by default), so a run of less shows nothing.
 *
 * Each way runs in a process of its own, one after the other, at a pace and at full speed. What it dirties is counted by
 * the kernel (`write_bytes` in proc(5)); what it logged is counted in the files. Exits with 1 where lines are missing.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verifyRun } from '../../scripts/verify/verify-run.js'
import { Spillway, type SpillwayOptions } from '../../src/main/index.js'
import { textTable } from '../report/text-table.js'

const FILES = 48
const SECONDS = 40
const BATCH_MS = 10
const BYTES_PER_MEGABYTE = 1e6
const NS_PER_US = 1000

const WAYS: Readonly<Record<string, SpillwayOptions>> = {
  mapped: { arena: 'mapped' },
  journal: { arena: 'memory', journal: true },
  memory: { arena: 'memory', journal: false },
}
/** Entries per second; the last is as many as there can be. */
const PACES: readonly number[] = [1000, 50_000, Number.POSITIVE_INFINITY]

/** What a child tells of its run. */
interface Told {
  readonly logged: number
  readonly dirtiedBytes: number
  readonly lineBytes: number
  readonly p999Us: number
  readonly p9999Us: number
  readonly maxUs: number
}

/** The child: logs for so long, and times each call. */
async function log(directory: string, way: string, perSecond: number, seconds: number): Promise<void> {
  const before = dirtiedBytes()
  const spillway = new Spillway({ directory, ...WAYS[way] })
  const loggers = Array.from({ length: FILES }, (_, index) => spillway.logger(`category-${index}`))
  const times: number[] = []
  const start = performance.now()
  let logged = 0
  for (;;) {
    const elapsedMs = performance.now() - start
    if (elapsedMs > seconds * 1000) break
    const due = perSecond === Number.POSITIVE_INFINITY ? logged + 1000 : (elapsedMs * perSecond) / 1000
    while (logged < due) {
      const logger = loggers[logged % FILES]
      logged++
      const from = process.hrtime.bigint()
      logger?.info({ userId: logged, durationMs: 12.5 }, 'moved to another room')
      times.push(Number(process.hrtime.bigint() - from))
    }
    if (perSecond === Number.POSITIVE_INFINITY) await new Promise((resolve) => setImmediate(resolve))
    else await pause(BATCH_MS)
  }
  await spillway.flush()
  const { bytes } = spillway.stats()
  const dirtied = dirtiedBytes() - before
  await spillway.close()
  times.sort((left, right) => left - right)
  const at = (share: number): number => (times[Math.floor((times.length - 1) * share)] ?? 0) / NS_PER_US
  const told: Told = {
    logged,
    dirtiedBytes: dirtied,
    lineBytes: bytes,
    p999Us: at(0.999),
    p9999Us: at(0.9999),
    maxUs: at(1),
  }
  process.send?.(told)
}

/** Bytes of pages that this process has made dirty. */
function dirtiedBytes(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1])
}

async function run(way: string, perSecond: number, seconds: number): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-disk-'))
  try {
    const child = fork(fileURLToPath(import.meta.url), [directory, way, String(perSecond), String(seconds)])
    const [told] = (await once(child, 'message')) as [Told]
    await once(child, 'exit')
    const { problems } = verifyRun(directory, new Map(), told.logged)
    if (problems.length > 0) process.exitCode = 1
    const besides = (told.dirtiedBytes - told.lineBytes) / BYTES_PER_MEGABYTE
    return [
      Number.isFinite(perSecond) ? `${perSecond}/s` : 'full speed',
      way,
      String(told.logged),
      `${(told.lineBytes / BYTES_PER_MEGABYTE).toFixed(1)} MB`,
      `${besides.toFixed(1)} MB`,
      `${(besides / seconds).toFixed(2)} MB/s`,
      `${told.p999Us.toFixed(1)} us`,
      `${told.p9999Us.toFixed(1)} us`,
      `${told.maxUs.toFixed(0)} us`,
      problems.length === 0 ? 'all there' : problems.join('; '),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const seconds = Number(process.argv[2] ?? SECONDS)
  const rows: (readonly string[])[] = []
  for (const pace of PACES) {
    for (const way of Object.keys(WAYS))
      rows.push(await run(way, pace, pace === Number.POSITIVE_INFINITY ? seconds / 4 : seconds))
  }
  const head = ['pace', 'way', 'lines', 'of lines', 'besides', '', 'p99.9', 'p99.99', 'max', 'lines on disk']
  console.log(textTable(head, rows))
}

const [directory, way, perSecond, seconds] = process.argv.slice(2)
if (seconds === undefined) await main()
else await log(directory ?? '', way ?? '', Number(perSecond), Number(seconds))
