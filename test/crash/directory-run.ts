/**
 * A directory of its own in which one child after the other lives and is killed, or dies of itself, each going on where
 * the one before was stopped; then what is left over is finished, and all files are read.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomNumbers } from '../../scripts/random-numbers.js'
import type { Acknowledged } from './acknowledgement.js'
import { type Cause, SIGNALS } from './causes.js'
import type { ChildSettings } from './child-settings.js'
import { type Kill, Life, type LifeEnd } from './life.js'
import { isSpillway, lossOf, type Mode } from './modes.js'
import { Neighbour } from './neighbour.js'
import { drawSettings, killIn, type Phase } from './phases.js'
import { recoverDirectory } from './recovery.js'
import { unexpectedWords } from './said.js'
import { Findings, type Kind } from './verify/findings.js'
import type { Loss, RunTold } from './verify/found-run.js'
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
const COPIES_SHARE = 0.25
const RECOVER_CALL_SHARE = 0.3
const DEATH_ENTRY_MAX = 4_000
const DYING_ENTRIES_MAX = 1_000_000
/** What a recovery takes before any was seen, and the share of a new one in the mean. */
const CONSTRUCTION_MS = 20
const MEAN_SHARE = 0.2

/** Chains of processes that live at a time. */
const VICTIMS = 1
const NEIGHBOUR = 2

const ALWAYS: readonly Kind[] = ['early', 'life']
const WRONG_LINES: readonly Kind[] = ['hole', 'doubled', 'misordered', 'misplaced', 'altered', 'foreign']

/** What must not be found in a mode. */
export function faultKinds(mode: Mode): readonly Kind[] {
  if (!isSpillway(mode)) return ALWAYS
  if (mode === 'memory') return [...ALWAYS, ...WRONG_LINES]
  return [...ALWAYS, ...WRONG_LINES, 'torn', mode === 'mapped' ? 'lost' : 'over bound']
}

/** What happens in a directory. */
export interface DirectoryPlan {
  readonly mode: Mode
  readonly seed: number
  readonly kills: number
  /** Where the directory is made. */
  readonly within: string
  /** For how long children log, at most. */
  readonly loadMs: number
  /** The phases to draw from, where not from all. */
  readonly phases?: readonly Phase[]
  /** What children die of, where they are not killed. */
  readonly cause?: Cause
  /** Whether another process logs into the directory all the time. */
  readonly hasNeighbour?: boolean
}

/** What a child's death has cost. */
export interface KillLoss {
  readonly entries: number
  /** From the return of the first call whose entry is lost to that of the last one; 0 where nothing is lost. */
  readonly ms: number
  /** Whether the first entry of all is lost: nobody had come to look after entries by then. */
  readonly isFromStart: boolean
}

/** What came of it. */
export interface DirectoryResult {
  readonly findings: Findings
  /** By phase, or by cause. */
  readonly kills: ReadonlyMap<string, number>
  /** Where those that were killed, or died, had come to last. */
  readonly places: ReadonlyMap<string, number>
  readonly cleanEnds: number
  /** Of each killed child. */
  readonly lost: readonly KillLoss[]
  /** What children said on stderr, the first of it. */
  readonly said: readonly string[]
  /** Where the directory is, if something in it is wrong. */
  readonly kept: string | null
}

/** Carries out a plan, and verifies. */
export async function runDirectory(plan: DirectoryPlan): Promise<DirectoryResult> {
  const run = new DirectoryRun(plan)
  try {
    if (plan.hasNeighbour === true) await run.startNeighbour()
    while (run.killed < plan.kills) await (plan.cause === undefined ? run.next() : run.nextDying(plan.cause))
  } finally {
    await run.endNeighbour()
  }
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
  readonly #hasCopies: boolean
  readonly #runs: RunTold[] = []
  /** Runs that were killed, and what they had told. */
  readonly #killedRuns = new Map<number, Acknowledged>()
  readonly #kills = new Map<string, number>()
  readonly #places = new Map<string, number>()
  readonly #lives = new Findings()
  readonly #said: string[] = []
  /** Each life as it was, for who looks at a directory that is kept. */
  readonly #diary: object[] = []
  #neighbour: Neighbour | null = null
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
    this.#hasCopies = isSpillway(plan.mode) && plan.phases === undefined && this.#fraction() < COPIES_SHARE
  }

  /** One more life. */
  async next(): Promise<void> {
    const phase = this.#drawPhase()
    if (phase === 'recovery' && isSpillway(this.#plan.mode) && this.#fraction() < RECOVER_CALL_SHARE) {
      const kill = this.#fraction() * this.#constructionMs
      if (await this.#recover(kill)) this.#count('recovery')
      return
    }
    const { loadMs } = this.#plan
    const settings = this.#draw(phase)
    const kill =
      phase === 'end' ? null : killIn(phase, this.#fraction, { loadMs, constructionMs: this.#constructionMs })
    const end = await new Life(settings, kill, this.#zone[0]).ended()
    this.#note(settings, end, phase, kill)
  }

  /** One more life, which ends of the cause, now and then in the middle of a call. */
  async nextDying(cause: Cause): Promise<void> {
    const atEntry = 1 + Math.floor(this.#fraction() * DEATH_ENTRY_MAX)
    const inCall = this.#fraction() < 0.4
    const drawn = this.#draw('load')
    const pace = drawn.pace === 'trickle' ? 'full' : drawn.pace
    const settings = { ...drawn, pace, entriesMax: DYING_ENTRIES_MAX, death: { cause, atEntry, inCall } }
    this.#note(settings, await new Life(settings, null, this.#zone[0]).ended(), 'load')
  }

  /** Another process begins, as the first in the directory or beside one that is there. */
  async startNeighbour(): Promise<void> {
    const isFirst = this.#fraction() < 0.5
    const settings = isFirst ? null : this.#draw('load')
    // Nothing kills it before the neighbour is there.
    const first = settings === null ? null : new Life(settings, null, this.#zone[0])
    await first?.cameTo('logging')
    if (settings !== null) this.#runs.push(toldOf(settings, 0, this.#plan.mode, VICTIMS))
    this.#neighbour = new Neighbour(this.#draw('load'), this.#zone[0])
    this.#runs.push(toldOf(this.#neighbour.settings, 0, this.#plan.mode, NEIGHBOUR))
    await this.#neighbour.started()
    if (first === null || settings === null) return
    first.kill()
    this.#note(settings, await first.ended(), 'load')
  }

  async endNeighbour(): Promise<void> {
    if (this.#neighbour === null) return
    const { settings } = this.#neighbour
    const { acknowledged, problem } = await this.#neighbour.end()
    this.#setRun(toldOf(settings, acknowledged, this.#plan.mode, NEIGHBOUR))
    if (problem !== null) this.#lives.tell('life', `the neighbour, run ${settings.run}, ${problem}`)
  }

  /** What the last one left is finished by a function of its own, or by a process that starts and ends. */
  async finishLeftovers(): Promise<void> {
    if (!isSpillway(this.#plan.mode)) return
    // Such a process would take any seat, the neighbour's too.
    if (this.#neighbour !== null || this.#fraction() < 0.5) {
      await this.#recover(null)
      return
    }
    const settings = { ...this.#draw('end'), end: 'close' as const }
    this.#note(settings, await new Life(settings, null, this.#zone[0]).ended(), 'end')
  }

  verify(): DirectoryResult {
    const { mode, seed, hasNeighbour: hasSeats = false } = this.#plan
    const dayShiftMs = this.#utc ? 0 : this.#zone[1]
    const rules = { seed, hasDays: isSpillway(mode), hasCopies: this.#hasCopies, hasSeats, dayShiftMs }
    const { findings, lost } = verifyDirectory(this.#logs, this.#runs, rules)
    findings.add(this.#lives, 'child')
    const isWrong = findings.sum(faultKinds(mode)) > 0
    if (isWrong) writeFileSync(join(this.#path, 'diary.json'), JSON.stringify({ rules, diary: this.#diary }, null, 1))
    else rmSync(this.#path, { recursive: true, force: true })
    return {
      findings,
      kills: this.#kills,
      places: this.#places,
      cleanEnds: this.#cleanEnds,
      lost: [...this.#killedRuns].map(([run, acknowledged]) => lossOfKill(lost.get(run), acknowledged)),
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

  /** What the next child does. */
  #draw(phase: Phase | 'end'): ChildSettings {
    const run = this.#runs.length + 1
    const { mode, seed, loadMs } = this.#plan
    const acknowledgement = join(this.#path, `acknowledged-${run}`)
    const own = { run, directory: this.#logs, acknowledgement, utc: this.#utc, alsoInCategoryFile: this.#hasCopies }
    return drawSettings({ mode, seed, ...own }, phase, this.#fraction, loadMs)
  }

  #note(settings: ChildSettings, end: LifeEnd, phase: Phase | 'end', kill: Kill | null = null): void {
    const { run, death } = settings
    const acknowledged = end.acknowledged.last
    this.#diary.push({ settings, phase, kill, end: { ...end, acknowledged } })
    this.#setRun(toldOf(settings, acknowledged, this.#plan.mode, VICTIMS))
    if (end.constructionMs !== null) {
      this.#constructionMs += (end.constructionMs - this.#constructionMs) * MEAN_SHARE
    }
    const isExpectedCode = end.code === 0 || (settings.end === 'throw' && end.code === 1)
    const hasDied = death !== null && end.signal !== null && SIGNALS[death.cause].includes(end.signal)
    if (end.killed || (hasDied && !end.hung)) {
      this.#killedRuns.set(run, end.acknowledged)
      const place = end.place ?? 'spawned'
      this.#places.set(place, (this.#places.get(place) ?? 0) + 1)
      this.#count(death?.cause ?? phase)
    } else if (death === null && !end.hung && isExpectedCode && end.place === 'closed') this.#cleanEnds++
    else {
      const words = end.hung ? 'came to no end' : `ended with ${end.signal ?? end.code}`
      this.#lives.tell('life', `run ${run} (${phase}) ${words} after ${end.place}: ${end.stderr.slice(-300)}`)
      if (death !== null) this.#count('failed to die') // It must not be tried for ever.
    }
    const said = settings.end === 'throw' || death !== null ? '' : unexpectedWords(end.stderr)
    if (said !== '') this.#said.push(`run ${run}: ${said}`)
  }

  #setRun(told: RunTold): void {
    const at = this.#runs.findIndex(({ run }) => run === told.run)
    if (at === -1) this.#runs.push(told)
    else this.#runs[at] = told
  }

  #count(kind: string): void {
    this.killed++
    this.#kills.set(kind, (this.#kills.get(kind) ?? 0) + 1)
  }

  /** Gives whether it was killed. */
  async #recover(killAfterMs: number | null): Promise<boolean> {
    const { killed, problem } = await recoverDirectory(this.#logs, killAfterMs, this.#zone[0])
    this.#diary.push({ recover: { killAfterMs, killed, problem } })
    if (problem !== null) this.#lives.tell('life', problem)
    return killed
  }
}

/** What a run is judged by. */
function toldOf(
  { run, batch, workers, ringBytes }: ChildSettings,
  acknowledged: number,
  mode: Mode,
  chain: number,
): RunTold {
  const lossBound = lossOf(mode) === 'nothing' ? null : { rings: workers, ringBytes }
  return { run, acknowledged, batch, chain, lossBound }
}

function lossOfKill(loss: Loss | undefined, acknowledged: Acknowledged): KillLoss {
  const { entries, first } = loss ?? { entries: 0, first: 0 }
  return { entries, ms: entries === 0 ? 0 : acknowledged.sinceMs(first), isFromStart: first === 1 }
}
