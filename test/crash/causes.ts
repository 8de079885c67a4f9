/** Deaths other than SIGKILL that a process can die of itself, none of which runs an exit handler. */
import { createRequire } from 'node:module'

/** `null`: the null pointer is read, in a C function; `heap`: the heap of the main thread is full. */
export const CAUSES = ['abort', 'heap', 'segv', 'null'] as const
export type Cause = (typeof CAUSES)[number]

/** Flags of a node that is to die so. */
export const FLAGS: Readonly<Record<Cause, readonly string[]>> = {
  abort: [],
  heap: ['--max-old-space-size=40'],
  segv: [],
  null: [],
}
/** Signals that such a death shows as: whoever runs out of heap aborts. */
export const SIGNALS: Readonly<Record<Cause, readonly NodeJS.Signals[]>> = {
  abort: ['SIGABRT'],
  heap: ['SIGABRT', 'SIGTRAP', 'SIGILL'],
  segv: ['SIGSEGV'],
  null: ['SIGSEGV'],
}

/** What is used of koffi. */
interface Koffi {
  load(path: null): { func(prototype: string): (pointer: null) => number }
}

const require = createRequire(import.meta.url)

/** Why a null pointer cannot be read here, or `false` where it can. */
export function noNullPointer(): string | false {
  try {
    require('koffi')
    return false
  } catch (error) {
    return `koffi cannot be loaded: ${String(error).split('\n', 1)[0]}`
  }
}

/** A hundred times as many fill the heap. */
const HEAP_OBJECTS = 10_000
/** Kept, so that nothing is collected. */
const kept: unknown[] = []

/** Dies; comes back only from `heap`, which takes many calls. */
export function die(cause: Cause): void {
  if (cause === 'abort') process.abort()
  if (cause === 'segv') process.kill(process.pid, 'SIGSEGV')
  if (cause === 'null') (require('koffi') as Koffi).load(null).func('size_t strlen(void *text)')(null)
  if (cause === 'heap') kept.push(Array.from({ length: HEAP_OBJECTS }, (_, index) => ({ index })))
}
