/**
 * What seats are made of on the disk: directories whose one file names the holder. The only file of the main side that
 * changes anything in a log directory's `.spillway`.
 */
import {
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

const { O_CREAT, O_EXCL, O_WRONLY } = constants
const PRIVATE_DIRECTORY = 0o700
const PRIVATE_FILE = 0o600

/** Makes a directory for us alone where there is none; what stands in its place otherwise is refused. */
export function makePrivateDirectory(path: string): void {
  if (!succeeds(() => mkdirSync(path, PRIVATE_DIRECTORY), 'EEXIST')) {
    const stat = lstatSync(path)
    const isOwn = stat.uid === (process.getuid?.() ?? stat.uid)
    if (stat.isDirectory() && isOwn) return
    const message = `${path} is not a directory of this process's user`
    throw Object.assign(new Error(message), { code: 'ENOTDIR' })
  }
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
  makeFile(join(temporary, name))
  prepare(join(temporary, name))
  // An empty directory is replaced, any other is not.
  if (succeeds(() => renameSync(temporary, path), 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM')) return true
  removeFile(join(temporary, name))
  removeDirectory(temporary)
  return false
}

/** Makes an empty file; false where there is one. */
export function makeFile(path: string): boolean {
  return succeeds(() => closeSync(openSync(path, O_CREAT | O_EXCL | O_WRONLY, PRIVATE_FILE)), 'EEXIST')
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

/** Opens a file for reading; `null` where it cannot be. */
export function openForReading(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY)
  } catch {
    return null
  }
}

export function closeDescriptor(descriptor: number): void {
  closeSync(descriptor)
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
