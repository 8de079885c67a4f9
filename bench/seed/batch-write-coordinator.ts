/**
 * The seed's BatchWriteCoordinator, kept as the specification draws it, faults included: "limit concurrent writes"
 * chunks promises that have all been started; a write that failed is queued and never tried again while the
 * coordinator lives.
 *
 * Filled in, because the specification leaves it out:
 * - #chunkArray: slices of maxConcurrentWrites.
 * - close: flush the buffer, process what it still hands out, try the queue of failed writes once, close the handles.
 *
 * The specification's SourceExtractionCache is no part of the way of a line here: categories are given.
 */

import { FileHandlePool, type FileHandlePoolConfig } from './file-handle-pool.js'
import {
  HierarchicalWriteBuffer,
  type SeedLog,
  type TakenBuffer,
  toLines,
  type WriteBufferConfig,
} from './hierarchical-write-buffer.js'

/** The seed's configuration, as its coordinator reads it. */
export interface BatchWriteCoordinatorConfig {
  readonly buffer?: WriteBufferConfig
  readonly handles?: FileHandlePoolConfig
  readonly maxConcurrentWrites?: number
}

interface WriteTask {
  readonly filePath: string
  readonly logs: readonly SeedLog[]
}

interface FailedWrite extends WriteTask {
  readonly retryCount: number
}

export class BatchWriteCoordinator {
  readonly #writeBuffer: HierarchicalWriteBuffer
  readonly #fileHandlePool: FileHandlePool
  readonly #writeQueue: FailedWrite[] = []
  #isProcessing = false
  readonly #maxConcurrentWrites: number

  constructor(config: BatchWriteCoordinatorConfig = {}) {
    this.#writeBuffer = new HierarchicalWriteBuffer(config.buffer)
    this.#fileHandlePool = new FileHandlePool(config.handles)
    this.#maxConcurrentWrites = config.maxConcurrentWrites || 5
  }

  async write(filePath: string, logs: readonly SeedLog[]): Promise<void> {
    for (const log of logs) {
      this.#writeBuffer.add(filePath, log)
    }

    if (!this.#isProcessing) {
      void this.#processQueue()
    }
  }

  async close(): Promise<void> {
    await this.#writeBuffer.close()
    await this.#processQueue()
    await this.#processBatch(this.#writeQueue.splice(0))
    await this.#fileHandlePool.close()
  }

  getStats(): Readonly<Record<string, number>> {
    return { ...this.#writeBuffer.getStats(), failedWrites: this.#writeQueue.length }
  }

  async #processQueue(): Promise<void> {
    this.#isProcessing = true

    try {
      const buffers = await this.#writeBuffer.getBuffersToFlush()

      const prioritized = this.#prioritizeWrites(buffers)

      for (const batch of prioritized) {
        await this.#processBatch(batch)
      }
    } finally {
      this.#isProcessing = false
    }
  }

  async #processBatch(batch: readonly WriteTask[]): Promise<void> {
    const promises = batch.map(async ({ filePath, logs }) => {
      try {
        const handle = await this.#fileHandlePool.getHandle(filePath)

        await handle.appendFile(toLines(logs))
      } catch (error) {
        console.error(`Batch write failed for ${filePath}:`, error)
        this.#writeQueue.push({ filePath, logs, retryCount: 1 })
      }
    })

    const chunks = this.#chunkArray(promises, this.#maxConcurrentWrites)
    for (const chunk of chunks) {
      await Promise.allSettled(chunk)
    }
  }

  #chunkArray<T>(items: readonly T[], size: number): T[][] {
    const chunks: T[][] = []
    for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size))
    return chunks
  }

  #prioritizeWrites(buffers: readonly TakenBuffer[]): TakenBuffer[][] {
    const critical: TakenBuffer[] = []
    const high: TakenBuffer[] = []
    const normal: TakenBuffer[] = []
    const low: TakenBuffer[] = []

    for (const buffer of buffers) {
      if (buffer.filePath.includes('error') || buffer.filePath.includes('warning')) {
        critical.push(buffer)
      } else if (buffer.size > 10000) {
        high.push(buffer)
      } else if (buffer.logs.length > 50) {
        normal.push(buffer)
      } else {
        low.push(buffer)
      }
    }

    return [critical, high, normal, low]
  }
}
