/**
 * Finishes what processes have left in a log directory that died before their lines were in files: what the next Spillway
 * on the directory does by itself, for those that have none.
 */
import { resolve } from 'node:path'
import { messageOf, SpillwayError } from '../shared/errors.js'
import { RULES_BY_PATH } from '../shared/option-rules.js'
import { DEFAULT_OPTIONS } from '../shared/options.js'
import { takeLock } from './arenas/file-lock.js'
import { invalidArgument } from './argument-check.js'
import type { LeftoverReport } from './control/takeover.js'
import { recoverSeats } from './seats/recover-seats.js'
import { Seats } from './seats/seats.js'

/** How lines are written. */
export interface RecoverOptions {
  /** Where lines went that the directory did not take, when they were logged: looked at, so that none is there twice. @default none */
  readonly fallbackDirectory?: string | undefined
  /** Permission bits of new log files, at least 0o200. @default 0o600 */
  readonly fileMode?: number | undefined
  /** Permission bits of new directories, at least 0o300. @default 0o700 */
  readonly directoryMode?: number | undefined
}

/** What was found, and what became of it. */
export interface RecoveryReport {
  /** Absolute path. */
  readonly directory: string
  readonly leftovers: readonly LeftoverReport[]
  /** Lines written to files now. */
  readonly lines: number
  /** Records and lines that were not intact: they are in `.spillway/quarantine`. */
  readonly damaged: number
  /** False where files could not be written: call it again when they can be. */
  readonly isDone: boolean
  /** Processes that are alive, or in another namespace of processes: what is theirs was left alone. */
  readonly heldBy: readonly number[]
}

/**
 * Writes the lines that dead processes have left in `directory` into the files they belong to, each once and in order.
 * Blocks until it is done; a call that was interrupted can be repeated. Two processes may call it at once.
 *
 * @example
 * const { lines, isDone } = recover('logs')
 * @throws SpillwayError `ERR_SPILLWAY_INVALID_ARGUMENT` for arguments that are none, `ERR_SPILLWAY_IO` where the
 *   directory's seats cannot be looked at or taken; nothing for what is in them.
 */
export function recover(directory: string, options: RecoverOptions = {}): RecoveryReport {
  if (typeof directory !== 'string' || directory === '') throw invalidArgument('directory', directory, 'a path')
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('options', options, 'an object, or left out')
  const {
    fallbackDirectory,
    fileMode = DEFAULT_OPTIONS.fileMode,
    directoryMode = DEFAULT_OPTIONS.directoryMode,
  } = options
  check('fallbackDirectory', fallbackDirectory)
  check('fileMode', fileMode)
  check('directoryMode', directoryMode)
  const path = resolve(directory)
  const fallback = fallbackDirectory === undefined ? null : resolve(fallbackDirectory)
  try {
    const settings = { directory: path, fallbackDirectory: fallback, fileMode, directoryMode }
    const { heldBy, ...found } = recoverSeats(new Seats(path, takeLock()), settings)
    return { directory: path, ...found, heldBy: heldBy.map(({ pid }) => pid) }
  } catch (error) {
    const reason = messageOf(error)
    throw new SpillwayError('ERR_SPILLWAY_IO', `${path} cannot be recovered: ${reason}.`, { directory: path, reason })
  }
}

/** As the option of that name is checked. */
function check(option: keyof RecoverOptions, value: unknown): void {
  const rule = RULES_BY_PATH.get(option)
  if (value !== undefined && rule?.accepts(value) === false) throw invalidArgument(option, value, rule.rule)
}
