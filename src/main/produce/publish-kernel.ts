/**
 * The publish kernel (`../kernel/publish-kernel.ts`) on an arena, for the process's first ring alone: V8 inlines the way
 * into WebAssembly while a call has one target; with several it costs as much as the builtins do (bench/programs/publish-cost.ts).
 */
import type { Arena } from '../../shared/arena.js'
import { webAssembly } from '../../shared/shared-memory.js'
import { PUBLISH_KERNEL } from './publish-kernel-bytes.js'

/** Stores PUBLISHED and its check, and gives PARKED. It throws only before it has stored anything: the stack is at its end. */
export type Publish = (end: number, check: number) => number

let isTaken = false

/** `null` where another ring has it, or the arena's memory is not WebAssembly's. */
export function publishKernel(arena: Arena): Publish | null {
  if (isTaken) return null
  try {
    const publish = attachPublishKernel(arena)
    isTaken = publish !== null
    return publish
  } catch {
    return null
  }
}

/** The kernel on an arena, whoever has it already. */
export function attachPublishKernel({ memory }: Arena): Publish | null {
  const { Memory, Module, Instance } = webAssembly()
  if (!(memory instanceof Memory)) return null
  const compiled = new Module(Buffer.from(PUBLISH_KERNEL, 'base64'))
  return (new Instance(compiled, { env: { memory } }).exports as { publish: Publish }).publish
}
