/**
 * One row a contender: a bar from 0 where the scale is linear, a dot where it is logarithmic, for there a bar's length
 * would say nothing. A thin line is the least to the most of the rounds.
 */
import type { Unit } from '../../scenarios/scenario.js'
import { formatRange, formatValue } from '../figures.js'
import { isOwn } from '../key-figures.js'
import { escaped, slug } from '../markup.js'
import type { Scale, Tick } from './scale.js'
import { at, line, nameWidth, rect, svg, text, textWidth } from './svg.js'

const WIDTHS = { half: 548, whole: 1120 }
const ROW_HEIGHT = 23
const BAR_HEIGHT = 13
const TOP = 24
const BOTTOM = 6
const GAP = 9
const NOTE_GAP = 6
const LABEL_CHARACTERS_MAX = { half: 24, whole: 60 }

/** One contender's value. */
export interface Row {
  readonly contender: string
  /** Where it is not the contender's name. */
  readonly label?: string
  readonly value: number
  readonly min: number
  readonly max: number
  /** Behind the value, such as the ratio to a peer. */
  readonly note: string
  /** What is wrong with it, in a word, in the place of the note. */
  readonly alarm?: string | undefined
}

export interface RowChart {
  /** What it shows, for whoever cannot see it. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly scale: Scale
  readonly unit: Unit
  readonly width: keyof typeof WIDTHS
}

export function rowChart({ label, rows, scale, unit, width }: RowChart): string {
  const labels = rows.map((row) => shortened(row.label ?? row.contender, LABEL_CHARACTERS_MAX[width]))
  const left = GAP + Math.max(0, ...rows.map((row, index) => nameWidth(labels[index]!, row.contender)))
  const right = WIDTHS[width] - GAP - Math.max(0, ...rows.map((row) => valueWidth(row, unit)))
  const x = (position: number): number => left + position * (right - left)
  const bottom = TOP + rows.length * ROW_HEIGHT
  const ticks = thinned(scale, right - left)
  return svg(WIDTHS[width], bottom + BOTTOM, label, [
    ...ticks.map(({ position, label: tick }) => {
      const style = tick === '' ? 'grid minor' : 'grid'
      return `${line(x(position), TOP - 4, x(position), bottom, style)}${tick === '' ? '' : text(x(position), TOP - 10, 'soft middle', tick)}`
    }),
    ...rows.map((row, index) => {
      const y = TOP + index * ROW_HEIGHT + ROW_HEIGHT / 2
      const style = `contender c-${slug(row.contender)}${isOwn(row.contender) ? ' own' : ''}`
      const range = formatRange(row, unit)
      const told = `${row.label ?? row.contender}: ${formatValue(row.value, unit)}${range === undefined ? '' : ` (${range})`}`
      return [
        `<g class="${style}" data-contender="${escaped(row.contender)}"><title>${escaped(told)}</title>`,
        text(left - GAP, y + 4, 'name end', labels[index]!),
        ...markOf(row, scale, x, y, left),
        `<text class="value" x="${at(right + GAP)}" y="${at(y + 4)}">${escaped(formatValue(row.value, unit))}<tspan class="${row.alarm === undefined ? 'soft' : 'alarm'}" dx="${NOTE_GAP}">${escaped(row.alarm ?? row.note)}</tspan></text>`,
        '</g>',
      ].join('')
    }),
  ])
}

function markOf(
  { value, min, max }: Row,
  scale: Scale,
  x: (position: number) => number,
  y: number,
  left: number,
): string[] {
  const end = x(scale.position(value))
  const whisker = min === max ? [] : [line(x(scale.position(min)), y, x(scale.position(max)), y, 'whisker')]
  if (scale.isLog) {
    return [line(left, y, end, y, 'stem'), ...whisker, `<circle class="dot" cx="${at(end)}" cy="${at(y)}" r="5"/>`]
  }
  return [rect(left, y - BAR_HEIGHT / 2, Math.max(end - left, 1), BAR_HEIGHT, 'bar'), ...whisker]
}

/** All labels where there is room for them, else those that matter, as many as stand apart. */
function thinned({ ticks }: Scale, width: number): readonly Tick[] {
  const all = apart(ticks, width)
  if (all.every(({ label }, index) => label === ticks[index]!.label)) return all
  return apart(
    ticks.map((tick) => (tick.isMinor ? { ...tick, label: '' } : tick)),
    width,
  )
}

function apart(ticks: readonly Tick[], width: number): Tick[] {
  let free = Number.NEGATIVE_INFINITY
  return ticks.map((tick) => {
    const half = textWidth(tick.label) / 2
    if (tick.label === '' || tick.position * width - half < free) return { ...tick, label: '' }
    free = tick.position * width + half + GAP
    return tick
  })
}

function valueWidth({ contender, value, note, alarm }: Row, unit: Unit): number {
  // The value is bold where the name is.
  const text = formatValue(value, unit)
  return textWidth(text) + (isOwn(contender) ? text.length : 0) + NOTE_GAP + textWidth(alarm ?? note)
}

function shortened(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`
}
