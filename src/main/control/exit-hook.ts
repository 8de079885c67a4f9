/**
 * The end of the process: one listener for all instances, so that many of them do not look like a leak. It runs for the
 * return of main, process.exit and uncaught errors; it changes neither exit code nor signal.
 */

const atExit = new Set<() => void>()

function runAll(): void {
  for (const run of [...atExit]) run()
}

/** Has `run` called when the process exits, until it is removed. */
export function addExitHook(run: () => void): void {
  if (atExit.size === 0) process.on('exit', runAll)
  atExit.add(run)
}

/** Removes a hook. */
export function removeExitHook(run: () => void): void {
  atExit.delete(run)
  if (atExit.size === 0) process.off('exit', runAll)
}
