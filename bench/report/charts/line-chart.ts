/**
 * Lines over a common axis, each with its name and last value at its end. The values also stand in the markup, in the
 * order of the positions, for the page's script to show them under the pointer.
 */
import type { Unit } from '../../scenarios/scenario.js'
import { formatValue } from '../figures.js'
import { isOwn } from '../key-figures.js'
import { escaped, slug } from '../markup.js'
import { placeApart } from './end-labels.js'
import type { Scale, Tick } from './scale.js'
import { at, line, nameWidth, svg, text, textWidth } from './svg.js'

const WIDTH = 1120
const LEFT = 70
/** What is at the top beside half a label. */
const TOP = 14
const BOTTOM = 50
const LABEL_GAP = 16
const LABEL_START = 22
const VALUE_GAP = 7
const HEIGHT_MIN = 320
const ROW_PADDING = 90

/** One place on the axis at which there are values. */
export interface Place {
  /** From 0 to 1. */
  readonly position: number
  /** What the pointer is told. */
  readonly label: string
}

/** One contender's values, `undefined` where it has none. */
export interface Course {
  readonly contender: string
  readonly values: readonly (number | undefined)[]
  /** What is wrong with it, in a word. */
  readonly alarm?: string | undefined
  /** Least and most over the rounds, where they are worth a mark. */
  readonly ranges?: readonly (readonly [min: number, max: number] | undefined)[]
}

export interface LineChart {
  /** What it shows, for whoever cannot see it. */
  readonly label: string
  readonly places: readonly Place[]
  readonly xTicks: readonly Tick[]
  readonly xTitle: string
  readonly scale: Scale
  readonly unit: Unit
  readonly courses: readonly Course[]
  /** Whether each value has a dot: not where they stand close. */
  readonly hasDots: boolean
}

/** Where the lines are drawn. */
interface Area {
  readonly right: number
  readonly bottom: number
  x(position: number): number
  y(value: number): number
}

export function lineChart(chart: LineChart): string {
  const drawn = chart.courses.filter(({ values }) => values.some((value) => value !== undefined))
  const height = Math.max(HEIGHT_MIN, drawn.length * LABEL_GAP + ROW_PADDING)
  const ends = drawn.map((course) => endOf(course, chart))
  const labelWidth = Math.max(
    0,
    ...ends.map(({ label, value, alarm }) => nameWidth(label) + textWidth(value + alarm) + 3 * VALUE_GAP),
  )
  const right = WIDTH - LABEL_START - labelWidth
  const bottom = height - BOTTOM
  const area: Area = {
    right,
    bottom,
    x: (position) => LEFT + position * (right - LEFT),
    y: (value) => bottom - chart.scale.position(value) * (bottom - TOP),
  }
  const labelYs = placeApart(
    ends.map(({ last }) => area.y(last)),
    LABEL_GAP,
    TOP,
    bottom,
  )
  const parts = [
    ...axes(chart, area),
    ...drawn.map((course, index) => courseMarkup(course, chart, area, ends[index]!, labelYs[index]!)).sort(ownLast),
  ]
  return svg(WIDTH, height, chart.label, parts, pointerData(chart, area))
}

function axes({ scale, xTicks, xTitle }: LineChart, { right, bottom, x }: Area): string[] {
  return [
    ...scale.ticks.map(({ position, label }) => {
      const y = bottom - position * (bottom - TOP)
      const style = label === '' ? 'grid minor' : 'grid'
      return `${line(LEFT, y, right, y, style)}${label === '' ? '' : text(LEFT - 9, y + 4, 'soft end', label)}`
    }),
    ...xTicks.map(({ position, label }) => {
      const tick = line(x(position), bottom, x(position), bottom + 5, 'grid')
      return `${tick}${label === '' ? '' : text(x(position), bottom + 19, 'soft middle', label)}`
    }),
    text((LEFT + right) / 2, bottom + 40, 'soft middle', xTitle),
  ]
}

/** Where a course ends, and what stands there. */
interface End {
  readonly index: number
  readonly last: number
  readonly label: string
  readonly value: string
  readonly alarm: string
}

function endOf({ contender, values, alarm = '' }: Course, { unit }: LineChart): End {
  const index = values.findLastIndex((value) => value !== undefined)
  const last = values[index]!
  return { index, last, label: contender, value: formatValue(last, unit), alarm }
}

function courseMarkup(course: Course, chart: LineChart, area: Area, end: End, labelY: number): string {
  const { contender, values, ranges } = course
  const points = values.flatMap((value, index) =>
    value === undefined ? [] : [`${at(area.x(chart.places[index]!.position))},${at(area.y(value))}`],
  )
  const whiskers = (ranges ?? []).flatMap((range, index) => {
    if (range === undefined || range[0] === range[1]) return []
    const x = area.x(chart.places[index]!.position)
    return [line(x, area.y(range[0]), x, area.y(range[1]), 'whisker')]
  })
  const dots = chart.hasDots
    ? points.map((point) => `<circle class="dot" cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3.5"/>`)
    : []
  const [endX, endY] = [area.x(chart.places[end.index]!.position), area.y(end.last)]
  const leader = `${at(endX + 5)},${at(endY)} ${at(area.right + 6)},${at(endY)} ${at(area.right + 17)},${at(labelY)}`
  const style = `contender c-${slug(contender)}${isOwn(contender) ? ' own' : ''}`
  const alarm = end.alarm === '' ? '' : `<tspan class="alarm" dx="${VALUE_GAP}">${escaped(end.alarm)}</tspan>`
  const texts = values.map((value) => (value === undefined ? '' : formatValue(value, chart.unit))).join('|')
  return [
    `<g class="${style}" data-contender="${escaped(contender)}" data-values="${escaped(texts)}">`,
    ...whiskers,
    `<polyline class="course" points="${points.join(' ')}"/>`,
    ...dots,
    `<polyline class="leader" points="${leader}"/>`,
    `<text class="name" x="${at(area.right + LABEL_START)}" y="${at(labelY + 4)}">${escaped(end.label)}<tspan class="last" dx="${VALUE_GAP}">${escaped(end.value)}</tspan>${alarm}</text>`,
    '</g>',
  ].join('')
}

/** spillway's lines are drawn over the others. */
function ownLast(a: string, b: string): number {
  return Number(/^<g class="[^"]* own"/.test(a)) - Number(/^<g class="[^"]* own"/.test(b))
}

function pointerData({ places }: LineChart, { x, bottom }: Area): string {
  const xs = places.map(({ position }) => at(x(position))).join(' ')
  const labels = places.map(({ label }) => label).join('|')
  return ` data-xs="${xs}" data-labels="${escaped(labels)}" data-top="${TOP}" data-bottom="${at(bottom)}"`
}
