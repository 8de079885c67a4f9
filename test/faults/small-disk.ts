/**
 * A disk of few pages under a run's log directory: a file system in memory, which is full when it is full, and takes a
 * part of a write where there is room for a part. Unlike an injected error it is there for all threads at once.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { newDirectory } from '../support/new-directory.js'

export const PAGE_BYTES = 4096
/** Of a disk that gets room again: more than a run needs. */
const FREED_PAGES = 512

/** Why no disk can be mounted here, or `false` where one can. */
export function noSmallDisk(): string | false {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-disk-'))
  try {
    const disk = new SmallDisk(directory, 1)
    disk[Symbol.dispose]()
    return false
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmdirSync(directory)
  }
}

/** A small disk below a directory of the test, unmounted before that is removed; gives where it is. */
export function smallDiskOf(context: TestContext, pages: number): string {
  let disk: SmallDisk | null = null
  // Registered first, so it runs before the directory goes.
  context.after(() => disk?.[Symbol.dispose]())
  const directory = join(newDirectory(context), 'disk')
  disk = new SmallDisk(directory, pages)
  return directory
}

/** A mounted disk; gone when it is disposed of, with all that is on it. */
export class SmallDisk {
  readonly #directory: string

  /** With so many pages. @throws where it cannot be mounted. */
  constructor(directory: string, pages: number) {
    this.#directory = directory
    mkdirSync(directory, { recursive: true })
    const options = `size=${pages * PAGE_BYTES},mode=0700`
    const { error, status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], {
      encoding: 'utf8',
    })
    if (error !== undefined || status !== 0)
      throw new Error(`no disk can be mounted: ${error?.message ?? stderr.trim()}`)
  }

  /** A disk with room for so many pages until the file that this gives is removed. */
  static withBallast(directory: string, pages: number): { readonly disk: SmallDisk; readonly ballast: string } {
    const disk = new SmallDisk(directory, FREED_PAGES)
    const ballast = join(directory, 'ballast')
    writeFileSync(ballast, new Uint8Array((FREED_PAGES - pages) * PAGE_BYTES))
    return { disk, ballast }
  }

  [Symbol.dispose](): void {
    spawnSync('umount', [this.#directory])
  }
}
