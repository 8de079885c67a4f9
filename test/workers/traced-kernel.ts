/** The line kernel as the build compiles it for tests: it tells of each store of a word before it happens. */
import type { Arena } from '../../src/shared/arena.js'
import { webAssembly } from '../../src/shared/shared-memory.js'
import { attachKernel, type LineKernel } from '../../src/workers/drain/line-kernel.js'
import { LINE_KERNEL } from './traced-kernel-bytes.js'

const compiled = new (webAssembly().Module)(Buffer.from(LINE_KERNEL, 'base64'))

/**
 * `onStore` is called with the index of the word and the value; what it throws is thrown in place of the store. `null` for
 * an arena that is not in memory of WebAssembly.
 */
export function tracedKernel(arena: Arena, onStore: (index: number, value: number) => void): LineKernel | null {
  return attachKernel(arena, compiled, {
    trace: { step: (address: number, value: number) => onStore(address >> 2, value) },
  })
}
