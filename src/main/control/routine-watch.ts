/**
 * Looks after a writer when nobody waits for it: in a quiet process a writer in an endless loop would be noticed by the
 * next flush only. One that waits for its disk is left alone, for ending it would not make that faster.
 */
import type { Arena } from '../../shared/arena.js'
import { INTENT_KIND, INTENT_NONE, OWNER_TASK, SYNCING_FILE } from '../../shared/arena-layout.js'
import { clearInterval, setInterval } from '../../shared/real-timers.js'
import { ProgressWatch } from './progress-watch.js'
import { isThreadTaskRunning } from './takeover.js'

/** A writer that has nothing to do gives a sign of life as often. */
const LOOK_MS = 2000
/** However short `writerTimeoutMs` is. */
const PATIENCE_MS_MIN = 5000

/** Watches the writers of one partition, until it is stopped. Keeps no process alive. */
export class RoutineWatch {
  readonly #timer: NodeJS.Timeout

  /** `onHung` is called at each look that finds no sign of life for `patienceMs`. */
  constructor(arena: Arena, patienceMs: number, onHung: () => void) {
    const progress = new ProgressWatch(arena, LOOK_MS * 2)
    const look = (): void => {
      const isHung = progress.unmovedMs() >= Math.max(patienceMs, PATIENCE_MS_MIN)
      if (isHung && !waitsForDisk(arena)) onHung()
    }
    this.#timer = setInterval(look, LOOK_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

function waitsForDisk({ words }: Arena): boolean {
  if (words[INTENT_KIND] === INTENT_NONE && words[SYNCING_FILE] === 0) return false
  return !isThreadTaskRunning(Atomics.load(words, OWNER_TASK))
}
