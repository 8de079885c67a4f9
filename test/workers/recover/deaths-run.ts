/**
 * A scenario whose owner dies at a chosen store or system call, and whose arena is then a leftover. The lines: short ones,
 * some that are longer than a buffer, one in parts that is longer than several buffers, urgent ones, on two days.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { logMixed, MIXED_STEPS } from '../death-steps.js'
import { Death, Lifetime, MortalOwner } from '../mortal-owner.js'
import { BEFORE_INT32_WRAP, BEFORE_UINT32_WRAP, NOON_MS, PartitionRig } from '../partition-rig.js'
import { arenaBytes } from './leftover-files.js'

/** The last step writes everything. */
export const STEPS = MIXED_STEPS
const HOUR_MS = 3_600_000

function runStep(drain: PartitionDrain, step: number): void {
  drain.pass(NOON_MS)
  drain.writeDue(NOON_MS, step === STEPS)
}

/** All files below a directory but the hidden ones, by their path. */
export function filesBelow(directory: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const day of readdirSync(directory).filter((name) => !name.startsWith('.'))) {
    for (const name of readdirSync(join(directory, day)).sort()) {
      files.set(`${day}/${name}`, readFileSync(join(directory, day, name), 'utf8'))
    }
  }
  return files
}

/** In what the scenario may differ. */
export interface Variant {
  readonly startPosition: number
  readonly alsoInCategoryFile: boolean
}

/** At the wrap from the highest int32 to the lowest. */
export const PLAIN: Variant = { startPosition: BEFORE_INT32_WRAP, alsoInCategoryFile: false }
/** At the wrap from -1 to 0, with copies of errors in the files of their categories. */
export const WITH_COPIES: Variant = { startPosition: BEFORE_UINT32_WRAP, alsoInCategoryFile: true }

/** A rig for the scenario: two buffers for five files, and a ring that each step fills by a third. */
export function scenarioRig({ startPosition, alsoInCategoryFile }: Variant = PLAIN): PartitionRig {
  let calls = 0
  return new PartitionRig({
    geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 2, dictionaryBytes: 8192, fileCapacity: 8 },
    startPosition,
    options: { alsoInCategoryFile },
    drain: { handlesMax: 2, linesMax: 11 },
    clock: () => NOON_MS + 11 * HOUR_MS + calls++ * 40_000,
    inMemory: true,
    onFull: () => assert.fail('the ring is large enough for a step'),
  })
}

/** What is expected in the files after each step. */
export function expectedFiles(variant: Variant = PLAIN): Map<string, string>[] {
  return Array.from({ length: STEPS }, (_, last) => {
    using rig = scenarioRig(variant)
    for (let step = 0; step <= last; step++) {
      logMixed(rig, step)
      rig.flush()
    }
    return filesBelow(rig.directory)
  })
}

/** How an owner ended. */
export interface DeadOwner {
  /** What it had under way, by name; empty where it came to its end. */
  readonly epitaph: string
  readonly events: number
  /** The last step whose entries were logged. */
  readonly step: number
  /** The arena as it was then. */
  readonly bytes: Uint8Array
}

/** Runs owners of these lifetimes, one after the other; the last one's arena is the leftover. */
export function runToDeath(rig: PartitionRig, eventsMax: readonly number[]): DeadOwner {
  let step = 0
  let last = new Lifetime(0)
  logMixed(rig, 0)
  for (const [index, events] of eventsMax.entries()) {
    last = new Lifetime(events)
    try {
      using owner = new MortalOwner(rig.arena, rig.drainOptions, last)
      if (index > 0) owner.drain.resume()
      for (;;) {
        runStep(owner.drain, step)
        if (step === STEPS) break
        step++
        if (step < STEPS) logMixed(rig, step)
      }
      break
    } catch (error) {
      if (!(error instanceof Death)) throw error
    }
  }
  return { epitaph: last.epitaph, events: last.events, step: Math.min(step, STEPS - 1), bytes: arenaBytes(rig.arena) }
}

/** Where files differ from the expected ones; empty where they do not. */
export function difference(found: Map<string, string>, expected: Map<string, string>): string {
  const paths = new Set([...found.keys(), ...expected.keys()])
  return [...paths]
    .flatMap((path) => {
      const text = found.get(path) ?? ''
      const wanted = expected.get(path) ?? ''
      if (text === wanted) return []
      const lines = text.split('\n')
      const wantedLines = wanted.split('\n')
      const first = wantedLines.findIndex((line, index) => line !== lines[index])
      return [`${path} differs at line ${first + 1}: ${lines.length - 1} of ${wantedLines.length - 1} lines`]
    })
    .join('; ')
}
