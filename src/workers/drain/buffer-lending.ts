/**
 * Which file buffers are free. A buffer belongs to a file only while it has pending bytes, so few buffers serve many
 * files. The last free one is kept for files that are urgent: lines that cannot be written must not take it from errors.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import { FILE_BUFFER, FILE_PRIORITY } from '../../shared/arena-layout.js'
import { URGENT_PRIORITY } from '../../shared/priorities.js'

/** The free buffers of one partition; rebuilt by each owner. */
export class BufferLending {
  readonly #arena: Arena
  readonly #words: Int32Array
  /** The last used on top: it is still in the cache. */
  readonly #free: number[] = []

  /** `taken` are the buffers that have pending bytes. */
  constructor(arena: Arena, taken: ReadonlySet<number>) {
    this.#arena = arena
    this.#words = arena.words
    for (let buffer = arena.geometry.fileBufferCount - 1; buffer >= 0; buffer--) {
      if (!taken.has(buffer)) this.#free.push(buffer)
    }
  }

  /** Lends a buffer to a file that has none; false where there is none for it. */
  lend(file: number): boolean {
    const entry = fileEntryWord(this.#arena, file)
    const isUrgent = this.#words[entry + FILE_PRIORITY] === URGENT_PRIORITY
    const kept = isUrgent || this.#arena.geometry.fileBufferCount === 1 ? 0 : 1
    if (this.#free.length <= kept) return false
    this.#words[entry + FILE_BUFFER] = (this.#free.pop() as number) + 1
    return true
  }

  /** Takes a file's buffer back. */
  takeBack(file: number): void {
    const entry = fileEntryWord(this.#arena, file)
    const buffer = (this.#words[entry + FILE_BUFFER] as number) - 1
    this.#words[entry + FILE_BUFFER] = 0
    if (buffer >= 0) this.#free.push(buffer)
  }
}

/** Where a file's buffer is in the arena. */
export function bufferOffset(arena: Arena, file: number): number {
  const buffer = (arena.words[fileEntryWord(arena, file) + FILE_BUFFER] as number) - 1
  return arena.offsets.fileBuffers + buffer * arena.geometry.fileBufferBytes
}
