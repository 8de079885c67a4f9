/**
 * Arenas whose memory is a file: what is stored in them survives the process. The file's blocks are really written or
 * reserved first, for a page of a sparse file on a full disk is a SIGBUS at some later store.
 */
import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync, statfsSync, truncateSync } from 'node:fs'
import { messageOf } from '../../shared/errors.js'
import { newWebAssemblyMemory, type SharedMemory } from '../../shared/shared-memory.js'
import { writeZeros } from '../control/takeover.js'
import { removeFile } from '../seats/seat-files.js'
import type { SystemCalls } from './system-calls.js'

const { O_CREAT, O_EXCL, O_RDWR } = constants
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const PRIVATE_FILE = 0o600
const PROBE = 0x53

/**
 * The file systems in which what is written once has its blocks for good: ext2 to ext4, XFS, and overlays, which lie upon
 * one of these as a rule; tmpfs and ramfs as well, in memory. The numbers are those of statfs(2).
 */
const DISK_FILE_SYSTEMS: readonly number[] = [0xef53, 0x58465342, 0x794c7630]
const STEADY_FILE_SYSTEMS: readonly number[] = [...DISK_FILE_SYSTEMS, 0x01021994, 0x858458f6]
/** What may never be used takes this part of what is free on a disk at most. */
const SPARED_OF = 4

/** How much memory is asked for, in bytes: what is written at once, and what may be touched late, or never. */
export interface MappedSize {
  readonly written: number
  readonly reserved: number
}

/**
 * Zeroed memory of at least the size, in whole pages of WebAssembly's, that is a new file at `path`. What is `reserved`
 * takes no memory before it is touched.
 * @throws the system's error, ENOSPC for example; then there is no file.
 */
export function makeMappedMemory(path: string, size: MappedSize, calls: SystemCalls): SharedMemory {
  const descriptor = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE_FILE)
  try {
    // The umask may have taken bits away that its recovery needs.
    if ((fstatSync(descriptor).mode & PRIVATE_FILE) !== PRIVATE_FILE) fchmodSync(descriptor, PRIVATE_FILE)
    const memory = newWebAssemblyMemory(size.written + size.reserved)
    const { byteLength } = memory.buffer
    const written = calls.reserve === null ? byteLength : size.written
    writeZeros(descriptor, written)
    if (written < byteLength) calls.reserve?.(descriptor, written, byteLength - written)
    calls.mapFile(memory.buffer, descriptor)
    probe(memory.buffer, descriptor)
    return memory
  } catch (error) {
    discardFile(path)
    throw error
  } finally {
    closeSync(descriptor) // The mapping stays.
  }
}

/** Removes a new file. Its blocks are free at once: memory that nobody uses may be mapped to it until it is collected. */
export function discardFile(path: string): void {
  try {
    truncateSync(path)
  } catch {
    // Then they are free when it is collected, or somebody else has removed it.
  }
  removeFile(path)
}

/**
 * Whether so many bytes may be reserved in a directory that may never be used: on a disk that has far more room, so that
 * the log files do not lack it; in memory, where tmpfs has its files, they would take memory.
 */
export function maySpare(directory: string, bytes: number): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(directory)
    return DISK_FILE_SYSTEMS.includes(type) && bavail * bsize >= bytes * SPARED_OF
  } catch {
    return false
  }
}

/**
 * Why a file in a directory should not be mapped, or `null`: where a later store may need a new block (a file system that
 * copies on write), or another machine, a store can fail, and that is the death of the process.
 */
export function unsteadiness(directory: string): string | null {
  if (process.platform !== 'linux') return null
  let type: number
  try {
    type = statfsSync(directory).type
  } catch (error) {
    return messageOf(error)
  }
  if (STEADY_FILE_SYSTEMS.includes(type)) return null
  return `its file system (type 0x${type.toString(16)}) may need new blocks for a store, and a full disk would end the process`
}

/** A store into the memory must be seen in the file: not every system that says so has mapped it. */
function probe(memory: SharedArrayBuffer, descriptor: number): void {
  const bytes = new Uint8Array(memory)
  const read = new Uint8Array(1)
  const last = bytes.length - 1
  bytes[last] = PROBE
  readSync(descriptor, read, 0, 1, last)
  bytes[last] = 0
  if (read[0] !== PROBE) throw Object.assign(new Error('the mapped file does not follow its memory'), { code: 'EIO' })
}
