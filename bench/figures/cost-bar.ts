/**
 * A bar for what one way of calling spillway may cost more than another. By the median call, because in the mean are the
 * waits for the writer, which a longer line makes longer.
 */
import { type Bar, judge } from './bar.js'
import { type ContenderSummary, ratio } from './summary.js'

/** The one may take `timesMax` of the other's time. */
export interface CostRule {
  readonly name: string
  readonly own: ContenderSummary | undefined
  readonly other: ContenderSummary | undefined
  readonly timesMax: number
}

export function costBar({ name, own, other, timesMax }: CostRule): Bar {
  const mean = ratio('callMeanNs', own, other)
  return judge({
    name,
    required: `<= ${timesMax} x by the median call`,
    aim: '1 x',
    value: ratio('callP50Ns', own, other)?.median,
    show: (value) => `${value.toFixed(2)} x${mean === undefined ? '' : ` (mean ${mean.median.toFixed(2)} x)`}`,
    passes: (value) => value <= timesMax,
    reachesAim: (value) => value <= 1,
  })
}
