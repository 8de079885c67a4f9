/** The line kernel (`../kernel/line-kernel.ts`) on an arena: the formatter's inner part, where the process can have it. */
import { type SharedMemory, webAssembly } from '../../shared/shared-memory.js'
import { LINE_KERNEL } from './line-kernel-bytes.js'

/** Given for a line that the formatter has to write. */
export const NOT_THE_KERNELS = 0

/** Its functions. Addresses are bytes of the arena; a text's is that of its length. Each gives the place behind the line. */
export interface LineKernel {
  fields(
    record: number,
    end: number,
    texts: number,
    fields: number,
    category: number,
    interned: number,
    at: number,
    limit: number,
  ): number
  template(
    record: number,
    end: number,
    texts: number,
    count: number,
    category: number,
    at: number,
    limit: number,
  ): number
}

let module: object | null = null

/** The kernel of an arena; `null` where its memory is not WebAssembly's, or the processor is too old for it. */
export function lineKernel(memory: SharedMemory | null): LineKernel | null {
  try {
    const { Memory, Module, Instance } = webAssembly()
    if (!(memory instanceof Memory)) return null
    module ??= new Module(Buffer.from(LINE_KERNEL, 'base64'))
    // The exports as an object are a dictionary, which each call would look into.
    const { fields, template } = new Instance(module, { env: { memory } }).exports as LineKernel
    return { fields, template }
  } catch {
    return null
  }
}
