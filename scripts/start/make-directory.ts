/** Makes a directory and those above it. Not mkdirSync's own way: below /proc it does not return. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Makes what is missing of a path; throws the kernel's error where it cannot. A file that is there stays what it is. */
export function makeDirectory(path: string, mode: number): void {
  const missing: string[] = []
  let existing = resolve(path)
  while (!exists(existing)) {
    missing.push(existing)
    existing = dirname(existing)
  }
  for (const directory of missing.reverse()) makeOne(directory, mode)
}

/** False only for what is not there; below a file, ENOTDIR is thrown. The root of all is always there. */
function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined || path === dirname(path)
}

/** Another process may have made it meanwhile. */
function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, mode)
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(path).isDirectory()
    if (!isThere) throw error
  }
}
