/** What a run did and cost, as text for people. */
import type { ReplayCounts } from '../replay/replay.js'
import type { Verification } from '../verify/verify-run.js'
import type { CallTimes } from './call-timer.js'

const BYTES_PER_MIB = 1 << 20
const NS_PER_US = 1000

/** What {@link renderSummary} shows. */
export interface RunFigures {
  readonly entries: number
  /** From the first call until flush() resolved. */
  readonly durationMs: number
  readonly times: CallTimes
  /** Of the process before it logged: Node.js itself, and what logs. */
  readonly rssBeforeBytes: number
  /** The highest seen while the run went on. */
  readonly rssPeakBytes: number
  /** For a replay. */
  readonly counts?: ReplayCounts | undefined
}

/** The progress of a run in one line. */
export function renderProgress(entries: number, durationMs: number, rssBytes: number): string {
  const perSecond = count((entries / Math.max(durationMs, 1)) * 1000)
  return `${count(entries)} lines  ${perSecond} lines/s  RSS ${mebibytes(rssBytes)}`
}

/** The figures of a run, a row each. */
export function renderSummary(figures: RunFigures, { files, bytes }: Verification): string {
  const { entries, durationMs, times, rssBeforeBytes, rssPeakBytes, counts } = figures
  const rows: (readonly [string, string])[] = [
    ['lines', count(entries)],
    [
      'lines/s',
      `${count((entries / Math.max(durationMs, 1)) * 1000)}, until all were written (${(durationMs / 1000).toFixed(2)} s)`,
    ],
  ]
  if (times.samples > 0) {
    const call = `p50 ${microseconds(times.p50Ns)}, p99 ${microseconds(times.p99Ns)}, p99.9 ${microseconds(times.p999Ns)}`
    rows.push(['call', `${call}, max ${microseconds(times.maxNs)} (${count(times.samples)} samples, clock included)`])
  }
  rows.push(['files', count(files)], ['bytes', `${count(bytes)} (${mebibytes(bytes)})`])
  rows.push(['RSS', `${mebibytes(rssPeakBytes)} at most, ${mebibytes(rssBeforeBytes)} before the first line`])
  if (counts !== undefined) {
    const { read, objects, belowLevel, unparsed, blank } = counts
    rows.push([
      'read',
      `${count(read)} lines: ${count(objects)} objects, ${count(unparsed)} unparsed, ${count(blank)} blank`,
    ])
    if (belowLevel > 0) rows.push(['left out', `${count(belowLevel)} objects below the level`])
  }
  return rows.map(([name, value]) => `${name.padEnd(10)}${value}\n`).join('')
}

/** Whether all is there; if not, what is wrong. */
export function renderVerification(verification: Verification): string {
  const { lines, copies, files, problemCount, problems } = verification
  if (problemCount === 0) {
    const range =
      lines === 0
        ? 'nothing was logged'
        : `seq 1 to ${count(lines - copies)} without gap or double, each in its place, in order in each file`
    const twice = copies === 0 ? '' : `; ${count(copies)} of the lines are the second one of a warning or an error`
    return `verified: ${count(lines)} lines in ${count(files)} files, ${range}${twice}\n`
  }
  const untold = problemCount - problems.length
  const more = untold > 0 ? `  and ${count(untold)} more\n` : ''
  return `NOT verified: ${problemCount} ${problemCount === 1 ? 'problem' : 'problems'}\n${problems.map((problem) => `  ${problem}\n`).join('')}${more}`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function mebibytes(bytes: number): string {
  return `${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`
}

function microseconds(ns: number): string {
  return `${(ns / NS_PER_US).toFixed(ns < 10 * NS_PER_US ? 1 : 0)} us`
}
