import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { LINES_F64 } from '../../../src/shared/arena-layout.js'
import { FALLBACK, logAroundFailure, type PlacedLines, placedLines } from '../death-steps.js'
import { Death, type FailingFiles, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

const STEPS = 6

/** What is wrong in the end; empty where every line is in one place once, or is counted and told. */
function runScenario(code: string, withFallback: boolean, lifetimes: readonly Lifetime[]): string {
  using rig = new PartitionRig({
    geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 3 },
    drain: { handlesMax: 2, linesMax: 4, retryDelayMs: 1, retryAttempts: 1 },
    inMemory: true,
    onFull: () => assert.fail('the ring is large enough for a step'),
  })
  const fallbackDirectory = withFallback ? join(rig.directory, FALLBACK) : null
  const options = { ...rig.drainOptions, fallbackDirectory }
  let step = 0
  const failing: FailingFiles = (path) => {
    return step >= 1 && step <= 3 && path.endsWith('actions.jsonl') && !path.includes(FALLBACK) ? code : null
  }
  logAroundFailure(rig, 0)
  for (const [index, lifetime] of lifetimes.entries()) {
    try {
      using owner = new MortalOwner(rig.arena, options, lifetime, failing)
      if (index > 0) owner.drain.resume()
      for (;;) {
        owner.drain.pass(NOON_MS)
        owner.drain.writeDue(NOON_MS, step >= STEPS - 2)
        if (step === STEPS - 1) break
        step++
        if (step < STEPS - 1) logAroundFailure(rig, step)
      }
      break
    } catch (error) {
      if (!(error instanceof Death)) throw error
    }
  }
  return faultsOf(rig)
}

function faultsOf(rig: PartitionRig): string {
  let placed: PlacedLines
  try {
    placed = placedLines(rig)
  } catch (error) {
    return String(error)
  }
  const { seqs, told } = placed
  const faults = [...placed.faults]
  if (seqs.length + rig.dropped !== rig.encoder.entries) {
    faults.push(`${seqs.length} lines and ${rig.dropped} dropped of ${rig.encoder.entries}`)
  }
  if (rig.counted(LINES_F64) !== seqs.length) faults.push(`${rig.counted(LINES_F64)} counted of ${seqs.length} lines`)
  if (told !== rig.dropped) faults.push(`${told} told of ${rig.dropped} dropped`)
  return faults.join('; ')
}

describe('Exactly once, with a file that fails', () => {
  for (const [code, withFallback] of [
    ['EIO', true],
    ['ENOSPC', true],
    ['ENOSPC', false],
  ] as const) {
    const where = withFallback ? 'with a fallback directory' : 'without a fallback directory'
    it(`${code} ${where}: every line is in one place or counted, wherever the owner died`, () => {
      const undisturbed = new Lifetime(Number.POSITIVE_INFINITY)
      assert.equal(runScenario(code, withFallback, [undisturbed]), '')
      const { events } = undisturbed
      assert.ok(events > 400, `${events} events`)
      const faults: string[] = []
      let deaths = 0
      for (let n = 0; n < events; n++) {
        const mortal = new Lifetime(n)
        const fault = runScenario(code, withFallback, [mortal, new Lifetime(Number.POSITIVE_INFINITY)])
        // Pauses go by the clock, so that no two runs try a failing file equally often.
        if (mortal.dead) deaths++
        if (fault !== '') faults.push(`event ${n}: ${mortal.epitaph}: ${fault}`)
      }
      assert.ok(deaths > events * 0.8, `${deaths} deaths`)
      assert.equal(faults.length, 0, `${faults.length} of ${events} deaths:\n${faults.slice(0, 12).join('\n')}`)
    })
  }
})
