/** An outcome with a scenario of every kind that the report draws differently, and with everything that can be wrong. */

import { compareRuns } from '../../bench/figures/baseline.js'
import type { CurvePoint } from '../../bench/figures/curve.js'
import type { Outcome } from '../../bench/report/outcome.js'
import type { Cell } from '../../bench/scenarios/scenario.js'
import { cellOf, outcomeOf, passOf, scenarioOf } from './made-up-outcome.js'

const ROUNDS = [1, 2, 3]
const CONTENDERS = ['no-logging', 'spillway', 'spillway-template', 'pino-async', 'pino-sync', 'winston']
const PERCENTILES = [0, 50, 90, 99, 99.9, 99.99, 100]

/** The same for the same contender, round and cell; each contender is twice as slow as the one before. */
function callNs(contender: string, round: number, factor: number): number {
  return 40 * 2 ** CONTENDERS.indexOf(contender) * factor * (1 + round / 100)
}

function curveOf(meanNs: number): CurvePoint[] {
  return PERCENTILES.map((percentile, index) => [percentile, Math.round(meanNs * 2 ** index)] as const)
}

/** @param times how many times slower spillway is */
function scenarios(times: number) {
  const passes = (name: string, cells: readonly Cell[], contenders = CONTENDERS) =>
    ROUNDS.flatMap((round) =>
      cells.flatMap((cell, index) =>
        contenders.map((contender) => {
          const own = contender.startsWith('spillway') ? times : 1
          const meanNs = callNs(contender, round, (index + 1) * own)
          const figures = {
            callMeanNs: meanNs,
            linesPerSecond: 1e9 / meanNs,
            peakRssBytes: 5e7 + meanNs,
            poolCpuNsPerLine: meanNs / 4,
          }
          return passOf(name, cell, contender, round, figures, {
            curves: { call: curveOf(meanNs) },
            series: { peakRssBytes: [0, 0.5, 1].map((seconds) => [seconds, 5e7 + meanNs * seconds] as const) },
            ...(contender === 'winston' && round === 2 ? { endedByItself: false } : {}),
            ...(contender === 'pino-sync' && round === 3 ? { failure: 'no result after <60 s>' } : {}),
          })
        }),
      ),
    )
  const files = [1, 48, 1024].map((count) => cellOf(`files-${count}`, { files: count }))
  const shapes = ['message', 'error'].map((shape) => cellOf(shape, { shape }))
  const sizes = ['small', 'large'].map((size) => cellOf(size, { size }))
  return [
    scenarioOf('sweep', passes('sweep', files), { keyFigures: ['linesPerSecond', 'callMeanNs'], mainCell: 'files-48' }),
    scenarioOf('panels', passes('panels', shapes), {
      conclusion: 'It follows that 1 < 2.\nAnd more.',
      bars: [
        { name: 'a bar', required: '>= 5 x', aim: '8 x', measured: '6 x', outcome: 'passed', aimReached: false },
        { name: 'another', required: '>= 5 x', aim: '8 x', measured: '-', outcome: 'not measured', aimReached: false },
      ],
    }),
    scenarioOf('alone', passes('alone', sizes, ['spillway'])),
  ]
}

/** With a comparison: spillway was faster before. */
export function outcomeOfAllKinds(): Outcome {
  const outcome = outcomeOf(scenarios(1.5))
  return { ...outcome, comparison: compareRuns(outcomeOf(scenarios(1)), outcome, 'earlier/results.json') }
}
