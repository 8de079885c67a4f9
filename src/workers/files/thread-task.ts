/**
 * The kernel's number of a thread: by it a thread's end is seen without an event loop. Linux only; 0 stands for unknown.
 * A thread whose task is gone has made all its stores and all its calls.
 */
import { readFileSync, readlinkSync, statSync } from 'node:fs'

const ABSENT_IS_NO_ERROR = { throwIfNoEntry: false } as const

/** The calling thread's number. */
export function ownThreadTask(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0
  } catch {
    return 0 // No /proc: the thread is judged by its heartbeat.
  }
}

/** Whether the thread of this process that had this number has ended; false where that cannot be known. */
export function isThreadTaskGone(task: number): boolean {
  if (task === 0) return false
  try {
    return statSync(`/proc/self/task/${task}`, ABSENT_IS_NO_ERROR) === undefined
  } catch {
    return false
  }
}

/** Whether that thread computes at this moment, rather than waits for something; false where that cannot be known. */
export function isThreadTaskRunning(task: number): boolean {
  if (task === 0) return false
  try {
    // The state is behind the name, which stands in parentheses and may be anything: proc(5).
    const stat = readFileSync(`/proc/self/task/${task}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('R')
  } catch {
    return false
  }
}
