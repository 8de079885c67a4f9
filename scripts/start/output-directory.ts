/** The directory of the log files: checked before a thread is started, for a mistyped path should say so, once. */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { UsageError } from './command-line.js'

/** Makes the directory where it is missing. Throws a {@link UsageError} for a path that no files can be made below. */
export function checkDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'is not a directory' : `cannot be written to (${code})`
    throw new UsageError(`--directory ${directory} ${reason}`, { cause: error })
  }
}
