/**
 * Stage 7: open handles, at most `maxHandles` of them, the least recently used closed first. The only importer of
 * lru-cache. Everything here is synchronous and in one thread, so a handle is never closed between its look-up and its
 * write, and a file is never opened again before its evicted handle is closed.
 *
 * A descriptor is kept in reserve: where the application has taken all others, the pool can still open one file at a
 * time, which is enough to lose nothing. What a pool gives up, another writer may take before it: then it pleads with the
 * others, which close theirs.
 */
import { LRUCache } from 'lru-cache'
import { DescriptorPleas } from '../../shared/descriptor-pleas.js'
import {
  closeLogFile,
  type FileModes,
  type LogFile,
  openLogFile,
  releaseDescriptor,
  reserveDescriptor,
} from './log-file.js'

/** How long a plea is remembered, in milliseconds: so long nothing is kept that is not in use. */
const FAMINE_MS = 1000
/** How often a pool pleads in that time, each time for a millisecond or two, before its callers go without. */
const PLEAS_MAX = 100
/** A pool pauses for one that pleads no more often than this, in milliseconds: its owner may be the main thread. */
const PAUSE_EVERY_MS = 20

/** What a pool is allowed. */
export interface HandlePoolOptions {
  /** How many handles may be open at once; at least 1. */
  readonly handlesMax: number
  /** Close handles that were not used for this long, in milliseconds. */
  readonly ttlMs: number
  /** The part of the handles that is closed at once when all are in use, above 0 to 1. */
  readonly evictionRatio: number
  readonly modes: FileModes
  /** The process's: descriptor-pleas.ts. */
  readonly pleas: SharedArrayBuffer
}

/** Counts since the pool was made. */
export interface HandleCounts {
  requests: number
  hits: number
  opens: number
  evictions: number
  /** Opens that found no descriptor left. */
  exhausted: number
}

/** A handle that is in the pool, for one file and one of its days. */
export interface Handle {
  readonly file: LogFile
  readonly path: string
  /** The size the file has when all writes through this handle are counted. */
  sizeBytes: number
  /** When it was last known to be the file at its path, in epoch milliseconds. */
  checkedAtMs: number
  /** Whether the handle that this pool had of the path before led to another file, or to more of it; until it was asked. */
  isOther: boolean
}

/** The open handles of one partition. */
export class HandlePool {
  readonly counts: HandleCounts = { requests: 0, hits: 0, opens: 0, evictions: 0, exhausted: 0 }
  readonly #handles: LRUCache<number, Handle>
  readonly #evictAtOnce: number
  readonly #handlesMax: number
  readonly #modes: FileModes
  /** The last handle of each file that is closed. */
  readonly #closed = new Map<number, Handle>()
  #reserve: number | null = null
  readonly #pleas: DescriptorPleas
  /** By `performance.now()`, as the next two: until then some pool lacks descriptors. */
  #famineUntilMs = 0
  #pausedAtMs = Number.NEGATIVE_INFINITY
  /** When it may plead as often again. */
  #pleasFromMs = 0
  #pleasLeft = 0

  constructor(options: HandlePoolOptions) {
    this.#handlesMax = options.handlesMax
    this.#evictAtOnce = Math.max(1, Math.ceil(options.handlesMax * options.evictionRatio))
    this.#modes = options.modes
    this.#pleas = new DescriptorPleas(options.pleas)
    this.#handles = new LRUCache({
      max: options.handlesMax,
      ttl: options.ttlMs,
      updateAgeOnGet: true,
      // Any other resolution keeps the time it read until a timer fires, and the loop does not turn.
      ttlResolution: 0,
      // Without timers: they would need an event loop. purgeStale() is called between passes.
      ttlAutopurge: false,
      // Synchronous, before set() or delete() returns.
      dispose: (handle, file, reason) => {
        if (reason === 'evict' || reason === 'expire') this.counts.evictions++
        this.#closed.set(file, handle)
        closeLogFile(handle.file)
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
    if (this.heed()) this.#pauseForOthers()
    if (this.#handles.size >= this.#handlesMax) this.#evict(this.#evictAtOnce)
    this.keepReserve()
    const logFile = this.withDescriptors(() => openLogFile(path, this.#modes))
    this.counts.opens++
    const { sizeBytes } = logFile
    const isOther = this.#isOther(this.#closed.get(file), logFile)
    const handle: Handle = { file: logFile, path, sizeBytes, checkedAtMs: Date.now(), isOther }
    this.#closed.delete(file)
    this.#handles.set(file, handle)
    return handle
  }

  /** The handle of a file, where it is open at `path`; it stays as old as it is. */
  peek(file: number, path: string): Handle | null {
    const open = this.#handles.peek(file)
    return open !== undefined && open.path === path ? open : null
  }

  /** Whether a file that was opened apart is another one than this pool had at its path, or less of it. */
  isReplaced(file: number, opened: LogFile): boolean {
    return this.#isOther(this.#closed.get(file), opened)
  }

  /**
   * Runs what opens files, one at a time. Where the process or the system has no descriptor left, handles are closed for
   * it, in the end the reserve; then it pleads, which blocks for a tenth of a second in each at most. It may run more than
   * once.
   * @throws what `open` throws.
   */
  withDescriptors<T>(open: () => T): T {
    for (;;) {
      try {
        return open()
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'EMFILE' && code !== 'ENFILE') throw error
        this.counts.exhausted++
        if (this.#handles.size > 0) this.#evict(this.#evictAtOnce)
        else if (!this.#giveReserve() && !this.#plead()) throw error
      }
    }
  }

  /** Closes a file's handle, if it is open: after an error, so that the next write opens it anew. */
  discard(file: number): void {
    this.#handles.delete(file)
  }

  /** Closes the handles that were not used for `ttlMs`; all, where some pool lacks descriptors. */
  closeStale(): void {
    this.heed()
    if (this.#isFamine) this.#evict(this.#handles.size)
    else this.#handles.purgeStale()
  }

  /** Where another pool has found no descriptor since this was asked last: gives up all handles, or the reserve. */
  heed(): boolean {
    if (!this.#pleas.hear()) return false
    this.#famineUntilMs = performance.now() + FAMINE_MS
    if (this.#handles.size > 0) this.#evict(this.#handles.size)
    else this.#giveReserve()
    return true
  }

  /** Takes the descriptor that is kept in reserve, where no pool lacks one: before the application has taken them all. */
  keepReserve(): void {
    if (this.#reserve === null && !this.#isFamine) this.#reserve = reserveDescriptor()
  }

  /** Closes all handles, and the reserve. */
  close(): void {
    this.#handles.clear()
    this.#giveReserve()
  }

  #isOther(before: Handle | undefined, { path, device, inode, sizeBytes }: LogFile): boolean {
    if (before === undefined || before.path !== path) return false
    return before.file.inode !== inode || before.file.device !== device || sizeBytes < before.sizeBytes
  }

  #giveReserve(): boolean {
    if (this.#reserve === null) return false
    releaseDescriptor(this.#reserve)
    this.#reserve = null
    return true
  }

  get #isFamine(): boolean {
    return this.#famineUntilMs > 0 && performance.now() < this.#famineUntilMs
  }

  /** False where it has done so in vain too often lately: the application has all descriptors, or nobody looks. */
  #plead(): boolean {
    const nowMs = performance.now()
    this.#famineUntilMs = nowMs + FAMINE_MS
    if (nowMs >= this.#pleasFromMs) {
      this.#pleasFromMs = nowMs + FAMINE_MS
      this.#pleasLeft = PLEAS_MAX
    }
    if (this.#pleasLeft === 0) return false
    this.#pleasLeft--
    this.#pleas.plead()
    return true
  }

  #pauseForOthers(): void {
    const nowMs = performance.now()
    if (nowMs - this.#pausedAtMs < PAUSE_EVERY_MS) return
    this.#pausedAtMs = nowMs
    this.#pleas.leaveTime()
  }

  #evict(handles: number): void {
    for (let i = 0; i < handles && this.#handles.size > 0; i++) {
      // pop() calls dispose with the reason 'evict'.
      this.#handles.pop()
    }
  }
}
