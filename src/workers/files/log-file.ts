/**
 * The only file of the writers that touches the file system. All calls are synchronous: the writer's thread is there to
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
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { SpillwayError } from '../../shared/errors.js'

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants
/** Not everywhere: Windows has no such flag. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = constants.O_NONBLOCK ?? 0

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

/** Writes a part of `bytes` and gives how much of it the kernel took, which may be less. */
export function writeLogFile(file: LogFile, bytes: Uint8Array, offset: number, length: number): number {
  return writeSync(file.descriptor, bytes, offset, length, null)
}

/** The size of the file at `path`, opened or not; 0 where there is none. */
export function sizeOfPath(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Cuts an open file: what a failed write left behind of a line. */
export function truncateLogFile(file: LogFile, sizeBytes: number): void {
  ftruncateSync(file.descriptor, sizeBytes)
}

/**
 * Lets a file end with a whole line, and gives its size: what is behind its last newline goes to a file of the same name
 * and `.torn`. A line of more than a mebibyte is left, and ended.
 */
export function setTornLineAside(file: LogFile, sizeBytes: number): number {
  const tail = new Uint8Array(Math.min(sizeBytes, TORN_BYTES_MAX))
  if (tail.length === 0) return sizeBytes
  readTail(file.path, tail, sizeBytes - tail.length)
  const torn = tail.length - 1 - tail.lastIndexOf(NEWLINE)
  if (torn === 0) return sizeBytes
  if (torn === tail.length && tail.length < sizeBytes) {
    return sizeBytes + writeSync(file.descriptor, Uint8Array.of(NEWLINE), 0, 1, null)
  }
  const aside = openOrCreate(`${file.path}.torn`, TORN_MODES)
  try {
    // A whole line of it, so that the next one stands apart.
    writeSync(aside.descriptor, Buffer.concat([tail.subarray(tail.length - torn), Uint8Array.of(NEWLINE)]))
  } finally {
    closeSync(aside.descriptor)
  }
  ftruncateSync(file.descriptor, sizeBytes - torn)
  return sizeBytes - torn
}

function readTail(path: string, into: Uint8Array, position: number): void {
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW)
  try {
    readSync(descriptor, into, 0, into.length, position)
  } finally {
    closeSync(descriptor)
  }
}

/** Closes an open file. */
export function closeLogFile(file: LogFile): void {
  closeSync(file.descriptor)
}

/** Writes to standard output; a terminal or a pipe that is full throws EAGAIN. */
export function writeStandardOutput(bytes: Uint8Array, offset: number): number {
  return writeSync(1, bytes, offset, bytes.length - offset, null)
}

/** One line to standard error, for a condition that an operator should know of. Never throws. */
export function writeStandardError(line: string): void {
  try {
    writeSync(2, `${line}\n`)
  } catch {
    // Nobody listens there either; the counters of stats() still tell.
  }
}

/** Makes a directory and those above it; the umask does not change the mode of what is made. */
function makeDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makeDirectory(dirname(path), mode)
    mkdirSync(path, mode)
  }
  chmodSync(path, mode)
}

/** A new file with its mode: the umask may have taken bits away that the option asks for. */
function madeLogFile(descriptor: number, path: string, mode: number): LogFile {
  try {
    fchmodSync(descriptor, mode)
    return { descriptor, path, sizeBytes: 0 }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function openOrCreate(path: string, modes: FileModes): LogFile {
  const flags = O_WRONLY | O_APPEND | O_NOFOLLOW
  let descriptor: number
  try {
    descriptor = openSync(path, flags | O_CREAT | O_EXCL, modes.file)
    return madeLogFile(descriptor, path, modes.file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Without O_NONBLOCK a FIFO would hold the writer up until somebody reads it.
    descriptor = openSync(path, flags | O_NONBLOCK)
  }
  const stat = fstatSync(descriptor)
  const uid = process.getuid?.() ?? stat.uid
  if (stat.isFile() && stat.nlink === 1 && stat.uid === uid) return { descriptor, path, sizeBytes: stat.size }
  closeSync(descriptor)
  throw new SpillwayError(
    'ERR_SPILLWAY_IO',
    `${path} is not written to: a log file must be a regular file with one link, owned by this process's user.`,
    { path, isFile: stat.isFile(), links: stat.nlink, uid: stat.uid },
  )
}
