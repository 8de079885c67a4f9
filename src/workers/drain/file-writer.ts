/**
 * Stage 7: from a file of the table and a day to a handle and a write(2), and what is known of writes that failed. Where
 * bytes are in the arena, and what becomes of them, is the caller's.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import {
  BYTES_F64,
  FILE_FALLBACK_OPENED_DAY,
  FILE_OPENED_DAY,
  PLACE_DIRECTORY,
  PLACE_FALLBACK,
  WRITE_ERRORS_F64,
  WRITES_F64,
} from '../../shared/arena-layout.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import type { Handle, HandlePool } from '../files/handle-pool.js'
import {
  cutLogFile,
  lookAtLogFile,
  setTornLineAside,
  sizeOfPath,
  writeLogFile,
  writeStandardErrorBytes,
} from '../files/log-file.js'
import type { ConditionReports } from './condition-reports.js'
import type { Fence } from './fence.js'
import { FilePaths } from './file-paths.js'
import type { FileSyncs } from './file-syncs.js'
import { codeOf, isBusy, type WriteFaults } from './write-faults.js'

/** How often it is looked whether an open file is still the one at its path. */
const LOOK_MS = 1000
/** Pauses for what is busy: each twice the one before, in milliseconds. */
const BUSY_PAUSES = [1, 2, 4, 8, 16]

/** Writes the files of one partition. */
export class FileWriter {
  readonly #arena: Arena
  readonly #doubles: Float64Array
  readonly #paths: FilePaths
  readonly #fallbackPaths: FilePaths | null
  readonly #handles: HandlePool
  readonly #faults: WriteFaults
  readonly #reports: ConditionReports
  readonly #fence: Fence
  readonly #syncs: FileSyncs
  readonly #pause = new Int32Array(new SharedArrayBuffer(4))
  /** Files whose handle led to a file that is not theirs any more: until somebody has asked. */
  readonly #replaced = new Set<number>()
  /** When a file that the fallback directory did not take may be tried there again, in epoch milliseconds. */
  readonly #fallbackRests = new Map<number, number>()
  readonly #retryDelayMs: number
  /** Whether stderr took nothing the last time, for all patience: then it is waited for only when it has taken something. */
  #isStandardErrorAsleep = false
  /** Looks at each file before it is written, however lately it was looked at: for a flush. */
  looksAlways = false

  constructor(
    arena: Arena,
    paths: FilePaths,
    options: DrainOptions,
    parts: { handles: HandlePool; faults: WriteFaults; reports: ConditionReports; fence: Fence; syncs: FileSyncs },
  ) {
    this.#arena = arena
    this.#doubles = arena.doubles
    this.#paths = paths
    this.#fallbackPaths = options.fallbackDirectory === null ? null : new FilePaths(arena, options.fallbackDirectory)
    this.#retryDelayMs = options.retryDelayMs
    this.#handles = parts.handles
    this.#faults = parts.faults
    this.#reports = parts.reports
    this.#fence = parts.fence
    this.#syncs = parts.syncs
  }

  /** Whether there is a fallback directory. */
  get hasFallback(): boolean {
    return this.#fallbackPaths !== null
  }

  /** The handle of a file on a day, or `null` where it cannot be opened. */
  open(file: number, day: number, place: number): Handle | null {
    const path = this.#path(file, day, place)
    if (path === null || (place === PLACE_FALLBACK && this.#restsInFallback(file))) return null
    try {
      return this.#busily(() => {
        const opened = this.#openedDay(file, place)
        const isFirst = this.#arena.words[opened] !== day
        if (isFirst) this.#setTornAside(file, path)
        this.#syncs.makeRoom(file, day, place)
        const known = this.#handles.acquire(file, path)
        const beforeClosing = (): void => this.#syncs.syncReplaced(file, day, place)
        const handle = this.#isStill(file, known, beforeClosing) ? known : this.#handles.acquire(file, path)
        this.#fence.check()
        // Only now: what could not be opened may not have been looked at either.
        if (isFirst) this.#arena.words[opened] = day
        if (handle.isOther) {
          this.#replaced.add(file)
          this.#syncs.lost(file, day, place)
        }
        handle.isOther = false
        this.#syncs.note(file, day, place)
        return handle
      })
    } catch (error) {
      this.#fence.check()
      this.#fail(file, path, place, error)
      return null
    }
  }

  /** Whether a file was replaced or cut by somebody else since this was asked the last time. */
  wasReplaced(file: number): boolean {
    return this.#replaced.size > 0 && this.#replaced.delete(file)
  }

  /** Gives how many of the bytes were written. The kernel may take less than it is given: then it goes on with the rest. */
  write(file: number, place: number, handle: Handle, bytes: Uint8Array, offset: number, length: number): number {
    let written = 0
    try {
      while (written < length) {
        const taken = this.#busily(() => {
          this.#fence.check()
          const count = writeLogFile(handle.file, bytes, offset + written, length - written)
          this.#fence.check()
          return count
        })
        if (taken === 0) throw Object.assign(new Error('write took no byte'), { code: 'EIO' })
        written += taken
        handle.sizeBytes += taken
      }
      if (place === PLACE_DIRECTORY) this.#faults.succeeded(file, handle.path)
      else if (this.#fallbackRests.size > 0) this.#fallbackRests.delete(file)
    } catch (error) {
      this.#fence.check()
      this.#handles.discard(file)
      this.#fail(file, handle.path, place, error)
    }
    this.#count(WRITES_F64, 1)
    this.#count(BYTES_F64, written)
    return written
  }

  /** The last resort: gives how many bytes stderr took. */
  writeToStandardError(bytes: Uint8Array, offset: number, length: number): number {
    let written = 0
    const writeRest = (): number => {
      this.#fence.check()
      return writeStandardErrorBytes(bytes, offset + written, length - written)
    }
    try {
      this.#reports.withStandardError(() => {
        while (written < length) {
          written += this.#isStandardErrorAsleep ? writeRest() : this.#busily(writeRest)
          this.#isStandardErrorAsleep = false
        }
      })
    } catch {
      this.#fence.check()
      this.#isStandardErrorAsleep = true
    }
    return written
  }

  /**
   * Cuts a file back from `fromBytes` to `toBytes`: a line that could not be finished must not stay torn. Where that
   * cannot be done, the torn end is set aside before the next write.
   */
  cut(file: number, day: number, place: number, fromBytes: number, toBytes: number): void {
    if (fromBytes === toBytes) return
    const path = this.#path(file, day, place)
    if (path === null) return
    try {
      const handle = this.#handles.acquire(file, path)
      this.#fence.check()
      // What is to be cut is in the file before it.
      const isCut = !handle.isOther && cutLogFile(handle.file, fromBytes, toBytes)
      this.#fence.check()
      if (isCut) {
        handle.sizeBytes = toBytes
        this.#count(BYTES_F64, toBytes - fromBytes)
      }
    } catch {
      this.#fence.check()
      this.#handles.discard(file)
      this.#arena.words[this.#openedDay(file, place)] = 0
    }
  }

  /**
   * The size of a file on a day, open or not; 0 where there is none. Also 0 where that cannot be known: what the file has
   * of a line is then set aside before the next write, and a line that is in it may be there again.
   */
  sizeBytes(file: number, day: number, place: number): number {
    const path = this.#path(file, day, place)
    if (path === null) return 0
    try {
      const sizeBytes = sizeOfPath(path)
      this.#fence.check()
      return sizeBytes
    } catch {
      this.#fence.check()
      this.#arena.words[this.#openedDay(file, place)] = 0
      return 0
    }
  }

  #path(file: number, day: number, place: number): string | null {
    if (place === PLACE_DIRECTORY) return this.#paths.path(file, day)
    return place === PLACE_FALLBACK && this.#fallbackPaths !== null ? this.#fallbackPaths.path(file, day) : null
  }

  /**
   * Left by a process that ended in the middle of a write. Before the first byte of ours: later the end of a file may be
   * a part of a line whose rest is pending.
   */
  #setTornAside(file: number, path: string): void {
    this.#handles.discard(file) // Its size is about to change.
    this.#handles.withDescriptors(() => setTornLineAside(path, () => this.#fence.check()))
  }

  /** Whether an open file is still the one at its path, looked at now and then; its handle is closed where it is not. */
  #isStill(file: number, handle: Handle, beforeClosing: () => void): boolean {
    const now = Date.now()
    const age = now - handle.checkedAtMs
    if (!this.looksAlways && age < LOOK_MS && age >= 0) return true
    const { isInPlace, sizeBytes } = lookAtLogFile(handle.file)
    handle.checkedAtMs = now
    if (isInPlace && sizeBytes >= handle.sizeBytes) {
      handle.sizeBytes = sizeBytes
      return true
    }
    this.#replaced.add(file)
    if (isInPlace) {
      handle.sizeBytes = sizeBytes // Cut (copytruncate): we append, so its end is where the next line goes.
      this.#reports.warn('FILE_TRUNCATED', handle.path, `${handle.path} was cut by somebody else; it is appended to.`)
      return true
    }
    beforeClosing()
    this.#handles.discard(file)
    this.#reports.warn('FILE_REPLACED', handle.path, `${handle.path} was renamed or deleted; it is opened anew.`)
    return false
  }

  /** Bears with what is busy for a moment. */
  #busily<T>(call: () => T): T {
    for (const pauseMs of BUSY_PAUSES) {
      try {
        return call()
      } catch (error) {
        if (!isBusy(error)) throw error
        Atomics.wait(this.#pause, 0, 0, pauseMs) // Nobody notifies: a bounded pause.
      }
    }
    return call()
  }

  #fail(file: number, path: string, place: number, error: unknown): void {
    this.#count(WRITE_ERRORS_F64, 1)
    if (place === PLACE_DIRECTORY) {
      this.#faults.failed(file, path, error, Date.now())
      return
    }
    this.#fallbackRests.set(file, Date.now() + this.#retryDelayMs)
    this.#reports.warn(codeOf(error), path, `${path} cannot be written (${codeOf(error)}), nor can its first place.`)
  }

  /** Lines that neither place takes may come by the thousand: none of them is worth an attempt of its own. */
  #restsInFallback(file: number): boolean {
    const waitMs = (this.#fallbackRests.get(file) ?? 0) - Date.now()
    return waitMs > 0 && waitMs <= this.#retryDelayMs // A clock that was set back must not make it longer.
  }

  #openedDay(file: number, place: number): number {
    const entry = fileEntryWord(this.#arena, file)
    return entry + (place === PLACE_DIRECTORY ? FILE_OPENED_DAY : FILE_FALLBACK_OPENED_DAY)
  }

  #count(counter: number, by: number): void {
    this.#doubles[counter] = (this.#doubles[counter] as number) + by
  }
}
