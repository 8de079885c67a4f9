/**
 * What an open logger costs that has nothing to log: CPU of all its threads, and how often they wake, over thirty seconds
 * after each file has had a line. It would lie if the logger were not really open (its lines are on disk before), or if
 * its last writes fell into the window: that opens when all is at rest, and V8 too, which collects the garbage of the
 * start some eight seconds after it, in any process: tens of milliseconds, by chance within the window or before it.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { switchesBetween, threadSwitches } from '../child/thread-switches.js'
import type { Contender } from '../contenders/contender.js'
import { type Bar, judge } from '../figures/bar.js'
import { measured, type ScenarioSummary } from '../figures/summary.js'
import { atRest } from '../passes/at-rest.js'
import { logBytesIn } from '../passes/log-files.js'
import { categoriesOf, entryAt, MESSAGE } from '../workload/entries.js'
import type { Result, Scenario, ScenarioSettings, Task } from './scenario.js'

const WINDOW_MS = 30_000
const QUICK_WINDOW_MS = 3000

/** Longer than any buffer waits. */
const QUIET_MS = 1500
/** By then V8 has done what it does for a process that has come to rest. */
const SETTLE_MS = 11_000

const MICROSECONDS_PER_MILLISECOND = 1000

export const scenario: Scenario = {
  name: 'idle',
  title: 'An open logger with nothing to log',
  about:
    'What an open logger costs that has nothing to log: CPU of all its threads, and how often they wake, over thirty' +
    ' seconds after each file has had a line. It would lie if the logger were not really open (its lines are on disk' +
    ' before), or if its last writes fell into the window: that opens when all is at rest,' +
    ' and V8 too, which collects the garbage of the start some eight seconds after it, in any process.',
  figures: [
    { name: 'cpuPercent', title: 'CPU of one core', unit: 'percent', better: 'less', isShown: true },
    { name: 'wakeUpsPerSecond', title: 'wake-ups/s', unit: 'per second', better: 'less', isShown: true },
    { name: 'rssBytes', title: 'RSS', unit: 'bytes', better: 'less', isShown: true },
  ],
  keyFigures: ['cpuPercent', 'wakeUpsPerSecond'],
  contenders: ['no-logging', 'spillway', 'pino-async', 'pino-transport', 'winston-daily'],
  cells: ({ files }: ScenarioSettings) => [{ name: 'open', title: `${files} files open`, parameters: {} }],
  timeoutMs: () => SETTLE_MS + WINDOW_MS + 60_000,
  /** The window is long; what happens in it is done by timers. */
  rounds: () => 1,
  run,
  bars: (summary) => [idleBar(summary)],
}

async function run(task: Task, contender: Contender): Promise<Result> {
  const { directory, settings } = task
  const { files, library, isQuick } = settings
  const open = await contender.load()
  const session = await open({ directory, categories: categoriesOf(files), library })
  for (let file = 0; file < files; file += 1) session.calls.object(file, entryAt(file), MESSAGE)
  await session.flush?.()
  await atRest(directory, QUIET_MS)
  if (!isQuick) await pause(SETTLE_MS)

  const switchesBefore = threadSwitches()
  const cpuBefore = process.cpuUsage()
  const startMs = performance.now()
  await pause(isQuick ? QUICK_WINDOW_MS : WINDOW_MS)
  const cpu = process.cpuUsage(cpuBefore)
  const windowMs = performance.now() - startMs
  const switchesAfter = threadSwitches()
  const rssBytes = process.memoryUsage.rss()
  await session.close()

  return {
    figures: {
      cpuPercent: ((cpu.user + cpu.system) * 100) / (windowMs * MICROSECONDS_PER_MILLISECOND),
      ...(switchesBefore === undefined || switchesAfter === undefined
        ? {}
        : { wakeUpsPerSecond: (switchesBetween(switchesBefore, switchesAfter) * 1000) / windowMs }),
      rssBytes,
    },
    logged: { lines: files, files, shape: 'fields-4' },
    bytesAtEnd: logBytesIn(directory),
    details: session.details?.(),
  }
}

/** Of the library alone, without what a process needs that has none. */
function idleBar(summary: ScenarioSummary): Bar {
  const own = measured(summary, 'open', 'spillway')?.figures.cpuPercent?.max
  const without = measured(summary, 'open', 'no-logging')?.figures.cpuPercent?.median
  return judge({
    name: 'CPU of an idle logger, of one core, beyond a process without one',
    required: '<= 0.5 %',
    aim: '< 0.1 %',
    value: own === undefined || without === undefined ? undefined : own - without,
    show: (value) => `${value.toFixed(3)} %`,
    passes: (value) => value <= 0.5,
    reachesAim: (value) => value < 0.1,
  })
}
