/** Directories one after the other, some at a time, until enough children were killed; what was found of all of them. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type DirectoryPlan, type DirectoryResult, faultKinds, type KillLoss, runDirectory } from './directory-run.js'
import type { Mode } from './modes.js'
import { Findings } from './verify/findings.js'

/** For how long children log at most, if nothing else is said. Writers need the first tenth of a second to start. */
export const LOAD_MS = 250
const SAID_MAX = 5
const KEPT_MAX = 20

/** What is done in all directories together, and how the kills are shared out to them. */
export interface SoakPlan extends Omit<DirectoryPlan, 'within' | 'loadMs'> {
  readonly jobs: number
  readonly killsPerDirectory: number
  readonly within?: string
  readonly loadMs?: number
}

/** What a soak has come to, so far. */
export class SoakResult {
  readonly #mode: Mode
  readonly findings = new Findings()
  /** By phase, or by cause. */
  readonly kills = new Map<string, number>()
  /** By the last place that was told. */
  readonly places = new Map<string, number>()
  /** Of each killed child. */
  readonly lost: KillLoss[] = []
  readonly said: string[] = []
  readonly kept: string[] = []
  cleanEnds = 0
  saidCount = 0

  constructor(mode: Mode) {
    this.#mode = mode
  }

  get killCount(): number {
    return [...this.kills.values()].reduce((sum, count) => sum + count, 0)
  }

  /** How much of what must not be was found. */
  get faults(): number {
    return this.findings.sum(faultKinds(this.#mode))
  }

  add(seed: number, { findings, kills, places, cleanEnds, lost, said, kept }: DirectoryResult): void {
    this.findings.add(findings, `seed ${seed}`)
    for (const [phase, count] of kills) this.kills.set(phase, (this.kills.get(phase) ?? 0) + count)
    for (const [place, count] of places) this.places.set(place, (this.places.get(place) ?? 0) + count)
    this.cleanEnds += cleanEnds
    this.lost.push(...lost)
    this.saidCount += said.length
    this.said.push(...said.slice(0, SAID_MAX - this.said.length))
    if (kept === null) return
    // A night in which everything fails is not to fill the disk.
    if (this.kept.length < KEPT_MAX) this.kept.push(kept)
    else rmSync(kept, { recursive: true, force: true })
  }
}

/** Runs it; `progress` is called after each directory. */
export async function soak(plan: SoakPlan, progress: (result: SoakResult) => void = () => {}): Promise<SoakResult> {
  const { mode, jobs, killsPerDirectory, within = tmpdir(), loadMs = LOAD_MS, ...rest } = plan
  const result = new SoakResult(mode)
  let left = plan.kills
  let nextSeed = plan.seed
  const work = async (): Promise<void> => {
    while (left > 0) {
      const kills = Math.min(left, killsPerDirectory)
      left -= kills
      const seed = nextSeed++
      result.add(seed, await runDirectory({ ...rest, mode, seed, kills, within, loadMs }))
      progress(result)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return result
}
