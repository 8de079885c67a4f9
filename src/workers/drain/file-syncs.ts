/**
 * Stage 7, beyond write(2): what of the files is not known to be on the disk, and how it gets there.
 *
 * A file's day is stored as unsynced before its first write(2), and cleared when fdatasync(2) has returned and the file's
 * entry is on the disk as well. A successor begins with what is stored, so that a death costs one sync too many at most.
 *
 * A sync that failed is never taken for one that a later one makes good: the kernel may have given up the bytes, and tells
 * of it once. The file's day is remembered as failed until somebody who asked was told and after that bytes of a later day
 * have come to the disk. The same goes for a sync that its thread did not outlive: nobody has seen how it ended.
 */

import { type Arena, fileEntryWord, fileWord } from '../../shared/arena.js'
import {
  FILE_DURABLE,
  FILE_SYNC_FAILED_DAY,
  FILE_UNSYNCED_DAY,
  FILE_UNSYNCED_DAY_BEFORE,
  FROZEN_INTENT,
  HEARTBEAT,
  INTENT_FILE,
  INTENT_KIND,
  INTENT_NONE,
  SYNC_ERRORS_F64,
  SYNC_REQUESTED,
  SYNCING_DAY,
  SYNCING_FILE,
  SYNCS_F64,
} from '../../shared/arena-layout.js'
import { messageOf } from '../../shared/errors.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import type { HandlePool } from '../files/handle-pool.js'
import { closeLogFile, type LogFile, openExistingLogFile, syncDirectory, syncLogFile } from '../files/log-file.js'
import type { ConditionReports } from './condition-reports.js'
import { EntrySyncs } from './entry-syncs.js'
import type { Fence } from './fence.js'
import { dayOf, SyncPaths, storedDay } from './sync-paths.js'
import { codeOf } from './write-faults.js'

const SYNC_FAILED = 'SYNC_FAILED'
const UNSYNCED_WORDS = [FILE_UNSYNCED_DAY_BEFORE, FILE_UNSYNCED_DAY] as const

/** A file with bytes that are not known to be on the disk. */
interface Unsynced {
  readonly file: number
  /** As it is stored. */
  readonly day: number
  readonly path: string
}

/** What an owner syncs with. */
export interface SyncParts {
  readonly handles: HandlePool
  readonly reports: ConditionReports
  readonly fence: Fence
}

/** Brings the files of one partition to the disk. */
export class FileSyncs {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #paths: SyncPaths
  readonly #handles: HandlePool
  readonly #reports: ConditionReports
  readonly #fence: Fence
  /** Files with a day that is unsynced; those of them that are durable; those with a day that has failed. */
  readonly #unsynced = new Set<number>()
  readonly #durable = new Set<number>()
  readonly #failed = new Set<number>()
  /** Of the failed ones, those that somebody who asked was told of. */
  readonly #told = new Set<number>()
  /** Files that were unsynced and closed when somebody put another one in their place. */
  readonly #lost = new Map<number, string>()
  readonly #entries = new EntrySyncs()
  /** How much of a file was brought to the disk by this owner. */
  readonly #synced = new Map<number, { readonly path: string; readonly bytes: number }>()
  /** Whether anybody ever wanted a file on the disk: nobody else is told of those that cannot be reached. */
  #isAsked: boolean
  /** What a former owner's thread may still be syncing. */
  #frozen: Unsynced | null = null

  constructor(arena: Arena, options: DrainOptions, { handles, reports, fence }: SyncParts) {
    this.#arena = arena
    this.#words = arena.words
    this.#paths = new SyncPaths(arena, options)
    this.#handles = handles
    this.#reports = reports
    this.#fence = fence
    this.#isAsked = Atomics.load(arena.words, SYNC_REQUESTED) !== 0
    for (let file = 0; file < this.#paths.count; file++) this.#attach(file)
  }

  /** A sync that an owner before has left under way; `mayStillHappen` where its thread has not ended. */
  resume(mayStillHappen: boolean): void {
    const file = (this.#words[SYNCING_FILE] as number) - 1
    if (file < 0) return
    this.#frozen = this.#item(file, this.#words[SYNCING_DAY] as number)
    if (!mayStillHappen) this.writerEnded()
  }

  /** That thread has ended, and nobody knows how its sync has. */
  writerEnded(): void {
    const frozen = this.#frozen
    this.#frozen = null
    if (frozen !== null) this.#fail(frozen, 'its writer ended in the middle of it')
    this.#words[SYNCING_FILE] = 0
    // What was being written or synced was passed over.
    for (const file of this.#unsynced) this.#list(file)
  }

  /** The file of a day is about to be opened: where two others are unsynced, the older one is brought to the disk now. */
  makeRoom(file: number, day: number, place: number): void {
    const entry = fileEntryWord(this.#arena, file)
    const oldest = this.#words[entry + FILE_UNSYNCED_DAY_BEFORE] as number
    if (oldest === 0 || this.#words[entry + FILE_UNSYNCED_DAY] === 0) return
    if (this.#isStored(file, storedDay(day, place))) return
    const item = this.#item(file, oldest)
    if (item === null) this.#clear(file, oldest)
    else if (this.#bring([item]).length > 0 && this.#isStored(file, oldest)) this.#giveUp(item)
  }

  /** The file of a day is about to be written. Where two others are unsynced there must be room. */
  note(file: number, day: number, place: number): void {
    const stored = storedDay(day, place)
    const entry = fileEntryWord(this.#arena, file)
    const words = this.#words
    const last = words[entry + FILE_UNSYNCED_DAY] as number
    if (last !== stored && words[entry + FILE_UNSYNCED_DAY_BEFORE] !== stored) {
      if (last !== 0) words[entry + FILE_UNSYNCED_DAY_BEFORE] = last
      words[entry + FILE_UNSYNCED_DAY] = stored
    }
    // Also one that is stored: its sync may have been tried, and left to others.
    this.#list(file)
  }

  /** An open file is not the one at its path any more, and is about to be closed. */
  syncReplaced(file: number, day: number, place: number): void {
    this.#entries.forget(file)
    const item = this.#item(file, storedDay(day, place))
    if (item !== null && this.#isStored(file, item.day) && this.#syncFile(item)) this.#clear(file, item.day)
  }

  /** As `syncReplaced`, found only when it was closed: what it had then cannot be reached any more. */
  lost(file: number, day: number, place: number): void {
    this.#entries.forget(file)
    const item = this.#item(file, storedDay(day, place))
    if (item !== null && this.#isStored(file, item.day)) this.#giveUp(item)
  }

  /** Brings the durable files to the disk that were written since the last time; `afterEach` must write no file. */
  syncDurable(afterEach: () => void): void {
    if (this.#durable.size === 0) return
    this.#isAsked = true
    this.#bring(this.#itemsOf(this.#durable), afterEach)
    // One that could not be opened stays unsynced, and is tried again with its next lines, and by whoever asks for all.
    this.#durable.clear()
  }

  /**
   * Brings all files to the disk; `afterEach` must write no file. Gives the paths of those of which it is not known that
   * all of them is there.
   */
  syncAll(afterEach: () => void): readonly string[] {
    this.#isAsked = true
    const paths = new Set([...this.#lost.values(), ...this.#bring(this.#itemsOf(this.#unsynced), afterEach)])
    this.#lost.clear()
    this.#durable.clear()
    for (const file of this.#failed) {
      const item = this.#item(file, fileWord(this.#arena, file, FILE_SYNC_FAILED_DAY))
      if (item !== null) paths.add(item.path)
      this.#told.add(file)
    }
    return [...paths]
  }

  #attach(file: number): void {
    if (UNSYNCED_WORDS.some((word) => fileWord(this.#arena, file, word) !== 0)) this.#list(file)
    if (fileWord(this.#arena, file, FILE_SYNC_FAILED_DAY) !== 0) this.#failed.add(file)
  }

  #list(file: number): void {
    this.#unsynced.add(file)
    if (fileWord(this.#arena, file, FILE_DURABLE) === 1) this.#durable.add(file)
  }

  /** The file of a stored day; `null` where it has no path, which only a tampered arena makes possible. */
  #item(file: number, day: number): Unsynced | null {
    const path = this.#paths.path(file, day)
    return path === null ? null : { file, day, path }
  }

  #itemsOf(files: ReadonlySet<number>): Unsynced[] {
    const items: Unsynced[] = []
    for (const file of files) {
      for (const word of UNSYNCED_WORDS) {
        const day = fileWord(this.#arena, file, word)
        const item = day === 0 ? null : this.#item(file, day)
        if (item !== null) items.push(item)
        else if (day !== 0) this.#clear(file, day)
      }
    }
    return items
  }

  #isStored(file: number, day: number): boolean {
    return UNSYNCED_WORDS.some((word) => fileWord(this.#arena, file, word) === day)
  }

  /** Syncs files, then the directories that may have new entries of them, each once. Gives the paths that are not done. */
  #bring(items: readonly Unsynced[], afterEach: () => void = () => {}): string[] {
    const left: string[] = []
    const synced: Unsynced[] = []
    for (const item of items) {
      if (!this.#isBeingUsed(item.file) && this.#syncFile(item)) synced.push(item)
      else left.push(item.path)
      afterEach()
    }
    const outcomes = new Map<string, unknown>()
    for (const item of synced) {
      const error = this.#syncEntries(item, outcomes)
      // Only now: a successor knows of no entry whether it is on the disk.
      if (error === null) this.#done(item)
      else {
        this.#fail(item, `its directory: ${messageOf(error)}`)
        left.push(item.path)
      }
      afterEach()
    }
    return left
  }

  /** Whether a thread that cannot be ended may be writing or syncing a file. */
  #isBeingUsed(file: number): boolean {
    if (this.#frozen?.file === file) return true
    const isWriting = this.#words[FROZEN_INTENT] !== INTENT_NONE
    return isWriting && this.#words[FROZEN_INTENT + INTENT_FILE - INTENT_KIND] === file
  }

  /** False where it could not be done. */
  #syncFile(item: Unsynced): boolean {
    const handle = this.#handles.peek(item.file, item.path)
    if (handle !== null) return this.#syncOpen(item, handle.file, handle.sizeBytes)
    let file: LogFile
    try {
      // Apart from the pool, where a handle of another day would be closed for it.
      file = this.#handles.withDescriptors(() => openExistingLogFile(item.path))
    } catch (error) {
      this.#fence.check()
      this.#notOpened(item, error)
      return false
    }
    try {
      if (this.#handles.isReplaced(item.file, file)) {
        this.#entries.forget(item.file)
        this.#giveUp(item)
        return false
      }
      return this.#syncOpen(item, file, file.sizeBytes)
    } finally {
      closeLogFile(file)
    }
  }

  #syncOpen(item: Unsynced, file: LogFile, bytes: number): boolean {
    const error = this.#underWay(item, () => syncLogFile(file))
    this.#count(SYNCS_F64)
    if (error === null) {
      this.#synced.set(item.file, { path: item.path, bytes })
      return true
    }
    this.#count(SYNC_ERRORS_F64)
    this.#fail(item, messageOf(error))
    return false
  }

  #syncEntries(item: Unsynced, outcomes: Map<string, unknown>): unknown {
    const sync = (path: string): unknown => this.#underWay(item, () => syncDirectory(path))
    return this.#entries.sync(item.file, item.path, this.#paths.root(item.day), outcomes, sync)
  }

  /** Runs a system call that a successor is to know of. Gives its error, or `null`. */
  #underWay({ file, day }: Unsynced, call: () => void): unknown {
    const words = this.#words
    let error: unknown = null
    this.#fence.check()
    Atomics.add(words, HEARTBEAT, 1) // Many files take their time, and each of them is progress.
    words[SYNCING_DAY] = day
    words[SYNCING_FILE] = file + 1
    try {
      call()
    } catch (thrown) {
      // The end of the stack: whether the kernel was called is not known, and left to the successor.
      if ((thrown as NodeJS.ErrnoException).code === undefined) throw thrown
      error = thrown
    }
    this.#fence.check()
    // Before it is over: who looks then has seen nothing move for as long as it took.
    Atomics.add(words, HEARTBEAT, 1)
    words[SYNCING_FILE] = 0
    return error
  }

  #done({ file, day }: Unsynced): void {
    this.#clear(file, day)
    for (const told of this.#told) this.#forgive(told, dayOf(day))
  }

  /** A later day's bytes are on the disk: a file that failed on a day before is not in use any more. */
  #forgive(file: number, day: number): void {
    const failed = fileWord(this.#arena, file, FILE_SYNC_FAILED_DAY)
    if (dayOf(failed) >= day) return
    this.#words[fileEntryWord(this.#arena, file) + FILE_SYNC_FAILED_DAY] = 0
    this.#failed.delete(file)
    this.#told.delete(file)
    const path = this.#item(file, failed)?.path ?? ''
    this.#reports.recover(SYNC_FAILED, path, `${path} is not in use any more; files of a later day are on the disk.`)
  }

  #clear(file: number, day: number): void {
    const entry = fileEntryWord(this.#arena, file)
    for (const word of UNSYNCED_WORDS) if (this.#words[entry + word] === day) this.#words[entry + word] = 0
    if (UNSYNCED_WORDS.every((word) => this.#words[entry + word] === 0)) this.#unsynced.delete(file)
  }

  /** A sync has failed, or may have. */
  #fail({ file, day, path }: Unsynced, reason: string): void {
    const failed = fileEntryWord(this.#arena, file) + FILE_SYNC_FAILED_DAY
    const isTold = this.#words[failed] === day
    this.#words[failed] = day
    this.#clear(file, day)
    this.#failed.add(file)
    if (isTold) return
    this.#told.delete(file)
    const synced = this.#synced.get(file)
    const from = synced?.path === path ? synced.bytes : 0
    const message = `${path} could not be brought to the disk (${reason}): from byte ${from} on it is not known to be there, and a later sync proves nothing of that.`
    this.#reports.degrade(SYNC_FAILED, path, message)
  }

  /** A file that is gone was taken away by somebody; any other can be brought to the disk later. */
  #notOpened(item: Unsynced, error: unknown): void {
    if (codeOf(error) === 'ENOENT') this.#clear(item.file, item.day)
    if (!this.#isAsked) return
    const message = `${item.path} cannot be opened to bring it to the disk (${messageOf(error)}).`
    this.#reports.warn(SYNC_FAILED, item.path, message)
  }

  /** What cannot be reached is told to whoever asks next. */
  #giveUp({ file, day, path }: Unsynced): void {
    if (this.#isAsked) this.#lost.set(file, path)
    this.#clear(file, day)
  }

  #count(counter: number): void {
    this.#arena.doubles[counter] = (this.#arena.doubles[counter] as number) + 1
  }
}
