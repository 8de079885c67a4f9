/** What flush() can be asked for besides writing. */
import { invalidArgument } from './argument-check.js'

/** The options of one flush. */
export interface FlushOptions {
  /**
   * Whether the files are brought to the disk as well (fdatasync, and fsync of the directories that have their entries), so
   * that a power cut cannot take what was logged before the call. @default false
   */
  readonly sync?: boolean | undefined
}

/**
 * Whether the disk is asked for.
 * @throws SpillwayError `ERR_SPILLWAY_INVALID_ARGUMENT`.
 */
export function wantsSync(options: FlushOptions | undefined): boolean {
  const given: unknown = options
  if (given === undefined) return false
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidArgument('options', given, 'an object, or left out')
  }
  for (const name of Object.keys(given)) {
    if (name !== 'sync')
      throw invalidArgument(`options.${name}`, Reflect.get(given, name), 'left out: there is only sync')
  }
  const sync: unknown = Reflect.get(given, 'sync')
  if (sync !== undefined && typeof sync !== 'boolean') throw invalidArgument('options.sync', sync, 'true or false')
  return sync === true
}
