/**
 * What each way of calling spillway costs: loggers by name and by the place of here(), templates that tell their place,
 * the place of every call beside pino-caller, and arenas that outlive the process beside plain memory. It would lie if a
 * way were cheap because it does not find the places (those that were known are counted, and a line without its place is of
 * nobody), or if ways were compared by their waits for the writer (the median call decides, round by round).
 */
import { type Bar, judge } from '../figures/bar.js'
import { costBar } from '../figures/cost-bar.js'
import { formatFraction } from '../figures/fraction-bar.js'
import { type ContenderSummary, measured, ratio, type ScenarioSummary } from '../figures/summary.js'
import { SATURATION_FIGURES, saturate } from './saturate.js'
import type { Cell, Result, Scenario, ScenarioSettings } from './scenario.js'

const TIMER = 'no-logging'

/** The point at which the place of each call is looked at. */
const CALL_SITE = 'call-site'

/** The part of the asked for lines where a call takes microseconds, with pino-caller tens of them. */
const PART_OF_CALL_SITES = 1 / 16

/** What the places cost at most: half of pino-caller. */
const PEER_PART_MAX = 1 / 2

export const scenario: Scenario = {
  name: 'ways',
  title: 'What each way of calling spillway costs',
  about:
    'What each way of calling spillway costs: loggers by name and by the place of here(), templates that tell their' +
    ' place, the place of every call beside pino-caller, and arenas that outlive the process beside plain memory. It' +
    ' would lie if a way were cheap because it does not find the places (those that were known are counted, and a line' +
    ' without its place is of nobody), or if ways were compared by their waits for the writer (the median call decides,' +
    ' round by round).',
  figures: [
    ...SATURATION_FIGURES,
    { name: 'placesKnownPercent', title: 'places known', unit: 'percent', better: 'more', isShown: true },
  ],
  keyFigures: ['callP50Ns', 'callMeanNs'],
  contenders: [],
  cells: cellsOf,
  timeoutMs: ({ lines }: ScenarioSettings) => 60_000 + lines,
  async run(task, contender, tools) {
    const { shape, lines } = task.cell.parameters
    const result = await saturate(task, contender, tools, {
      shape: String(shape),
      files: task.settings.files,
      lines: Number(lines),
    })
    return task.cell.name === CALL_SITE ? withPlacesKnown(result) : result
  },
  bars: (summary) => [...sourceBars(summary), crashBar(summary)],
}

function cellsOf({ lines }: ScenarioSettings): readonly Cell[] {
  return [
    {
      name: 'object',
      title: '4 fields and a message',
      parameters: { shape: 'fields-4', lines },
      contenders: ['spillway', 'spillway-here', 'spillway-memory', 'spillway-journal'],
    },
    {
      name: 'template',
      title: 'a template of three values',
      parameters: { shape: 'template', lines },
      contenders: ['spillway-template', 'spillway-template-source'],
    },
    {
      name: CALL_SITE,
      title: '4 fields and a message, the place of each call looked at',
      parameters: {
        shape: 'fields-4',
        lines: Math.ceil(lines * PART_OF_CALL_SITES),
      },
      contenders: [TIMER, 'spillway-call-site', 'pino-caller'],
    },
  ]
}

/** spillway's own count of the entries whose place it knew without looking for it. */
function withPlacesKnown(result: Result): Result {
  const { sources } = (result.details ?? {}) as { readonly sources?: { readonly hitRate: number } }
  if (sources === undefined) return result
  return { ...result, figures: { ...result.figures, placesKnownPercent: sources.hitRate * 100 } }
}

/** What finding out the place in the code may cost. */
function sourceBars(summary: ScenarioSummary): Bar[] {
  const callSite = measured(summary, CALL_SITE, 'spillway-call-site')
  return [
    costBar({
      name: "here() against a logger's name",
      own: measured(summary, 'object', 'spillway-here'),
      other: measured(summary, 'object', 'spillway'),
      timesMax: 1.05,
    }),
    costBar({
      name: 'template, source: true',
      own: measured(summary, 'template', 'spillway-template-source'),
      other: measured(summary, 'template', 'spillway-template'),
      timesMax: 1.1,
    }),
    callerBar(callSite, summary),
    judge({
      name: 'place of each call, known',
      required: '> 80 %',
      aim: '> 99 %',
      value: callSite?.figures.placesKnownPercent?.min,
      show: (value) => `${value.toFixed(3)} %`,
      passes: (value) => value > 80,
      reachesAim: (value) => value > 99,
    }),
  ]
}

function callerBar(callSite: ContenderSummary | undefined, summary: ScenarioSummary): Bar {
  const timer = measured(summary, CALL_SITE, TIMER)
  const peer = measured(summary, CALL_SITE, 'pino-caller')
  return judge({
    name: 'place of each call, net of the timer',
    required: '<= 1/2 of pino-caller',
    aim: '1/2',
    value: timer === undefined ? undefined : ratio('callMeanNs', callSite, peer, timer)?.median,
    show: formatFraction,
    passes: (value) => value <= PEER_PART_MAX,
    reachesAim: (value) => value <= PEER_PART_MAX,
  })
}

/** What it may cost that entries outlive the process. */
function crashBar(summary: ScenarioSummary): Bar {
  return costBar({
    name: 'mapped arenas against plain memory',
    own: measured(summary, 'object', 'spillway'),
    other: measured(summary, 'object', 'spillway-memory'),
    timesMax: 1.05,
  })
}
