/**
 * The places that are known: of each frame its category, or that it is none of the application's. Keys are the frames
 * themselves, so that two places are never taken for one. The only importer of lru-cache on the main thread's side.
 */
import { LRUCache } from 'lru-cache'
import type { StackFrame } from './stack-parser.js'

/** What is known of a place in code. */
export interface Source {
  readonly category: string
  /** The rule that gave the category, for people. */
  readonly rule: string
  readonly frame: StackFrame | null
  /** Every frame that was read with it: kept where `performance.cache.compression` is off, for inspection. */
  readonly frames?: readonly StackFrame[]
}

/** A frame that is not an entry's place: a wrapper's, a package's, the runtime's. */
export const SKIPPED: Source = Object.freeze({ category: '', rule: 'skipped', frame: null })

/** Counts for `stats()`. */
export interface SourceCacheStats {
  readonly size: number
  readonly maxSize: number
  readonly hits: number
  readonly misses: number
  /** From 0 to 1; 0 before the first look-up. */
  readonly hitRate: number
}

/** Remembers sources by their frames. */
export class SourceCache {
  readonly #sources: LRUCache<string, Source>
  readonly #maxSize: number
  #hits = 0
  #misses = 0

  /** `ttlMs` is how long a place is remembered. */
  constructor(maxSize: number, ttlMs: number) {
    this.#maxSize = maxSize
    // No timer: the time is read at each look-up.
    this.#sources = new LRUCache({ max: maxSize, ttl: ttlMs, ttlResolution: 0 })
  }

  /** What is known of a frame. */
  get(key: string): Source | undefined {
    return this.#sources.get(key)
  }

  /** Remembers a frame; the least recently used goes where all room is taken. */
  set(key: string, source: Source): void {
    this.#sources.set(key, source)
  }

  /** Counts an entry whose place was known. */
  hit(): void {
    this.#hits++
  }

  /** Counts an entry whose place had to be found. */
  miss(): void {
    this.#misses++
  }

  /** What is remembered, the last used first. */
  entries(): { readonly key: string; readonly source: Source }[] {
    return [...this.#sources.entries()].map(([key, source]) => ({ key, source }))
  }

  /** The counts. */
  stats(): SourceCacheStats {
    const lookUps = this.#hits + this.#misses
    return {
      size: this.#sources.size,
      maxSize: this.#maxSize,
      hits: this.#hits,
      misses: this.#misses,
      hitRate: lookUps === 0 ? 0 : this.#hits / lookUps,
    }
  }
}
