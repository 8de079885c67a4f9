/**
 * Imported into each writer's thread before anything else, by writer-calls.ts: counts the calls that the thread makes on
 * files of the log directory, and ends the thread right before or right after the one that its plan names. The thread is
 * gone at once: nothing of its code runs after that, no `finally` either.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { getEnvironmentData } from 'node:worker_threads'
import { CALLS, type CallName, PLAN_KEY, type SharedPlan } from './writer-calls.js'

type FileCall = (target: unknown, ...rest: unknown[]) => unknown

/** Beyond any plan; a thread that ends has a last call. */
const DEAD = CALLS.length

const plan = getEnvironmentData(PLAN_KEY) as unknown as SharedPlan
const paths = new Map<unknown, string>()
/** Decided by the first log file that the thread touches. */
let isOfPlan: boolean | null = null
const counts = new Map<CallName, number>()

/** Where a call goes, if it is a path below the directory or a descriptor of one. */
function pathOf(target: unknown): string | null {
  const path = typeof target === 'string' ? target : paths.get(target)
  return path?.startsWith(plan.directory) === true ? path : null
}

function countCall(name: CallName, path: string): number {
  if (isOfPlan === null && path.endsWith('.jsonl')) isOfPlan = plan.files.includes(basename(path))
  if (isOfPlan !== true) return 0
  const count = (counts.get(name) ?? 0) + 1
  counts.set(name, count)
  Atomics.add(plan.words, CALLS.indexOf(name), 1)
  return count
}

function isLast(name: CallName, count: number): boolean {
  const { death } = plan
  if (death === null || death.call !== name || death.index !== count) return false
  return Atomics.compareExchange(plan.words, DEAD, 0, 1) === 0
}

function die(): never {
  process.exit(1)
  // The thread ends at its next turn of a loop.
  for (;;);
}

function watched(name: CallName, call: FileCall): FileCall {
  return (target, ...rest) => {
    const path = pathOf(target)
    const last = path !== null && isLast(name, countCall(name, path))
    if (last && plan.death?.when === 'before') die()
    try {
      const result = call(target, ...rest)
      if (name === 'open') paths.set(result, String(target))
      if (name === 'close') paths.delete(target)
      return result
    } finally {
      if (last) die() // Also after a call that fails, as the opening of a file that is there.
    }
  }
}

const calls = fs as unknown as Record<string, FileCall>
for (const name of CALLS) calls[`${name}Sync`] = watched(name, calls[`${name}Sync`] as FileCall)
syncBuiltinESMExports()
