/** From the durations of all calls to the few figures that are reported. */

/** A minute: longer calls count as this long in the percentiles; the maximum is exact. */
const HIGHEST_TRACKABLE_NS = 60e9

/** Nanoseconds a call into a contender took, the timer's own cost included. */
export interface CallTimes {
  readonly meanNs: number
  readonly p50Ns: number
  readonly p99Ns: number
  readonly p999Ns: number
  readonly maxNs: number
}

/**
 * Mean and maximum are exact; the percentiles come from an HDR histogram of three significant digits. Its library is
 * loaded only here, after the measured window, because it would stand in every contender's memory.
 */
export async function callTimesOf(durationsNs: Float32Array): Promise<CallTimes> {
  const { build } = await import('hdr-histogram-js')
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE_NS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  })
  let totalNs = 0
  let maxNs = 0
  for (const durationNs of durationsNs) {
    totalNs += durationNs
    if (durationNs > maxNs) maxNs = durationNs
    histogram.recordValue(Math.min(Math.max(Math.round(durationNs), 1), HIGHEST_TRACKABLE_NS))
  }
  const highestNs = Math.round(maxNs)
  // The histogram gives the upper end of a range of values, which may be above the highest of them.
  const at = (percentile: number): number => Math.min(histogram.getValueAtPercentile(percentile), highestNs)
  return {
    meanNs: totalNs / durationsNs.length,
    p50Ns: at(50),
    p99Ns: at(99),
    p999Ns: at(99.9),
    maxNs: highestNs,
  }
}
