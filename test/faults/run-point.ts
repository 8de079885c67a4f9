/** Makes one point happen, and judges what came of it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markFiles } from '../../scripts/verify/file-marks.js'
import { verifyRun } from '../../scripts/verify/verify-run.js'
import { Accounts } from './accounts.js'
import { RunDirectory, type RunOutcome, runChild } from './fault-child.js'
import { type PartitionModel, PLACE_RULES } from './fault-model.js'
import type { DeathPoint, DiskPoint, FallbackKind, FaultPoint, KillPoint, Point } from './fault-points.js'
import { SmallDisk } from './small-disk.js'
import { failingStrace, injectedCalls, killingStrace } from './strace.js'

/** How often a point is tried at which nothing happened: where a machine was so slow that calls fell otherwise. */
const TRIES = 3
/** A run in trouble may need so much more memory than an undisturbed one. */
const MEMORY_SLACK_KB = 48 * 1024

/** A flush that asked for the disk was told that not all is there. */
const SYNC_FAILED = 'ERR_SPILLWAY_SYNC'

/** What came of a point. */
export interface PointResult {
  readonly point: Point
  /** False where what should happen never did; such a point counts for nothing. */
  readonly happened: boolean
  readonly problems: readonly string[]
  readonly durationMs: number
  readonly memoryKb: number
}

/** Runs one point to its end. */
export async function runPoint(point: Point, models: readonly PartitionModel[]): Promise<PointResult> {
  const model = models[point.partition] as PartitionModel
  for (let attempt = 1; ; attempt++) {
    const result = await attemptPoint(point, model)
    if (result.happened || attempt === TRIES) return result
  }
}

function attemptPoint(point: Point, model: PartitionModel): Promise<PointResult> {
  if (point.kind === 'fault') return runFault(point, model)
  if (point.kind === 'disk') return runFullDisk(point, model)
  return point.kind === 'kill' ? runKill(point, model) : runDeath(point, model)
}

async function runFault(point: FaultPoint, model: PartitionModel): Promise<PointResult> {
  using directory = new RunDirectory()
  const roots = point.fallback === 'failing fallback' ? [directory.logs, directory.fallback] : [directory.logs]
  const paths = roots.flatMap((root) => model.paths.map((path) => join(root, path)))
  const when = point.mode === 'once' ? `${point.index}` : `${point.index}+`
  const under = failingStrace(directory.trace, paths, { ...point, when })
  const outcome = await runChild(directory, { lead: model.lead, fallback: point.fallback !== 'no fallback', under })
  const accounts = readAccounts(directory, outcome, model)
  const problems = [...endProblems(outcome, model), ...accounts.problems]
  if (point.mode === 'once') problems.push(...wholeProblems(directory, outcome, accounts))
  // A part of a line that cannot be cut off stays, at the end of its file: whoever opens it next sets it aside.
  if (!point.cuts) accounts.torn.length = 0
  problems.push(...lossProblems(outcome, accounts), ...needlessLosses(point.fallback, accounts))
  const happened = injectedCalls(directory.trace, point.call) > 0
  const isSync = point.call === 'fsync' || point.call === 'fdatasync'
  if (isSync && happened && outcome.end?.failures.includes(SYNC_FAILED) === false) {
    problems.push('a flush says that all is on the disk')
  }
  return resultOf(point, outcome, happened, problems)
}

/** What the disk does not take is told of, or goes elsewhere; what it takes in part is taken back. */
async function runFullDisk(point: DiskPoint, model: PartitionModel): Promise<PointResult> {
  using directory = new RunDirectory()
  const { logs } = directory
  const { disk, ballast } =
    point.mode === 'freed'
      ? SmallDisk.withBallast(logs, point.index)
      : { disk: new SmallDisk(logs, point.index), ballast: undefined }
  using mounted = disk
  const settings = { lead: model.lead, fallback: point.fallback !== 'no fallback' }
  const outcome = await runChild(directory, ballast === undefined ? settings : { ...settings, ballast })
  const accounts = readAccounts(directory, outcome, model)
  const problems = [...endProblems(outcome, model), ...lossProblems(outcome, accounts)]
  problems.push(...needlessLosses(point.fallback, accounts))
  return resultOf(point, outcome, mounted !== undefined, problems)
}

async function runDeath(point: DeathPoint, model: PartitionModel): Promise<PointResult> {
  using directory = new RunDirectory()
  const death = { call: point.call, index: point.index, when: point.when }
  const plan = { directory: directory.logs, files: model.files, death }
  const outcome = await runChild(directory, { lead: model.lead, death: plan })
  const accounts = readAccounts(directory, outcome, model)
  const problems = [...endProblems(outcome, model), ...accounts.problems]
  problems.push(...wholeProblems(directory, outcome, accounts), ...lossProblems(outcome, accounts))
  const deaths = outcome.end?.deaths.reduce((sum, count) => sum + count, 0) ?? 0
  if (outcome.end?.died === true && deaths !== 1) problems.push(`a writer died, but ${deaths} deaths are counted`)
  // Of a sync that its writer did not outlive nobody knows how it ended.
  const failures = outcome.end?.failures.filter((failure) => failure !== SYNC_FAILED) ?? []
  if (failures.length > 0) problems.push(`rejected: ${failures}`)
  return resultOf(point, outcome, outcome.end?.died === true, problems)
}

/** The run that follows is undisturbed: it finds what the killed one has left. */
async function runKill(point: KillPoint, model: PartitionModel): Promise<PointResult> {
  using directory = new RunDirectory()
  const paths = model.paths.map((path) => join(directory.logs, path))
  const under = killingStrace(directory.trace, paths, point.call, point.index)
  const killed = await runChild(directory, { lead: model.lead, under })
  const happened = killed.signal === 'SIGKILL' && killed.end === null && !killed.hung
  const accounts = readAccounts(directory, killed, model)
  const problems = [...accounts.problems]
  for (const seq of accounts.missing) {
    if (seq <= killed.flushed) problems.push(`seq ${seq} is missing, though all up to ${killed.flushed} was flushed`)
  }
  const marks = markFiles(directory.logs)
  const next = await runChild(directory, { lead: model.lead })
  problems.push(...endProblems(next, model))
  problems.push(...verifyRun(directory.logs, marks, next.end?.entries ?? 0, PLACE_RULES).problems)
  for (const { path, bytes } of accounts.torn) {
    const aside = existsSync(`${path}.torn`) ? readFileSync(`${path}.torn`) : Buffer.alloc(0)
    if (!aside.equals(Buffer.concat([bytes, Buffer.from('\n')])))
      problems.push(`${path}: its torn end is not set aside`)
  }
  return resultOf(point, killed, happened, problems)
}

function readAccounts(directory: RunDirectory, outcome: RunOutcome, model: PartitionModel): Accounts {
  const accounts = new Accounts(model.lines)
  accounts.readDirectory('log', directory.logs)
  if (existsSync(directory.logs)) accounts.checkTornFiles(directory.logs)
  accounts.readDirectory('fallback', directory.fallback)
  accounts.readStandardError(outcome.stderr)
  return accounts
}

/** The application lives: it has ended by itself, in its own way, and within its memory. */
function endProblems({ code, signal, end, hung, stderr }: RunOutcome, { lines, memoryKb }: PartitionModel): string[] {
  if (hung) return ['the process did not end']
  if (code !== 0 || end === null) return [`the process ended with ${signal ?? code}: ${stderr.slice(-500)}`]
  const problems: string[] = []
  if (end.entries !== lines.size) problems.push(`${end.entries} entries were logged, not ${lines.size}`)
  if (end.memoryKb > memoryKb + MEMORY_SLACK_KB) problems.push(`${end.memoryKb} KiB of memory, undisturbed ${memoryKb}`)
  const foreign = end.failures.filter((failure) => failure !== 'ERR_SPILLWAY_IO' && failure !== SYNC_FAILED)
  if (foreign.length > 0) problems.push(`rejected with ${foreign.join(', ')}`)
  return problems
}

/** All lines are in their files, by the verifier that knows nothing of the library and by the undisturbed run. */
function wholeProblems(directory: RunDirectory, { end }: RunOutcome, accounts: Accounts): string[] {
  const problems = [...verifyRun(directory.logs, new Map(), end?.entries ?? 0, PLACE_RULES).problems]
  if (accounts.elsewhere > 0) problems.push(`${accounts.elsewhere} lines are not in the log directory`)
  if (end !== null && end.dropped > 0) problems.push(`${end.dropped} lines are counted as dropped`)
  return problems
}

/** What is nowhere is counted as dropped and told of, and nothing else is; no file ends in the middle of a line. */
function lossProblems({ end }: RunOutcome, accounts: Accounts): string[] {
  const problems = accounts.torn.map(({ path, bytes }) => `${path} ends with ${bytes.length} bytes of a line`)
  const { missing } = accounts
  if (end !== null && end.dropped !== missing.length) {
    const which =
      missing.length === 0 ? '' : ` (seq ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ' ...' : ''})`
    problems.push(`${missing.length} lines are nowhere${which}, but ${end.dropped} are counted as dropped`)
  }
  accounts.checkDropNotes()
  return [...problems, ...accounts.problems.splice(0)]
}

/** Where a fallback directory works nothing has to be dropped, and errors never: stderr takes them. */
function needlessLosses(fallback: FallbackKind, { missingWhole, missingErrors }: Accounts): string[] {
  const text = (seqs: readonly number[]): string => `${seqs.length} (seq ${seqs.slice(0, 10).join(', ')})`
  if (fallback === 'with fallback' && missingWhole.length > 0) {
    return [`lines were dropped though the fallback directory takes them: ${text(missingWhole)}`]
  }
  return missingErrors.length > 0 ? [`errors were dropped though stderr takes them: ${text(missingErrors)}`] : []
}

function resultOf(point: Point, outcome: RunOutcome, happened: boolean, problems: readonly string[]): PointResult {
  const { durationMs, end } = outcome
  return { point, happened, problems: [...new Set(problems)], durationMs, memoryKb: end?.memoryKb ?? 0 }
}
