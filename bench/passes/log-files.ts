/** The files a contender has written: found by suffix, at any depth, in the order of their paths. */

import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

const SUFFIX = '.jsonl'

/** Paths of all log files below a directory; sorted, so that the parts of a category that span midnight are in order. */
export function logFilesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(SUFFIX))
    .sort()
    .map((path) => join(directory, path))
}

/** The category a log file is named after. */
export function categoryOf(path: string): string {
  return basename(path, SUFFIX)
}

/** Size of all log files together. */
export function logBytesIn(directory: string): number {
  return logFilesIn(directory).reduce((bytes, path) => bytes + statSync(path).size, 0)
}
