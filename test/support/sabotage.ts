/**
 * Writers that come to harm: import this before the library. Each thread that is started afterwards does what it is told
 * to, when it starts or when it writes a file. The file system of the calling thread stays as it is.
 */
import workerThreads from 'node:worker_threads'
import { hookThreads } from './hooked-threads.js'
import { type Deed, ORDERS_NAME, orderOf, START_TIMES, STARTS, WRITES } from './sabotage-orders.js'
import './collected-threads.js'

const HEAP_MB = 24
const orders = new Int32Array(new SharedArrayBuffer(64))
workerThreads.setEnvironmentData(ORDERS_NAME, orders as unknown as workerThreads.Serializable)

/** The next thread that writes does this first. */
export function atNextWrite(deed: Deed): void {
  Atomics.store(orders, WRITES, orderOf(deed))
}

/** Whether nobody has done yet what was ordered for a write. */
export function isWriteOrdered(): boolean {
  return Atomics.load(orders, WRITES) !== 0
}

/** So many threads that start from now on do this first. */
export function atStart(deed: Deed, times: number): void {
  Atomics.store(orders, START_TIMES, times)
  Atomics.store(orders, STARTS, orderOf(deed))
}

hookThreads(new URL('sabotage-hook.js', import.meta.url), { maxOldGenerationSizeMb: HEAP_MB })
