/**
 * What it takes to start with a logger: importing it, making its loggers, and the time until the first line is in its
 * file, each in a process of its own. It would lie if a contender's code were loaded already (nothing of it is), if a
 * constructor that returns at once were taken for a start (the first line counts from the call to the file, where it is
 * read), or if one cold start stood for all: each figure is the median of several.
 */
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { FirstLine, FirstLineTask } from '../child/first-line.js'
import type { Contender } from '../contenders/contender.js'
import { spreadOf } from '../figures/spread.js'
import { logBytesIn } from '../passes/log-files.js'
import type { Result, Scenario, Task } from './scenario.js'

const STARTS = 7
const QUICK_STARTS = 2

const START_TIMEOUT_MS = 15_000

const FIRST_LINE = fileURLToPath(new URL('../child/first-line.js', import.meta.url))

export const scenario: Scenario = {
  name: 'startup',
  title: 'From nothing to the first line',
  about:
    'What it takes to start with a logger: importing it, making its loggers, and the time until the first line is in its' +
    " file, each in a process of its own. It would lie if a contender's code were loaded already (nothing of it is), if" +
    ' a constructor that returns at once were taken for a start (the first line counts from the call to the file, where' +
    ' it is read), or if one cold start stood for all: each figure is the median of several.',
  figures: [
    { name: 'processMs', title: 'Node.js', unit: 'ms', better: 'less', isShown: true },
    { name: 'importMs', title: 'import', unit: 'ms', better: 'less', isShown: true },
    { name: 'importBytes', title: 'its memory', unit: 'bytes', better: 'less', isShown: true },
    { name: 'constructMs', title: 'make loggers', unit: 'ms', better: 'less', isShown: true },
    { name: 'constructBytes', title: 'their memory', unit: 'bytes', better: 'less', isShown: true },
    { name: 'firstLineMs', title: 'first line', unit: 'ms', better: 'less', isShown: true },
    { name: 'untilFirstLineMs', title: 'all together', unit: 'ms', better: 'less', isShown: true },
  ],
  keyFigures: ['untilFirstLineMs', 'importMs', 'importBytes'],
  contenders: ['spillway', 'pino-async', 'pino-transport', 'winston', 'log4js'],
  cells: ({ files }) => [{ name: 'first-line', title: `${files} files, one line`, parameters: {} }],
  timeoutMs: () => STARTS * START_TIMEOUT_MS,
  run,
}

async function run(task: Task, contender: Contender): Promise<Result> {
  const { directory, settings } = task
  const { files, library, isQuick } = settings
  const starts = isQuick ? QUICK_STARTS : STARTS
  const lines: FirstLine[] = []
  for (let start = 0; start < starts; start += 1) {
    // The nth process logs the nth entry, so that all of them together are accounted for.
    const own = join(directory, `start-${start}`)
    mkdirSync(own)
    lines.push(await firstLine({ contender: contender.name, directory: own, files, entryNumber: start, library }))
  }
  const median = (name: keyof FirstLine): number => spreadOf(lines.map((line) => line[name]))!.median
  const names = Object.keys(lines[0]!) as (keyof FirstLine)[]
  return {
    figures: Object.fromEntries(names.map((name) => [name, median(name)])),
    logged: { lines: starts, files, shape: 'fields-4' },
    bytesAtEnd: logBytesIn(directory),
  }
}

async function firstLine(task: FirstLineTask): Promise<FirstLine> {
  const { stdout } = await promisify(execFile)(process.execPath, [FIRST_LINE, JSON.stringify(task)], {
    timeout: START_TIMEOUT_MS,
  })
  return JSON.parse(stdout) as FirstLine
}
