/**
 * The refusal to say that everything is on the disk, wherever that was found: in a writer, or by the main thread.
 */
import { SpillwayError } from './errors.js'

/** So many paths are named. */
const PATHS_MAX = 5

/** The error of a flush that asked for the disk. `files` of them are not known to be there; not all may be known by path. */
export function notSynced(paths: readonly string[], files: number): SpillwayError {
  const named = paths.slice(0, PATHS_MAX).join(', ')
  const more = files > PATHS_MAX ? ', ...' : ''
  const which = named === '' ? '' : ` (${named}${more})`
  const message = `Not all bytes of ${files} ${files === 1 ? 'file' : 'files'}${which} are known to be on the disk. Of a sync that failed this is said as long as that day's file is in use: the kernel may have given up what it could not write and tells of it once, so that a repeated sync which succeeds proves nothing.`
  return new SpillwayError('ERR_SPILLWAY_SYNC', message, { files, paths })
}
