/**
 * Signals at which everything is written before the process dies of them: one listener for each signal and all instances.
 * A listener takes the signal's own effect away, so where the application has none of its own the process is ended here,
 * by the same signal. Where it has one, whether and how the process ends is its decision.
 *
 * No listener runs while the main thread is blocked: the signal waits until the event loop turns.
 */
import { constants } from 'node:os'
import type { ExitSignal } from '../../shared/options.js'

/** Added to a signal's number, the exit code of what died of it, as shells tell it. */
const SIGNAL_CODE = 128

/** Writes what was logged. `isEnd` tells that the process ends after it. */
export type SignalHook = (isEnd: boolean) => void

const hooks = new Map<ExitSignal, Set<SignalHook>>()

function onSignal(signal: NodeJS.Signals): void {
  // Before the others: a listener of theirs that is there for one signal only must still be counted.
  const isEnd = process.listenerCount(signal) === 1
  for (const run of [...(hooks.get(signal as ExitSignal) ?? [])]) run(isEnd)
  if (!isEnd) return
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
  // Still here: the kernel spares the first process of a container what ends any other.
  process.exit(SIGNAL_CODE + constants.signals[signal])
}

/** Has `run` called at these signals, until it is removed. */
export function addSignalHook(signals: readonly ExitSignal[], run: SignalHook): void {
  for (const signal of signals) {
    const ofSignal = hooks.get(signal) ?? new Set()
    hooks.set(signal, ofSignal.add(run))
    if (ofSignal.size === 1) process.prependListener(signal, onSignal)
  }
}

/** Removes a hook. */
export function removeSignalHook(run: SignalHook): void {
  for (const [signal, ofSignal] of hooks) {
    if (ofSignal.delete(run) && ofSignal.size === 0) process.off(signal, onSignal)
  }
}
