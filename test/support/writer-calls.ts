/**
 * Counts the file calls of a writer, and can end its thread at one of them: see dying-writer.ts, which runs in the
 * writers' threads. This is the main thread's side.
 */
import { setEnvironmentData } from 'node:worker_threads'
import { hookThreads } from './hooked-threads.js'

/** The functions of node:fs that are counted: what they are called, and in which of their words their count is. */
export const CALLS = [
  'open',
  'write',
  'close',
  'mkdir',
  'chmod',
  'fchmod',
  'stat',
  'fstat',
  'read',
  'ftruncate',
  'rename',
  'fsync',
  'fdatasync',
  'unlink',
] as const
export type CallName = (typeof CALLS)[number]

/** At which call which writer ends. */
export interface DeathPlan {
  /** The directory whose files count. */
  readonly directory: string
  /** The names of the files of the writer's partition. */
  readonly files: readonly string[]
  /** `null` where calls are only counted. */
  readonly death: { readonly call: CallName; readonly index: number; readonly when: 'before' | 'after' } | null
}

/** What a thread finds under {@link PLAN_KEY}. */
export interface SharedPlan extends DeathPlan {
  /** One count for each of {@link CALLS}, and behind them whether the death has happened. */
  readonly words: Int32Array
}

export const PLAN_KEY = 'spillway-writer-calls'

let words: Int32Array | null = null

/** Has the threads that are started from now on follow the plan. */
export function planDeath(plan: DeathPlan): void {
  words = new Int32Array(new SharedArrayBuffer((CALLS.length + 1) * 4))
  const shared: SharedPlan = { ...plan, words }
  setEnvironmentData(PLAN_KEY, shared)
  hookThreads(new URL('./dying-writer.js', import.meta.url))
}

/** How many calls of each kind the plan's writer has made, and whether it has died of its plan. */
export interface WriterCalls {
  readonly calls: Readonly<Partial<Record<CallName, number>>>
  readonly died: boolean
}

/** What the plan has come to so far; nothing without a plan. */
export function writerCalls(): WriterCalls {
  const counts = words
  if (counts === null) return { calls: {}, died: false }
  const calls = Object.fromEntries(CALLS.map((name, index) => [name, counts[index] ?? 0]))
  return { calls, died: counts[CALLS.length] === 1 }
}
