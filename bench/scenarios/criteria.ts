/**
 * What the success criteria ask that no other scenario has: files for which there are not descriptors enough, and places
 * of calls that have to be found. Not in the list of scenarios: `--criteria` runs it. It would lie if descriptors were
 * left for all files (the children get fewer than there are files, and the counters tell of opens that found none), or
 * if there were so few places that any cache would do (they are nearly as many as the cache has room for, and take
 * turns, which is the worst order for one that forgets the oldest).
 */
import { compileFunction } from 'node:vm'
import type { Contender, Session } from '../contenders/contender.js'
import { SOURCE_ROOT, sourceFile } from '../contenders/source-files.js'
import { logBytesIn } from '../passes/log-files.js'
import { categoriesOf, entryAt, MESSAGE } from '../workload/entries.js'
import { SATURATION_FIGURES, saturate } from './saturate.js'
import type { Cell, Result, Scenario, Task, Tools } from './scenario.js'

/** Files and descriptors of the cell `descriptors`; the process itself needs some thirty. */
export const MANY_FILES = 200
export const DESCRIPTORS_MAX = 64

const MODULES = 48
const PLACES_PER_MODULE = 10
export const PLACES = MODULES * PLACES_PER_MODULE

const LINES = 60_000
const PLACED_LINES = 50_000
const QUICK_DIVISOR = 10
const TIMEOUT_MS = 60_000

export const scenario: Scenario = {
  name: 'criteria',
  title: 'What only the success criteria ask',
  about:
    'What the success criteria ask that no other scenario has: files for which there are not descriptors enough, and' +
    ' places of calls that have to be found. It would lie if descriptors were left for all files (the children get fewer' +
    ' than there are files, and the counters tell of opens that found none), or if there were so few places that any cache' +
    ' would do (they are nearly as many as the cache has room for, and take turns, which is the worst order for one that' +
    ' forgets the oldest).',
  figures: [
    ...SATURATION_FIGURES,
    { name: 'hitPercent', title: 'places known', unit: 'percent', better: 'more', isShown: true },
  ],
  contenders: ['spillway'],
  cells: (): Cell[] => [
    {
      name: 'descriptors',
      title: `${MANY_FILES} files, ${DESCRIPTORS_MAX} descriptors`,
      parameters: { files: MANY_FILES },
      contenders: ['spillway'],
      descriptorsMax: DESCRIPTORS_MAX,
    },
    {
      name: 'places',
      title: `${PLACES} places in ${MODULES} files`,
      parameters: { files: MODULES },
      contenders: ['spillway-call-site'],
    },
  ],
  timeoutMs: () => TIMEOUT_MS,
  run: (task, contender, tools) => (task.cell.name === 'places' ? runPlaces(task) : runMany(task, contender, tools)),
}

/** As many handles as there are files are allowed to be open, so that the limit is met, and not spillway's own. */
function runMany(task: Task, contender: Contender, tools: Tools): Promise<Result> {
  const { settings } = task
  const lines = settings.isQuick ? LINES / QUICK_DIVISOR : LINES
  const library = { ...settings.library, performance: { fileHandles: { maxHandles: MANY_FILES } } }
  const saturation = { shape: 'fields-4', files: MANY_FILES, lines }
  return saturate({ ...task, settings: { ...settings, library } }, contender, tools, saturation)
}

interface Details {
  readonly sources: { readonly hitRate: number }
}

/** One shared logger, called from all places. The contender's own calls have one place in each file. */
async function runPlaces({ directory, settings }: Task): Promise<Result> {
  const lines = settings.isQuick ? PLACED_LINES / QUICK_DIVISOR : PLACED_LINES
  const address = new URL('../../lib/main/package/index.js', import.meta.url).href
  const { Spillway } = (await import(address)) as { readonly Spillway: new (options: object) => PlacedSpillway }
  const options = { classify: 'call-site', sources: { root: SOURCE_ROOT } }
  const spillway = new Spillway({ ...settings.library, ...options, directory })
  const logger = spillway.logger()
  const places = categoriesOf(MODULES).map(callsFrom)
  for (let entry = 0; entry < lines; entry++) {
    const call = places[entry % MODULES]![Math.floor(entry / MODULES) % PLACES_PER_MODULE]!
    call(logger, entryAt(entry), MESSAGE)
  }
  await spillway.flush()
  const bytesAtEnd = logBytesIn(directory)
  await spillway.close()
  const details = spillway.stats()
  return {
    figures: { hitPercent: details.sources.hitRate * 100 },
    logged: { lines, files: MODULES, shape: 'fields-4' },
    bytesAtEnd,
    details,
  }
}

/** A call that stands in a place of its own. */
type CallFrom = (logger: { info(fields: object, message: string): void }, fields: object, message: string) => void

interface PlacedSpillway extends Pick<Session, 'close'> {
  logger(): Parameters<CallFrom>[0]
  flush(): Promise<void>
  stats(): Details
}

/** Calls that stand in different lines of the category's file. */
function callsFrom(category: string): CallFrom[] {
  const call = '(logger, fields, message) => logger.info(fields, message),\n'
  const code = `return [\n${call.repeat(PLACES_PER_MODULE)}]`
  return compileFunction(code, [], { filename: sourceFile(category) })() as CallFrom[]
}
