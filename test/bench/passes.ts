/** Passes with the figures a test gives them, and without faults. */

import type { LineCount } from '../../bench/count-lines.js'
import type { Pass } from '../../bench/run-pass.js'

export interface Figures {
  readonly callMeanNs: number
  readonly callP999Ns?: number
  readonly linesPerSecond?: number
  readonly cpuNsPerLine?: number
  readonly peakRssBytes?: number
}

export const FAULTLESS: LineCount = {
  expected: 10,
  found: 10,
  filesFound: 1,
  bytes: 100,
  lost: 0,
  doubled: 0,
  torn: 0,
  outOfOrder: 0,
  wrong: 0,
  foreign: 0,
}

export function timedPass(contender: string, round: number, figures: Figures): Pass {
  const { callMeanNs, callP999Ns = 1000, linesPerSecond = 1000, cpuNsPerLine = 1000, peakRssBytes = 50e6 } = figures
  return {
    contender,
    pass: 'measure',
    round,
    endedByItself: true,
    lateBytes: 0,
    lineCount: FAULTLESS,
    result: {
      bytesAtClose: 100,
      measurement: {
        call: { meanNs: callMeanNs, p50Ns: 1, p99Ns: 1, p999Ns: callP999Ns, maxNs: 1 },
        linesPerSecond,
        loopMs: 1,
        totalMs: 1,
        cpuNsPerLine,
        peakRssBytes,
      },
    },
  }
}

export function poolJobsPass(contender: string, jobs: number): Pass {
  return {
    contender,
    pass: 'pool-jobs',
    round: 0,
    endedByItself: true,
    lateBytes: 0,
    lineCount: FAULTLESS,
    result: { bytesAtClose: 100, poolJobs: { lines: 10, jobs, jobsByType: {} } },
  }
}
