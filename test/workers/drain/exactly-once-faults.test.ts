import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { LINES_F64 } from '../../../src/shared/arena-layout.js'
import { Death, type FailingFiles, Lifetime, MortalOwner } from '../mortal-owner.js'
import { linesOf, NOON_DAY, NOON_MS, PartitionRig } from '../partition-rig.js'

const STEPS = 6
const FALLBACK = 'fallback'

/** Two files, one of which fails in the middle steps; a long line and a line in parts come while it does. */
function logStep(rig: PartitionRig, step: number): void {
  for (let i = 0; i < 5; i++) {
    rig.logger('actions').info({ step, i }, 'x'.repeat(150))
    rig.logger('engine').debug(`${step}.${i}`)
  }
  if (step === 1 || step === 3) rig.logger('actions').info('p'.repeat(900))
  if (step === 2) rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(1500) }) }, 'in parts')
  if (step === 3) rig.logger('actions').error('e')
}

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
  logStep(rig, 0)
  for (const [index, lifetime] of lifetimes.entries()) {
    try {
      using owner = new MortalOwner(rig.arena, options, lifetime, failing)
      if (index > 0) owner.drain.resume()
      for (;;) {
        owner.drain.pass(NOON_MS)
        owner.drain.writeDue(NOON_MS, step >= STEPS - 2)
        if (step === STEPS - 1) break
        step++
        if (step < STEPS - 1) logStep(rig, step)
      }
      break
    } catch (error) {
      if (!(error instanceof Death)) throw error
    }
  }
  return faultsOf(rig)
}

function faultsOf(rig: PartitionRig): string {
  const faults: string[] = []
  const all: number[] = []
  let told = 0
  try {
    for (const name of ['actions', 'engine', 'error']) {
      const here = linesOf(rig.path(name))
      const there = linesOf(join(rig.directory, FALLBACK, NOON_DAY, `${name}.jsonl`))
      for (const lines of [here, there]) {
        const seqs = lines.flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
        if (seqs.some((seq, i) => i > 0 && seq <= seqs[i - 1]!)) faults.push(`${name}: out of order ${seqs.join()}`)
        all.push(...seqs)
        told += lines.reduce((sum, line) => sum + Number(line.dropped ?? 0), 0)
      }
    }
  } catch (error) {
    return String(error)
  }
  if (new Set(all).size !== all.length) faults.push('a line is there twice')
  if (all.length + rig.dropped !== rig.encoder.entries) {
    faults.push(`${all.length} lines and ${rig.dropped} dropped of ${rig.encoder.entries}`)
  }
  if (rig.counted(LINES_F64) !== all.length) faults.push(`${rig.counted(LINES_F64)} counted of ${all.length} lines`)
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
