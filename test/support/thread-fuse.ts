/**
 * Imported into each writer's thread before anything else, by random-deaths.ts: once the thread's fuse is lit, it ends
 * after so many further steps. A step is an atomic access or a call on a file: between any two of them a thread may end.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { getEnvironmentData, threadId } from 'node:worker_threads'

/** Under which a thread finds the fuses, one word for each thread by its id; 0 is not lit. */
export const FUSES_KEY = 'spillway-thread-fuses'

type Step = (...values: unknown[]) => unknown

const ATOMICS = ['load', 'store', 'add', 'notify', 'wait', 'compareExchange'] as const
const FILE_CALLS = [
  'openSync',
  'writeSync',
  'closeSync',
  'mkdirSync',
  'fstatSync',
  'statSync',
  'ftruncateSync',
] as const

const fuses = getEnvironmentData(FUSES_KEY) as unknown as Int32Array | undefined

function burn(words: Int32Array): void {
  const left = words[threadId] ?? 0
  if (left === 0) return
  words[threadId] = left - 1
  if (left > 1) return
  process.exit(1)
  // The thread ends at its next turn of a loop.
  for (;;);
}

function watch(owner: Record<string, Step>, names: readonly string[], words: Int32Array): void {
  for (const name of names) {
    const step = owner[name] as Step
    owner[name] = (...values) => {
      burn(words)
      const result = step.apply(owner, values)
      burn(words)
      return result
    }
  }
}

if (fuses !== undefined) {
  watch(Atomics as unknown as Record<string, Step>, ATOMICS, fuses)
  watch(fs as unknown as Record<string, Step>, FILE_CALLS, fuses)
  syncBuiltinESMExports()
}
