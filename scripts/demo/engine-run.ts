/**
 * Runs the demo's engine at full speed: every module takes its step in every turn, and the event loop gets its turn in
 * between, as it does in a service. Nothing here slows the modules down, so the lines come as fast as they can be made.
 */
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { Logger } from '../../src/main/index.js'
import { MODULES } from './modules.js'
import { World } from './world.js'

const SEED = 48_007

/** What {@link runEngine} needs. */
export interface EngineRunOptions {
  readonly durationMs: number
  /** The logger of a module's folder. */
  readonly loggerOf: (folder: string) => Logger
  /** Ends the run early. */
  readonly signal: AbortSignal
}

/** Steps all modules until the time is over. Returns the number of turns. */
export async function runEngine({ durationMs, loggerOf, signal }: EngineRunOptions): Promise<number> {
  const world = new World(SEED)
  const steps = Object.entries(MODULES).map(([folder, start]) => start(world, loggerOf(folder)))
  const endMs = performance.now() + durationMs
  while (performance.now() < endMs && !signal.aborted) {
    for (const step of steps) step()
    await setImmediate()
  }
  return world.turn
}
