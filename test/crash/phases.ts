/** The instants at which a child is killed, and the lives in which they come. */
import type { ChildSettings } from './child-settings.js'
import type { Kill } from './life.js'

/**
 * `start`: the first 200 ms of the process. `construction`: while the library is set up. `load`: while it logs. `rotation`:
 * around midnight. `recovery`: soon after the start, while what a killed one has left is finished. `close`: in close().
 * `steady`: under full load, some time after it began, with the options as they come: what peers are compared in.
 */
export const PHASES = ['start', 'construction', 'load', 'rotation', 'recovery', 'close', 'steady'] as const
export type Phase = (typeof PHASES)[number]

const START_MS = 200
const CONSTRUCTION_MS = 12
const STEADY_FROM_MS = 300
const STEADY_MS = 400
const ROTATION_MS = 10
const CLOSE_MS = 25
const RECOVERY_SHARE = 1.3

/** How long things take. */
export interface Durations {
  /** For how long children log, at most. */
  readonly loadMs: number
  /** What a construction with a recovery in it took before. */
  readonly constructionMs: number
}

/** An instant of the phase. */
export function killIn(phase: Phase, fraction: () => number, { loadMs, constructionMs }: Durations): Kill {
  if (phase === 'start') return { at: 'spawned', afterMs: fraction() * START_MS }
  if (phase === 'construction') return { at: 'started', afterMs: fraction() * CONSTRUCTION_MS }
  if (phase === 'recovery') return { at: 'started', afterMs: fraction() * RECOVERY_SHARE * constructionMs }
  if (phase === 'rotation') return { at: 'rotating', afterMs: fraction() * ROTATION_MS }
  if (phase === 'close') return { at: 'closing', afterMs: fraction() * CLOSE_MS }
  if (phase === 'steady') return { at: 'logging', afterMs: STEADY_FROM_MS + fraction() * STEADY_MS }
  return { at: 'logging', afterMs: fraction() * loadMs }
}

/** What is not drawn. */
type Base = Pick<
  ChildSettings,
  'mode' | 'directory' | 'run' | 'seed' | 'acknowledgement' | 'utc' | 'alsoInCategoryFile'
>

/** The options as they come, and nothing but load. */
const STEADY: Omit<ChildSettings, keyof Base> = {
  workers: 1,
  ringBytes: 4_194_304,
  fileBufferBytes: 65_536,
  linesMax: 100,
  flushIntervalMs: 1_000,
  handlesMax: 50,
  dayMs: 0,
  batch: 16,
  pace: 'full',
  entriesMax: 1_000_000,
  endAfterMs: null,
  end: 'close',
  death: null,
}

/** What a child of a directory does: all that is left open is drawn. */
export function drawSettings(base: Base, phase: Phase | 'end', fraction: () => number, loadMs: number): ChildSettings {
  if (phase === 'steady') return { ...base, ...STEADY }
  const draw = <T>(values: readonly T[]): T => values[Math.floor(fraction() * values.length)] as T
  const isRotating = phase === 'rotation' || fraction() < 0.2
  const isEnding = phase === 'end' || phase === 'close'
  return {
    ...base,
    workers: draw([1, 1, 2, 3]),
    ringBytes: draw([65_536, 65_536, 131_072, 1_048_576]),
    fileBufferBytes: draw([4_096, 8_192, 65_536]),
    linesMax: draw([20, 100, 1_000]),
    flushIntervalMs: draw([5, 50, 1_000]),
    handlesMax: draw([12, 50, 200]),
    dayMs: isRotating ? 20 + Math.floor(fraction() * 80) : 0,
    batch: draw([1, 1, 3, 16, 64]),
    pace: draw(['full', 'full', 'full', 'blocked', 'bursts', 'trickle']),
    entriesMax: entriesMaxOf(fraction),
    endAfterMs: isEnding ? fraction() * loadMs : null,
    end: phase === 'close' ? 'close' : draw(['close', 'close', 'exit', 'return', 'throw']),
    death: null,
  }
}

/** Enough to fill rings many times, few enough for thousands of lives; now and then only some. */
function entriesMaxOf(fraction: () => number): number {
  return fraction() < 0.15 ? 1 + Math.floor(fraction() * 400) : 25_000
}
