/**
 * The seed's FileHandlePool, kept as the specification draws it, faults included: a handle can be evicted while it is
 * in use; a lock promise that failed stays cached; between the eviction's await and the lock, two callers can open the
 * same file.
 *
 * Filled in, because the specification leaves it out:
 * - #forceEviction: the same eviction, whatever the number of handles.
 * - #scheduleCleanup: after ttl without a use the handle is closed, otherwise looked at again; timers do not keep the
 *   process alive.
 * - close: stop the timers, close every handle.
 */

import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The seed's `performance.fileHandles.evictionRatio`. */
const EVICTION_RATIO = 0.2

/** The seed's `performance.fileHandles`. */
export interface FileHandlePoolConfig {
  readonly maxHandles?: number
  readonly ttl?: number
}

export class FileHandlePool {
  readonly #handles = new Map<string, FileHandle>()
  readonly #maxHandles: number
  readonly #ttl: number
  readonly #accessTimes = new Map<string, number>()
  readonly #locks = new Map<string, Promise<FileHandle>>()
  readonly #cleanupTimers = new Map<string, NodeJS.Timeout>()

  constructor(config: FileHandlePoolConfig = {}) {
    this.#maxHandles = config.maxHandles || 50
    this.#ttl = config.ttl || 60_000
  }

  async getHandle(filePath: string): Promise<FileHandle> {
    if (this.#locks.has(filePath)) {
      await this.#locks.get(filePath)
    }

    if (this.#handles.has(filePath)) {
      this.#accessTimes.set(filePath, Date.now())
      return this.#handles.get(filePath)!
    }

    if (this.#handles.size >= this.#maxHandles) {
      await this.#evictLeastRecentlyUsed()
    }

    const handle = await this.#openFile(filePath)
    this.#handles.set(filePath, handle)
    this.#accessTimes.set(filePath, Date.now())

    this.#scheduleCleanup(filePath)

    return handle
  }

  async close(): Promise<void> {
    for (const timer of this.#cleanupTimers.values()) clearTimeout(timer)
    for (const filePath of [...this.#handles.keys()]) await this.#closeHandle(filePath)
  }

  async #openFile(filePath: string): Promise<FileHandle> {
    const lockPromise = (async () => {
      try {
        await mkdir(dirname(filePath), { recursive: true })

        return await open(filePath, 'a')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EMFILE') {
          await this.#forceEviction()
          return this.#openFile(filePath)
        }
        throw error
      }
    })()

    this.#locks.set(filePath, lockPromise)
    const handle = await lockPromise
    this.#locks.delete(filePath)

    return handle
  }

  async #evictLeastRecentlyUsed(): Promise<void> {
    const sorted = Array.from(this.#accessTimes.entries()).sort((a, b) => a[1] - b[1])

    const evictCount = Math.ceil(this.#maxHandles * EVICTION_RATIO)

    for (let i = 0; i < evictCount && i < sorted.length; i++) {
      const [filePath] = sorted[i]!
      await this.#closeHandle(filePath)
    }
  }

  async #forceEviction(): Promise<void> {
    await this.#evictLeastRecentlyUsed()
  }

  async #closeHandle(filePath: string): Promise<void> {
    const handle = this.#handles.get(filePath)
    if (handle) {
      try {
        await handle.close()
      } catch (error) {
        console.warn(`Failed to close handle for ${filePath}:`, error)
      }
      this.#handles.delete(filePath)
      this.#accessTimes.delete(filePath)
    }
  }

  #scheduleCleanup(filePath: string): void {
    const timer = setTimeout(() => {
      const idle = Date.now() - (this.#accessTimes.get(filePath) ?? 0)
      if (idle >= this.#ttl) void this.#closeHandle(filePath)
      else this.#scheduleCleanup(filePath)
    }, this.#ttl)
    timer.unref()
    this.#cleanupTimers.set(filePath, timer)
  }
}
