/**
 * What a line costs its producer and its owner, each alone: 48 files, the threads' work done in turns by one thread, which
 * logs a batch, formats it into the file buffers and writes those. The lines are counted on the disk, which is a file
 * system in memory where the machine has one. Exit code 1 where lines are not there.
 *
 * Each way of calling has a process of its own, for only the first ring of one has the publish kernel.
 *
 *   node dist/bench/programs/drain-cost.js [batches [object|template|message]]
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { writerGeometry } from '../../src/shared/arena-sizes.js'
import { NOON_MS, PartitionRig } from '../../test/workers/partition-rig.js'
import { spreadOf } from '../figures/spread.js'
import { linesOnDisk } from './lines-on-disk.js'

const FILES = 48
const BATCH_LINES = 16_000
/** Of them the first are not counted: the code is not yet compiled. */
const WARM_UP = 15
const [batchesAsked = '40', wayAsked] = process.argv.slice(2)
const batches = Number(batchesAsked)

type Log = (logger: ReturnType<PartitionRig['logger']>, line: number) => void

const WAYS: Readonly<Record<string, Log>> = {
  object: (logger, line) =>
    logger.info({ actor: 'farmer', field: line, grain: 0.25, ready: true }, 'the harvest was brought in'),
  template: (logger, line) => logger.info`turn ${line} of the day: ${{ weather: 'clear' }} at ${0.5}`,
  message: (logger) => logger.info('the harvest was brought in'),
}

/** Nanoseconds a line for logging, formatting and writing: the median of the batches. */
function measure(log: Log): { logged: number; formatted: number; written: number } {
  const geometry = writerGeometry({ ringBytes: 4 * 1024 * 1024, fileBufferBytes: 64 * 1024, maxCategories: 200 })
  using rig = new PartitionRig({ geometry, inMemory: true, clock: Date.now, drain: { dueBytes: 32 * 1024 } })
  const loggers = Array.from({ length: FILES }, (_, index) => rig.logger(`category${index}`))
  const times: { logged: number; formatted: number; written: number }[] = []
  for (let batch = 0; batch < batches + WARM_UP; batch++) {
    const start = performance.now()
    for (let line = batch * BATCH_LINES; line < (batch + 1) * BATCH_LINES; line++) log(loggers[line % FILES]!, line)
    const logged = performance.now()
    rig.drain.pass(NOON_MS)
    const formatted = performance.now()
    rig.drain.writeDue(NOON_MS, batch % 10 === 9)
    const written = performance.now()
    times.push({ logged: logged - start, formatted: formatted - logged, written: written - formatted })
  }
  rig.flush()
  const count = linesOnDisk(rig.directory)
  const expected = (batches + WARM_UP) * BATCH_LINES
  if (count !== expected) {
    console.error(`${count} lines are there, ${expected} were logged`)
    process.exitCode = 1
  }
  const median = (values: number[]): number => (spreadOf(values)!.median * 1e6) / BATCH_LINES
  const counted = times.slice(WARM_UP)
  return {
    logged: median(counted.map(({ logged }) => logged)),
    formatted: median(counted.map(({ formatted }) => formatted)),
    written: median(counted.map(({ written }) => written)),
  }
}

function print(name: string, log: Log): void {
  const { logged, formatted, written } = measure(log)
  console.log(
    `${name.padEnd(9)} logged ${logged.toFixed(0)} ns, formatted ${formatted.toFixed(0)} ns, written ${written.toFixed(0)} ns a line`,
  )
}

function measureApart(name: string): void {
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), batchesAsked, name], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}

if (wayAsked === undefined) for (const name of Object.keys(WAYS)) measureApart(name)
else {
  const log = WAYS[wayAsked]
  if (log === undefined) throw new RangeError(`${wayAsked} is none of ${Object.keys(WAYS).join(', ')}`)
  print(wayAsked, log)
}
