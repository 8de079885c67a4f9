/** What a run did and cost, as text for people. */
import { CATEGORIES_COUNTED_MAX, type ReplayCounts } from '../replay/replay.js'
import type { Verification } from '../verify/verify-run.js'
import type { CallTimes } from './call-timer.js'
import { counted, formatted } from './counted.js'

const BYTES_PER_MIB = 1 << 20
const NS_PER_US = 1000
const NAME_WIDTH = 12

type Row = readonly [name: string, value: string]

/** What {@link renderSummary} shows. */
export interface RunFigures {
  readonly entries: number
  /** From the first call until flush() was done. */
  readonly durationMs: number
  /** Why not all could be written; `null` where all was. */
  readonly flushFailure: string | null
  readonly times: CallTimes
  /** Of the process before it logged: Node.js itself, and what logs. */
  readonly rssBeforeBytes: number
  /** The highest seen while the run went on. */
  readonly rssPeakBytes: number
  /** For a replay. */
  readonly counts?: ReplayCounts | undefined
  /** As stats() counts them. */
  readonly categoryOverflows: number
}

/** The progress of a run in one line. */
export function renderProgress(entries: number, durationMs: number, rssBytes: number): string {
  const perSecond = formatted((entries / Math.max(durationMs, 1)) * 1000)
  return `${counted(entries, 'line')}  ${perSecond} lines/s  RSS ${mebibytes(rssBytes)}`
}

/** The figures of a run, a row each. */
export function renderSummary(figures: RunFigures, { files, bytes }: Verification): string {
  const { entries, durationMs, flushFailure, times, rssBeforeBytes, rssPeakBytes, counts, categoryOverflows } = figures
  const rows: Row[] = [
    ['lines', formatted(entries)],
    [
      'lines/s',
      `${formatted((entries / Math.max(durationMs, 1)) * 1000)}, ${flushFailure === null ? 'until all were written' : 'until the rest was given up'} (${(durationMs / 1000).toFixed(2)} s)`,
    ],
  ]
  if (times.samples > 0) {
    const call = `p50 ${microseconds(times.p50Ns)}, p99 ${microseconds(times.p99Ns)}, p99.9 ${microseconds(times.p999Ns)}`
    rows.push([
      'call',
      `${call}, max ${microseconds(times.maxNs)} (${counted(times.samples, 'sample')}, clock included)`,
    ])
  }
  rows.push(['files', formatted(files)], ['bytes', `${formatted(bytes)} (${mebibytes(bytes)})`])
  rows.push(['RSS', `${mebibytes(rssPeakBytes)} at most, ${mebibytes(rssBeforeBytes)} before the first line`])
  if (counts !== undefined) rows.push(...replayRows(counts, categoryOverflows))
  return rows.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}\n`).join('')
}

/** What became of the input of a replay; what did not happen has no row, but for the first two. */
function replayRows(counts: ReplayCounts, overflows: number): Row[] {
  const { read, objects, belowLevel, unparsed, blank, categories, withoutKey, overlongKey } = counts
  const more = categories >= CATEGORIES_COUNTED_MAX ? ' or more' : ''
  const rows: Row[] = [
    [
      'read',
      `${counted(read, 'line')}: ${counted(objects, 'object')}, ${formatted(unparsed)} unparsed, ${formatted(blank)} blank`,
    ],
    ['categories', `${formatted(categories)}${more}`],
  ]
  if (overflows > 0) rows.push(['too many', `${formatted(overflows)}${more} beyond maxCategories share general.jsonl`])
  if (withoutKey > 0)
    rows.push(['no category', `${counted(withoutKey, 'line')} without a name under the key, in category general`])
  if (overlongKey > 0)
    rows.push([
      'too long',
      `${counted(overlongKey, 'line')} with a value that is too long for a category, in category general`,
    ])
  if (belowLevel > 0) rows.push(['left out', `${counted(belowLevel, 'object')} below the level`])
  return rows
}

/** Whether all is there; if not, what is wrong. */
export function renderVerification(verification: Verification): string {
  const { lines, copies, files, problemCount, problems } = verification
  if (problemCount === 0) {
    const range =
      lines === 0
        ? 'nothing was logged'
        : `seq 1 to ${formatted(lines - copies)} without gap or double, each in its place, in order in each file`
    const twice =
      copies === 0
        ? ''
        : `; ${formatted(copies)} of the lines ${copies === 1 ? 'is' : 'are'} the second one of a warning or an error`
    return `verified: ${counted(lines, 'line')} in ${counted(files, 'file')}, ${range}${twice}\n`
  }
  const untold = problemCount - problems.length
  const more = untold > 0 ? `  and ${formatted(untold)} more\n` : ''
  return `NOT verified: ${counted(problemCount, 'problem')}\n${problems.map((problem) => `  ${problem}\n`).join('')}${more}`
}

function mebibytes(bytes: number): string {
  return `${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`
}

function microseconds(ns: number): string {
  return `${(ns / NS_PER_US).toFixed(ns < 10 * NS_PER_US ? 1 : 0)} us`
}
