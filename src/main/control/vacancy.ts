/**
 * The state of a partition that nobody owns: how it comes to be, and how the main thread ends it. A writer ends it by
 * `claimPartition`.
 */
import type { Arena } from '../../shared/arena.js'
import { EPOCH, OWNER_MAIN_THREAD, OWNER_NONE, OWNER_STATE, OWNER_TASK, PARKED } from '../../shared/arena-layout.js'

/** Makes the main thread the owner of a partition that has none. False where it has one. */
export function claimVacant({ words }: Arena): boolean {
  return Atomics.compareExchange(words, OWNER_STATE, OWNER_NONE, OWNER_MAIN_THREAD) === OWNER_NONE
}

/** Leaves a partition to whoever claims it. Its owner before has ended, or is the main thread. */
export function leaveVacant({ words }: Arena): void {
  Atomics.add(words, EPOCH, 1)
  Atomics.store(words, PARKED, 0)
  Atomics.store(words, OWNER_TASK, 0)
  Atomics.store(words, OWNER_STATE, OWNER_NONE)
}
