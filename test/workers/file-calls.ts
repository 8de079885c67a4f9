/**
 * Stands between the code under test and node:fs: a test sees each open, write and sync of a log file, and can make it
 * fail, take less, or be the last thing an owner does. Named imports of node:fs follow the exchange.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

type WriteSync = (descriptor: number, bytes: Uint8Array, offset: number, length: number, position: null) => number

type WritevSync = (descriptor: number, parts: readonly Uint8Array[], position: number) => number

/** A test of the journal's writes: `write` takes the first `length` bytes of all parts. */
export type JournalWriteHook = (length: number, write: (length: number) => number) => number

/** What a test does at a call; each is given the true function. */
export interface FileHooks {
  readonly onOpen?: (path: string, open: () => number) => number
  readonly onWrite?: (length: number, write: (length: number) => number, descriptor: number) => number
  /** fdatasync of a file, or fsync of a directory. */
  readonly onSync?: (path: string, sync: () => void) => void
  /** The journal is the only file that is written in parts. */
  readonly onJournalWrite?: JournalWriteHook
  /** Takes what is written to standard error in its place. */
  readonly onStandardError?: (text: string) => void
}

/** The error of a system call that fails with `code`. */
export function injected(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code })
}

/** What a descriptor is opened of that is kept in reserve. */
const RESERVE = '/dev/null'

const real = {
  open: fs.openSync,
  write: fs.writeSync as WriteSync,
  writev: fs.writevSync as WritevSync,
  close: fs.closeSync,
  fdatasync: fs.fdatasyncSync,
  fsync: fs.fsyncSync,
}

/** Log files are opened and written through `hooks` until this is disposed of; standard output and error are not. */
export class FileCalls {
  /** Descriptors that were opened and not closed. */
  readonly open = new Set<number>()
  /** The paths that were opened, in order; attempts to create an existing file are left out. */
  readonly paths: string[] = []
  /** The files and directories that were synced, in order; those that failed are among them. */
  readonly syncs: string[] = []
  readonly #pathOf = new Map<number, string>()
  /** Descriptors of journals that were opened and not closed. */
  readonly #journals = new Set<number>()
  /** Descriptors that were taken in reserve and not given back. */
  readonly #reserves = new Set<number>()

  constructor(hooks: FileHooks = {}) {
    const { onOpen, onWrite, onSync, onJournalWrite, onStandardError } = hooks
    const openSync = (path: string, flags: number | string, mode?: number): number => {
      if (typeof flags === 'number' && (flags & fs.constants.O_RDWR) !== 0) {
        const journal = real.open(path, flags, mode)
        this.#journals.add(journal)
        return journal
      }
      // Whoever reads is the test itself, or takes a descriptor in reserve.
      if (typeof flags === 'string' || (flags & fs.constants.O_WRONLY) === 0) {
        const other = real.open(path, flags, mode)
        if (path === RESERVE) this.#reserves.add(other)
        return this.#noted(other, path)
      }
      const open = (): number => real.open(path, flags, mode)
      const descriptor = onOpen === undefined ? open() : onOpen(path, open)
      this.open.add(descriptor)
      this.paths.push(path)
      return this.#noted(descriptor, path)
    }
    const writeSync: WriteSync = (descriptor, bytes, offset, length, position) => {
      if (descriptor === 2 && onStandardError !== undefined) {
        const isText = typeof bytes === 'string'
        onStandardError(isText ? bytes : Buffer.from(bytes.subarray(offset, offset + length)).toString('utf8'))
        return isText ? Buffer.byteLength(bytes) : length
      }
      const write = (part: number): number => real.write(descriptor, bytes, offset, part, position)
      if (onWrite === undefined || !this.open.has(descriptor)) return write(length)
      return onWrite(length, write, descriptor)
    }
    const writevSync: WritevSync = (descriptor, parts, position) => {
      const write = (length: number): number => real.writev(descriptor, firstBytes(parts, length), position)
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      return onJournalWrite === undefined ? write(length) : onJournalWrite(length, write)
    }
    const closeSync = (descriptor: number): void => {
      this.open.delete(descriptor)
      this.#journals.delete(descriptor)
      this.#reserves.delete(descriptor)
      real.close(descriptor)
    }
    const syncing =
      (call: (descriptor: number) => void) =>
      (descriptor: number): void => {
        const path = this.#pathOf.get(descriptor) ?? ''
        this.syncs.push(path)
        if (onSync === undefined) call(descriptor)
        else onSync(path, () => call(descriptor))
      }
    const fdatasyncSync = syncing(real.fdatasync)
    const fsyncSync = syncing(real.fsync)
    Object.assign(fs, { openSync, writeSync, writevSync, closeSync, fdatasyncSync, fsyncSync })
    syncBuiltinESMExports()
  }

  /** As the kernel does it for a thread or process that has ended. */
  closeAll(): void {
    for (const descriptor of [...this.open, ...this.#journals]) real.close(descriptor)
    this.open.clear()
    this.#journals.clear()
  }

  /** As the kernel does, of an owner that has ended: one that lives on closes them itself. */
  closeReserves(): void {
    for (const descriptor of this.#reserves) real.close(descriptor)
    this.#reserves.clear()
  }

  [Symbol.dispose](): void {
    this.closeAll()
    Object.assign(fs, {
      openSync: real.open,
      writeSync: real.write,
      writevSync: real.writev,
      closeSync: real.close,
      fdatasyncSync: real.fdatasync,
      fsyncSync: real.fsync,
    })
    syncBuiltinESMExports()
  }

  #noted(descriptor: number, path: string): number {
    this.#pathOf.set(descriptor, path)
    return descriptor
  }
}

function firstBytes(parts: readonly Uint8Array[], length: number): Uint8Array[] {
  let left = length
  return parts.flatMap((part) => {
    const taken = part.subarray(0, left)
    left -= taken.length
    return taken.length === 0 ? [] : [taken]
  })
}
