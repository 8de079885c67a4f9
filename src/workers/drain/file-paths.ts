/**
 * Where a file of the file table is: its name, checked, in the directory of a day. A leftover arena may have been
 * tampered with; a name that is none of ours has no path.
 */
import { join } from 'node:path'
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import {
  FILE_KIND,
  FILE_KIND_TERMINAL,
  FILE_NAME_BYTES,
  FILE_NAME_MAX_BYTES,
  FILE_NAME_OFFSET_BYTES,
} from '../../shared/arena-layout.js'
import { dayName } from './day-clock.js'

/** Behind a `~` is the number of the process's seat, where it is not the first in the directory. */
export const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(~[1-9][0-9]{0,2})?\.jsonl$/

/** The paths of one partition's files. */
export class FilePaths {
  readonly #arena: Arena
  readonly #directory: string
  readonly #paths: (string | undefined)[] = []
  readonly #days: number[] = []

  constructor(arena: Arena, directory: string) {
    this.#arena = arena
    this.#directory = directory
  }

  /** Whether a file is the terminal, or has a name that stays in its directory. */
  isValid(file: number): boolean {
    if (this.#arena.words[fileEntryWord(this.#arena, file) + FILE_KIND] === FILE_KIND_TERMINAL) return true
    return FILE_NAME.test(this.#name(file))
  }

  /** The path of a file on a day; made anew only when the day changes. */
  path(file: number, day: number): string {
    const known = this.#paths[file]
    if (known !== undefined && this.#days[file] === day) return known
    const path = join(this.#directory, dayName(day), this.#name(file))
    this.#paths[file] = path
    this.#days[file] = day
    return path
  }

  #name(file: number): string {
    const entry = fileEntryWord(this.#arena, file)
    const at = entry * 4 + FILE_NAME_OFFSET_BYTES
    const length = this.#arena.words[entry + FILE_NAME_BYTES] as number
    return this.#arena.buffer.toString('latin1', at, at + Math.max(0, Math.min(length, FILE_NAME_MAX_BYTES)))
  }
}
