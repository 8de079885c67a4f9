/** The line kernel (`../kernel/line-kernel.ts`) on an arena: the owner's inner loop, where the process can have it. */
import type { Arena } from '../../shared/arena.js'
import { webAssembly } from '../../shared/shared-memory.js'
import { LINE_KERNEL } from './line-kernel-bytes.js'

/** What an owner has of it. */
export interface LineKernel {
  /** As `apply` there. */
  apply(from: number, to: number, bytes: number, files: number, day: number, dayFrom: number, dayTo: number): number
}

interface KernelExports extends LineKernel {
  /** Where the regions of the arena are, and how long two of them. */
  attach(ring: number, ringBytes: number, fileTable: number, index: number, buffers: number, buffersBytes: number): void
}

let module: object | null = null

/** The kernel of an arena; `null` where its memory is not WebAssembly's, or the processor is too old for it. */
export function lineKernel(arena: Arena): LineKernel | null {
  try {
    module ??= new (webAssembly().Module)(Buffer.from(LINE_KERNEL, 'base64'))
    return attachKernel(arena, module)
  } catch {
    return null
  }
}

/** A compiled kernel on an arena; `imports` are the modules that it takes besides the memory. */
export function attachKernel(arena: Arena, compiled: object, imports: object = {}): LineKernel | null {
  const { Memory, Instance } = webAssembly()
  const { memory, offsets, geometry } = arena
  if (!(memory instanceof Memory)) return null
  // The exports as an object are a dictionary, which each call would look into.
  const { attach, apply } = new Instance(compiled, { env: { memory }, ...imports }).exports as KernelExports
  const { ring, fileTable, index, fileBuffers, end } = offsets
  attach(ring, geometry.ringBytes, fileTable, index, fileBuffers, end - fileBuffers)
  return { apply }
}
