/**
 * Stage 7 as the file buffers see it: a handle for a file and its day, write(2) until all is taken, and the repair of a
 * line that could not be finished. Every failure ends here: it is counted, told, and the file is left alone for a while.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import { BYTES_F64, FILE_OPENED_DAY, WRITE_ERRORS_F64, WRITES_F64 } from '../../shared/arena-layout.js'
import type { Handle, HandlePool } from '../files/handle-pool.js'
import { setTornLineAside, sizeOfPath, truncateLogFile, writeLogFile } from '../files/log-file.js'
import type { FilePaths } from './file-paths.js'
import type { WriteFaults } from './write-faults.js'

/** Writes the files of one partition. */
export class FileWriter {
  readonly #arena: Arena
  readonly #doubles: Float64Array
  readonly #paths: FilePaths
  readonly #handles: HandlePool
  readonly #faults: WriteFaults

  constructor(arena: Arena, paths: FilePaths, handles: HandlePool, faults: WriteFaults) {
    this.#arena = arena
    this.#doubles = arena.doubles
    this.#paths = paths
    this.#handles = handles
    this.#faults = faults
  }

  /** The handle of a file on a day, or `null` where it cannot be opened. */
  open(file: number, day: number): Handle | null {
    try {
      const handle = this.#handles.acquire(file, this.#paths.path(file, day))
      const opened = fileEntryWord(this.#arena, file) + FILE_OPENED_DAY
      if (this.#arena.words[opened] !== day) {
        // Left by a process that ended in the middle of a write. Before the first byte of ours: later the end of a file may
        // be a part of a line whose rest is pending.
        handle.sizeBytes = setTornLineAside(handle.file, handle.sizeBytes)
        this.#arena.words[opened] = day
      }
      return handle
    } catch (error) {
      this.#fail(file, day, error)
      return null
    }
  }

  /** Gives how many of the bytes were written. The kernel may take less than it is given: then it goes on with the rest. */
  write(file: number, day: number, handle: Handle, bytes: Uint8Array, offset: number, length: number): number {
    let written = 0
    try {
      while (written < length) {
        const taken = writeLogFile(handle.file, bytes, offset + written, length - written)
        if (taken === 0) throw Object.assign(new Error('write took no byte'), { code: 'EIO' })
        written += taken
        handle.sizeBytes += taken
      }
      this.#faults.succeeded(file)
    } catch (error) {
      this.#handles.discard(file)
      this.#fail(file, day, error)
    }
    this.#count(WRITES_F64, 1)
    this.#count(BYTES_F64, written)
    return written
  }

  /** Takes the last bytes of a file away again: a line that could not be finished must not stay torn. False where it does. */
  cutBack(file: number, day: number, bytes: number): boolean {
    try {
      const handle = this.#handles.acquire(file, this.#paths.path(file, day))
      truncateLogFile(handle.file, handle.sizeBytes - bytes)
      handle.sizeBytes -= bytes
      this.#count(BYTES_F64, -bytes)
      return true
    } catch (error) {
      this.#fail(file, day, error)
      return false
    }
  }

  /** The size of a file on a day, open or not; 0 where there is none. */
  sizeBytes(file: number, day: number): number {
    return sizeOfPath(this.#paths.path(file, day))
  }

  #fail(file: number, day: number, error: unknown): void {
    this.#count(WRITE_ERRORS_F64, 1)
    this.#faults.failed(file, this.#paths.path(file, day), error, Date.now())
  }

  #count(counter: number, by: number): void {
    this.#doubles[counter] = (this.#doubles[counter] as number) + by
  }
}
