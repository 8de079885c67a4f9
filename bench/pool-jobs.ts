/**
 * The untimed pass, in the child: how many jobs the contender gives to libuv's pool, which the application shares with
 * it. Counted by the async resources the main thread creates, from before the contender is opened to after its close.
 */

import { createHook } from 'node:async_hooks'
import type { ChildResult, ChildTask } from './child-task.js'
import type { Open } from './contenders/contender.js'
import { logBytesIn } from './log-files.js'
import { categoriesOf, runLoop } from './workload.js'

/** Resources of which each stands for a job in the pool; a ZLIB stream stands for one or more. */
const POOL_RESOURCE_TYPES = new Set([
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'ZLIB',
  'RANDOMBYTESREQUEST',
  'GETADDRINFOREQWRAP',
])

/** What the pass found. */
export interface PoolJobs {
  readonly lines: number
  readonly jobs: number
  readonly jobsByType: Readonly<Record<string, number>>
}

export async function countPoolJobs(task: ChildTask, open: Open): Promise<ChildResult> {
  const { directory, files } = task
  const lines = task.warmUpLines + task.lines
  const jobsByType: Record<string, number> = {}
  const hook = createHook({
    init(_asyncId, type) {
      if (POOL_RESOURCE_TYPES.has(type)) jobsByType[type] = (jobsByType[type] ?? 0) + 1
    },
  })

  hook.enable()
  const session = await open({ ...task, categories: categoriesOf(files) })
  await runLoop(session.log, { firstEntry: 0, count: lines, files }, new Float32Array(lines))
  await session.close()
  hook.disable()

  return {
    poolJobs: { lines, jobs: Object.values(jobsByType).reduce((sum, jobs) => sum + jobs, 0), jobsByType },
    bytesAtClose: logBytesIn(directory),
    details: session.details?.(),
  }
}
