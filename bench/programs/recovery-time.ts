/**
 * How long recovery takes for an arena that is full: 4 MiB of records in the ring, and all 64 file buffers of 64 KiB. The
 * lines are counted on the disk. Exit code 1 where it takes more than a second (the median), or lines are not there.
 */

import { writerGeometry } from '../../src/shared/arena-sizes.js'
import { recoverLeftover } from '../../src/workers/recover/recover-leftover.js'
import { NOON_MS, PartitionRig } from '../../test/workers/partition-rig.js'
import { recoverySettings, writeLeftover } from '../../test/workers/recover/leftover-files.js'
import { linesOnDisk } from './lines-on-disk.js'

const BAR_MS = 1000
const RUNS = 5
const FILES = 62
const BUFFERED_BYTES = 60 * 1024

/** An arena that takes nothing more, and how many entries it holds. */
function fillArena(): { rig: PartitionRig; entries: number } {
  const geometry = writerGeometry({ ringBytes: 4 * 1024 * 1024, fileBufferBytes: 64 * 1024, maxCategories: 200 })
  let isFull = false
  const rig = new PartitionRig({ geometry, options: { onFull: 'drop' }, onFull: () => (isFull = true) })
  const loggers = Array.from({ length: FILES }, (_, index) => rig.logger(`category${index}`))
  let entries = 0
  const log = (): void => {
    const logger = loggers[entries % FILES]!
    if (entries % 3 === 0) logger.info({ actor: 'farmer', field: entries, grain: 0.25 }, 'the harvest was brought in')
    else if (entries % 3 === 1) logger.info`turn ${entries} of the day: ${{ weather: 'clear' }}`
    else logger.info(`a message of its own, number ${entries}, of no great length`)
    entries++
  }
  for (let bytes = 0; bytes < BUFFERED_BYTES * FILES; bytes += 130 * FILES) {
    for (let i = 0; i < FILES; i++) log()
    rig.drain.pass(NOON_MS)
  }
  while (!isFull && rig.encoder.refused.lines === 0) log()
  return { rig, entries: entries - rig.encoder.refused.lines }
}

const times: number[] = []
let isWhole = true
for (let run = 0; run < RUNS; run++) {
  const { rig, entries } = fillArena()
  const path = writeLeftover(rig.directory, rig.arena.bytes)
  const cpu = process.cpuUsage()
  const start = performance.now()
  const report = recoverLeftover(path, recoverySettings(rig.directory))
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  const cpuMs = (user + system) / 1000
  const lines = linesOnDisk(rig.directory)
  times.push(ms)
  isWhole &&= lines === entries && report.isDone && report.damaged === 0
  console.log(
    `${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} of them CPU: ${lines} lines of ${entries} in ${report.files} files, ${report.lines} of them recovered`,
  )
  rig[Symbol.dispose]()
}
const median = times.sort((left, right) => left - right)[RUNS >> 1] as number
const isMet = isWhole && median <= BAR_MS
console.log(`median ${median.toFixed(0)} ms, the bar is ${BAR_MS} ms: ${isMet ? 'met' : 'not met'}`)
process.exitCode = isMet ? 0 : 1
