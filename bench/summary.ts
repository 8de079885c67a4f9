/**
 * From all passes to one summary a contender: the spread of each figure over the rounds, what became of its lines, and
 * how many times better than pino async it was, round by round, because a noisy machine is noisy for both in a round.
 */

import { LINE_FAULTS, lineFaultsOf } from './count-lines.js'
import type { Measurement } from './measure.js'
import type { Pass } from './run-pass.js'
import { type Spread, spreadOf } from './spread.js'

/** The contender the others are compared with, and the one that tells what the timer costs. */
export const BASELINE = 'pino-async'
export const TIMER = 'no-logging'

/** How each figure is read from a measurement; the keys name the figures everywhere. */
const FIGURES = {
  callMeanNs: (measurement) => measurement.call.meanNs,
  callP50Ns: (measurement) => measurement.call.p50Ns,
  callP99Ns: (measurement) => measurement.call.p99Ns,
  callP999Ns: (measurement) => measurement.call.p999Ns,
  callMaxNs: (measurement) => measurement.call.maxNs,
  linesPerSecond: (measurement) => measurement.linesPerSecond,
  cpuNsPerLine: (measurement) => measurement.cpuNsPerLine,
  mainThreadCpuNsPerLine: (measurement) => measurement.mainThreadCpuNsPerLine,
  poolCpuNsPerLine: (measurement) => measurement.poolCpuNsPerLine,
  peakRssBytes: (measurement) => measurement.peakRssBytes,
} satisfies Record<string, (measurement: Measurement) => number | undefined>

export type FigureName = keyof typeof FIGURES

/** How many times better than the baseline, by each measure: above 1 is better, whatever is counted. */
export interface Advantage {
  /** Mean time in the call, less what the timer costs, which both contenders pay. */
  readonly callNet?: Spread
  /** The same as measured. */
  readonly callRaw?: Spread
  readonly callP999?: Spread
  readonly linesPerSecond?: Spread
  readonly cpuPerLine?: Spread
}

/** All there is to say about a contender. */
export interface ContenderSummary {
  readonly name: string
  readonly figures: Partial<Record<FigureName, Spread>>
  readonly advantage: Advantage
  /** The median and the mean time in the call, by round: for ratios of two contenders. */
  readonly callsByRound: Readonly<Record<number, { readonly p50Ns: number; readonly meanNs: number }>>
  /** The part of the entries whose place in the code was known; the least of all rounds. */
  readonly sourceHitRate?: number
  readonly poolJobs?: { readonly jobs: number; readonly lines: number }
  /** Over all passes; empty if every line was there, whole, once, in order, and the promises of close() were kept. */
  readonly faults: readonly string[]
  /** The faulty lines among them. */
  readonly faultyLines: number
  /** Why passes of it have no figures. */
  readonly failures: readonly string[]
}

/** Summaries in the order of the names. */
export function summarize(names: readonly string[], passes: readonly Pass[]): ContenderSummary[] {
  return names.map((name) => {
    const own = passes.filter((pass) => pass.contender === name)
    const poolJobs = own.find((pass) => pass.result?.poolJobs !== undefined)?.result?.poolJobs
    const measurements = measurementsOf(passes, name)
    const hitRates = own.flatMap(({ result }) => (result?.measurement === undefined ? [] : hitRateOf(result.details)))
    return {
      name,
      figures: figuresOf(measurements),
      advantage: advantageOf(passes, name),
      callsByRound: Object.fromEntries(
        [...measurements].map(([round, { call }]) => [round, { p50Ns: call.p50Ns, meanNs: call.meanNs }]),
      ),
      ...(hitRates.length === 0 ? {} : { sourceHitRate: Math.min(...hitRates) }),
      ...(poolJobs === undefined ? {} : { poolJobs: { jobs: poolJobs.jobs, lines: poolJobs.lines } }),
      faults: faultsOf(own),
      faultyLines: own.reduce((sum, { lineCount }) => sum + (lineCount === undefined ? 0 : lineFaultsOf(lineCount)), 0),
      failures: own.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    }
  })
}

/** The hit rate in a contender's own counters; none where it has no such. */
function hitRateOf(details: unknown): number | readonly [] {
  const { sources } = (details ?? {}) as { readonly sources?: { readonly hitRate?: unknown } }
  return typeof sources?.hitRate === 'number' ? sources.hitRate : []
}

/** A contender's measurement in each round it finished. */
function measurementsOf(passes: readonly Pass[], name: string): Map<number, Measurement> {
  return new Map(
    passes.flatMap(({ contender, round, result }) =>
      contender === name && result?.measurement !== undefined ? [[round, result.measurement] as const] : [],
    ),
  )
}

function figuresOf(measurements: ReadonlyMap<number, Measurement>): Partial<Record<FigureName, Spread>> {
  const figures: Partial<Record<FigureName, Spread>> = {}
  for (const name of Object.keys(FIGURES) as FigureName[]) {
    const spread = spreadOf([...measurements.values()].flatMap((measurement) => FIGURES[name](measurement) ?? []))
    if (spread !== undefined) figures[name] = spread
  }
  return figures
}

/** Only rounds in which both, and for the net figure the timer too, were measured. */
function advantageOf(passes: readonly Pass[], name: string): Advantage {
  const timers = measurementsOf(passes, TIMER)
  const baselines = measurementsOf(passes, BASELINE)
  const ratios = { callNet: [], callRaw: [], callP999: [], linesPerSecond: [], cpuPerLine: [] } as Record<
    keyof Advantage,
    number[]
  >
  for (const [round, own] of measurementsOf(passes, name)) {
    const baseline = baselines.get(round)
    if (baseline === undefined) continue
    const timer = timers.get(round)
    if (timer !== undefined) ratios.callNet.push(netRatio(baseline, own, timer.call.meanNs))
    ratios.callRaw.push(baseline.call.meanNs / own.call.meanNs)
    ratios.callP999.push(baseline.call.p999Ns / own.call.p999Ns)
    ratios.linesPerSecond.push(own.linesPerSecond / baseline.linesPerSecond)
    ratios.cpuPerLine.push(baseline.cpuNsPerLine / own.cpuNsPerLine)
  }
  return Object.fromEntries(
    Object.entries(ratios).flatMap(([measure, values]) => {
      const spread = spreadOf(values)
      return spread === undefined ? [] : [[measure, spread]]
    }),
  )
}

/** A call that is not slower than the timer counts as a nanosecond, so that noise cannot make a ratio negative. */
function netRatio(baseline: Measurement, own: Measurement, timerNs: number): number {
  return Math.max(baseline.call.meanNs - timerNs, 1) / Math.max(own.call.meanNs - timerNs, 1)
}

function faultsOf(passes: readonly Pass[]): string[] {
  const lineFaults = LINE_FAULTS.flatMap((fault) => {
    const lines = passes.reduce((sum, { lineCount }) => sum + (lineCount?.[fault] ?? 0), 0)
    return lines === 0 ? [] : [`${lines} ${fault === 'outOfOrder' ? 'out of order' : fault}`]
  })
  // Apart: bytes that came late in one pass do not make up for bytes that vanished in another.
  const lateBytes = passes.reduce((sum, pass) => sum + Math.max(pass.lateBytes ?? 0, 0), 0)
  const goneBytes = passes.reduce((sum, pass) => sum - Math.min(pass.lateBytes ?? 0, 0), 0)
  const hung = passes.filter((pass) => pass.result !== undefined && pass.endedByItself === false).length
  return [
    ...lineFaults,
    ...(lateBytes === 0 ? [] : [`${lateBytes} bytes written after close`]),
    ...(goneBytes === 0 ? [] : [`${goneBytes} bytes gone after close`]),
    ...(hung === 0 ? [] : [`${hung} ${hung === 1 ? 'process' : 'processes'} kept alive after close`]),
  ]
}
