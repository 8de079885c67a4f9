/** The directory of the log files: checked before a thread is started, for a mistyped path should say so, once. */
import { mkdtempSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './command-line.js'
import { makeDirectory } from './make-directory.js'

/** Makes the directory where it is missing. Throws a {@link UsageError} for a path that no files can be made below. */
export function checkDirectory(directory: string, mode: number): void {
  try {
    makeDirectory(directory, mode)
    // Tried, not asked for: root may write below /proc, but nothing can be made there.
    rmdirSync(mkdtempSync(join(directory, '.spillway-')))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'is not a directory' : `cannot be written to (${code})`
    throw new UsageError(`directory ${directory} ${reason}`, { cause: error })
  }
}
