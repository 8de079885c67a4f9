/**
 * A disk whose power can be cut: an ext4 in a file, mounted through a loop device. A cut is the file system's own shutdown:
 * from then on nothing that is only in memory gets to the disk, the journal included, and every call fails. What is found
 * when it is mounted again is what the disk had.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const IMAGE_BYTES = 64 * 1024 * 1024
/** linux/fs.h calls it FS_IOC_SHUTDOWN, ext4.h EXT4_IOC_SHUTDOWN: _IOR('X', 125, __u32). */
const SHUTDOWN = 0x8004587d
/** EXT4_GOING_FLAGS_NOLOGFLUSH: without a last flush of the journal. */
const WITHOUT_LOG_FLUSH = 2

type Ioctl = (descriptor: number, request: number, type: string, flags: Uint32Array) => number

/** The part of koffi's interface that is used here. */
interface Koffi {
  load(path: null): { func(prototype: string): Ioctl }
}

let ioctl: Ioctl | null = null

function loadIoctl(): Ioctl {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi
  ioctl ??= koffi.load(null).func('int ioctl(int fd, unsigned long request, ...)')
  return ioctl
}

/** Why no power can be cut here, or `false` where it can. */
export function noCutDisk(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root of a Linux can mount a disk'
  try {
    loadIoctl()
  } catch {
    return 'koffi is not installed'
  }
  try {
    using disk = new CutDisk()
    disk.cut()
    disk.restart()
    return false
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** A mounted disk; gone when it is disposed of, with all that is on it, and at the end of the process. */
export class CutDisk {
  /** Where it is mounted. */
  readonly path: string
  readonly #place = mkdtempSync(join(tmpdir(), 'spillway-power-'))
  readonly #image = join(this.#place, 'image')
  readonly #dispose = (): void => this[Symbol.dispose]()
  #isMounted = false

  /** Of so many bytes. @throws where it cannot be made or mounted. */
  constructor(bytes = IMAGE_BYTES) {
    this.path = join(this.#place, 'disk')
    process.on('exit', this.#dispose)
    try {
      mkdirSync(this.path)
      writeFileSync(this.#image, '')
      truncateSync(this.#image, bytes)
      run('mkfs.ext4', ['-q', '-F', this.#image])
      this.#mount()
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  /** The power goes. Whoever has files open gets errors from here on. */
  cut(): void {
    const descriptor = openSync(this.path, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      const outcome = loadIoctl()(descriptor, SHUTDOWN, 'uint32_t *', Uint32Array.of(WITHOUT_LOG_FLUSH))
      if (outcome !== 0) throw new Error('the file system cannot be shut down')
    } finally {
      closeSync(descriptor)
    }
  }

  /** The power comes back: the disk is mounted anew, and its journal replayed. Nobody may have a file of it open. */
  restart(): void {
    this.#unmount()
    this.#mount()
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#dispose)
    if (this.#isMounted) this.#unmount()
    rmSync(this.#place, { recursive: true, force: true })
  }

  #mount(): void {
    run('mount', ['-t', 'ext4', '-o', 'loop', this.#image, this.path])
    this.#isMounted = true
  }

  #unmount(): void {
    run('umount', [this.path])
    this.#isMounted = false
  }
}

function run(command: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (error !== undefined || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr.trim()}`)
}
