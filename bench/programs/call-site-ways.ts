/**
 * The ways to the place of a call, and what each costs on the running Node: the question behind the choice in
 * src/main/classify/call-sites.ts. All are asked at the bottom of the same stack, for the same frames.
 */

import { performance } from 'node:perf_hooks'
import util from 'node:util'
import { callSitesBelow } from '../../src/main/classify/call-sites.js'
import { spreadOf } from '../figures/spread.js'

/** As deep as a request handler below a router and some middleware. */
export const STACK_FRAMES = 20
const WARM_UP_CALLS = 10_000
const NANOSECONDS_PER_MILLISECOND = 1e6

/**
 * A way: looks at so many frames from its caller on, and returns a number made from all that it found, so that no
 * compiler can leave the work out; `undefined` where this Node does not have it.
 */
export interface Way {
  readonly name: string
  readonly look: ((framesMax: number) => number) | undefined
}

/** The place of a frame, as util.getCallSites() tells it; from Node 22.9 on. */
interface UtilCallSite {
  readonly scriptName: string
  readonly lineNumber: number
}

const { getCallSites } = util as { readonly getCallSites?: (frameCount: number) => readonly UtilCallSite[] }

/** All ways; spillway's first. */
export const WAYS: readonly Way[] = Object.freeze([
  { name: 'structured call sites: getFileName(), getPosition()', look: structuredSites },
  { name: 'captureStackTrace(), its .stack as text', look: capturedText },
  { name: 'new Error().stack as text', look: errorText },
  { name: 'util.getCallSites()', look: getCallSites === undefined ? undefined : utilSites },
])

/** How often a measurement calls. */
export interface WayPlan {
  readonly runs: number
  readonly calls: number
}

/** What the ways cost. */
export interface WayCosts {
  /** Nanoseconds a call by the median run, by way and in the order of `framesMax`; `undefined` for what is not there. */
  readonly perCallNs: readonly (readonly (number | undefined)[])[]
  /** What all timed calls have seen together: for printing, so that the calls have a use. */
  readonly seen: number
}

/** Measures all ways, for each number of frames. Blocks until it is done. */
export function measureWays(framesMax: readonly number[], { runs, calls }: WayPlan): WayCosts {
  const cells = WAYS.flatMap(({ look }) => framesMax.map((frames) => ({ look, frames, times: [] as number[] })))
  let seen = 0
  // Round by round, as the machine's other work comes and goes; the first round is for the compiler.
  for (let run = 0; run <= runs; run++) {
    for (const { look, frames, times } of cells) {
      if (look === undefined) continue
      const timed = belowFrames(STACK_FRAMES, () => timeCalls(look, frames, run === 0 ? WARM_UP_CALLS : calls))
      seen += timed.seen
      if (run > 0) times.push(timed.perCallNs)
    }
  }
  const medians = cells.map(({ times }) => spreadOf(times)?.median)
  const perCallNs = WAYS.map((_, way) => medians.slice(way * framesMax.length, (way + 1) * framesMax.length))
  return { perCallNs, seen }
}

/** Calls a function at the bottom of a stack of at least so many frames. */
export function belowFrames<T>(frames: number, call: () => T): T {
  return frames <= 1 ? call() : belowFrames(frames - 1, call)
}

function timeCalls(look: (framesMax: number) => number, framesMax: number, calls: number) {
  let seen = 0
  const startMs = performance.now()
  for (let call = 0; call < calls; call++) seen += look(framesMax)
  const durationMs = performance.now() - startMs
  return { seen, perCallNs: (durationMs * NANOSECONDS_PER_MILLISECOND) / calls }
}

function structuredSites(framesMax: number): number {
  let seen = 0
  for (const site of callSitesBelow(structuredSites, framesMax) ?? []) {
    seen += (site.getFileName()?.length ?? 0) + site.getPosition()
  }
  return seen
}

function capturedText(framesMax: number): number {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = framesMax
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, capturedText)
  const seen = holder.stack?.length ?? 0
  Error.stackTraceLimit = stackTraceLimit
  return seen
}

/** Its own frame comes first, and cannot be left out. */
function errorText(framesMax: number): number {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = framesMax + 1
  const seen = new Error().stack?.length ?? 0
  Error.stackTraceLimit = stackTraceLimit
  return seen
}

/** As above. */
function utilSites(framesMax: number): number {
  let seen = 0
  for (const { scriptName, lineNumber } of getCallSites?.(framesMax + 1) ?? []) seen += scriptName.length + lineNumber
  return seen
}
