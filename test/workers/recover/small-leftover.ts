/**
 * Small leftovers to be damaged: an owner died in the middle of things, with lines of all kinds in buffers, in the ring and
 * in files. What a damaged one yields is judged here.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { LeftoverReport } from '../../../src/workers/recover/recover-leftover.js'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { filesBelow } from './deaths-run.js'
import { recoverBytes } from './leftover-files.js'

export const GEOMETRY = {
  ringBytes: 8192,
  fileBufferBytes: 1024,
  fileBufferCount: 3,
  fileCapacity: 6,
  dictionaryBytes: 2048,
} as const
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A leftover, and what was in files at its owner's death and is to be in them in the end. */
export interface SmallLeftover {
  readonly bytes: Uint8Array
  readonly before: Map<string, string>
  readonly after: Map<string, string>
  readonly epitaph: string
}

function logLines(rig: PartitionRig, round: number): void {
  const actions = rig.logger('actions')
  const engine = rig.logger('engine')
  for (let i = 0; i < 3; i++) {
    actions.info({ round, i, text: 'x'.repeat(i * 9) }, 'again')
    engine.info`turn ${i} of ${{ round }} by ${'farmer'}`
  }
  actions.info(`a message of its own in ${round}`)
  engine.error({ round }, 'urgent')
  engine.info({ toJSON: () => ({ round }) }, 'rendered')
  if (round === 1) actions.info({ toJSON: () => ({ text: 'part'.repeat(500) }) }, 'in parts')
}

function newRig(): PartitionRig {
  return new PartitionRig({ geometry: GEOMETRY, inMemory: true, drain: { linesMax: 7 } })
}

/** The leftover of an owner that dies at this event, with entries in the ring that it has not seen. */
export function smallLeftover(eventsMax: number): SmallLeftover {
  using rig = newRig()
  const lifetime = new Lifetime(eventsMax)
  try {
    using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
    for (let round = 0; round < 3; round++) {
      logLines(rig, round)
      if (round === 2) break
      owner.drain.pass(NOON_MS)
      owner.drain.writeDue(NOON_MS, false)
    }
  } catch (death) {
    if (!(death instanceof Death)) throw death
    logLines(rig, 2)
  }
  const leftover = { bytes: rig.arena.bytes.slice(), before: filesBelow(rig.directory), epitaph: lifetime.epitaph }
  recoverBytes(rig.directory, leftover.bytes)
  return { ...leftover, after: filesBelow(rig.directory) }
}

/** What became of a damaged leftover. */
export interface Outcome {
  readonly report: LeftoverReport
  /** Expected lines that are not there. */
  readonly missing: number
  /** Lines that nobody logged. */
  readonly altered: number
  /** What must never be; empty where nothing is. */
  readonly fault: string
}

/** Recovers damaged bytes beside the files of a leftover, and judges what is there then. */
export function recoverDamaged(leftover: SmallLeftover, bytes: Uint8Array): Outcome {
  const parent = mkdtempSync(join(PARENT, 'spillway-damaged-'))
  try {
    const directory = join(parent, 'logs')
    for (const [path, text] of leftover.before) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text, { mode: 0o600 })
    }
    const report = recoverBytes(directory, bytes)
    const outside = readdirSync(parent).length === 1 ? '' : 'something was written outside of the directory'
    return judge(leftover, directory, report, outside)
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}

function judge(leftover: SmallLeftover, directory: string, report: LeftoverReport, outside: string): Outcome {
  const faults = [outside, report.isDone ? '' : `not done: ${report.problem}`]
  const quarantined = report.quarantined === null ? '' : join(directory, '.spillway', report.quarantined)
  if (report.damaged > 0 !== (quarantined !== '' && existsSync(quarantined)))
    faults.push('damaged, and not quarantined')
  const names = new Set([...leftover.after.keys()].map((path) => path.split('/')[1]))
  let missing = 0
  let altered = 0
  const found = filesBelow(directory)
  for (const [path, text] of found) {
    // A line that was torn before is set aside.
    if (path.endsWith('.torn')) continue
    if (!names.has(path.split('/')[1])) faults.push(`there is a file ${path}`)
    const judged = judgeLines(withoutTorn(text, leftover.before.get(path) ?? ''), leftover.after.get(path) ?? '')
    faults.push(judged.fault === '' ? '' : `${path} ${judged.fault}`)
    altered += judged.altered
  }
  for (const [path, text] of leftover.after)
    missing += linesOf(text).filter((line) => !linesOf(found.get(path) ?? '').includes(line)).length
  if (altered > 1) faults.push(`${altered} lines that nobody logged`)
  if (report.damaged === 0 && missing > altered) faults.push(`${missing} lines are missing, and nobody noticed`)
  return { report, missing, altered, fault: faults.filter((fault) => fault !== '').join('; ') }
}

/** Without what was torn before: of a file that nothing intact leads to. */
function withoutTorn(text: string, before: string): string {
  const torn = before.slice(before.lastIndexOf('\n') + 1)
  return text === before ? text.slice(0, text.length - torn.length) : text
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1)
}

function judgeLines(text: string, expected: string): { altered: number; fault: string } {
  if (text !== '' && !text.endsWith('\n')) return { altered: 0, fault: 'ends within a line' }
  const lines = linesOf(text)
  const wanted = linesOf(expected)
  const places = lines.map((line) => wanted.indexOf(line))
  const known = places.filter((place) => place >= 0)
  if (lines.some((line) => !isObject(line))) return { altered: 0, fault: `has a line that is no JSON` }
  if (new Set(known).size !== known.length) return { altered: 0, fault: 'has a line twice' }
  if (known.some((place, index) => index > 0 && place < known[index - 1]!))
    return { altered: 0, fault: 'is out of order' }
  return { altered: places.length - known.length, fault: '' }
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

/** The text of a report in the quarantine. */
export function reportText(directory: string, report: LeftoverReport): string {
  return readFileSync(join(directory, '.spillway', `${report.quarantined}.report.json`), 'utf8')
}
