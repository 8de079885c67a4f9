/**
 * What is known of files that cannot be written: of which class their fault is, and when to try again. The pause doubles
 * with each attempt; success ends the fault.
 *
 * - `busy` (EAGAIN, EBUSY, EINTR): over in a moment. The file writer has waited for that moment already, so it counts as
 *   broken.
 * - `waiting` (ENOSPC, EDQUOT, EROFS, EACCES ...): the file is sound; somebody has to make room or give a right. Where there
 *   is no fallback directory its lines wait for as long as there is memory for them.
 * - `broken` (EIO and all else).
 *
 * After `retryAttempts` repetitions the lines of a broken file go elsewhere, and where there is a fallback directory those
 * of one that has to wait as well.
 */

import { constants } from 'node:os'
import { messageOf } from '../../shared/errors.js'
import type { DrainOptions } from '../../shared/writer-protocol.js'
import type { ConditionReports } from './condition-reports.js'

/** The pause never grows beyond this many times the first. */
const BACK_OFF_MAX = 8
const BUSY: ReadonlySet<string> = new Set(['EAGAIN', 'EWOULDBLOCK', 'EBUSY', 'EINTR'])
const WAITING: ReadonlySet<string> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EFBIG', 'ENOMEM'],
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ETXTBSY', 'ERR_SPILLWAY_IO'],
])

interface Fault {
  attempts: number
  retryAtMs: number
  code: string
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): string {
  const { code, errno } = (error ?? {}) as NodeJS.ErrnoException
  // Node has no name of its own for a quota that is exceeded.
  if (errno !== undefined && Math.abs(errno) === constants.errno.EDQUOT) return 'EDQUOT'
  return code ?? 'unknown'
}

/** Whether a fault is over in a moment. */
export function isBusy(error: unknown): boolean {
  return BUSY.has(codeOf(error))
}

/** The failing files of one partition. */
export class WriteFaults {
  readonly #retryAttempts: number
  readonly #retryDelayMs: number
  readonly #hasFallback: boolean
  readonly #reports: ConditionReports
  readonly #faults = new Map<number, Fault>()

  constructor({ retryAttempts, retryDelayMs, fallbackDirectory }: DrainOptions, reports: ConditionReports) {
    this.#hasFallback = fallbackDirectory !== null
    this.#retryAttempts = retryAttempts
    this.#retryDelayMs = retryDelayMs
    this.#reports = reports
  }

  /** Whether a file could not be written the last time. */
  has(file: number): boolean {
    return this.#faults.size > 0 && this.#faults.has(file)
  }

  /** How long a file should be left alone, in milliseconds; 0 or less where it may be tried. */
  waitMs(file: number, nowMs: number): number {
    if (this.#faults.size === 0) return 0
    const fault = this.#faults.get(file)
    // A clock that was set back must not make the pause longer than it can be.
    if (fault === undefined || fault.retryAtMs - nowMs > this.#retryDelayMs * BACK_OFF_MAX) return 0
    return fault.retryAtMs - nowMs
  }

  /** Whether the file is to be opened anew and gone on with at once, before any pause: mostly that is enough. */
  triesAtOnce(file: number): boolean {
    const fault = this.#faults.get(file)
    return fault !== undefined && fault.attempts === 1 && this.#retryAttempts > 0
  }

  /** Whether its lines can wait for somebody to make room or give a right. */
  canWait(file: number): boolean {
    const fault = this.#faults.get(file)
    return fault !== undefined && WAITING.has(fault.code)
  }

  /** Whether its lines should not wait for it any longer. */
  isGivenUp(file: number): boolean {
    const fault = this.#faults.get(file)
    if (fault === undefined || fault.attempts <= this.#retryAttempts) return false
    return this.#hasFallback || !WAITING.has(fault.code)
  }

  /** Takes note of a failed open or write. */
  failed(file: number, path: string, error: unknown, nowMs: number): void {
    const code = codeOf(error)
    const fault = this.#faults.get(file) ?? { attempts: 0, retryAtMs: 0, code }
    // The second attempt follows the first at once.
    fault.retryAtMs = nowMs + this.#retryDelayMs * Math.min(2 ** Math.max(0, fault.attempts - 1), BACK_OFF_MAX)
    fault.attempts++
    if (fault.code !== code) this.#reports.end(fault.code, file, path)
    fault.code = code
    this.#faults.set(file, fault)
    const reason = messageOf(error)
    // An attempt that is repeated at once may be all there is to tell.
    if (this.triesAtOnce(file)) this.#reports.warn(code, path, `${path}: ${reason}; it is tried again.`)
    else this.#reports.begin(code, file, path, `${path} cannot be written (${reason}); ${this.#outlook(code)}`)
  }

  /** Takes note that a file could be written. */
  succeeded(file: number, path: string): void {
    if (this.#faults.size === 0) return
    const fault = this.#faults.get(file)
    if (fault === undefined) return
    this.#faults.delete(file)
    this.#reports.end(fault.code, file, path)
  }

  #outlook(code: string): string {
    if (WAITING.has(code) && !this.#hasFallback) return 'its lines wait in memory, and it is tried again.'
    return `it is tried ${this.#retryAttempts} times more, then its lines go elsewhere, until it can be written again.`
  }
}
