/**
 * The torn ends that a dead process has left in files of which its leftover holds nothing any more: of a line in parts, for
 * example, that had begun, whose last part is in no journal. The files are its own, so what ends without a newline is of
 * no living process. An arena knows of such a line; a journal does not.
 */
import type { Arena } from '../../shared/arena.js'
import { FilePaths } from '../drain/file-paths.js'
import { daysIn } from '../files/leftover-file.js'
import { setTornLineAside } from '../files/log-file.js'
import { LeftoverFiles } from './leftover-files.js'

/** A process writes into the newest days, but for what a clock that is set back does. */
const DAYS_MAX = 8

/** Sets them aside in the newest days of a log directory. @throws the system's error where one cannot be. */
export function setTornEndsAside(arena: Arena, directory: string): void {
  const paths = new FilePaths(arena, directory)
  const { logs } = new LeftoverFiles(arena)
  for (const day of daysIn(directory).slice(-DAYS_MAX)) {
    for (const file of logs) setTornLineAside(paths.path(file, day), () => {})
  }
}
