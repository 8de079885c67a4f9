/** The charts of one cell: the percentiles of what was timed, and what was sampled over time. */
import type { CellSummary, ContenderSummary } from '../../figures/summary.js'
import type { Figure } from '../../scenarios/scenario.js'
import { formatTick } from '../figures.js'
import { lineChart, type Place } from './line-chart.js'
import { logScale, scaleFor, type Tick } from './scale.js'
import { alarmOf, type TitledChart } from './titled-chart.js'

/** Percentiles that have a label. */
const PERCENTILE_TICKS = [0, 50, 75, 90, 99, 99.9, 99.99, 99.999]
/** Where the slowest of all stands: behind the last nine, at the distance of half of one. */
const MAX_NINES = 5.6
/** Courses over time have no more places than that. */
const TIME_PLACES = 160
const TIME_TICKS = 6

/** The percentiles and the courses over time of one cell. */
export function cellCharts({ cell, contenders }: CellSummary, figures: readonly Figure[]): TitledChart[] {
  const curveNames = [...new Set(contenders.flatMap(({ curves }) => Object.keys(curves)))]
  const seriesNames = [...new Set(contenders.flatMap(({ series }) => Object.keys(series)))]
  return [
    ...curveNames.flatMap((name) => percentileChart(name, cell.title, contenders)),
    ...seriesNames.flatMap((name) =>
      timeChart(
        figures.find((figure) => figure.name === name),
        name,
        contenders,
      ),
    ),
  ]
}

function percentileChart(name: string, cellTitle: string, contenders: readonly ContenderSummary[]): TitledChart[] {
  const curves = contenders.flatMap((contender) => {
    const points = (contender.curves[name] ?? []).filter(([, valueNs]) => Number.isFinite(valueNs))
    return points.length === 0 ? [] : [{ contender: contender.contender, alarm: alarmOf(contender), points }]
  })
  const valuesNs = curves.flatMap(({ points }) => points.map(([, valueNs]) => valueNs))
  if (valuesNs.length === 0) return []
  const percentiles = [...new Set(curves.flatMap(({ points }) => points.map(([percentile]) => percentile)))].sort(
    (a, b) => a - b,
  )
  const places: Place[] = percentiles.map((percentile) => ({
    position: ninesPosition(percentile),
    label: percentile === 100 ? 'the slowest' : `${percentile} %`,
  }))
  const ticks: Tick[] = PERCENTILE_TICKS.map((percentile) => ({
    position: ninesPosition(percentile),
    label: `${percentile} %`,
  }))
  return [
    {
      title: `Percentiles of ${name}`,
      hint: 'so many of them took at most this long; less is better, log scale',
      width: 'whole',
      svg: lineChart({
        label: `Percentiles of ${name}, ${cellTitle}, by contender`,
        places,
        xTicks: [...ticks, { position: 1, label: 'max' }],
        xTitle: 'percentile',
        scale: logScale(Math.min(...valuesNs), Math.max(...valuesNs), 'ns'),
        unit: 'ns',
        courses: curves.map(({ contender, alarm, points }) => {
          const byPercentile = new Map(points)
          return { contender, alarm, values: percentiles.map((percentile) => byPercentile.get(percentile)) }
        }),
        hasDots: false,
      }),
    },
  ]
}

/** By the number of nines, so that the slow end has as much room as it matters. */
function ninesPosition(percentile: number): number {
  return percentile >= 100 ? 1 : Math.min(-Math.log10(1 - percentile / 100), MAX_NINES) / MAX_NINES
}

function timeChart(figure: Figure | undefined, name: string, contenders: readonly ContenderSummary[]): TitledChart[] {
  const unit = figure?.unit ?? 'count'
  const courses = contenders.map((contender) => ({
    contender: contender.contender,
    alarm: alarmOf(contender),
    points: contender.series[name] ?? [],
  }))
  const points = courses.flatMap((course) => course.points)
  if (points.length === 0) return []
  const lastSeconds = Math.max(...points.map(([seconds]) => seconds), Number.MIN_VALUE)
  const count = Math.min(TIME_PLACES, Math.max(2, ...courses.map((course) => course.points.length)))
  const places = Array.from({ length: count }, (_, index) => ({
    position: index / (count - 1),
    label: `${((index / (count - 1)) * lastSeconds).toFixed(1)} s`,
  }))
  const highest = Math.max(...points.map(([, value]) => value))
  const title = figure?.title ?? name
  return [
    {
      title: `${title} over time`,
      hint: 'the last round; what stands at a place is the most around it',
      width: 'whole',
      svg: lineChart({
        label: `${title} over time, by contender`,
        places,
        xTicks: timeTicks(lastSeconds),
        xTitle: 'seconds',
        scale: scaleFor([0, highest], unit),
        unit,
        courses: courses.map((course) => ({
          contender: course.contender,
          alarm: course.alarm,
          values: sampled(course.points, count, lastSeconds),
        })),
        hasDots: false,
      }),
    },
  ]
}

/** The most around each place; `undefined` where there is nothing. */
function sampled(points: readonly (readonly [number, number])[], count: number, lastSeconds: number) {
  const values = new Array<number | undefined>(count).fill(undefined)
  for (const [seconds, value] of points) {
    const index = Math.round((seconds / lastSeconds) * (count - 1))
    values[index] = Math.max(values[index] ?? Number.NEGATIVE_INFINITY, value)
  }
  return values
}

function timeTicks(lastSeconds: number): Tick[] {
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600].find(
    (seconds) => lastSeconds / seconds <= TIME_TICKS,
  )
  const seconds = step ?? Math.ceil(lastSeconds / TIME_TICKS)
  return Array.from({ length: Math.floor(lastSeconds / seconds + 1e-9) + 1 }, (_, index) => ({
    position: (index * seconds) / lastSeconds,
    label: formatTick(index * seconds, 'count'),
  }))
}
