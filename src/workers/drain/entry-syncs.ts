/**
 * Of which files the entry is on the disk, and of which directories: without its entry a file whose bytes are there is
 * not found after a power cut. What this owner has not synced itself counts as new, whoever made it.
 */
import { dirname } from 'node:path'

/** Brings one directory to the disk; gives the error, or `null`. */
export type SyncDirectory = (path: string) => unknown

/** What is known of the entries of one partition's files. */
export class EntrySyncs {
  /** The path whose entry is on the disk, by file; and the directories of which that is known. */
  readonly #files = new Map<number, string>()
  readonly #directories = new Set<string>()

  /**
   * Brings the entries to the disk that lead to a file, from its own up to that of the log directory `root`. Gives an
   * error, or `null`. `outcomes` has what came of the directories that were synced for other files of the same pass.
   */
  sync(file: number, path: string, root: string, outcomes: Map<string, unknown>, sync: SyncDirectory): unknown {
    if (this.#files.get(file) === path) return null
    for (let at = path; at !== dirname(at) && !this.#directories.has(at); at = dirname(at)) {
      const parent = dirname(at)
      if (!outcomes.has(parent)) outcomes.set(parent, sync(parent))
      const error = outcomes.get(parent)
      if (error !== null) return error
      if (at !== path) this.#directories.add(at)
      if (at === root) break
    }
    this.#files.set(file, path)
    return null
  }

  /** The path of a file leads to another one: nothing is known of its entry, nor of the directories above. */
  forget(file: number): void {
    this.#files.delete(file)
    this.#directories.clear()
  }
}
