/**
 * Lines that come in several records, for they are longer than one. What is known of a line under way is in its file's
 * entry, so that a successor goes on with it. If a part finds no room, the whole line is dropped: what of it is in buffer
 * and file is taken back, and the parts to come are passed over.
 */
import { type Arena, fileEntryWord, fileWord, NO_POSITION } from '../../shared/arena.js'
import {
  FILE_PART_BYTES,
  FILE_PART_CATEGORY,
  FILE_PART_LEVEL,
  FILE_PART_SEQ_F64,
  FILE_PART_STATE,
  FILE_PENDING_BYTES,
  FILE_PENDING_START,
  PARTS_DROPPED,
  PARTS_ENDED,
  PARTS_NONE,
  PARTS_OPEN,
} from '../../shared/arena-layout.js'
import type { DroppedLine } from './drop-books.js'

/** The lines in parts of one partition. */
export class LineParts {
  readonly #arena: Arena
  readonly #words: Int32Array

  constructor(arena: Arena) {
    this.#arena = arena
    this.#words = arena.words
  }

  /** One of the PARTS_ values. */
  state(file: number): number {
    return fileWord(this.#arena, file, FILE_PART_STATE)
  }

  /** Bytes of the line under way, in buffer and file. */
  bytes(file: number): number {
    return fileWord(this.#arena, file, FILE_PART_BYTES)
  }

  /** Takes note of a part that was appended, of this line; `bytes` are those of its parts so far. Can be done twice. */
  note(line: DroppedLine, bytes: number, isLast: boolean): void {
    const entry = fileEntryWord(this.#arena, line.file)
    const end =
      (this.#words[entry + FILE_PENDING_START] as number) + (this.#words[entry + FILE_PENDING_BYTES] as number)
    if (isLast && bytes <= end) {
      this.end(line.file) // All of it is in the buffer: a line as any other.
      return
    }
    this.#arena.doubles[(entry >> 1) + FILE_PART_SEQ_F64] = line.seq
    this.#words[entry + FILE_PART_LEVEL] = line.level
    this.#words[entry + FILE_PART_CATEGORY] = line.category
    this.#words[entry + FILE_PART_BYTES] = bytes
    this.#words[entry + FILE_PART_STATE] = isLast ? PARTS_ENDED : PARTS_OPEN
  }

  /** A line that was given up has so many bytes in buffer and file after all. */
  reopen(file: number, bytes: number): void {
    const entry = fileEntryWord(this.#arena, file)
    this.#words[entry + FILE_PART_BYTES] = bytes
    this.#words[entry + FILE_PART_STATE] = PARTS_OPEN
  }

  /** The parts to come are passed over. */
  passOver(file: number): void {
    this.#close(file, PARTS_DROPPED)
  }

  /** Nothing is known of a line in parts: it is in the file, or gone. */
  end(file: number): void {
    this.#close(file, PARTS_NONE)
  }

  /** The line under way, for the books. */
  line(file: number): DroppedLine {
    const entry = fileEntryWord(this.#arena, file)
    return {
      file,
      level: this.#words[entry + FILE_PART_LEVEL] as number,
      seq: this.#arena.doubles[(entry >> 1) + FILE_PART_SEQ_F64] as number,
      category: this.#words[entry + FILE_PART_CATEGORY] as number,
      position: NO_POSITION,
    }
  }

  #close(file: number, state: number): void {
    const entry = fileEntryWord(this.#arena, file)
    this.#words[entry + FILE_PART_STATE] = state
    this.#words[entry + FILE_PART_BYTES] = 0
  }
}
