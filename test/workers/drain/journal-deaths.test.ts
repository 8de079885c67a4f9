/**
 * The process dies at every store and in every write of an owner: then files and journal together have every line that was
 * published before its last pass, once and in order, and nothing else.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { JOURNAL_AT } from '../../../src/shared/arena-layout.js'
import { journalGeometry } from '../../../src/shared/journal-layout.js'
import type { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { linesAfterTheEnd } from '../after-the-end.js'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, NOON_MS, PartitionRig } from '../partition-rig.js'

const FILES = ['actions', 'engine', 'turns', 'error'] as const
const STEPS = 34
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

function newRig(startPosition: number): PartitionRig {
  return new PartitionRig({
    geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 2 },
    startPosition,
    drain: { handlesMax: 2, linesMax: 11 },
    journals: true,
    inMemory: true,
    onFull: () => process.exit(1), // An assertion would be swallowed: logging never throws.
  })
}

interface Undisturbed {
  readonly lines: ReadonlyMap<string, readonly string[]>
  /** How many lines of each file were logged before each step. */
  readonly counts: readonly ReadonlyMap<string, number>[]
  /** In how many steps a half of the journal was begun. */
  readonly turns: number
}

/** All that is logged, and when. */
function runUndisturbed(): Undisturbed {
  using rig = newRig(0)
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

/**
 * Runs with owners of these lifetimes, one after the other, and ends where the last one has died. Gives what is wrong then,
 * or an empty text; `null` where it lived to the end.
 */
function faultAfter(eventsMax: readonly number[], startPosition: number, expected: Undisturbed): string | null {
  using rig = newRig(startPosition)
  const lifetimes = eventsMax.map((events) => new Lifetime(events))
  let step = 0
  logStep(rig, 0)
  for (const [index, lifetime] of lifetimes.entries()) {
    try {
      using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
      if (index > 0) owner.drain.resume()
      for (;;) {
        runStep(owner.drain, step)
        if (step === STEPS - 1) return null
        logStep(rig, ++step)
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
      const known = expected.counts[step]!.get(name) ?? 0
      if (found.length < known) return [`${name} has ${found.length} lines of ${known}`]
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

describe('Journal, when the process dies', () => {
  const undisturbed = runUndisturbed()

  it('the scenario begins several halves', () => {
    assert.ok(undisturbed.turns >= 3, `${undisturbed.turns} turns`)
    assert.deepEqual(
      FILES.map((name) => undisturbed.lines.get(name)!.length),
      [34, 41, 75, 17],
    )
  })

  for (const [name, startPosition] of [
    ['0', 0],
    ['the wrap of int32', BEFORE_INT32_WRAP],
    ['the wrap to 0', BEFORE_UINT32_WRAP],
  ] as const) {
    it(`has every line that was published before its last pass, wherever it died (positions from ${name})`, () => {
      const faults: string[] = []
      const stride = startPosition === 0 ? 13 : 67
      let deaths = 0
      for (let n = 0; ; n += stride) {
        const fault = faultAfter([n], startPosition, undisturbed)
        if (fault === null) break
        deaths++
        if (fault !== '') faults.push(fault)
      }
      assert.ok(deaths * stride > 1000, `${deaths} deaths`)
      assert.equal(faults.length, 0, `${faults.length} of ${deaths}:\n${faults.slice(0, 12).join('\n')}`)
    })
  }

  it('has every such line where a writer had died before, wherever that was', () => {
    const faults: string[] = []
    let deaths = 0
    for (let n = 100; ; n += 331) {
      if (faultAfter([n], 0, undisturbed) === null) break
      for (let m = 0; m < 120; m += 3) {
        const fault = faultAfter([n, m], 0, undisturbed)
        if (fault === null) break
        deaths++
        if (fault !== '') faults.push(fault)
      }
    }
    assert.ok(deaths > 300, `${deaths} double deaths`)
    assert.equal(faults.length, 0, `${faults.length} of ${deaths}:\n${faults.slice(0, 12).join('\n')}`)
  })
})
