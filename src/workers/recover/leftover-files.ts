/**
 * The file table of a leftover: which of its entries are files of ours. An entry counts by its checksum and the rule for
 * names, not by how many files the leftover says it has.
 */
import { type Arena, fileEntryCheck, fileWord } from '../../shared/arena.js'
import { FILE_CHECK, FILE_KIND, FILE_KIND_LOG, FILE_KIND_TERMINAL, FILE_NAME_BYTES } from '../../shared/arena-layout.js'
import { FilePaths } from '../drain/file-paths.js'

/** What a file table entry is. */
export type LeftoverFileKind = 'log' | 'terminal' | 'none'

/** The files of one leftover. */
export class LeftoverFiles {
  readonly #kinds: readonly LeftoverFileKind[]

  constructor(arena: Arena) {
    const paths = new FilePaths(arena, '')
    this.#kinds = Array.from({ length: arena.geometry.fileCapacity }, (_, file) => kindOf(arena, paths, file))
  }

  kind(file: number): LeftoverFileKind {
    return this.#kinds[file] ?? 'none'
  }

  /** All that are log files. */
  get logs(): number[] {
    return this.#kinds.flatMap((kind, file) => (kind === 'log' ? [file] : []))
  }
}

function kindOf(arena: Arena, paths: FilePaths, file: number): LeftoverFileKind {
  if (fileWord(arena, file, FILE_CHECK) !== fileEntryCheck(arena, file) || !paths.isValid(file)) return 'none'
  const kind = fileWord(arena, file, FILE_KIND)
  if (kind === FILE_KIND_TERMINAL) return 'terminal'
  return kind === FILE_KIND_LOG && fileWord(arena, file, FILE_NAME_BYTES) > 0 ? 'log' : 'none'
}
