/**
 * What seats are made of on the disk: directories whose one file names the holder. The only file of the main side that
 * changes anything in a log directory's `.spillway`.
 */
import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs'
import { join } from 'node:path'

const { O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = constants
/** Not everywhere: Windows has no such flags. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = constants.O_NONBLOCK ?? 0
const PRIVATE_DIRECTORY = 0o700
const PRIVATE_FILE = 0o600

/** Makes a directory for us alone where there is none; what stands in its place otherwise is refused. */
export function makePrivateDirectory(path: string): void {
  if (succeeds(() => mkdirSync(path, PRIVATE_DIRECTORY), 'EEXIST')) withoutUmask(path, PRIVATE_DIRECTORY)
  else isPrivateDirectory(path)
}

/** Whether a directory of ours is there; what stands in its place otherwise is refused. */
export function isPrivateDirectory(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return false
  if (stat.isDirectory() && stat.uid === (process.getuid?.() ?? stat.uid)) return true
  throw Object.assign(new Error(`${path} is not a directory of this process's user`), { code: 'ENOTDIR' })
}

/** The names in a directory; none where it is none. */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

/**
 * Makes a directory with one empty file in it, under another name, and then in its place; false where that is taken. The
 * file is `prepared` before.
 */
export function placeDirectory(
  path: string,
  temporary: string,
  name: string,
  prepare: (file: string) => void,
): boolean {
  mkdirSync(temporary, PRIVATE_DIRECTORY)
  let isPlaced = false
  try {
    withoutUmask(temporary, PRIVATE_DIRECTORY)
    makeFile(join(temporary, name))
    prepare(join(temporary, name))
    // An empty directory is replaced, any other is not.
    isPlaced = succeeds(() => renameSync(temporary, path), 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM')
  } finally {
    if (!isPlaced) {
      removeFile(join(temporary, name))
      removeDirectory(temporary)
    }
  }
  return isPlaced
}

/** Makes an empty file; false where there is one. */
export function makeFile(path: string): boolean {
  const make = (): void => closeSync(openSync(path, O_CREAT | O_EXCL | O_WRONLY, PRIVATE_FILE))
  if (!succeeds(make, 'EEXIST')) return false
  withoutUmask(path, PRIVATE_FILE)
  return true
}

/** Renames a file; false where there is none any more of that name. */
export function exchangeName(directory: string, from: string, to: string): boolean {
  return succeeds(() => renameSync(join(directory, from), join(directory, to)), 'ENOENT')
}

/** Removes a file, if it is there. */
export function removeFile(path: string): boolean {
  return succeeds(() => unlinkSync(path), 'ENOENT')
}

/** Removes a directory, if it is there and empty. */
export function removeDirectory(path: string): boolean {
  return succeeds(() => rmdirSync(path), 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')
}

/** The number of a file, which no other one has as long as it is there; `null` where there is none to be seen. */
export function inodeOf(path: string): number | null {
  try {
    return lstatSync(path).ino
  } catch {
    return null
  }
}

/**
 * Opens a file whose lock is to be taken, which NFS grants of files open for writing; `null` where it cannot be.
 * @throws where there is no descriptor for it: without its lock a holder would be taken for dead.
 */
export function openToLock(path: string): number | null {
  try {
    return openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return null
  }
}

export function closeDescriptor(descriptor: number): void {
  closeSync(descriptor)
}

/** What the umask keeps from its owner is of no use. Not every file system lets a mode be changed. */
function withoutUmask(path: string, mode: number): void {
  if ((lstatSync(path).mode & mode) !== mode) chmodSync(path, mode)
}

/** False where it throws one of these. */
function succeeds(act: () => void, ...codes: string[]): boolean {
  try {
    act()
    return true
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
