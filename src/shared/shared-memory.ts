/**
 * Memory that threads share: WebAssembly's, which begins on a page and in which the line kernel can work, or plain memory
 * where there is no WebAssembly, or no address space for it.
 */

/** Memory of WebAssembly comes in pages of this size, which are whole pages of every system. */
export const MEMORY_PAGE_BYTES = 65_536

/** A `WebAssembly.Memory`, or what stands for one. It can be posted to other threads. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
}

/** Zeroed memory of at least `bytes`. */
export function newSharedMemory(bytes: number): SharedMemory {
  try {
    return newWebAssemblyMemory(bytes)
  } catch {
    return { buffer: new SharedArrayBuffer(Math.ceil(bytes / 8) * 8) }
  }
}

/**
 * As `newSharedMemory`, of WebAssembly.
 * @throws RangeError where the process has no address space for it; TypeError where there is no WebAssembly.
 */
export function newWebAssemblyMemory(bytes: number): SharedMemory {
  const pages = Math.ceil(bytes / MEMORY_PAGE_BYTES)
  return new (webAssembly().Memory)({ initial: pages, maximum: pages, shared: true })
}

/** What is used of WebAssembly; TypeScript knows it where there is a browser. */
export interface WebAssembly {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory
  /** Thrown where its code does what it must not. */
  readonly RuntimeError: new () => Error
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: { env: { memory: SharedMemory } }) => { readonly exports: object }
}

/** @throws TypeError in a process without it. */
export function webAssembly(): WebAssembly {
  const found = (globalThis as { WebAssembly?: WebAssembly }).WebAssembly
  if (found === undefined) throw new TypeError('this process has no WebAssembly')
  return found
}
