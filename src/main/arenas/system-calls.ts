/**
 * The system calls that Node has no function for, through koffi, which is an optional dependency: mmap(2), to lay a file
 * under shared memory, fallocate(2), which gives a file its blocks, and flock(2), a lock that the kernel takes away from
 * the dead. The only importer of koffi.
 */

import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import { messageOf } from '../../shared/errors.js'

/** The part of koffi that is used here. */
interface Koffi {
  load(path: string | null): { func(prototype: string): (...values: unknown[]) => unknown }
  address(view: Uint8Array): bigint
  errno(): number
}

const SYSTEMS: readonly string[] = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
const PROT_READ_WRITE = 0x3
/** The same on Linux and on macOS. */
const MAP_SHARED = 0x01
const MAP_FIXED = 0x10
const LOCK_EX_NB = 0x2 | 0x4

const ATTEMPTS_MAX = 10

/** What a process can do besides what Node offers. */
export interface SystemCalls {
  /**
   * Lays a file under `memory`, from its first byte on: its pages are the file's from then on, for all threads. The
   * memory begins on a page, as that of WebAssembly does, and the file is as long.
   * @throws the system's error.
   */
  mapFile(memory: SharedArrayBuffer, descriptor: number): void
  /**
   * Lengthens a file by `bytes` from `offset` on that read as zeros: their blocks are there, and nothing is written.
   * `null` where the system has no such call.
   * @throws the system's error, EOPNOTSUPP where the file system cannot.
   */
  readonly reserve: ((descriptor: number, offset: number, bytes: number) => void) | null
  /** Takes the lock of an open file until the descriptor is closed; false where somebody has it, `null` where it has none. */
  lock(descriptor: number): boolean | null
}

let known: SystemCalls | string | null = null

/** The calls, or why there are none, in words. Loaded once, when it is asked for first. */
export function systemCalls(): SystemCalls | string {
  known ??= loadCalls()
  return known
}

function loadCalls(): SystemCalls | string {
  if (process.platform === 'win32') return 'Windows has no mmap'
  // The numbers below, and what an offset is, are those of these systems; others may have file systems that move blocks.
  if (!SYSTEMS.includes(`${process.platform}-${process.arch}`)) {
    return `mapping is not known to work on ${process.platform} ${process.arch}`
  }
  let koffi: Koffi
  try {
    koffi = createRequire(import.meta.url)('koffi') as Koffi
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code
    return code === 'MODULE_NOT_FOUND' ? 'koffi is not installed' : `koffi cannot be loaded (${code ?? String(error)})`
  }
  try {
    return bind(koffi)
  } catch (error) {
    return `koffi finds no mmap (${messageOf(error)})`
  }
}

function bind(koffi: Koffi): SystemCalls {
  // An application's own koffi may be found, of any version.
  for (const name of ['address', 'errno'] as const) {
    if (typeof koffi[name] !== 'function') throw new Error(`it has no ${name}()`)
  }
  // Those of the running process, so that the C library need not be found: glibc's, musl's or macOS's.
  const library = koffi.load(null)
  const mmap = library.func(
    'intptr_t mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)',
  )
  const flock = library.func('int flock(int fd, int operation)')
  const fallocate =
    process.platform === 'linux'
      ? library.func('int fallocate(int fd, int mode, int64_t offset, int64_t length)')
      : null
  return {
    reserve:
      fallocate &&
      ((descriptor, offset, bytes) => {
        for (let attempts = 1; fallocate(descriptor, 0, offset, bytes) !== 0; attempts++) {
          const error = systemError('fallocate', koffi.errno())
          // A profiler interrupts every millisecond, and what was done until then is undone.
          if (error.code !== 'EINTR' || attempts === ATTEMPTS_MAX) throw error
        }
      }),
    mapFile(memory, descriptor) {
      const address = koffi.address(new Uint8Array(memory))
      const mapped = mmap(address, memory.byteLength, PROT_READ_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0)
      if (BigInt(mapped as bigint | number) !== BigInt.asIntN(64, address)) throw systemError('mmap', koffi.errno())
    },
    lock(descriptor) {
      if (flock(descriptor, LOCK_EX_NB) === 0) return true
      return codeOf(koffi.errno()) === 'EAGAIN' ? false : null
    },
  }
}

function systemError(call: string, errno: number): Error & { code: string } {
  const code = codeOf(errno)
  return Object.assign(new Error(`${code}: ${call}`), { code, syscall: call })
}

function codeOf(errno: number): string {
  try {
    return getSystemErrorName(-errno)
  } catch {
    return `errno ${errno}`
  }
}
