/**
 * What an undisturbed run looks like, found by making some: which files a partition has, how many calls its writer makes
 * on them, and every line with its file and its bytes. All later runs are held against it.
 */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { verifyRun } from '../../scripts/verify/verify-run.js'
import { logFiles } from '../support/written-lines.js'
import { RunDirectory, type RunOutcome, runChild } from './fault-child.js'
import type { CallCounts, RunCounts } from './fault-points.js'
import { noSmallDisk, PAGE_BYTES } from './small-disk.js'
import { countingStrace, readTrace, type ThreadCalls } from './strace.js'

/** How the run is configured, as far as the places of lines go. */
export const PLACE_RULES = { utc: true, alsoInCategoryFile: false } as const
const FIRST_LEAD = 'c00'

/** A line, and where it belongs. */
export interface ExpectedLine {
  /** Below the directory: `2026-01-31/c05.jsonl`. */
  readonly file: string
  readonly level: number
  readonly text: string
}

/** The undisturbed run in which one partition makes the directories; faults are injected into that partition. */
export interface PartitionModel {
  readonly lead: string
  /** The names of its files, whatever their day. */
  readonly files: readonly string[]
  /** What it makes calls on, below the log directory; with the directories themselves. */
  readonly paths: readonly string[]
  readonly counts: CallCounts
  /** By seq, all partitions' lines. */
  readonly lines: ReadonlyMap<number, ExpectedLine>
  /** How many pages its files take. */
  readonly pages: number
  readonly memoryKb: number
}

/** What all points are made from. */
export function countsOf(models: readonly PartitionModel[]): RunCounts {
  const pages = noSmallDisk() === false ? (models[0]?.pages ?? 0) : 0
  return { partitions: models.map(({ counts }) => counts), pages }
}

/** A model for each partition, in the order of their first categories. */
export async function buildModels(): Promise<PartitionModel[]> {
  const first = await traceRun(FIRST_LEAD)
  const leads = first.threads.map(({ paths }) => leadOf(paths)).sort()
  return Promise.all(leads.map((lead) => buildModel(lead)))
}

async function buildModel(lead: string): Promise<PartitionModel> {
  const { threads, lines, pages, outcome } = await traceRun(lead)
  const own = threads.find(({ paths }) => paths.some((path) => basename(path) === `${lead}.jsonl`))
  assert.ok(own !== undefined, `no thread writes ${lead}.jsonl`)
  const files = [...new Set(own.paths.map((path) => basename(path)).filter((name) => name.endsWith('.jsonl')))]
  using directory = new RunDirectory()
  const death = { directory: directory.logs, files, death: null }
  const { end } = await runChild(directory, { lead, death })
  assert.ok(end !== null, 'a run that only counts comes to its end')
  const counts: CallCounts = { system: own.counts, functions: end.calls }
  return { lead, files, paths: own.paths, counts, lines, pages, memoryKb: outcome.end?.memoryKb ?? 0 }
}

interface TracedRun {
  readonly threads: readonly ThreadCalls[]
  readonly lines: ReadonlyMap<number, ExpectedLine>
  readonly pages: number
  readonly outcome: RunOutcome
}

async function traceRun(lead: string): Promise<TracedRun> {
  using directory = new RunDirectory()
  const outcome = await runChild(directory, { lead, under: countingStrace(directory.trace) })
  const lines = new Map<number, ExpectedLine>()
  let pages = 0
  for (const path of logFiles(directory.logs)) {
    pages += Math.ceil(statSync(path).size / PAGE_BYTES)
    for (const text of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
      const { seq, level } = JSON.parse(text) as { readonly seq: number; readonly level: number }
      lines.set(seq, { file: relative(directory.logs, path), level, text })
    }
  }
  const { problems } = verifyRun(directory.logs, new Map(), outcome.end?.entries ?? 0, PLACE_RULES)
  assert.deepEqual(problems, [], 'an undisturbed run is verified')
  const threads = readTrace(directory.trace, directory.logs).filter(({ counts }) => counts.write !== undefined)
  const below = (path: string): string => relative(directory.logs, path)
  return { threads: threads.map(({ counts, paths }) => ({ counts, paths: paths.map(below) })), lines, pages, outcome }
}

/** The category of a partition's first file that is a category's. */
function leadOf(paths: readonly string[]): string {
  const [lead] = paths
    .map((path) => basename(path, '.jsonl'))
    .filter((name) => /^c\d\d$/.test(name))
    .sort()
  assert.ok(lead !== undefined, 'each partition has a file of a category')
  return lead
}
