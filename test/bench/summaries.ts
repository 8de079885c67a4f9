/** Summaries of contenders without faults, from figures by round. */

import { spreadOf } from '../../bench/figures/spread.js'
import type { ContenderSummary } from '../../bench/figures/summary.js'

export function summaryOf(contender: string, figures: Readonly<Record<string, readonly number[]>>): ContenderSummary {
  return {
    contender,
    figures: Object.fromEntries(
      Object.entries(figures).map(([name, values]) => [
        name,
        { ...spreadOf(values)!, byRound: Object.fromEntries(values.map((value, index) => [index + 1, value])) },
      ]),
    ),
    curves: {},
    series: {},
    faults: [],
    faultyLines: 0,
    linesFound: 1000,
    failures: [],
  }
}
