import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { recoverLeftover } from '../../../src/workers/recover/recover-leftover.js'
import { FALLBACK, logAroundFailure, type PlacedLines, placedLines } from '../death-steps.js'
import { Death, type FailingFiles, Lifetime, MortalOwner } from '../mortal-owner.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'
import { recoverySettings, writeLeftover } from './leftover-files.js'
import { MortalRecovery } from './mortal-recovery.js'

const STEPS = 6
/** Every so many-th death is tried, from another one on each time; all with SPILLWAY_TEST_ALL. */
const STRIDE = process.env.SPILLWAY_TEST_ALL === undefined ? 31 : 1

/** How long owner and recoveries live, in events. */
interface Lives {
  readonly owner: Lifetime
  readonly recovery: readonly number[]
}

/** What is wrong in the end; empty where every line is in one place once, or is told of as dropped. */
function runScenario(code: string, withFallback: boolean, { owner: lifetime, recovery }: Lives): string {
  using rig = new PartitionRig({
    geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 3, fileCapacity: 8, dictionaryBytes: 8192 },
    drain: { handlesMax: 2, linesMax: 4, retryDelayMs: 1, retryAttempts: 1 },
    inMemory: true,
    onFull: () => assert.fail('the ring is large enough for a step'),
  })
  const fallbackDirectory = withFallback ? join(rig.directory, FALLBACK) : null
  let step = 0
  const fails = (path: string): boolean => path.endsWith('actions.jsonl') && !path.includes(FALLBACK)
  const failing: FailingFiles = (path) => (step >= 1 && step <= 3 && fails(path) ? code : null)
  logAroundFailure(rig, 0)
  try {
    using owner = new MortalOwner(rig.arena, { ...rig.drainOptions, fallbackDirectory }, lifetime, failing)
    for (;;) {
      owner.drain.pass(NOON_MS)
      owner.drain.writeDue(NOON_MS, step >= STEPS - 2)
      if (step === STEPS - 1) break
      step++
      if (step < STEPS - 1) logAroundFailure(rig, step)
    }
  } catch (error) {
    if (!(error instanceof Death)) throw error
  }
  const path = writeLeftover(rig.directory, rig.arena.bytes)
  // The time of a line that tells of dropped ones, where nothing else is live for its file.
  utimesSync(path, NOON_MS / 1000, NOON_MS / 1000)
  const settings = recoverySettings(rig.directory, { fallbackDirectory })
  for (const events of recovery) {
    // The file fails still, so that its lines go to the fallback directory, or wait.
    using _ = new MortalRecovery(events, (each) => (fails(each) ? code : null))
    recoverLeftover(path, settings)
  }
  const report = recoverLeftover(path, settings)
  const isDone = report.isDone && report.damaged === 0
  return `${isDone ? '' : `done ${report.isDone}, ${report.damaged} damaged, ${report.problem}; `}${faultsOf(rig)}`
}

function faultsOf(rig: PartitionRig): string {
  let placed: PlacedLines
  try {
    placed = placedLines(rig)
  } catch (error) {
    return String(error)
  }
  const { seqs, told, tellers, faults } = placed
  const missing = rig.encoder.entries - seqs.length
  if (missing === told) return faults.join('; ')
  return [...faults, `${missing} lines are missing, and ${told} told of in ${tellers} lines`].join('; ')
}

describe('recoverLeftover() after a file failed', () => {
  for (const [code, withFallback] of [
    ['EIO', true],
    ['ENOSPC', true],
    ['ENOSPC', false],
  ] as const) {
    const where = withFallback ? 'with a fallback directory' : 'without a fallback directory'
    it(`${code} ${where}: every line is in one place or told of, wherever the owner died`, () => {
      const undisturbed = new Lifetime(Number.POSITIVE_INFINITY)
      assert.equal(runScenario(code, withFallback, { owner: undisturbed, recovery: [] }), '')
      const faults: string[] = []
      for (let n = randomInt(STRIDE); n < undisturbed.events; n += STRIDE) {
        for (const recovery of [[], [Number.POSITIVE_INFINITY], [n % 13, n % 7]]) {
          const owner = new Lifetime(n)
          const fault = runScenario(code, withFallback, { owner, recovery })
          if (fault !== '') faults.push(`event ${n}: ${owner.epitaph}, recoveries ${recovery.join()}: ${fault}`)
        }
      }
      assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.slice(0, 12).join('\n')}`)
    })
  }
})
