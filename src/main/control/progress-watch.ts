/**
 * Judges by the arena whether an owner gets anywhere: its heartbeat, its writes and the space it hands back. A slow disk
 * lets it move; an endless loop and a call that never returns do not.
 */
import type { Arena } from '../../shared/arena.js'
import { CONSUMED, EPOCH, HEARTBEAT, OWNER_STATE, SYNCING_FILE, WRITES_F64 } from '../../shared/arena-layout.js'
import { monotonicMs } from '../../shared/real-timers.js'

/** Only time spent watching counts, and of the time between two looks no more: a process that was stopped saw nothing. */
const LOOK_MS_MAX = 50
/** A sync takes as long as the disk has bytes to write, and ending its thread would not make it faster. */
const SYNC_PATIENCES = 6

/** By how much the patience with an owner is longer, for who can wait for a slow disk. */
export function patienceFactor({ words }: Arena): number {
  return words[SYNCING_FILE] === 0 ? 1 : SYNC_PATIENCES
}

/** Watches the owner of one partition. */
export class ProgressWatch {
  readonly #arena: Arena
  readonly #lookMsMax: number
  readonly #seen: number[] = []
  #lastLookAt = 0
  #unmovedMs = 0

  constructor(arena: Arena, lookMsMax = LOOK_MS_MAX) {
    this.#arena = arena
    this.#lookMsMax = lookMsMax
  }

  /** A look: gives for how long the owner was watched since it last moved. */
  unmovedMs(): number {
    const now = monotonicMs()
    const watchedMs = Math.min(now - this.#lastLookAt, this.#lookMsMax)
    this.#unmovedMs = this.#hasMoved() ? 0 : this.#unmovedMs + watchedMs
    this.#lastLookAt = now
    return this.#unmovedMs
  }

  /** A look: whether the owner was watched for so long since it last moved, or for longer where it waits for the disk. */
  isUnmovedFor(patienceMs: number): boolean {
    // Read first: a sync that ends after this has moved the owner by the look.
    const factor = patienceFactor(this.#arena)
    return this.unmovedMs() >= patienceMs * factor
  }

  #hasMoved(): boolean {
    const { words, doubles } = this.#arena
    let moved = false
    // That it came is a sign of life as well, and the next owner is judged anew.
    const signs = [HEARTBEAT, CONSUMED, OWNER_STATE, EPOCH].map((word) => Atomics.load(words, word))
    for (const [index, sign] of [...signs, doubles[WRITES_F64] as number].entries()) {
      if (this.#seen[index] !== sign) moved = true
      this.#seen[index] = sign
    }
    return moved
  }
}
