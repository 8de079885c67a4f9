/**
 * From the durations of all calls to percentiles, by an HDR histogram of three significant digits. Mean and maximum are
 * exact. Its library is loaded only when there is something to tell, for it would stand in every contender's memory.
 */
import type { CallTimes } from './call-times.js'

/** A minute: longer ones count as this long in the percentiles; the maximum is exact. */
const HIGHEST_TRACKABLE_NS = 60e9

/** Where a curve has its points: denser towards the slow end. */
const PERCENTILES = Object.freeze([
  0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 98.5, 99, 99.25, 99.5, 99.75, 99.9, 99.95,
  99.975, 99.99, 99.995, 99.999, 100,
])

/** A percentile, and the time in nanoseconds that so many of the calls took at most. */
export type CurvePoint = readonly [percentile: number, valueNs: number]

/** Times of many calls, in nanoseconds. */
export interface Times {
  readonly meanNs: number
  readonly p50Ns: number
  readonly p99Ns: number
  readonly p999Ns: number
  readonly maxNs: number
  readonly curve: readonly CurvePoint[]
}

/** The percentiles of these times. */
export async function timesOf(times: CallTimes): Promise<Times> {
  const { build } = await import('hdr-histogram-js')
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE_NS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  })
  times.forEach((valueNs, count) => {
    histogram.recordValueWithCount(Math.min(Math.max(valueNs, 1), HIGHEST_TRACKABLE_NS), count)
  })
  const highestNs = Math.round(times.maxNs)
  // The histogram gives the upper end of a range of values, which may be above the highest of them.
  const at = (percentile: number): number => Math.min(histogram.getValueAtPercentile(percentile), highestNs)
  return {
    meanNs: times.meanNs,
    p50Ns: at(50),
    p99Ns: at(99),
    p999Ns: at(99.9),
    maxNs: highestNs,
    curve: PERCENTILES.map((percentile) => [percentile, percentile === 100 ? highestNs : at(percentile)] as const),
  }
}

/** The same times as figures whose names begin with `prefix`. */
export function timeFigures(prefix: string, times: Times): Record<string, number> {
  return {
    [`${prefix}MeanNs`]: times.meanNs,
    [`${prefix}P50Ns`]: times.p50Ns,
    [`${prefix}P99Ns`]: times.p99Ns,
    [`${prefix}P999Ns`]: times.p999Ns,
    [`${prefix}MaxNs`]: times.maxNs,
  }
}

/** Whether it is the slowest of all by its name: one call out of a million, and so a matter of luck. */
export function isMaximum(figure: string): boolean {
  return figure.endsWith('MaxNs')
}
