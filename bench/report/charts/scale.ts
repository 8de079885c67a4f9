/** Scales: where a value stands between 0 and 1, and which values get a line and a label. */
import type { Unit } from '../../scenarios/scenario.js'
import { formatTick } from '../figures.js'

export interface Tick {
  readonly position: number
  /** Empty for a line without one. */
  readonly label: string
  /** Whether its label goes first where there is no room for all. */
  readonly isMinor?: boolean
}

export interface Scale {
  readonly isLog: boolean
  readonly ticks: readonly Tick[]
  position(value: number): number
}

/** From so many times between the least and the most on, a linear scale shows nothing of the least. */
const LOG_FROM = 30
const LINEAR_TICKS = 5
const STEPS = [1, 2, 5]
/** With fewer decades the steps in between have labels, too. */
const FEW_DECADES = 2.5
const DECADES_WITH_STEPS = 4

/** The scale that suits the values; linear ones begin at 0. */
export function scaleFor(values: readonly number[], unit: Unit): Scale {
  const known = values.filter(Number.isFinite)
  const [min, max] = [Math.min(...known), Math.max(...known)]
  return min > 0 && max / min >= LOG_FROM ? logScale(min, max, unit) : linearScale(max, unit)
}

/** From 0 to a round value. */
export function linearScale(highest: number, unit: Unit): Scale {
  const max = highest > 0 && Number.isFinite(highest) ? highest : 1
  const step = roundStep(max / LINEAR_TICKS)
  const count = Math.ceil(max / step - 1e-9)
  const top = count * step
  return {
    isLog: false,
    ticks: Array.from({ length: count + 1 }, (_, index) => ({
      position: index / count,
      label: formatTick(index * step, unit),
    })),
    position: (value) => clamped(value / top),
  }
}

/** From a step of 1, 2 or 5 below the least to one above the most. */
export function logScale(lowest: number, highest: number, unit: Unit): Scale {
  const min = lowest > 0 && Number.isFinite(lowest) ? lowest : 1
  const from = stepBelow(min)
  const to = Math.max(roundStep(Math.max(highest, min)), from * 2)
  const decades = Math.log10(to / from)
  const position = (value: number): number => clamped(Math.log10(Math.max(value, from) / from) / decades)
  const first = Math.floor(Math.log10(from) + 1e-9)
  const values = Array.from({ length: Math.ceil(decades) + 2 }, (_, index) => first + index).flatMap((decade) =>
    STEPS.map((step) => ({ step, value: step * 10 ** decade })),
  )
  return {
    isLog: true,
    ticks: values
      .filter(({ value }) => value >= from * 0.999 && value <= to * 1.001)
      .filter(({ step }) => step === 1 || decades <= DECADES_WITH_STEPS)
      .map(({ step, value }) => ({
        position: position(value),
        label: step === 1 || decades <= FEW_DECADES ? formatTick(value, unit) : '',
        isMinor: step !== 1,
      })),
    position,
  }
}

function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5, 10].find((step) => step * decade >= least * (1 - 1e-9)) ?? 10) * decade
}

function stepBelow(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value) + 1e-9)
  return ([5, 2, 1].find((step) => step * decade <= value * (1 + 1e-9)) ?? 1) * decade
}

/** What is off the scale stands at its end. */
function clamped(position: number): number {
  return Math.min(Math.max(position, 0), 1)
}
