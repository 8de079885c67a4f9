/** Waits for a contender to be done with what it was given before, whether it has a flush() or not. */
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { logBytesIn } from './log-files.js'

const LOOK_EVERY_MS = 50

/** A contender that still writes after so long is measured as it is. */
const PATIENCE_MS = 30_000

/** Resolves when the log files below the directory have not grown for so long; false if patience ended first. */
export async function atRest(directory: string, quietMs: number, patienceMs = PATIENCE_MS): Promise<boolean> {
  const startMs = performance.now()
  let bytes = bytesIn(directory)
  let quietSinceMs = startMs
  for (;;) {
    await pause(LOOK_EVERY_MS)
    const nowMs = performance.now()
    const bytesNow = bytesIn(directory)
    if (bytesNow !== bytes || Number.isNaN(bytesNow)) quietSinceMs = nowMs
    else if (nowMs - quietSinceMs >= quietMs) return true
    if (nowMs - startMs >= patienceMs) return false
    bytes = bytesNow
  }
}

/** NaN while the contender has left no descriptor to look with. */
function bytesIn(directory: string): number {
  try {
    return logBytesIn(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EMFILE') return Number.NaN
    throw error
  }
}
