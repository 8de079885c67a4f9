/**
 * More files than a process may have open: 256 files, and a limit of 96 descriptors, of which spillway's pool takes 50.
 * Lines a second, how often a file had to be opened again, and whether every line is there. It would lie if lines were
 * lost with a failed open and nobody looked (each is counted), or if a contender never came near the limit (the most
 * descriptors that were open stand beside).
 */
import { readdirSync } from 'node:fs'
import type { Contender } from '../contenders/contender.js'
import { type Bar, judge } from '../figures/bar.js'
import type { ContenderSummary, ScenarioSummary } from '../figures/summary.js'
import { formatCount } from '../report/figures.js'
import { objectShape } from '../workload/shapes.js'
import { SATURATION_FIGURES, saturate } from './saturate.js'
import type { Result, Scenario, Task, Tools } from './scenario.js'

const FILES = 256

/** The limit for the process; Node.js itself takes some twenty. */
const DESCRIPTORS_MAX = 96

/** The part of the asked for lines: most of them open a file. */
const PART_OF_LINES = 1 / 32

const LOOK_EVERY_MS = 10

/** A contender that no longer moves for want of a descriptor is not waited for any longer. */
const TIMEOUT_MS = 20_000

const SHOWN = ['callMeanNs', 'callP999Ns', 'linesPerSecond', 'cpuNsPerLine']

export const scenario: Scenario = {
  name: 'handles',
  title: 'More files than descriptors',
  about:
    "More files than a process may have open: 256 files, and a limit of 96 descriptors, of which spillway's pool takes" +
    ' 50. Lines a second, how often a file had to be opened again, and whether every line is there. It would lie if' +
    ' lines were lost with a failed open and nobody looked (each is counted), or if a contender never came near the' +
    ' limit (the most descriptors that were open stand beside).',
  figures: [
    ...SATURATION_FIGURES.map((figure) => ({ ...figure, isShown: SHOWN.includes(figure.name) })),
    { name: 'descriptors', title: 'descriptors', unit: 'count', better: 'less', isShown: true },
    { name: 'opens', title: 'opens', unit: 'count', better: 'less', isShown: true },
    { name: 'evictions', title: 'evictions', unit: 'count', better: 'less', isShown: true },
    { name: 'hitPercent', title: 'hits', unit: 'percent', better: 'more', isShown: true },
    { name: 'exhausted', title: 'no descriptor', unit: 'count', better: 'less', isShown: true },
  ],
  keyFigures: ['linesPerSecond', 'opens', 'hitPercent'],
  contenders: ['spillway', 'pino-async', 'winston', 'log4js'],
  cells: () => [
    {
      name: 'limited',
      title: `${FILES} files, at most ${DESCRIPTORS_MAX} descriptors`,
      parameters: { files: FILES },
      descriptorsMax: DESCRIPTORS_MAX,
    },
  ],
  timeoutMs: () => TIMEOUT_MS,
  /** Who runs out of descriptors does so each time. */
  rounds: () => 1,
  run,
  bars: (summary) => [handlesBar(summary)],
}

async function run(task: Task, contender: Contender, tools: Tools): Promise<Result> {
  let descriptors = 0
  const look = setInterval(() => {
    descriptors = Math.max(descriptors, openDescriptors())
  }, LOOK_EVERY_MS)
  const result = await saturate(task, contender, tools, {
    shape: objectShape(task.settings),
    files: FILES,
    lines: Math.ceil(task.settings.lines * PART_OF_LINES),
  })
  clearInterval(look)
  return {
    ...result,
    figures: { ...result.figures, ...(descriptors === 0 ? {} : { descriptors }), ...poolFigures(result.details) },
  }
}

/** 0 where there is no /proc. The one that reads the directory is not counted. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length - 1
  } catch {
    // Not Linux, or no descriptor left for reading the directory: the next look may have one.
    return 0
  }
}

/** spillway's own counters of its pool; nothing for others. */
function poolFigures(details: unknown): Record<string, number> {
  const { handles } = (details ?? {}) as {
    readonly handles?: {
      readonly requests: number
      readonly hits: number
      readonly opens: number
      readonly evictions: number
      readonly exhausted: number
    }
  }
  if (handles === undefined) return {}
  const { requests, hits, opens, evictions, exhausted } = handles
  return { opens, evictions, exhausted, hitPercent: requests === 0 ? 100 : (hits * 100) / requests }
}

/** A failed open that loses nothing is dealt with; what counts is that the run ends with every line in its file. */
function handlesBar({ cells }: ScenarioSummary): Bar {
  const own = cells.flatMap(({ contenders }) => contenders).find(({ contender }) => contender === 'spillway')
  return judge({
    name: 'more files than descriptors: lines lost, runs failed',
    required: '0',
    aim: '0',
    value: own === undefined ? undefined : own.faultyLines + own.faults.length + own.failures.length,
    show: (value) => `${formatCount(value)} of ${formatCount(own?.linesFound ?? 0)}${exhaustedText(own)}`,
    passes: (value) => value === 0,
    reachesAim: (value) => value === 0,
  })
}

function exhaustedText(own: ContenderSummary | undefined): string {
  const exhausted = own?.figures.exhausted?.max
  return exhausted === undefined ? '' : `, ${formatCount(exhausted)} opens found no descriptor`
}
