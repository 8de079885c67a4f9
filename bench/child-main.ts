/**
 * The child's work: load one contender, run the pass it was asked for, answer, and end by itself. A contender that
 * keeps the process alive after its close() is seen by the parent, so nothing here calls process.exit.
 */

import type { ChildResult, ChildTask } from './child-task.js'
import { contenderNamed } from './contenders/index.js'
import { measure } from './measure.js'
import { countPoolJobs } from './pool-jobs.js'

/** @param poolThreadIds the kernel's ids of libuv's pool threads */
export async function runChild(poolThreadIds: readonly string[]): Promise<void> {
  // A parent that was interrupted leaves no child behind.
  const endWithParent = (): never => process.exit(1)
  process.once('disconnect', endWithParent)

  const task = JSON.parse(process.argv[2] ?? '') as ChildTask
  const open = await contenderNamed(task.contender).load()
  const result = task.pass === 'measure' ? await measure(task, open, poolThreadIds) : await countPoolJobs(task, open)
  await answer(result)

  process.removeListener('disconnect', endWithParent)
  if (process.connected) process.disconnect()
}

/** Over the channel of a forked child; on stdout for a child that somebody started by hand. */
async function answer(result: ChildResult): Promise<void> {
  if (process.send === undefined) console.log(JSON.stringify(result))
  else await new Promise<void>((resolve) => process.send!(result, () => resolve()))
}
