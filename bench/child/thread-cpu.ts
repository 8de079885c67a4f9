/** CPU time of single threads by the kernel's accounting. Linux only; elsewhere there is nothing to read. */

import { readdirSync, readFileSync } from 'node:fs'

const TASKS = '/proc/self/task'

/** The name libuv gives its pool's threads from 1.50 on. */
const POOL_THREAD_NAME = 'libuv-worker'

/** The kernel counts ticks in units of 1/100 s towards user space, whatever its own frequency. */
const NANOSECONDS_PER_TICK = 1e7

/** User and system time in /proc/PID/task/TID/stat, counted after the parenthesis that closes the thread's name. */
const STAT_UTIME_INDEX = 11
const STAT_STIME_INDEX = 12

/** The pool's threads by name where they have one, else the ones the child saw appear. */
export function poolThreadIds(seenToAppear: readonly string[]): readonly string[] {
  const named = readTasks().filter((id) => readTask(id, 'comm')?.trim() === POOL_THREAD_NAME)
  return named.length > 0 ? named : seenToAppear
}

/** Nanoseconds these threads have run, or undefined where the kernel does not say. */
export function threadCpuNs(ids: readonly string[]): number | undefined {
  if (ids.length === 0) return undefined
  let totalNs = 0
  for (const id of ids) {
    const cpuNs = oneThreadCpuNs(id)
    if (cpuNs === undefined) return undefined
    totalNs += cpuNs
  }
  return totalNs
}

/** schedstat counts nanoseconds; stat only ticks of 10 ms, and serves where the kernel was built without the other. */
function oneThreadCpuNs(id: string): number | undefined {
  const schedstat = readTask(id, 'schedstat')
  if (schedstat !== undefined) return Number(schedstat.split(' ')[0])
  const stat = readTask(id, 'stat')
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[STAT_UTIME_INDEX]) + Number(fields[STAT_STIME_INDEX])) * NANOSECONDS_PER_TICK
}

function readTasks(): string[] {
  try {
    return readdirSync(TASKS)
  } catch {
    // No /proc: not Linux.
    return []
  }
}

function readTask(id: string, name: string): string | undefined {
  try {
    return readFileSync(`${TASKS}/${id}/${name}`, 'utf8')
  } catch {
    // The thread has ended, or the kernel has no such file.
    return undefined
  }
}
