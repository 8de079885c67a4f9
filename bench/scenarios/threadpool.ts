/**
 * Jobs given to libuv's pool, whose few threads the application's file system, DNS and crypto calls share with its
 * logger. Counted by the async resources that the main thread creates, from before the contender is opened to after its
 * close. It would lie about a contender that logs from a thread of its own, whose resources nobody here sees, so the CPU
 * time of the pool's threads stands beside: they are the same for all threads of a process.
 */
import { createHook } from 'node:async_hooks'
import { poolThreadIds, threadCpuNs } from '../child/thread-cpu.js'
import type { Contender } from '../contenders/contender.js'
import { type Bar, judge } from '../figures/bar.js'
import { measured, type ScenarioSummary } from '../figures/summary.js'
import { logBytesIn } from '../passes/log-files.js'
import { categoriesOf } from '../workload/entries.js'
import { NO_TIMES, runAtFullSpeed } from '../workload/loops.js'
import { shapeNamed } from '../workload/shapes.js'
import { MAIN_PEERS } from './peers.js'
import { loopCall } from './saturate.js'
import type { Result, Scenario, Task, Tools } from './scenario.js'

/** Enough to see jobs that come with each line, with each buffer, or with the files. */
const LINES = 10_000

/** Resources of which each stands for a job in the pool; a ZLIB stream stands for one or more. */
const POOL_RESOURCE_TYPES: ReadonlySet<string> = new Set([
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'ZLIB',
  'RANDOMBYTESREQUEST',
  'GETADDRINFOREQWRAP',
])

/** Where spillway is judged: by its way and the shape. */
const JUDGED = ['fields-4', 'template', 'error']

export const scenario: Scenario = {
  name: 'threadpool',
  title: "Jobs given to libuv's pool",
  about:
    "Jobs given to libuv's pool, whose few threads the application's file system, DNS and crypto calls share with its" +
    ' logger. Counted by the async resources that the main thread creates, from before the contender is opened to' +
    ' after its close. It would lie about a contender that logs from a thread of its own, whose resources nobody here' +
    " sees, so the CPU time of the pool's threads stands beside: they are the same for all threads of a process.",
  figures: [
    { name: 'poolJobs', title: 'jobs', unit: 'count', better: 'less', isShown: true },
    { name: 'poolJobsPerThousandLines', title: 'jobs/1k lines', unit: 'count', better: 'less', isShown: true },
    { name: 'poolCpuNsPerLine', title: 'pool CPU/line', unit: 'ns', better: 'less', isShown: true },
  ],
  keyFigures: ['poolJobsPerThousandLines', 'poolCpuNsPerLine'],
  contenders: ['spillway', ...MAIN_PEERS],
  cells: () => [
    { name: 'fields-4', title: '4 fields and a message', parameters: { shape: 'fields-4' } },
    {
      name: 'template',
      title: 'a template of three values',
      parameters: { shape: 'template' },
      contenders: ['spillway'],
    },
    { name: 'error', title: 'an error with its stack', parameters: { shape: 'error' }, contenders: ['spillway'] },
  ],
  timeoutMs: () => 60_000,
  /** Jobs are counted, not timed: they are the same each time. */
  rounds: () => 1,
  run: countJobs,
  bars: (summary) => [jobsBar(summary)],
}

async function countJobs(task: Task, contender: Contender, tools: Tools): Promise<Result> {
  const { directory, settings } = task
  const { files, library } = settings
  const shape = shapeNamed(String(task.cell.parameters.shape))
  const jobsByType: Record<string, number> = {}
  const hook = createHook({
    init(_asyncId, type) {
      if (POOL_RESOURCE_TYPES.has(type)) jobsByType[type] = (jobsByType[type] ?? 0) + 1
    },
  })
  const open = await contender.load()
  const poolThreads = poolThreadIds(tools.poolThreadIds)
  const poolBeforeNs = threadCpuNs(poolThreads)

  hook.enable()
  const session = await open({ directory, categories: categoriesOf(files), library })
  const way = loopCall(session.calls[shape.call], shape)
  await runAtFullSpeed(way, { firstEntry: 0, count: LINES, files }, NO_TIMES)
  await session.close()
  hook.disable()
  const poolAfterNs = threadCpuNs(poolThreads)

  const jobs = Object.values(jobsByType).reduce((sum, count) => sum + count, 0)
  return {
    figures: {
      poolJobs: jobs,
      poolJobsPerThousandLines: (jobs * 1000) / LINES,
      ...(poolBeforeNs === undefined || poolAfterNs === undefined
        ? {}
        : { poolCpuNsPerLine: (poolAfterNs - poolBeforeNs) / LINES }),
    },
    logged: { lines: LINES, files, shape: shape.name },
    bytesAtEnd: logBytesIn(directory),
    details: { jobsByType, own: session.details?.() },
  }
}

function jobsBar(summary: ScenarioSummary): Bar {
  const jobs = JUDGED.map((cell) => measured(summary, cell, 'spillway')?.figures.poolJobs?.max)
  return judge({
    name: 'jobs in the libuv pool, object, template and error',
    required: '0',
    aim: '0',
    value: jobs.includes(undefined) ? undefined : (jobs as number[]).reduce((sum, count) => sum + count, 0),
    show: String,
    passes: (value) => value === 0,
    reachesAim: (value) => value === 0,
  })
}
