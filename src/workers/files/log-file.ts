/**
 * The only file of the writers that touches log files. All calls are synchronous: the writer's thread is there to
 * block, order is kept, and the application's libuv pool is never used.
 *
 * A log file is opened for appending, is a regular file with one link that belongs to us, and is no symbolic link: the
 * directory may be writable by somebody else.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { devNull } from 'node:os'
import { dirname } from 'node:path'
import { SpillwayError } from '../../shared/errors.js'

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants
/** Not everywhere: Windows has no such flag. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = constants.O_NONBLOCK ?? 0
const O_DIRECTORY = constants.O_DIRECTORY ?? 0
/** Of platforms, file systems and owners that let no directory be synced: there it is the file system's own affair. */
const NO_DIRECTORY_SYNC: ReadonlySet<string | undefined> = new Set([
  ...['EINVAL', 'EPERM', 'EACCES', 'EISDIR', 'EBADF', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'],
  'ENOENT', // Removed by somebody: it keeps no entry.
])

const NEWLINE = 0x0a
const TORN_BYTES_MAX = 1024 * 1024
const TORN_MODES: FileModes = { file: 0o600, directory: 0o700 }

/** Permissions of what is made, whatever the umask. */
export interface FileModes {
  readonly file: number
  readonly directory: number
}

/** An open log file. */
export interface LogFile {
  readonly descriptor: number
  readonly path: string
  /** Its size when it was opened, in bytes. */
  readonly sizeBytes: number
  /** Which file it is, whatever its path is later. */
  readonly device: number
  readonly inode: number
}

/**
 * Opens `path` for appending and makes it, and its directory, where there is none.
 * @throws the system's error, or {@link SpillwayError} `ERR_SPILLWAY_IO` where something else stands in its place.
 */
export function openLogFile(path: string, modes: FileModes): LogFile {
  try {
    return openOrCreate(path, modes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    makeDirectory(dirname(path), modes.directory)
    return openOrCreate(path, modes)
  }
}

/**
 * Opens the file at `path` and makes nothing.
 * @throws as {@link openLogFile}, and ENOENT.
 */
export function openExistingLogFile(path: string): LogFile {
  return checked(openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK), path, () => {})
}

/** Blocks until all that was written to a file so far, by whatever handle, is on the disk. */
export function syncLogFile(file: LogFile): void {
  fdatasyncSync(file.descriptor)
}

/** Blocks until the entries of a directory are on the disk, where that can be asked for. */
export function syncDirectory(path: string): void {
  try {
    const descriptor = openSync(path, O_RDONLY | O_DIRECTORY)
    try {
      fsyncSync(descriptor)
    } finally {
      closeQuietly(descriptor)
    }
  } catch (error) {
    if (!NO_DIRECTORY_SYNC.has((error as NodeJS.ErrnoException).code)) throw error
  }
}

/** Writes a part of `bytes` and gives how much of it the kernel took, which may be less. */
export function writeLogFile(file: LogFile, bytes: Uint8Array, offset: number, length: number): number {
  return writeSync(file.descriptor, bytes, offset, length, null)
}

/**
 * Opens the log file at `path` to read it; `null` where there is none.
 * @throws the system's error, or {@link SpillwayError} `ERR_SPILLWAY_IO` where something else stands in its place.
 */
export function openLogFileToRead(path: string): LogFile | null {
  try {
    return checked(openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path, () => {})
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** Reads from a place of an open file, as many bytes as there is room for or the file has; gives how many. */
export function readFrom(descriptor: number, into: Uint8Array, fromByte: number): number {
  let read = 0
  while (read < into.length) {
    const bytes = readSync(descriptor, into, read, into.length - read, fromByte + read)
    if (bytes === 0) break
    read += bytes
  }
  return read
}

/** The size of the file at `path`, opened or not; 0 where there is none. */
export function sizeOfPath(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** What has become of an open file: `sizeBytes` is its size now, `isInPlace` whether its path still leads to it. */
export function lookAtLogFile({ path, device, inode }: LogFile): { isInPlace: boolean; sizeBytes: number } {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  const isInPlace = stat !== undefined && stat.ino === inode && stat.dev === device
  return { isInPlace, sizeBytes: stat?.size ?? 0 }
}

/**
 * Cuts an open file that is `fromBytes` long: what a failed write left behind of a line. One of another size was changed
 * by somebody else, and is left alone; false then.
 */
export function cutLogFile(file: LogFile, fromBytes: number, toBytes: number): boolean {
  if (fstatSync(file.descriptor).size !== fromBytes) return false
  ftruncateSync(file.descriptor, toBytes)
  return true
}

/**
 * Lets the file at `path`, if there is one, end with a whole line: what is behind its last newline goes to a file of the
 * same name and `.torn`. A line of more than a mebibyte is left, and ended. One descriptor is open at a time. `mayGoOn`
 * is called before each change, and throws where none may happen.
 */
export function setTornLineAside(path: string, mayGoOn: () => void): void {
  const tail = readTail(path)
  if (tail === null) return
  const torn = tail.bytes.length - 1 - tail.bytes.lastIndexOf(NEWLINE)
  if (torn === 0) return
  if (torn === tail.bytes.length && torn < tail.sizeBytes) {
    withOpenFile(path, mayGoOn, (file) => writeSync(file.descriptor, Uint8Array.of(NEWLINE), 0, 1, null))
    return
  }
  // A whole line of it, so that the next one stands apart.
  const line = Buffer.concat([tail.bytes.subarray(tail.bytes.length - torn), Uint8Array.of(NEWLINE)])
  const aside = `${path}.torn`
  // It may be there already: where the file could not be cut the last time, this is done again at each attempt.
  const before = readTail(aside)?.bytes
  if (before === undefined || !line.equals(before.subarray(Math.max(0, before.length - line.length)))) {
    withOpenFile(aside, mayGoOn, (file) => writeSync(file.descriptor, line, 0, line.length, null))
  }
  withOpenFile(path, mayGoOn, (file) => cutLogFile(file, tail.sizeBytes, tail.sizeBytes - torn))
}

/** Closes an open file. Never throws. */
export function closeLogFile(file: LogFile): void {
  closeQuietly(file.descriptor)
}

/** Takes a descriptor that can be given up for a log file later; `null` where there is none left. */
export function reserveDescriptor(): number | null {
  try {
    return openSync(devNull, O_RDONLY)
  } catch {
    return null
  }
}

/** Gives it up. */
export function releaseDescriptor(descriptor: number): void {
  closeSync(descriptor)
}

/** Writes to standard output; a terminal or a pipe that is full throws EAGAIN. */
export function writeStandardOutput(bytes: Uint8Array, offset: number): number {
  return writeSync(1, bytes, offset, bytes.length - offset, null)
}

/** Writes a part of `bytes` to standard error; a terminal or a pipe that is full throws EAGAIN. */
export function writeStandardErrorBytes(bytes: Uint8Array, offset: number, length: number): number {
  return writeSync(2, bytes, offset, length, null)
}

/** One line to standard error, for a condition that an operator should know of. Never throws. */
export function writeStandardError(line: string): void {
  try {
    writeSync(2, `${line}\n`)
  } catch {
    // Nobody listens there either; the counters of stats() still tell.
  }
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor)
  } catch {
    // The bytes were the kernel's when write(2) returned; after a failed close the descriptor is gone all the same.
  }
}

/** The end of a file, or `null` where there is nothing to read. */
function readTail(path: string): { bytes: Uint8Array; sizeBytes: number } | null {
  let descriptor: number
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    // A file that may be written and not be read keeps the end it has.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile() || stat.size === 0) return null
    const bytes = new Uint8Array(Math.min(stat.size, TORN_BYTES_MAX))
    readSync(descriptor, bytes, 0, bytes.length, stat.size - bytes.length)
    return { bytes, sizeBytes: stat.size }
  } finally {
    closeSync(descriptor)
  }
}

function withOpenFile(path: string, mayGoOn: () => void, act: (file: LogFile) => void): void {
  const file = openOrCreate(path, TORN_MODES)
  try {
    mayGoOn()
    act(file)
  } finally {
    closeSync(file.descriptor)
  }
}

/** Makes a directory and those above it; the umask does not change the mode of what is made. */
export function makeDirectory(path: string, mode: number): void {
  try {
    makeOneDirectory(path, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
    makeDirectory(dirname(path), mode)
    // Once: some file systems say ENOENT of what they do not let be made.
    makeOneDirectory(path, mode)
  }
}

function makeOneDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, mode)
  } catch (error) {
    // Another writer may have made it since.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw error
  }
  chmodSync(path, mode)
}

function openOrCreate(path: string, modes: FileModes): LogFile {
  const flags = O_WRONLY | O_APPEND | O_NOFOLLOW
  try {
    const descriptor = openSync(path, flags | O_CREAT | O_EXCL, modes.file)
    return checked(descriptor, path, () => {
      // The umask may have taken bits away that the option asks for.
      fchmodSync(descriptor, modes.file)
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Without O_NONBLOCK a FIFO would hold the writer up until somebody reads it.
    return checked(openSync(path, flags | O_NONBLOCK), path, () => {})
  }
}

/** What was opened, or an error and nothing open. */
function checked(descriptor: number, path: string, prepare: () => void): LogFile {
  try {
    prepare()
    const stat = fstatSync(descriptor)
    if (!isLogFile(stat)) throw notALogFile(path, stat)
    return { descriptor, path, sizeBytes: stat.size, device: stat.dev, inode: stat.ino }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function isLogFile(stat: Stats): boolean {
  return stat.isFile() && stat.nlink === 1 && stat.uid === (process.getuid?.() ?? stat.uid)
}

function notALogFile(path: string, stat: Stats): SpillwayError {
  return new SpillwayError(
    'ERR_SPILLWAY_IO',
    `${path} is not written to: a log file must be a regular file with one link, owned by this process's user.`,
    { path, isFile: stat.isFile(), links: stat.nlink, uid: stat.uid },
  )
}
