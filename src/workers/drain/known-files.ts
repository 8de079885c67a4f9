/**
 * The files that the producer has announced in the file table, as far as this owner has looked. A file whose name is none
 * is known and never written: only a tampered table has one.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import { FILE_COUNT, FILE_PRIORITY } from '../../shared/arena-layout.js'
import type { FilePaths } from './file-paths.js'

/** What is known of one partition's file table. */
export class KnownFiles {
  readonly #arena: Arena
  readonly #paths: FilePaths
  readonly #isValid: Uint8Array
  /** Copied, for it is asked of each record that is looked at. */
  readonly #priorities: Uint8Array
  #count = 0

  constructor(arena: Arena, paths: FilePaths) {
    this.#arena = arena
    this.#paths = paths
    this.#isValid = new Uint8Array(arena.geometry.fileCapacity)
    this.#priorities = new Uint8Array(arena.geometry.fileCapacity)
    this.look()
  }

  /** How many files there were at the last look. */
  get count(): number {
    return this.#count
  }

  /** Whether the producer has announced this file, with a name that is one. */
  has(file: number): boolean {
    // The word is looked at only for a file that was not known yet: it is the producer's, and this runs for each record.
    if (file >= this.#count) this.look()
    return file < this.#count && this.#isValid[file] === 1
  }

  /** 10, 9, 5 or 1. */
  priority(file: number): number {
    return this.#priorities[file] as number
  }

  /** Looks for files that were announced since. */
  look(): void {
    const count = Math.min(Atomics.load(this.#arena.words, FILE_COUNT), this.#arena.geometry.fileCapacity)
    for (; this.#count < count; this.#count++) {
      this.#isValid[this.#count] = this.#paths.isValid(this.#count) ? 1 : 0
      this.#priorities[this.#count] = this.#arena.words[
        fileEntryWord(this.#arena, this.#count) + FILE_PRIORITY
      ] as number
    }
  }
}
