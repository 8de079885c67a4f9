import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { logMixed, MIXED_FILES, MIXED_STEPS } from '../death-steps.js'
import { Death, KERNEL_STORE, Lifetime, MortalOwner } from '../mortal-owner.js'
import { BEFORE_INT32_WRAP, NOON_DAY, NOON_MS, PartitionRig } from '../partition-rig.js'

/** The last step writes everything and closes. */
const LAST_STEP = MIXED_STEPS

/** What the owner does in a step. Whoever succeeds it does the rest of the step by doing all of it. */
function runStep(drain: PartitionDrain, step: number): void {
  drain.pass(NOON_MS)
  drain.writeDue(NOON_MS, step === LAST_STEP)
}

interface Outcome {
  readonly texts: readonly string[]
  /** How many events the last owner but one has lived through, and how it ended. */
  readonly lifetimes: readonly Lifetime[]
}

interface Circumstances {
  readonly hasKernel?: boolean
  /** In each step an error is logged while a file is opened or written. */
  readonly logsInWrites?: boolean
}

/** Runs the scenario with owners of these lifetimes, one after the other; the last lives for ever. */
function runScenario(
  eventsMax: readonly number[],
  { hasKernel = true, logsInWrites = false }: Circumstances = {},
): Outcome {
  // Two buffers for five files, of one page each, and a ring that each step fills by a third.
  using rig = new PartitionRig({
    geometry: { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 2 },
    startPosition: BEFORE_INT32_WRAP,
    drain: { handlesMax: 2, linesMax: 11 },
    inMemory: true,
    onFull: () => assert.fail('the ring is large enough for a step'),
  })
  const lifetimes = [...eventsMax, Number.POSITIVE_INFINITY].map((events) => new Lifetime(events))
  let step = 0
  let loggedInWrites = logsInWrites ? 0 : MIXED_STEPS
  const inWrite = (): null => {
    if (loggedInWrites > step || step === LAST_STEP) return null
    loggedInWrites = step + 1
    rig.logger('engine').error({ step }, 'while a file is written')
    return null
  }
  logMixed(rig, 0)
  for (const [index, lifetime] of lifetimes.entries()) {
    try {
      using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime, inWrite, undefined, hasKernel)
      if (index > 0) owner.drain.resume()
      for (;;) {
        runStep(owner.drain, step)
        if (step === LAST_STEP) break
        step++
        if (step < MIXED_STEPS) logMixed(rig, step)
      }
      break
    } catch (error) {
      if (!(error instanceof Death)) throw error
    }
  }
  const texts = [...MIXED_FILES, 'error'].map((name) => {
    const path = join(rig.directory, NOON_DAY, `${name}.jsonl`)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  })
  return { texts, lifetimes }
}

/** Two lines that are longer than a buffer, one behind the other: what is found of them in the end. */
function runTwoLongLines(lifetimes: readonly Lifetime[]): string {
  using rig = new PartitionRig({ geometry: { fileBufferBytes: 4096 }, inMemory: true })
  for (const letter of ['p', 'q']) rig.logger('actions').info(letter.repeat(5000))
  for (const [index, lifetime] of lifetimes.entries()) {
    try {
      using owner = new MortalOwner(rig.arena, rig.drainOptions, lifetime)
      if (index > 0) owner.drain.resume()
      owner.drain.pass(NOON_MS)
    } catch (error) {
      if (!(error instanceof Death)) throw error
    }
  }
  rig.succeed()
  rig.flush()
  try {
    return rig
      .messages('actions')
      .map((text) => `${text[0]}${text.length}`)
      .join()
  } catch (error) {
    return String(error) // A line that is no JSON.
  }
}

/** Where the files of an outcome differ from the expected ones; empty where they do not. */
function differences(outcome: Outcome, expected: Outcome): string {
  return outcome.texts
    .flatMap((text, at) => {
      if (text === expected.texts[at]) return []
      const lines = text.split('\n')
      const wanted = expected.texts[at]!.split('\n')
      const first = wanted.findIndex((line, index) => line !== lines[index])
      const place = `${[...MIXED_FILES, 'error'][at]} differs at line ${first + 1}, ${lines.length} of ${wanted.length} lines`
      const deaths = outcome.lifetimes.filter(({ dead }) => dead)
      return [`${deaths.map(({ events, epitaph }) => `died at event ${events}: ${epitaph}`).join('; ')}: ${place}`]
    })
    .join('; ')
}

describe('Exactly once', () => {
  const undisturbed = runScenario([])
  const events = undisturbed.lifetimes[0]!.events

  it('the undisturbed owner writes all that was logged, and has many places to die at', () => {
    const lines = undisturbed.texts.map((text) => text.split('\n').length - 1)
    assert.deepEqual(lines, [24, 22, 21, 5])
    for (const text of undisturbed.texts) for (const line of text.split('\n').slice(0, -1)) JSON.parse(line)
    assert.ok(events > 500, `${events} events`)
  })

  for (const hasKernel of [true, false]) {
    const way = hasKernel ? '' : ', without the kernel'
    it(`every line is in its file once, in order and whole, wherever the owner died${way}`, () => {
      const faults: string[] = []
      let ofTheKernel = 0
      let n = 0
      for (; ; n++) {
        const outcome = runScenario([n], { hasKernel })
        const [first] = outcome.lifetimes
        if (!first!.dead) break
        if (first!.epitaph === KERNEL_STORE) ofTheKernel++
        const fault = differences(outcome, undisturbed)
        if (fault !== '') faults.push(fault)
      }
      assert.ok(n > 500, `${n} deaths`)
      assert.ok(hasKernel ? ofTheKernel > 200 : ofTheKernel === 0, `${ofTheKernel} deaths of the kernel`)
      assert.equal(faults.length, 0, `${faults.length} of ${n} deaths:\n${faults.slice(0, 12).join('\n')}`)
    })
  }

  it('every line is in its file once, also errors that are logged while a file is written, wherever the owner died', () => {
    const expected = runScenario([], { logsInWrites: true })
    assert.deepEqual(
      expected.texts.map((text) => text.split('\n').length - 1),
      [24, 22, 21, 5 + MIXED_STEPS],
    )
    const faults: string[] = []
    for (let n = 0; ; n++) {
      const outcome = runScenario([n], { logsInWrites: true })
      if (!outcome.lifetimes[0]!.dead) break
      const fault = differences(outcome, expected)
      if (fault !== '') faults.push(fault)
    }
    assert.equal(faults.length, 0, `${faults.length} deaths:\n${faults.slice(0, 12).join('\n')}`)
  })

  it('every line is in its file once, in order and whole, wherever its successor died as well', () => {
    const faults: string[] = []
    let deaths = 0
    // The successor's first events are what it resumes; primes spread the deaths over all kinds of stores.
    for (let n = 0; n < events; n += 29) {
      for (let m = 0; m < 60; m += 1 + (n % 3)) {
        const outcome = runScenario([n, m])
        if (outcome.lifetimes[1]!.dead) deaths++
        const fault = differences(outcome, undisturbed)
        if (fault !== '') faults.push(fault)
      }
    }
    assert.ok(deaths > 1000, `${deaths} double deaths`)
    assert.equal(faults.length, 0, `${faults.length} of ${deaths} deaths:\n${faults.slice(0, 12).join('\n')}`)
  })

  it('two lines past the buffers in a row are each there once, wherever the owner and its successor died', () => {
    const faults: string[] = []
    let first: Lifetime
    let second: Lifetime
    let n = 0
    do {
      let m = 0
      do {
        first = new Lifetime(n)
        second = new Lifetime(m++)
        const found = runTwoLongLines([first, second])
        const deaths = [first, second].map(({ events, epitaph }) => `event ${events}: ${epitaph}`)
        if (found !== 'p5000,q5000') faults.push(`${deaths.join('; ')}: ${found}`)
      } while (second.dead)
      n++
    } while (first.dead)
    assert.equal(faults.length, 0, `${faults.length} deaths:\n${faults.slice(0, 12).join('\n')}`)
  })

  it('every line is in its file once after a dynasty of short-lived owners', () => {
    for (const life of [37, 61, 97]) {
      const outcome = runScenario(Array.from({ length: 200 }, (_, i) => life + ((i * 7) % 11)))
      assert.equal(differences(outcome, undisturbed), '')
    }
  })
})
