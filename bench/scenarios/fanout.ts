/**
 * Lines a second until they are in their files, with 1 to 1,024 files that take turns. It would lie if lines were counted
 * that are not on disk yet (each is read back and parsed), or if few files were favoured by an order that keeps hitting
 * the same one.
 */

import { type Bar, judge } from '../figures/bar.js'
import type { ScenarioSummary } from '../figures/summary.js'
import { measured, ratio } from '../figures/summary.js'
import { objectShape } from '../workload/shapes.js'
import { SATURATION_FIGURES, saturate } from './saturate.js'
import type { Scenario, ScenarioSettings } from './scenario.js'

const FILES = [1, 8, 48, 256, 1024]

export const scenario: Scenario = {
  name: 'fanout',
  title: 'Lines a second by the number of files',
  about:
    'Lines a second until they are in their files, with 1 to 1,024 files that take turns. It would lie if lines were' +
    ' counted that are not on disk yet (each is read back and parsed), or if few files were favoured by an order that' +
    ' keeps hitting the same one.',
  figures: SATURATION_FIGURES,
  keyFigures: ['linesPerSecond', 'callMeanNs'],
  mainCell: 'files-48',
  contenders: ['no-logging', 'spillway', 'pino-async', 'winston', 'log4js'],
  cells: () => FILES.map((files) => ({ name: `files-${files}`, title: `${files} files`, parameters: { files } })),
  timeoutMs: ({ lines }: ScenarioSettings) => 60_000 + lines,
  run: (task, contender, tools) =>
    saturate(task, contender, tools, {
      shape: objectShape(task.settings),
      files: Number(task.cell.parameters.files),
      lines: task.settings.lines,
      warmUpLines: task.settings.isQuick ? 10_000 : 100_000,
    }),
  bars: (summary: ScenarioSummary): Bar[] => {
    const own = measured(summary, 'files-48', 'spillway')
    const times = ratio('linesPerSecond', own, measured(summary, 'files-48', 'pino-async'))
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
    ]
  },
}
