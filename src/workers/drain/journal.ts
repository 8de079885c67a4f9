/**
 * The journal of one partition, in the hands of its owner: what is published goes into it before any of it is applied, so
 * that a process that is killed loses what was published since, and nothing else. The frames, and why a half of them can be
 * written anew, are in journal-layout.ts. Before the owner comes it is the main thread's: early-journal.ts.
 *
 * What a successor needs is in the arena: where the next frame goes (JOURNAL_AT), and up to which position records are in
 * the journal (JOURNALED, stored last). An owner that dies between its write and these stores leaves a frame that the next
 * one overwrites, or whose records are in the next one once more. Numbers are taken before a frame is written, so that no
 * two have the same.
 *
 * A line in parts is not carried over into another half: where its first part is not in the half that counts, it is lost
 * with the process, unless all of it is in its file.
 *
 * A journal that cannot be written is deleted and done without: what it has would be taken for what is lacking in the files.
 */
import type { Arena } from '../../shared/arena.js'
import {
  APPLIED,
  COMMITTED,
  DICTIONARY_USED,
  FILE_COUNT,
  FILE_ENTRY_BYTES,
  FLAG_UTC,
  FLAGS,
  HOLDER_MAIN_THREAD,
  HOLDER_NONE,
  HOLDER_OWNER,
  JOURNAL_AT,
  JOURNAL_BLOCKED,
  JOURNAL_FRAMES,
  JOURNAL_HOLDER,
  JOURNAL_WRITING,
  JOURNALED,
  PUBLISHED,
} from '../../shared/arena-layout.js'
import {
  FRAME_KIND_CARRIED,
  FRAME_KIND_CHECKPOINT,
  FRAME_KIND_RECORDS,
  frameBytes,
  journalGeometry,
  journalPath,
} from '../../shared/journal-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import type { HandlePool } from '../files/handle-pool.js'
import {
  closeJournal,
  isJournalLeft,
  type JournalFile,
  type JournalSettings,
  openJournal,
  removeJournal,
  writeJournal,
} from '../files/journal-file.js'
import type { ConditionReports } from './condition-reports.js'
import type { Fence } from './fence.js'
import type { FileBuffers } from './file-buffers.js'
import { frameHeader } from './journal-frames.js'
import { codeOf } from './write-faults.js'

/** Told in place of a file: the condition is that of the journal. */
const NO_FILE = -1
/** One look at whether the main thread is done with its write. */
const HOLDER_WAIT_MS = 10

/** What a journal works with, of the same owner. */
export interface JournalParts {
  readonly fence: Fence
  readonly handles: Pick<HandlePool, 'withDescriptors'>
  /** `null`: a failure is thrown, and the journal stays as it is, for the owner to find out. */
  readonly reports: ConditionReports | null
  readonly buffers: Pick<FileBuffers, 'writeAll' | 'pendingFilesLines'>
}

/** The journal of one partition. One owner at a time. */
export class Journal {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #path: string
  readonly #parts: JournalParts
  readonly #settings: JournalSettings
  /** As in the arena: the regions before it are the same in both. */
  readonly #framesOffset: number
  readonly #halfBytes: number
  #file: JournalFile | null = null
  #isGivenUp = false
  #lagsBehind = false
  #appendedAtMs = 0
  /** What of dictionary and file table this owner has seen to be in the file; a successor writes all of it once more. */
  #dictionaryUsed = 0
  #fileCount = 0
  /** COMMITTED as the last frame of this owner told it; `null` for none yet. */
  #committed: number | null = null

  constructor(arena: Arena, directory: string, parts: JournalParts) {
    this.#arena = arena
    this.#words = arena.words
    this.#path = journalPath(directory, arena.partition)
    this.#parts = parts
    const { geometry, partition, words } = arena
    this.#settings = { geometry, partition, utc: ((words[FLAGS] as number) & FLAG_UTC) !== 0 }
    this.#framesOffset = arena.offsets.ring
    this.#halfBytes = journalGeometry(geometry).ringBytes / 2
  }

  /** Whether the last `append` left records out, for there was no room for them and it might not make any. */
  get lagsBehind(): boolean {
    return this.#lagsBehind
  }

  /**
   * From now on the journal is the owner's, whoever wrote it before. A former owner's thread may still be in its write: what
   * it was writing may become anything.
   */
  resume(mayStillHappen: boolean): void {
    const words = this.#words
    takeJournal(words)
    this.#parts.fence.check() // It may have waited for long.
    if (mayStillHappen && words[JOURNAL_WRITING] !== 0) words[JOURNAL_BLOCKED] = words[JOURNAL_WRITING] as number
    words[JOURNAL_WRITING] = 0
  }

  /** That thread has ended. */
  writerEnded(): void {
    this.#words[JOURNAL_BLOCKED] = 0
  }

  /**
   * Journals all that is published; gives the position up to which records may be applied. Where the half is full, all
   * files are written before the other one is begun: only where it `mayTurn`, between passes.
   */
  append(mayTurn: boolean): number {
    // Orders the loads of all records before `to`, and of the dictionary and the files that they name, after it.
    const to = Atomics.load(this.#words, PUBLISHED)
    this.#lagsBehind = false
    if (this.#isGivenUp) return to
    const journaled = this.#words[JOURNALED] as number
    return to === journaled ? to : this.#journal(to, mayTurn)
  }

  /** As `append`, in the middle of other work that may be long: once in a millisecond is enough. */
  appendMeanwhile(): void {
    const nowMs = Date.now()
    if (nowMs === this.#appendedAtMs) return
    this.#appendedAtMs = nowMs
    this.append(false)
  }

  /** The owner is going to rest: what was written since the last frame need not be looked for in the files any more. */
  rest(): void {
    const words = this.#words
    if (this.#isGivenUp || words[JOURNAL_AT] === 0 || words[COMMITTED] === this.#committed) return
    this.#journal(words[JOURNALED] as number, false)
  }

  close(): void {
    if (this.#file !== null) closeJournal(this.#file)
    this.#file = null
  }

  #journal(to: number, mayTurn: boolean): number {
    const words = this.#words
    const journaled = words[JOURNALED] as number
    try {
      const half = this.#halfFor(frameBytes(distanceBytes(journaled, to)))
      if (half === null && !mayTurn) {
        this.#lagsBehind = true
        return journaled
      }
      this.#file ??= this.#open()
      this.#announce()
      if (half === null) this.#turn(to)
      else this.#appendTo(half, journaled, to)
      return to
    } catch (error) {
      const { reports } = this.#parts
      // Anything else is no fault of the journal: the owner is fenced, or its stack is at its end.
      if (reports === null || typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
      this.#giveUp(error, reports)
      return to
    }
  }

  /** The half that a frame of so many bytes goes into; `null` where another one has to be begun. */
  #halfFor(bytes: number): number | null {
    const words = this.#words
    const at = words[JOURNAL_AT] as number
    if (at === 0) return null
    const half = this.#halfOf(at)
    if (words[JOURNAL_BLOCKED] === half + 1 || at + bytes > (half + 1) * this.#halfBytes) return null
    // Not so where a former owner went without a journal.
    const ahead = distanceBytes(words[APPLIED] as number, words[JOURNALED] as number)
    return ahead >= 0 && ahead <= this.#arena.geometry.ringBytes ? half : null
  }

  /** Of the frame that ends there. */
  #halfOf(at: number): number {
    return at > this.#halfBytes ? 1 : 0
  }

  #appendTo(half: number, from: number, to: number): void {
    const words = this.#words
    const at = words[JOURNAL_AT] as number
    const number = ((words[JOURNAL_FRAMES] as number) + 1) | 0
    words[JOURNAL_FRAMES] = number
    const payload = this.#ringSlices(from, to)
    const end = this.#writeFrame({ half, at, kind: FRAME_KIND_RECORDS, number, position: from, carried: 0 }, payload)
    words[JOURNAL_AT] = end
    words[JOURNALED] = to
  }

  /** Begins the other half with all that is not in files yet: nothing of this one is needed then. */
  #turn(to: number): void {
    const words = this.#words
    const at = words[JOURNAL_AT] as number
    const half = at === 0 ? 0 : 1 - this.#halfOf(at)
    if (words[JOURNAL_BLOCKED] === half + 1) {
      throw Object.assign(new Error('EBUSY: a thread that hangs may still write to it'), { code: 'EBUSY' })
    }
    const { buffers } = this.#parts
    buffers.writeAll()
    const carried = buffers.pendingFilesLines()
    let number = words[JOURNAL_FRAMES] as number
    // All taken before the first one is written: what an attempt before this one has left is older.
    words[JOURNAL_FRAMES] = (number + carried.length + 1) | 0
    const position = words[APPLIED] as number
    let end = half * this.#halfBytes
    for (const { file, bytes } of carried) {
      number = (number + 1) | 0
      end = this.#writeFrame({ half, at: end, kind: FRAME_KIND_CARRIED, number, position, carried: file }, [bytes])
    }
    number = (number + 1) | 0
    const checkpoint = { half, at: end, kind: FRAME_KIND_CHECKPOINT, number, position, carried: carried.length }
    // Before JOURNALED: with the two of them in between, a successor's frame overlaps this one.
    words[JOURNAL_AT] = this.#writeFrame(checkpoint, this.#ringSlices(position, to))
    words[JOURNALED] = to
  }

  /** Gives the place behind the frame. */
  #writeFrame(
    frame: { half: number; at: number; kind: number; number: number; position: number; carried: number },
    payload: readonly Uint8Array[],
  ): number {
    const { half, at, ...told } = frame
    const file = this.#file as JournalFile
    const payloadBytes = payload.reduce((sum, part) => sum + part.length, 0)
    const committed = Atomics.load(this.#words, COMMITTED)
    const header = frameHeader(
      {
        ...told,
        payloadBytes,
        committed,
      },
      file.salt,
      payload,
    )
    this.#write(half, [header, ...payload], this.#framesOffset + at)
    this.#committed = committed
    return at + frameBytes(payloadBytes)
  }

  /** What the records to come may name. */
  #announce(): void {
    const { bytes, geometry, offsets } = this.#arena
    const used = Math.min(Atomics.load(this.#words, DICTIONARY_USED), geometry.dictionaryBytes)
    if (used > this.#dictionaryUsed) {
      const from = offsets.dictionary + this.#dictionaryUsed
      this.#write(0, [bytes.subarray(from, offsets.dictionary + used)], from)
      this.#dictionaryUsed = used
    }
    const count = Math.min(Atomics.load(this.#words, FILE_COUNT), geometry.fileCapacity)
    if (count > this.#fileCount) {
      const from = offsets.fileTable + this.#fileCount * FILE_ENTRY_BYTES
      this.#write(0, [bytes.subarray(from, offsets.fileTable + count * FILE_ENTRY_BYTES)], from)
      this.#fileCount = count
    }
  }

  /** The bytes of the ring between two positions: one piece, or two where its end is between them. */
  #ringSlices(from: number, to: number): Uint8Array[] {
    const { bytes, geometry, offsets } = this.#arena
    const start = from & (geometry.ringBytes - 1)
    const length = distanceBytes(from, to)
    const first = Math.min(length, geometry.ringBytes - start)
    const slices = [bytes.subarray(offsets.ring + start, offsets.ring + start + first)]
    if (length > first) slices.push(bytes.subarray(offsets.ring, offsets.ring + length - first))
    return slices
  }

  /** The kernel may take less than it is given: then it goes on with the rest. */
  #write(half: number, parts: readonly Uint8Array[], at: number): void {
    const words = this.#words
    let left = parts
    let offset = at
    // Before the fence is asked: whoever takes over after that finds it.
    words[JOURNAL_WRITING] = half + 1
    while (left.length > 0) {
      this.#parts.fence.check()
      const written = writeJournal(this.#file as JournalFile, left, offset)
      this.#parts.fence.check()
      if (written === 0) throw Object.assign(new Error('write took no byte'), { code: 'EIO' })
      offset += written
      left = behind(left, written)
    }
    words[JOURNAL_WRITING] = 0
  }

  #open(): JournalFile {
    try {
      return this.#parts.handles.withDescriptors(() => openJournal(this.#path, this.#settings))
    } finally {
      this.#parts.fence.check()
    }
  }

  #giveUp(error: unknown, reports: ConditionReports): void {
    const { fence } = this.#parts
    fence.check()
    this.#isGivenUp = true
    this.#words[JOURNAL_WRITING] = 0
    this.#words[JOURNAL_AT] = 0
    this.close()
    fence.check()
    removeJournal(this.#path)
    // The process has left its seat, for all was written: what comes after its end has no journal, and needs no notice.
    const isOver = isJournalLeft(this.#path)
    fence.check()
    if (isOver) return
    const reason = error instanceof Error ? error.message : codeOf(error)
    const message = `${this.#path} cannot be written (${reason}); until the restart what is not in files is lost if the process is killed.`
    reports.begin('JOURNAL_FAILED', NO_FILE, this.#path, message)
  }
}

/** Waits for the main thread's last write, if it is in one. That comes to an end, or this process does nothing any more. */
function takeJournal(words: Int32Array): void {
  for (;;) {
    // Orders the loads of all that the main thread has stored by then after it.
    const holder = Atomics.compareExchange(words, JOURNAL_HOLDER, HOLDER_NONE, HOLDER_OWNER)
    if (holder !== HOLDER_MAIN_THREAD) return
    Atomics.wait(words, JOURNAL_HOLDER, HOLDER_MAIN_THREAD, HOLDER_WAIT_MS) // Pairs with the notify in EarlyJournal.append().
  }
}

/** The parts without their first bytes. */
function behind(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes
  return parts.flatMap((part) => {
    const skipped = Math.min(skip, part.length)
    skip -= skipped
    return skipped === part.length ? [] : [part.subarray(skipped)]
  })
}
