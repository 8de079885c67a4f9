/**
 * Many lines in one turn of the event loop, out of rest: how long it stands still, and when the lines are in their
 * files. It would lie if the turn were over before its work is (it lasts until the loop comes to its next phase, with
 * all that runs before that by itself), or if the logger were still busy when the burst begins (there is a pause before
 * each).
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { peakRssBytes } from '../child/peak-memory.js'
import { type Contender, closeWritten, type Session, untilWritten } from '../contenders/contender.js'
import { CallTimes } from '../figures/call-times.js'
import { timeFigures, timesOf } from '../figures/curve.js'
import { spreadOf } from '../figures/spread.js'
import { atRest } from '../passes/at-rest.js'
import { logBytesIn } from '../passes/log-files.js'
import { formatCount } from '../report/figures.js'
import { categoriesOf } from '../workload/entries.js'
import { type EntryRange, type LoopCall, runBurst, type TimeSink } from '../workload/loops.js'
import { objectShape, shapeNamed } from '../workload/shapes.js'
import { loopCall } from './saturate.js'
import type { Cell, Result, Scenario, ScenarioSettings, Task } from './scenario.js'
import { warmUp } from './warm-up.js'

/** So long no file has grown before a burst: by then buffers are written, and writers sleep. */
const QUIET_MS = 1200

/** Between the small bursts: as long as a quiet moment of a server. */
const PAUSE_MS = 50

export const scenario: Scenario = {
  name: 'burst',
  title: 'Many lines in one turn of the event loop',
  about:
    'Many lines in one turn of the event loop, out of rest: how long it stands still, and when the lines are in their' +
    ' files. It would lie if the turn were over before its work is (it lasts until the loop comes to its next phase,' +
    ' with all that runs before that by itself), or if the logger were still busy when the burst begins (there is a' +
    ' pause before each).',
  figures: [
    { name: 'turnMs', title: 'turn', unit: 'ms', better: 'less', isShown: true },
    { name: 'inFilesMs', title: 'until in files', unit: 'ms', better: 'less', isShown: true },
    { name: 'callMeanNs', title: 'in call', unit: 'ns', better: 'less', isShown: true },
    { name: 'callP50Ns', title: 'p50', unit: 'ns', better: 'less', isShown: true },
    { name: 'callP99Ns', title: 'p99', unit: 'ns', better: 'less', isShown: true },
    { name: 'callP999Ns', title: 'p99.9', unit: 'ns', better: 'less', isShown: true },
    { name: 'callMaxNs', title: 'max', unit: 'ns', better: 'less', isShown: true },
    { name: 'peakRssBytes', title: 'peak RSS', unit: 'bytes', better: 'less', isShown: true },
  ],
  keyFigures: ['turnMs', 'inFilesMs'],
  contenders: ['no-logging', 'spillway', 'pino-async', 'pino-transport', 'winston', 'log4js'],
  cells: cellsOf,
  timeoutMs: () => 60_000,
  run,
}

function cellsOf({ isQuick }: ScenarioSettings): readonly Cell[] {
  const large = isQuick ? 10_000 : 100_000
  const small = isQuick ? 100 : 1000
  return [
    {
      name: 'large',
      title: `${formatCount(large)} lines in one turn`,
      parameters: { lines: large, bursts: 1 },
    },
    {
      name: 'small',
      title: `${formatCount(small)} lines in one turn, median of 20 bursts`,
      parameters: { lines: small, bursts: 20 },
    },
  ]
}

async function run(task: Task, contender: Contender): Promise<Result> {
  const { directory, settings, cell } = task
  const { files, library, isQuick } = settings
  const lines = Number(cell.parameters.lines)
  const bursts = Number(cell.parameters.bursts)
  const shape = shapeNamed(objectShape(settings), settings.corpus)
  const open = await contender.load()
  const session = await open({ directory, categories: categoriesOf(files), library })
  const way = loopCall(session.calls[shape.call], shape)
  const warmUpLines = await warmUp(way, { files, isQuick })
  await session.flush?.()
  await atRest(directory, QUIET_MS)

  const times = new CallTimes()
  const turnsMs: number[] = []
  let inFilesMs = 0
  for (let burst = 0; burst < bursts; burst += 1) {
    const range: EntryRange = { firstEntry: warmUpLines + burst * lines, count: lines, files }
    const startMs = performance.now()
    turnsMs.push(await oneTurn(way, range, times))
    // Only the last is followed to the files: some contenders have to be closed for that.
    if (burst === bursts - 1) inFilesMs = await untilInFiles(session, startMs)
    else await pause(PAUSE_MS)
  }
  const bytesAtEnd = logBytesIn(directory)
  await closeWritten(session)
  const peakBytes = peakRssBytes()
  const calls = await timesOf(times)
  return {
    figures: {
      turnMs: spreadOf(turnsMs)!.median,
      ...(contender.writesLines ? { inFilesMs } : {}),
      ...timeFigures('call', calls),
      peakRssBytes: peakBytes,
    },
    curves: { call: calls.curve },
    logged: { lines: warmUpLines + lines * bursts, files, shape: shape.name },
    bytesAtEnd,
    details: session.details?.(),
  }
}

/**
 * How long the event loop stands still for a burst. setImmediate() comes after what the calls left for the end of the
 * turn: ticks and promises.
 */
async function oneTurn(way: LoopCall, range: EntryRange, times: TimeSink): Promise<number> {
  await new Promise(setImmediate)
  const startMs = performance.now()
  runBurst(way, range, 0, range.count, times)
  await new Promise(setImmediate)
  return performance.now() - startMs
}

async function untilInFiles(session: Session, startMs: number): Promise<number> {
  await untilWritten(session)
  return performance.now() - startMs
}
