/**
 * Outcomes of benches that never ran: every kind of scenario that a report has to show, and figures that a test knows.
 */
import { summarize } from '../../bench/figures/summary.js'
import type { Pass } from '../../bench/passes/run-pass.js'
import { type Outcome, RESULTS_VERSION, type ScenarioOutcome } from '../../bench/report/outcome.js'
import type { Cell, Figure, Result } from '../../bench/scenarios/scenario.js'

export const FIGURES: readonly Figure[] = [
  { name: 'callMeanNs', title: 'in call', unit: 'ns', better: 'less', isShown: true },
  { name: 'linesPerSecond', title: 'lines/s', unit: 'per second', better: 'more', isShown: true },
  { name: 'peakRssBytes', title: 'peak RSS', unit: 'bytes', better: 'less', isShown: true },
  { name: 'poolCpuNsPerLine', title: 'pool', unit: 'ns', better: 'less', isShown: false },
]

/** A pass with these figures; what else a pass has can be given. */
export function passOf(
  scenario: string,
  cell: Cell,
  contender: string,
  round: number,
  figures: Result['figures'],
  rest: Partial<Result> & Pick<Pass, 'failure' | 'endedByItself'> = {},
): Pass {
  const { failure, endedByItself, ...result } = rest
  const pass = { scenario, cell, contender, round }
  if (failure !== undefined) return { ...pass, failure }
  return {
    ...pass,
    result: { figures, logged: null, bytesAtEnd: 0, ...result },
    ...(endedByItself === undefined ? {} : { endedByItself }),
  }
}

export function cellOf(name: string, parameters: Cell['parameters'] = {}): Cell {
  return { name, title: `at ${name}`, parameters }
}

/** A scenario of these passes. */
export function scenarioOf(
  name: string,
  passes: readonly Pass[],
  rest: Partial<Omit<ScenarioOutcome, 'scenario' | 'cells'>> = {},
): ScenarioOutcome {
  return {
    ...summarize({ name }, passes),
    title: `Title of ${name}`,
    about: `What ${name} measures & what would make it lie.`,
    figures: FIGURES,
    bars: [],
    ...rest,
  }
}

/** A bench of these scenarios. */
export function outcomeOf(scenarios: readonly ScenarioOutcome[], rest: Partial<Outcome> = {}): Outcome {
  const names = scenarios.flatMap(({ cells }) => cells.flatMap((cell) => cell.contenders.map((own) => own.contender)))
  return {
    version: RESULTS_VERSION,
    startedAt: '2026-11-23T10:20:30.000Z',
    tookSeconds: 61.4,
    machine: {
      platform: 'linux 6.1 x64',
      cpuModel: 'a processor',
      cores: 2,
      memoryBytes: 8e9,
      loadAverage: 0.25,
      node: 'v20.19.0',
      libuv: '1.46.0',
      packages: { pino: '10.0.0' },
      commit: '0123456789ab',
    },
    options: {
      scenarios: scenarios.map(({ scenario }) => scenario),
      lines: 400_000,
      files: 48,
      runs: 3,
      contenders: null,
      isQuick: false,
      library: {},
      corpus: null,
      baseline: null,
      criteria: false,
    },
    environment: {},
    configurations: Object.fromEntries([...new Set(names)].map((name) => [name, `${name} <as it comes>`])),
    scenarios,
    passes: [],
    ...rest,
  }
}
