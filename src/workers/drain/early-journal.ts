/**
 * The journal of a partition whose writer is starting, in the hands of the main thread: what is published is in it before
 * that writer comes to it. Nothing is drained here. The frames are those of `Journal`, and all that the next one needs is
 * in the arena, so the owner goes on behind them.
 *
 * The main thread has the journal for the length of one write: it exchanges HOLDER_NONE for HOLDER_MAIN_THREAD, and stores
 * it back. An owner that comes meanwhile waits for that, so no two write at a time, and once it has exchanged HOLDER_NONE
 * for its own the main thread finds that at its next attempt. Nothing else on the main thread meets HOLDER_MAIN_THREAD:
 * there is no turn of its event loop in a write, and the word is put back whatever is thrown. Only where an application puts
 * functions of its own into node:fs can something be called in the middle: what logs there is told that all is well, and
 * what takes the partition closes this one before, and raises EPOCH, which ends the write.
 *
 * Another half is begun only where no file has pending lines, as with the first frame of all: to carry these over is the
 * owner's affair. Where there is no room otherwise, what comes is not journaled until the owner is there.
 *
 * A write that fails leaves what a death in it would have left. Nothing is told of it: the owner finds it out.
 */
import { type Arena, fileWord } from '../../shared/arena.js'
import {
  EPOCH,
  FILE_COUNT,
  FILE_PENDING_BYTES,
  HOLDER_MAIN_THREAD,
  HOLDER_NONE,
  JOURNAL_HOLDER,
} from '../../shared/arena-layout.js'
import { Fence } from './fence.js'
import { Journal, type JournalParts } from './journal.js'

/** There are no log files whose descriptors could be had. */
const NO_HANDLES: JournalParts['handles'] = { withDescriptors: (open) => open() }
/** They are asked only where nothing is in them. */
const NO_BUFFERS: JournalParts['buffers'] = { writeAll: () => {}, pendingFilesLines: () => [] }

/** The journal of one partition, until the owner that is to come has it. */
export class EarlyJournal {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #directory: string
  /** `null` before the first write, and after one that was broken off: the next one begins anew, as after a death. */
  #journal: Journal | null = null
  #isGivenUp = false

  /** Of a partition that has no owner, nor anybody else who may still write. */
  constructor(arena: Arena, directory: string) {
    this.#arena = arena
    this.#words = arena.words
    this.#directory = directory
    Atomics.store(this.#words, JOURNAL_HOLDER, HOLDER_NONE)
  }

  /** Whether the owner has not come to it yet. */
  get isOurs(): boolean {
    return ours(Atomics.load(this.#words, JOURNAL_HOLDER))
  }

  /** Journals all that is published, as far as there is room. False, and nothing is done, where it is the owner's by now. */
  append(): boolean {
    const words = this.#words
    const holder = Atomics.compareExchange(words, JOURNAL_HOLDER, HOLDER_NONE, HOLDER_MAIN_THREAD)
    if (holder !== HOLDER_NONE) return ours(holder)
    try {
      this.#append()
    } finally {
      // Orders all stores of the write before it: whoever exchanges it has them. No function of our own: at the end of the
      // stack there would be no room for it, and the owner would wait for ever.
      Atomics.compareExchange(words, JOURNAL_HOLDER, HOLDER_MAIN_THREAD, HOLDER_NONE)
      Atomics.notify(words, JOURNAL_HOLDER) // Pairs with the wait in Journal.resume().
    }
    return true
  }

  /** Nothing is journaled here any more. */
  close(): void {
    Atomics.compareExchange(this.#words, JOURNAL_HOLDER, HOLDER_MAIN_THREAD, HOLDER_NONE)
    this.#closeFile()
  }

  #closeFile(): void {
    this.#journal?.close()
    this.#journal = null
  }

  #append(): void {
    if (this.#isGivenUp) return
    try {
      this.#journal ??= this.#open()
      this.#journal.append(this.#isNothingPending)
    } catch (error) {
      this.#closeFile()
      // Anything else is the end of the stack, in a log call: the next one may have more of it.
      this.#isGivenUp = typeof (error as NodeJS.ErrnoException).code === 'string'
    }
  }

  #open(): Journal {
    const fence = new Fence(this.#arena, Atomics.load(this.#words, EPOCH))
    const parts = { fence, handles: NO_HANDLES, reports: null, buffers: NO_BUFFERS }
    return new Journal(this.#arena, this.#directory, parts)
  }

  get #isNothingPending(): boolean {
    const count = Math.min(Atomics.load(this.#words, FILE_COUNT), this.#arena.geometry.fileCapacity)
    for (let file = 0; file < count; file++) if (fileWord(this.#arena, file, FILE_PENDING_BYTES) !== 0) return false
    return true
  }
}

function ours(holder: number): boolean {
  return holder === HOLDER_NONE || holder === HOLDER_MAIN_THREAD
}
