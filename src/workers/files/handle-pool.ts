/**
 * Stage 7: open handles, at most `maxHandles` of them, the least recently used closed first. The only importer of
 * lru-cache. Everything here is synchronous and in one thread, so a handle is never closed between its look-up and its
 * write, and a file is never opened again before its evicted handle is closed.
 */
import { LRUCache } from 'lru-cache'
import { closeLogFile, type FileModes, type LogFile, openLogFile } from './log-file.js'

/** What a pool is allowed. */
export interface HandlePoolOptions {
  /** How many handles may be open at once; at least 1. */
  readonly handlesMax: number
  /** Close handles that were not used for this long, in milliseconds. */
  readonly ttlMs: number
  /** The part of the handles that is closed at once when all are in use, above 0 to 1. */
  readonly evictionRatio: number
  readonly modes: FileModes
}

/** Counts since the pool was made. */
export interface HandleCounts {
  requests: number
  hits: number
  opens: number
  evictions: number
}

/** A handle that is in the pool, for one file and one of its days. */
export interface Handle {
  readonly file: LogFile
  readonly path: string
  /** The size the file has when all writes through this handle are counted. */
  sizeBytes: number
}

/** The open handles of one partition. */
export class HandlePool {
  readonly counts: HandleCounts = { requests: 0, hits: 0, opens: 0, evictions: 0 }
  readonly #handles: LRUCache<number, Handle>
  readonly #evictAtOnce: number
  readonly #handlesMax: number
  readonly #modes: FileModes

  constructor(options: HandlePoolOptions) {
    this.#handlesMax = options.handlesMax
    this.#evictAtOnce = Math.max(1, Math.ceil(options.handlesMax * options.evictionRatio))
    this.#modes = options.modes
    this.#handles = new LRUCache({
      max: options.handlesMax,
      ttl: options.ttlMs,
      updateAgeOnGet: true,
      // Any other resolution keeps the time it read until a timer fires, and the loop does not turn.
      ttlResolution: 0,
      // Without timers: they would need an event loop. purgeStale() is called between passes.
      ttlAutopurge: false,
      // Synchronous, before set() or delete() returns.
      dispose: (handle, _file, reason) => {
        if (reason === 'evict' || reason === 'expire') this.counts.evictions++
        closeQuietly(handle)
      },
    })
  }

  /** How many handles are open. */
  get size(): number {
    return this.#handles.size
  }

  /**
   * The handle of a file, opened at `path` where it is not open there. Valid until the next call of any method.
   * @throws what opening throws.
   */
  acquire(file: number, path: string): Handle {
    this.counts.requests++
    const open = this.#handles.get(file)
    if (open !== undefined && open.path === path) {
      this.counts.hits++
      return open
    }
    if (open !== undefined) this.#handles.delete(file) // Another day's.
    if (this.#handles.size >= this.#handlesMax) this.#evict()
    const logFile = this.#open(path)
    this.counts.opens++
    const handle: Handle = { file: logFile, path, sizeBytes: logFile.sizeBytes }
    this.#handles.set(file, handle)
    return handle
  }

  /** Closes a file's handle, if it is open: after an error, so that the next write opens it anew. */
  discard(file: number): void {
    this.#handles.delete(file)
  }

  /** Closes the handles that were not used for `ttlMs`. */
  closeStale(): void {
    this.#handles.purgeStale()
  }

  /** Closes all handles. */
  close(): void {
    this.#handles.clear()
  }

  /** Where the process has no descriptor left, some of these handles are closed for it. */
  #open(path: string): LogFile {
    try {
      return openLogFile(path, this.#modes)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if ((code !== 'EMFILE' && code !== 'ENFILE') || this.#handles.size === 0) throw error
      this.#evict()
      return openLogFile(path, this.#modes)
    }
  }

  #evict(): void {
    for (let i = 0; i < this.#evictAtOnce && this.#handles.size > 0; i++) {
      // pop() calls dispose with the reason 'evict'.
      this.#handles.pop()
    }
  }
}

function closeQuietly(handle: Handle): void {
  try {
    closeLogFile(handle.file)
  } catch {
    // The bytes were the kernel's when write(2) returned; after a failed close the descriptor is gone all the same.
  }
}
