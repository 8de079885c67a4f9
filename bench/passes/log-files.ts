/** The files a contender has written: found by suffix, at any depth, in the order of their paths. */

import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

const SUFFIX = '.jsonl'

/** What libraries that roll their files put between name and suffix: the day, the number of the part, or both. */
const PART = /(?:\.\d{4}-\d{2}-\d{2})?(?:\.\d+)?$/

/** Paths of all log files below a directory; sorted, so that the parts of a file that span midnight are in order. */
export function logFilesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(SUFFIX))
    .sort()
    .map((path) => join(directory, path))
}

/** What a log file is named after: a category, or what has lines of all categories. */
export function categoryOf(path: string): string {
  return basename(path, SUFFIX).replace(PART, '')
}

/** Size of all log files together. */
export function logBytesIn(directory: string): number {
  return logFilesIn(directory).reduce((bytes, path) => bytes + statSync(path).size, 0)
}
