/** The bars spillway has to clear, stated before it was written, and whether it does. */

import { type Spread, spreadOf } from './spread.js'
import { type Advantage, BASELINE, type ContenderSummary, TIMER } from './summary.js'

/** The ways of calling spillway. */
export const SPILLWAY_CONTENDERS: readonly string[] = Object.freeze([
  'spillway',
  'spillway-template',
  'spillway-here',
  'spillway-template-source',
  'spillway-call-site',
  'spillway-memory',
  'spillway-journal',
])

const BYTES_PER_MEGABYTE = 1e6

/** A bar and what was measured against it. */
export interface Bar {
  readonly name: string
  readonly required: string
  readonly aim: string
  readonly measured: string
  readonly outcome: 'passed' | 'missed' | 'not measured'
  /** Whether the aim beyond the bar was reached too. */
  readonly aimReached: boolean
}

interface Limit {
  readonly bar: number
  readonly aim: number
}

/**
 * All bars, in the order of the report. A bar is not measured where its contenders did not run or failed, or
 * where what they are compared with was at fault.
 */
export function judgeBars(summaries: readonly ContenderSummary[]): Bar[] {
  const object = summaries.find((summary) => summary.name === 'spillway')
  const template = summaries.find((summary) => summary.name === 'spillway-template')
  const both = object !== undefined && template !== undefined ? [object, template] : undefined
  // Whoever loses lines has less to do: nothing is judged against such figures.
  const isComparable = summaries.find(({ name }) => name === BASELINE)?.faults.length === 0
  const [ratedObject, ratedTemplate] = isComparable ? [object, template] : []
  return [
    fractionBar('time in the call', ratedObject, 'callNet', { bar: 8, aim: 12 }),
    fractionBar('p99.9 in the call', ratedObject, 'callP999', { bar: 8, aim: 15 }),
    fractionBar('time in the call, template', ratedTemplate, 'callNet', { bar: 20, aim: 30 }),
    throughputBar(ratedObject, { bar: 5, aim: 8 }),
    fractionBar('CPU per line, all threads', ratedObject, 'cpuPerLine', { bar: 4, aim: 6 }),
    memoryBar(both, { bar: 100, aim: 80 }),
    poolJobsBar(both),
    faultsBar(both),
    ...sourceBars(new Map(summaries.map((summary) => [summary.name, summary]))),
    ...crashBars(object, summaries),
  ]
}

/** Whether any bar was missed, or could not be measured. */
export function anyBarOpen(bars: readonly Bar[]): boolean {
  return bars.some((bar) => bar.outcome !== 'passed')
}

/** What finding out the place in the code may cost; judged where its contenders run. */
function sourceBars(summaries: ReadonlyMap<string, ContenderSummary>): Bar[] {
  const own = ['spillway-here', 'spillway-template-source', 'spillway-call-site']
  if (!own.some((name) => summaries.has(name))) return []
  const get = (name: string): ContenderSummary | undefined => summaries.get(name)
  const caller = ratioOf(get('spillway-call-site'), get('pino-caller'), 'meanNs', get(TIMER))
  const hitRate = get('spillway-call-site')?.sourceHitRate
  return [
    costBar("here() against a logger's name", get('spillway-here'), get('spillway'), 1.05),
    costBar('template, source: true', get('spillway-template-source'), get('spillway-template'), 1.1),
    judge({
      name: 'place of each call, against pino-caller',
      required: '<= 1/2',
      aim: '1/2',
      measured: caller === undefined ? undefined : `1/${(1 / caller.median).toFixed(1)} net of the timer`,
      passed: caller !== undefined && caller.median <= 1 / 2,
      aimReached: caller !== undefined && caller.median <= 1 / 2,
    }),
    judge({
      name: 'place of each call, known',
      required: '> 80 %',
      aim: '> 99 %',
      measured: hitRate === undefined ? undefined : `${(hitRate * 100).toFixed(3)} %`,
      passed: hitRate !== undefined && hitRate > 0.8,
      aimReached: hitRate !== undefined && hitRate > 0.99,
    }),
  ]
}

/** What it may cost that entries outlive the process; judged where the plain way runs beside. */
function crashBars(mapped: ContenderSummary | undefined, summaries: readonly ContenderSummary[]): Bar[] {
  const memory = summaries.find(({ name }) => name === 'spillway-memory')
  return memory === undefined ? [] : [costBar('mapped arenas against plain memory', mapped, memory, 1.05)]
}

/** By the median call: in the mean are the writer's waits, which a longer line makes longer. */
function costBar(
  name: string,
  own: ContenderSummary | undefined,
  other: ContenderSummary | undefined,
  times: number,
): Bar {
  const p50 = ratioOf(own, other, 'p50Ns')
  const mean = ratioOf(own, other, 'meanNs')
  const isKept = p50 !== undefined && p50.median <= times
  return judge({
    name,
    required: `<= ${times} x by the median call`,
    aim: '1 x',
    measured:
      p50 === undefined || mean === undefined
        ? undefined
        : `${p50.median.toFixed(2)} x (mean ${mean.median.toFixed(2)} x)`,
    passed: isKept,
    aimReached: p50 !== undefined && p50.median <= 1,
  })
}

/** How many times the other's time in the call one takes, round by round. */
function ratioOf(
  own: ContenderSummary | undefined,
  other: ContenderSummary | undefined,
  measure: 'p50Ns' | 'meanNs',
  timer?: ContenderSummary,
): Spread | undefined {
  if (own === undefined || other === undefined || !finished(own) || !finished(other)) return undefined
  if (other.faults.length > 0) return undefined
  const ratios = Object.entries(own.callsByRound).flatMap(([round, call]) => {
    const against = other.callsByRound[Number(round)]
    const timerNs = timer?.callsByRound[Number(round)]?.meanNs ?? 0
    return against === undefined ? [] : [(call[measure] - timerNs) / Math.max(1, against[measure] - timerNs)]
  })
  return spreadOf(ratios)
}

/** At most 1/n of pino async: at least n times better. */
function fractionBar(name: string, summary: ContenderSummary | undefined, measure: keyof Advantage, limit: Limit): Bar {
  const times = advantage(summary, measure)
  const raw = measure === 'callNet' ? advantage(summary, 'callRaw') : undefined
  return judge({
    name,
    required: `<= 1/${limit.bar} of pino async`,
    aim: `1/${limit.aim}`,
    measured:
      times === undefined
        ? undefined
        : `1/${times.median.toFixed(1)}${raw === undefined ? '' : ` net of the timer, 1/${raw.median.toFixed(1)} raw`}`,
    passed: times !== undefined && times.median >= limit.bar,
    aimReached: times !== undefined && times.median >= limit.aim,
  })
}

function throughputBar(summary: ContenderSummary | undefined, limit: Limit): Bar {
  const times = advantage(summary, 'linesPerSecond')
  return judge({
    name: 'lines/s until in the files',
    required: `>= ${limit.bar} x pino async`,
    aim: `${limit.aim} x`,
    measured: times === undefined ? undefined : `${times.median.toFixed(1)} x`,
    passed: times !== undefined && times.median >= limit.bar,
    aimReached: times !== undefined && times.median >= limit.aim,
  })
}

function memoryBar(summaries: readonly ContenderSummary[] | undefined, limit: Limit): Bar {
  const peaks = summaries?.map((summary) => (finished(summary) ? summary.figures.peakRssBytes : undefined)) ?? []
  const megabytes =
    peaks.length === 0 || peaks.includes(undefined)
      ? undefined
      : Math.max(...peaks.map((peak) => (peak as Spread).median)) / BYTES_PER_MEGABYTE
  return judge({
    name: 'peak resident memory',
    required: `<= ${limit.bar} MB`,
    aim: `${limit.aim} MB`,
    measured: megabytes === undefined ? undefined : `${megabytes.toFixed(1)} MB`,
    passed: megabytes !== undefined && megabytes <= limit.bar,
    aimReached: megabytes !== undefined && megabytes <= limit.aim,
  })
}

function poolJobsBar(summaries: readonly ContenderSummary[] | undefined): Bar {
  const counts = summaries?.map((summary) => summary.poolJobs?.jobs) ?? []
  const jobs =
    counts.length === 0 || counts.includes(undefined)
      ? undefined
      : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  return judge({
    name: 'jobs in the libuv pool',
    required: '0',
    aim: '0',
    measured: jobs === undefined ? undefined : String(jobs),
    passed: jobs === 0,
    aimReached: jobs === 0,
  })
}

function faultsBar(summaries: readonly ContenderSummary[] | undefined): Bar {
  const measured = summaries?.every(finished) === true
  const faults = summaries?.flatMap((summary) => summary.faults) ?? []
  return judge({
    name: 'lines lost, torn, doubled, out of order',
    required: '0',
    aim: '0',
    measured: measured ? (faults.length === 0 ? '0' : faults.join('; ')) : undefined,
    passed: measured && faults.length === 0,
    aimReached: measured && faults.length === 0,
  })
}

/** Figures of a contender that failed in some round are no measurement of it. */
function advantage(summary: ContenderSummary | undefined, measure: keyof Advantage): Spread | undefined {
  return summary !== undefined && finished(summary) ? summary.advantage[measure] : undefined
}

function finished(summary: ContenderSummary): boolean {
  return summary.failures.length === 0 && summary.figures.callMeanNs !== undefined
}

function judge({
  passed,
  measured,
  ...bar
}: Omit<Bar, 'outcome' | 'measured'> & { readonly passed: boolean; readonly measured: string | undefined }): Bar {
  const outcome = measured === undefined ? 'not measured' : passed ? 'passed' : 'missed'
  return { ...bar, measured: measured ?? '-', outcome }
}
