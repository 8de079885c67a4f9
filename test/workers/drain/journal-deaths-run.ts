/**
 * A scenario for processes that die while a journal is written, and what is found of it then: files and journal together
 * have every line that is known to be journaled, once and in order, and nothing else.
 */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { HOLDER_NONE, JOURNAL_AT, JOURNAL_HOLDER, JOURNALED, PUBLISHED } from '../../../src/shared/arena-layout.js'
import { journalGeometry } from '../../../src/shared/journal-layout.js'
import { EarlyJournal } from '../../../src/workers/drain/early-journal.js'
import type { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { linesAfterTheEnd } from '../after-the-end.js'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

export const FILES = ['actions', 'engine', 'turns', 'error'] as const
export const STEPS = 34
/** All is written now and then, so that files differ in how much of them is there. */
const WRITTEN_STEPS = [3, 11, 28]

/** What the application logs before a step: some lines in parts, some past the buffers, urgent ones among them. */
function logStep(rig: PartitionRig, step: number): void {
  const [actions, engine, turns] = FILES.map((name) => rig.logger(name))
  actions!.info({ step }, 'x'.repeat(1000))
  engine!.info({ step }, 'y'.repeat(500))
  turns!.info`turn of ${{ step }}`
  if (step % 2 === 0) actions!.error({ step }, 'in the midst')
  if (step % 5 === 1) engine!.info('r'.repeat(1500))
  if (step % 5 === 2) turns!.info({ toJSON: () => ({ text: 't'.repeat(4100) }) }, 'in parts')
  turns!.info(`after ${step}`)
}

function runStep(drain: PartitionDrain, step: number): void {
  drain.pass(NOON_MS)
  drain.writeDue(NOON_MS, WRITTEN_STEPS.includes(step))
}

function newRig(startPosition = 0, ringBytes = 16_384): PartitionRig {
  return new PartitionRig({
    geometry: { ringBytes, fileBufferBytes: 4096, fileBufferCount: 2 },
    startPosition,
    drain: { handlesMax: 2, linesMax: 11 },
    journals: true,
    inMemory: true,
    onFull: () => process.exit(1), // An assertion would be swallowed: logging never throws.
  })
}

export interface Undisturbed {
  readonly lines: ReadonlyMap<string, readonly string[]>
  /** How many lines of each file were logged before each step. */
  readonly counts: readonly ReadonlyMap<string, number>[]
  /** In how many steps a half of the journal was begun. */
  readonly turns: number
}

/** All that is logged, and when. */
export function runUndisturbed(): Undisturbed {
  using rig = newRig()
  const counts: Map<string, number>[] = []
  let turns = 0
  for (let step = 0; step < STEPS; step++) {
    counts.push(new Map([...linesNow(rig)].map(([name, lines]) => [name, lines.length])))
    logStep(rig, step)
    const half = halfOf(rig)
    runStep(rig.drain, step)
    if (halfOf(rig) !== half) turns++
  }
  return { lines: linesNow(rig), counts, turns }
}

/** The half that the last frame is in. */
function halfOf(rig: PartitionRig): number {
  return Math.ceil(rig.arena.words[JOURNAL_AT]! / (journalGeometry(rig.arena.geometry).ringBytes / 2))
}

function linesNow(rig: PartitionRig): Map<string, string[]> {
  return rig.arena.words[JOURNAL_AT] === 0 ? new Map() : linesAfterTheEnd(rig, FILES)
}

/** Who journals in a step: the partition's owner, or the main thread while there is none. */
export type Role = 'owner' | 'main thread'

/** A run of the scenario. */
export interface DeathPlan {
  /** After how many events each life ends, one after the other. */
  readonly eventsMax: readonly number[]
  readonly startPosition?: number
  readonly ringBytes?: number
  /** Who has each step; unset, owners have all. */
  readonly roles?: readonly Role[]
}

/** One of them, until another one follows or it dies. */
class Reign {
  readonly #owner: MortalOwner
  readonly #early: EarlyJournal | null

  constructor(rig: PartitionRig, lifetime: Lifetime, role: Role, isFirst: boolean) {
    // A write that was broken off by what was thrown in it, at the end of the stack, has put this back, and nothing else.
    rig.arena.words[JOURNAL_HOLDER] = HOLDER_NONE
    this.#owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
    try {
      this.#early = role === 'owner' ? null : new EarlyJournal(this.#owner.arena, dirname(rig.journal))
      if (role === 'owner' && !isFirst) this.#owner.drain.resume()
    } catch (death) {
      this.#owner[Symbol.dispose]()
      throw death
    }
  }

  act(step: number): void {
    if (this.#early === null) {
      runStep(this.#owner.drain, step)
      return
    }
    const { words } = this.#owner.arena
    if (!this.#early.append() || words[JOURNALED] !== words[PUBLISHED]) throw new Error('not all is journaled')
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]()
  }
}

/**
 * Runs the scenario with these lives, one after the other, and ends where the last one is over. Gives what is wrong then, or
 * an empty text; `null` where it came to the end.
 */
export function faultAfter(plan: DeathPlan, expected: Undisturbed): string | null {
  const { roles = Array<Role>(STEPS).fill('owner') } = plan
  using rig = newRig(plan.startPosition, plan.ringBytes)
  const lifetimes = plan.eventsMax.map((events) => new Lifetime(events))
  const { words } = rig.arena
  let step = 0
  let isFirst = true
  /** All that was logged before this step is journaled. */
  let known = 0
  logStep(rig, 0)
  for (const lifetime of lifetimes) {
    try {
      for (;;) {
        const role = roles[step]!
        using reign = new Reign(rig, lifetime, role, isFirst)
        isFirst = false
        while (roles[step] === role) {
          reign.act(step)
          if (words[JOURNALED] === words[PUBLISHED]) known = step + 1
          if (++step === roles.length) return null
          logStep(rig, step)
        }
      }
    } catch (error) {
      if (!(error instanceof Death)) throw error
    }
  }
  const deaths = lifetimes.map(({ events, epitaph }) => `event ${events}: ${epitaph}`).join('; ')
  try {
    const lines = linesAfterTheEnd(rig, FILES)
    const faults = FILES.flatMap((name) => {
      const found = lines.get(name)!
      const all = expected.lines.get(name)!
      const least = expected.counts[known]!.get(name) ?? 0
      if (found.length < least) return [`${name} has ${found.length} lines of ${least}`]
      const wrong = found.findIndex((line, at) => line !== all[at])
      return wrong < 0 ? [] : [`${name} differs at line ${wrong + 1}: ${found[wrong]?.slice(0, 80)}`]
    })
    if (faults.length === 0) faults.push(...recoveryFaults(rig, lines))
    return faults.length === 0 ? '' : `step ${step}, ${deaths}: ${faults.join(', ')}`
  } catch (error) {
    return `step ${step}, ${deaths}: ${error}`
  }
}

/** What recovery makes of it is the same. */
function recoveryFaults(rig: PartitionRig, expected: ReadonlyMap<string, readonly string[]>): string[] {
  const { directory } = rig
  const settings = { directory, fallbackDirectory: null, fileMode: 0o600, directoryMode: 0o700 }
  const report = recoverLeftover(rig.journal, settings)
  if (!report.isDone || report.damaged > 0 || report.problem !== null) return [JSON.stringify(report)]
  return FILES.flatMap((name) => {
    const lines = existsSync(rig.path(name)) ? rig.text(name).split('\n').slice(0, -1) : []
    const wrong = expected.get(name)!.findIndex((line, at) => line !== lines[at])
    if (wrong < 0 && lines.length === expected.get(name)!.length) return []
    return [`${name} is recovered with ${lines.length} lines; line ${wrong + 1} is ${lines[wrong]?.slice(0, 80)}`]
  })
}
