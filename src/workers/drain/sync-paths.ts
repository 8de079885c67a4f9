/**
 * Where the file of a day is that is stored in a word about syncing: in the log directory, or in the fallback directory.
 */
import { type Arena, fileWord } from '../../shared/arena.js'
import { DAY_IN_FALLBACK, FILE_COUNT, FILE_SYNC_FAILED_DAY, PLACE_FALLBACK } from '../../shared/arena-layout.js'
import { FilePaths } from './file-paths.js'

/** The directories that files are in. */
export interface SyncPlaces {
  readonly directory: string
  readonly fallbackDirectory: string | null
}

/** The paths of one partition's files, by the days that are stored. */
export class SyncPaths {
  readonly #arena: Arena
  readonly #places: SyncPlaces
  readonly #paths: FilePaths
  readonly #fallbackPaths: FilePaths | null

  constructor(arena: Arena, places: SyncPlaces) {
    const { directory, fallbackDirectory } = places
    this.#arena = arena
    this.#places = places
    this.#paths = new FilePaths(arena, directory)
    this.#fallbackPaths = fallbackDirectory === null ? null : new FilePaths(arena, fallbackDirectory)
  }

  /** How many files there are. */
  get count(): number {
    return Math.min(Atomics.load(this.#arena.words, FILE_COUNT), this.#arena.geometry.fileCapacity)
  }

  /** The path of a file on a stored day; `null` where it has none, which only a tampered arena makes possible. */
  path(file: number, storedDay: number): string | null {
    if (file < 0 || file >= this.#arena.geometry.fileCapacity || !this.#paths.isValid(file)) return null
    const paths = isInFallback(storedDay) ? this.#fallbackPaths : this.#paths
    return paths?.path(file, dayOf(storedDay)) ?? null
  }

  /** The directory that the day's directory is in. */
  root(storedDay: number): string {
    const { directory, fallbackDirectory } = this.#places
    return isInFallback(storedDay) ? (fallbackDirectory ?? directory) : directory
  }

  /** The paths of the files that could not be brought to the disk. */
  failed(): string[] {
    return Array.from({ length: this.count }, (_, file) => {
      const day = fileWord(this.#arena, file, FILE_SYNC_FAILED_DAY)
      return day === 0 ? null : this.path(file, day)
    }).filter((path) => path !== null)
  }
}

/** A day as it is stored. */
export function storedDay(day: number, place: number): number {
  return place === PLACE_FALLBACK ? day | DAY_IN_FALLBACK : day
}

/** The day of one that is stored. */
export function dayOf(storedDay: number): number {
  return storedDay & ~DAY_IN_FALLBACK
}

function isInFallback(storedDay: number): boolean {
  return (storedDay & DAY_IN_FALLBACK) !== 0
}
