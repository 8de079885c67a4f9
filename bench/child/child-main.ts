/**
 * The child's work: load one contender and one scenario, run the pass it was asked for, answer, and end by itself. A
 * contender that keeps the process alive after its close() is seen by the parent, so nothing here calls process.exit.
 */
import { contenderNamed } from '../contenders/index.js'
import type { Result, Scenario, Task } from '../scenarios/scenario.js'

/** @param poolThreadIds the kernel's ids of libuv's pool threads */
export async function runChild(poolThreadIds: readonly string[]): Promise<void> {
  // A parent that was interrupted leaves no child behind.
  const endWithParent = (): never => process.exit(1)
  process.once('disconnect', endWithParent)

  const task = JSON.parse(process.argv[2] ?? '') as Task
  // The one module, not the list of all: what the others import would stand in this one's memory.
  const { scenario } = (await import(`../scenarios/${task.scenario}.js`)) as { readonly scenario: Scenario }
  await answer(await scenario.run(task, contenderNamed(task.contender), { poolThreadIds }))

  process.removeListener('disconnect', endWithParent)
  if (process.connected) process.disconnect()
}

/** Over the channel of a forked child; on stdout for a child that somebody started by hand. */
async function answer(result: Result): Promise<void> {
  if (process.send === undefined) console.log(JSON.stringify(result))
  else await new Promise<void>((resolve) => process.send!(result, () => resolve()))
}
