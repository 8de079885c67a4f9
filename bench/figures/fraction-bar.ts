/** A bar that asks for a fraction of a peer's figure, such as an eighth of its time in the call. */
import { type Bar, judge } from './bar.js'
import type { Spread } from './spread.js'

/** At most 1/`bar` is required, at most 1/`aim` is the aim. */
export interface FractionRule {
  readonly name: string
  /** Of whom, as the report says it. */
  readonly peer: string
  readonly bar: number
  readonly aim: number
  /** How many times the peer's figure it is, over the rounds. */
  readonly times: Spread | undefined
  /** What else the report tells beside the measured fraction. */
  readonly beside?: string
}

export function fractionBar({ name, peer, bar, aim, times, beside }: FractionRule): Bar {
  return judge({
    name,
    required: `<= 1/${bar} of ${peer}`,
    aim: `1/${aim}`,
    value: times?.median,
    show: (value) => `${formatFraction(value)}${beside === undefined ? '' : `, ${beside}`}`,
    passes: (value) => value <= 1 / bar,
    reachesAim: (value) => value <= 1 / aim,
  })
}

/** `1/9.1`; what is no more than the timer alone has no such number. */
export function formatFraction(times: number): string {
  return times > 0 ? `1/${(1 / times).toFixed(1)}` : 'not more than the timer'
}
