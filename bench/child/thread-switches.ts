/** How often threads of this process went to sleep, by the kernel's accounting. Linux only; elsewhere nothing is told. */

import { readdirSync, readFileSync } from 'node:fs'

const TASKS = '/proc/self/task'

/** By thread: how often it gave the processor up of itself, which is once for each time it is woken. */
export type ThreadSwitches = ReadonlyMap<string, number>

/** Of all threads that there are now; `undefined` where there is no /proc. */
export function threadSwitches(): ThreadSwitches | undefined {
  try {
    return new Map(readdirSync(TASKS).map((id) => [id, voluntarySwitches(id)]))
  } catch {
    // No /proc: not Linux.
    return undefined
  }
}

/** Of all threads together from one look to the next; one that came between counts whole, one that ended does not. */
export function switchesBetween(before: ThreadSwitches, after: ThreadSwitches): number {
  let total = 0
  for (const [id, switches] of after) total += switches - (before.get(id) ?? 0)
  return total
}

function voluntarySwitches(id: string): number {
  try {
    const status = readFileSync(`${TASKS}/${id}/status`, 'utf8')
    return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1] ?? 0)
  } catch {
    // The thread has ended between the two reads.
    return 0
  }
}
