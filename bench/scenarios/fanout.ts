/**
 * Lines a second until they are in their files, with 1 to 1,024 files that take turns. It would lie if lines were counted
 * that are not on disk yet (each is read back and parsed), or if few files were favoured by an order that keeps hitting
 * the same one. spillway is allowed as many open files as there are, as its options advise for more than 50: the others have
 * no limit.
 */

import { type Bar, judge } from '../figures/bar.js'
import type { ScenarioSummary } from '../figures/summary.js'
import { measured, ratio } from '../figures/summary.js'
import { objectShape } from '../workload/shapes.js'
import { SATURATION_FIGURES, saturate } from './saturate.js'
import type { Scenario, ScenarioSettings } from './scenario.js'

const FILES = [1, 8, 48, 256, 1024]
/** error.jsonl, warning.jsonl and general.jsonl. */
const OTHER_FILES = 3

export const scenario: Scenario = {
  name: 'fanout',
  title: 'Lines a second by the number of files',
  about:
    'Lines a second until they are in their files, with 1 to 1,024 files that take turns. It would lie if lines were' +
    ' counted that are not on disk yet (each is read back and parsed), or if few files were favoured by an order that' +
    ' keeps hitting the same one. spillway is allowed as many open files as there are, as its options advise for more than' +
    ' 50: the others have no limit.',
  figures: SATURATION_FIGURES,
  keyFigures: ['linesPerSecond', 'callMeanNs'],
  mainCell: 'files-48',
  contenders: ['no-logging', 'spillway', 'pino-async', 'winston', 'log4js'],
  cells: () => FILES.map((files) => ({ name: `files-${files}`, title: `${files} files`, parameters: { files } })),
  timeoutMs: ({ lines }: ScenarioSettings) => 60_000 + lines,
  run: (task, contender, tools) => {
    const { settings } = task
    const files = Number(task.cell.parameters.files)
    const library = { performance: { fileHandles: { maxHandles: files + OTHER_FILES } }, ...settings.library }
    return saturate({ ...task, settings: { ...settings, library } }, contender, tools, {
      shape: objectShape(settings),
      files,
      lines: settings.lines,
    })
  },
  bars: (summary: ScenarioSummary): Bar[] => {
    const own = measured(summary, 'files-48', 'spillway')
    const times = ratio('linesPerSecond', own, measured(summary, 'files-48', 'pino-async'))
    const few = measured(summary, 'files-8', 'spillway')
    const part = ratio('linesPerSecond', measured(summary, 'files-1024', 'spillway'), few)
    return [
      judge({
        name: 'lines/s into 48 files',
        required: '>= 5 x pino async',
        aim: '8 x',
        value: times?.median,
        show: (value) => `${value.toFixed(1)} x`,
        passes: (value) => value >= 5,
        reachesAim: (value) => value >= 8,
      }),
      judge({
        name: 'lines/s into 1,024 files',
        required: '>= 0.4 x those into 8',
        aim: '0.9 x',
        value: part?.median,
        show: (value) => `${value.toFixed(2)} x`,
        passes: (value) => value >= 0.4,
        reachesAim: (value) => value >= 0.9,
      }),
    ]
  },
}
