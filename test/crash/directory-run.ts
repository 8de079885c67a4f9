/**
 * A directory of its own in which one child after the other lives and is killed, each going on where the one before was
 * stopped; then what is left over is finished, and all files are read.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { randomNumbers } from '../../scripts/random-numbers.js'
import type { ChildSettings } from './child-settings.js'
import { Life, type LifeEnd } from './life.js'
import { isSpillway, lossOf, type Mode } from './modes.js'
import { drawSettings, killIn, type Phase } from './phases.js'
import { canRecover, recoverDirectory } from './recovery.js'
import { Findings, type Kind } from './verify/findings.js'
import type { RunTold } from './verify/found-run.js'
import { verifyDirectory } from './verify/verify-directory.js'

const HOUR_MS = 3_600_000
/** Time zones by name, and how much earlier than the UTC day theirs begins. They have no summer time. */
const ZONES = [
  ['UTC', 0],
  ['Etc/GMT-9', 9 * HOUR_MS],
  ['Etc/GMT+5', -5 * HOUR_MS],
] as const
const PHASES_AT_RANDOM: readonly Phase[] = ['start', 'construction', 'load', 'rotation', 'close']
const CLEAN_END_SHARE = 0.08
const BURST_SHARE = 0.1
const BURST_MAX = 4
const RECOVER_CALL_SHARE = 0.3
/** What a recovery takes before any was seen, and the share of a new one in the mean. */
const CONSTRUCTION_MS = 20
const MEAN_SHARE = 0.2

const ALWAYS: readonly Kind[] = ['early', 'life']
const WRONG_LINES: readonly Kind[] = ['hole', 'doubled', 'misordered', 'misplaced', 'altered', 'foreign']

/** What must not be found in a mode. */
export function faultKinds(mode: Mode): readonly Kind[] {
  if (!isSpillway(mode)) return ALWAYS
  if (mode === 'memory') return [...ALWAYS, ...WRONG_LINES]
  return [...ALWAYS, ...WRONG_LINES, 'torn', mode === 'mapped' ? 'lost' : 'over bound']
}

/** A directory's part of a run. */
export interface DirectoryPlan {
  readonly mode: Mode
  readonly seed: number
  readonly kills: number
  /** Where the directory is made. */
  readonly within: string
  /** The phases to draw from, where not from all. */
  readonly phases?: readonly Phase[]
}

/** What came of it. */
export interface DirectoryResult {
  readonly findings: Findings
  readonly kills: ReadonlyMap<Phase, number>
  readonly cleanEnds: number
  /** Entries lost, of each killed child. */
  readonly lost: readonly number[]
  /** What children said on stderr, the first of it. */
  readonly said: readonly string[]
  /** Where the directory is, if something in it is wrong. */
  readonly kept: string | null
}

/** Carries out a plan, and verifies. */
export async function runDirectory(plan: DirectoryPlan): Promise<DirectoryResult> {
  const run = new DirectoryRun(plan)
  while (run.killed < plan.kills) await run.next()
  await run.finishLeftovers()
  return run.verify()
}

class DirectoryRun {
  readonly #plan: DirectoryPlan
  readonly #fraction: () => number
  readonly #path: string
  readonly #logs: string
  readonly #zone: (typeof ZONES)[number]
  readonly #utc: boolean
  readonly #runs: RunTold[] = []
  readonly #killedRuns: number[] = []
  readonly #kills = new Map<Phase, number>()
  readonly #lives = new Findings()
  readonly #said: string[] = []
  #cleanEnds = 0
  #burst = 0
  #constructionMs = CONSTRUCTION_MS
  killed = 0

  constructor(plan: DirectoryPlan) {
    this.#plan = plan
    this.#fraction = randomNumbers(plan.seed)
    this.#path = mkdtempSync(join(plan.within, `spillway-crash-${plan.seed}-`))
    this.#logs = join(this.#path, 'logs')
    mkdirSync(this.#logs, { mode: 0o700 })
    this.#zone = ZONES[Math.floor(this.#fraction() * ZONES.length)] as (typeof ZONES)[number]
    this.#utc = this.#fraction() < 0.5
  }

  /** One more life. */
  async next(): Promise<void> {
    const phase = this.#drawPhase()
    if (phase === 'recovery' && canRecover && this.#fraction() < RECOVER_CALL_SHARE) {
      const kill = this.#fraction() * this.#constructionMs
      if (await this.#recover(kill)) this.#count('recovery')
      return
    }
    const settings = drawSettings(this.#base(), phase, this.#fraction)
    const kill = phase === 'end' ? null : killIn(phase, this.#fraction, this.#constructionMs)
    const end = await new Life(settings, kill, this.#zone[0]).ended()
    this.#note(settings, end, phase)
  }

  /** What the last one left is finished by a function of its own, or by a process that starts and ends. */
  async finishLeftovers(): Promise<void> {
    if (lossOf(this.#plan.mode) === 'no promise') return
    if (canRecover && this.#fraction() < 0.5) {
      await this.#recover(null)
      return
    }
    const settings = { ...drawSettings(this.#base(), 'end', this.#fraction), end: 'close' as const }
    this.#note(settings, await new Life(settings, null, this.#zone[0]).ended(), 'end')
  }

  verify(): DirectoryResult {
    const { mode, seed } = this.#plan
    const dayShiftMs = this.#utc ? 0 : this.#zone[1]
    const { findings, lost } = verifyDirectory(this.#logs, this.#runs, { seed, hasDays: isSpillway(mode), dayShiftMs })
    findings.add(this.#lives, 'child')
    const isWrong = findings.sum(faultKinds(mode)) > 0
    if (!isWrong) rmSync(this.#path, { recursive: true, force: true })
    return {
      findings,
      kills: this.#kills,
      cleanEnds: this.#cleanEnds,
      lost: this.#killedRuns.map((run) => lost.get(run) ?? 0),
      said: this.#said,
      kept: isWrong ? this.#path : null,
    }
  }

  #drawPhase(): Phase | 'end' {
    if (this.#burst > 0) {
      this.#burst--
      return 'recovery'
    }
    const phases = this.#plan.phases ?? PHASES_AT_RANDOM
    if (this.#plan.phases === undefined && this.#fraction() < CLEAN_END_SHARE) return 'end'
    if (this.#plan.phases === undefined && this.#fraction() < BURST_SHARE) {
      this.#burst = 1 + Math.floor(this.#fraction() * BURST_MAX)
    }
    return phases[Math.floor(this.#fraction() * phases.length)] as Phase
  }

  #base(): Parameters<typeof drawSettings>[0] {
    const run = this.#runs.length + 1
    const { mode, seed } = this.#plan
    const acknowledgement = join(this.#path, `acknowledged-${run}`)
    return { mode, seed, run, directory: this.#logs, acknowledgement, utc: this.#utc }
  }

  #note(settings: ChildSettings, end: LifeEnd, phase: Phase | 'end'): void {
    const { run, batch, workers, ringBytes } = settings
    const lossBound = lossOf(this.#plan.mode) === 'nothing' ? null : { rings: workers, ringBytes }
    this.#runs.push({ run, acknowledged: end.acknowledged, batch, line: 1, lossBound })
    if (end.constructionMs !== null) {
      this.#constructionMs += (end.constructionMs - this.#constructionMs) * MEAN_SHARE
    }
    const isExpectedCode = end.code === 0 || (settings.end === 'throw' && end.code === 1)
    if (end.killed) {
      this.#killedRuns.push(run)
      this.#count(phase as Phase)
    } else if (!end.hung && isExpectedCode && end.place === 'closed') this.#cleanEnds++
    else {
      const words = end.hung ? 'came to no end' : `ended with ${end.signal ?? end.code}`
      this.#lives.tell('life', `run ${run} (${phase}) ${words} after ${end.place}: ${end.stderr.slice(-300)}`)
    }
    if (end.stderr !== '' && settings.end !== 'throw') this.#said.push(`run ${run}: ${end.stderr}`)
  }

  #count(phase: Phase): void {
    this.killed++
    this.#kills.set(phase, (this.#kills.get(phase) ?? 0) + 1)
  }

  /** Gives whether it was killed. */
  async #recover(killAfterMs: number | null): Promise<boolean> {
    if (!existsSync(this.#logs)) return false
    const { killed, problem } = await recoverDirectory(this.#logs, killAfterMs, this.#zone[0])
    if (problem !== null) this.#lives.tell('life', problem)
    return killed
  }
}
