import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  APPLIED,
  APPLYING_POSITION,
  BELL,
  CONSUMED,
  FLUSH_REQUESTED,
  FLUSH_SERVED,
  INTENT_KIND,
  OWNER_STATE,
  PARKED,
  PRODUCER_WAITING,
  PUBLISHED,
  URGENT_PUBLISHED,
} from '../../../src/shared/arena-layout.js'
import { wordName } from '../access-trace.js'
import { AT_ONCE, FILES, RING, STORE, WRITE } from '../lock-step.js'
import type { Meeting, Slice, SliceFate } from '../scheduler.js'
import { WatchedAtomics } from '../watched-arena.js'
import {
  LARGE_RING_BYTES,
  type Operation,
  OwnerThread,
  type Plan,
  SingleStoresRun,
  SMALL_RING_BYTES,
} from './single-stores-run.js'

/** The seed of the first runs: another one whenever this is run, unless it is given. */
const SEED = Number(process.env.SPILLWAY_TEST_SEED ?? randomInt(2 ** 31))
/** Leads from the seed to one plan, as a failure prints it: then nothing else is run. */
const PATH = process.env.SPILLWAY_TEST_PATH
/** Accesses to the arena and calls for files, of both sides together. */
const STEPS = Number(process.env.SPILLWAY_TEST_STEPS ?? 2_000_000)
const RUNS_PER_SEED = 20
/** So many smaller cases are tried when one has failed. */
const SHRINKS_MAX = 600

/** What must have happened at least in a million steps, or nothing was tested. A third of what usually does, or less. */
const MINIMA: Readonly<Record<string, number>> = {
  turns: 10_000,
  entries: 1500,
  fullRingWaits: 60,
  ringWraps: 80,
  positionWraps: 50,
  parks: 120,
  bells: 100,
  rechecks: 25,
  deaths: 400,
  deathsSettling: 70,
  deathsAsleep: 20,
  deathsBeforeWrite: 8,
  deathsAfterWrite: 8,
  deathsAfterShortWrite: 1,
  intentsSettled: 60,
  linesSettled: 50,
  shortWrites: 600,
  writesPastBuffers: 80,
  urgentAhead: 100,
  takeovers: 15,
  checks: 200,
}

type Details = fc.RunDetails<[Plan]>

const steps = fc.oneof(
  { weight: 40, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 30 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 400 }) },
)
const few = fc.integer({ min: 0, max: 3 })
const atOnce = fc.constant(AT_ONCE)
const dies = fc.constant<SliceFate>('dies')
/** Words by which one side decides whether the other has to be woken: what the owner touches, and the producer. */
const handshakes = fc.constantFrom(
  [PARKED, PUBLISHED | STORE],
  [PARKED, PUBLISHED | STORE],
  [PUBLISHED, PUBLISHED | STORE],
  [BELL | STORE, BELL],
  [CONSUMED, PRODUCER_WAITING],
  [CONSUMED, PRODUCER_WAITING],
  [FLUSH_SERVED, FLUSH_REQUESTED],
  [FLUSH_REQUESTED, FLUSH_REQUESTED],
  [BELL | STORE, FLUSH_REQUESTED],
  [URGENT_PUBLISHED, URGENT_PUBLISHED],
)
/** Where an owner's death is a matter of single stores. */
const lastWord = fc.constantFrom(
  APPLIED | STORE,
  FILES | STORE,
  FILES | STORE,
  FILES | STORE,
  RING | STORE,
  RING | STORE,
  RING | STORE,
  RING | STORE,
  APPLIED | STORE,
  APPLYING_POSITION,
  INTENT_KIND | STORE,
  INTENT_KIND | STORE,
  WRITE,
  WRITE,
  WRITE,
  WRITE,
  CONSUMED,
  PARKED,
  FLUSH_SERVED | STORE,
  OWNER_STATE | STORE,
)

/** Any number of steps of either side. */
const anywhere: fc.Arbitrary<Slice[]> = fc
  .record<Slice>({
    producerUntil: atOnce,
    producerSteps: steps,
    ownerUntil: atOnce,
    ownerSteps: steps,
    fate: fc.constantFrom<SliceFate>(...Array<SliceFate>(30).fill('goes on'), 'wakes', 'waits no longer', 'dies'),
  })
  .map((slice) => [slice])
/** The owner goes up to a word of a handshake, then the producer. */
const meeting: fc.Arbitrary<Slice[]> = fc
  .tuple(handshakes, few, few, fc.constantFrom<SliceFate>('goes on', 'wakes'), fc.integer({ min: 0, max: 8 }), steps)
  .map(([[ownerUntil, producerUntil], before, ownerSteps, fate, producerSteps, after]) => [
    { producerUntil: AT_ONCE, producerSteps: before, ownerUntil: ownerUntil!, ownerSteps, fate },
    { producerUntil: producerUntil!, producerSteps, ownerUntil: AT_ONCE, ownerSteps: after, fate: 'goes on' },
  ])
/** An owner dies in the middle of its books, and perhaps its successor over them. */
const succession: fc.Arbitrary<Slice[]> = fc
  .tuple(
    fc.record<Slice>({
      producerUntil: atOnce,
      producerSteps: few,
      ownerUntil: lastWord,
      ownerSteps: fc.constantFrom(0, 0, 1, 1, 2, 3),
      fate: dies,
    }),
    fc.record<Slice>({
      producerUntil: atOnce,
      producerSteps: few,
      ownerUntil: atOnce,
      ownerSteps: fc.integer({ min: 0, max: 100 }),
      fate: fc.constantFrom<SliceFate>('goes on', 'dies'),
    }),
  )
  .map((pair) => [...pair])
/** Of a busy application, the producer's steps are many times as many. */
function slicesOf(isBusy: boolean): fc.Arbitrary<readonly Slice[]> {
  const pace = isBusy ? 12 : 1
  return fc
    .array(
      fc.oneof(
        { weight: 30, arbitrary: anywhere },
        { weight: 5, arbitrary: meeting },
        { weight: 2, arbitrary: succession },
      ),
      { maxLength: 1500, size: 'max' },
    )
    .map((parts) => parts.flat())
    .map((slices) => slices.map((slice) => ({ ...slice, producerSteps: slice.producerSteps * pace })))
}

/** Before an operation the owner goes up to where it decides whether it may sleep. */
const meetingBefore: fc.Arbitrary<Meeting> = fc.record({
  ownerUntil: fc.constantFrom(
    PARKED,
    PARKED,
    PUBLISHED,
    FLUSH_REQUESTED,
    FLUSH_REQUESTED,
    BELL,
    CONSUMED,
    URGENT_PUBLISHED,
  ),
  ownerSteps: few,
  producerSteps: fc.integer({ min: 0, max: 40 }),
})
/** A busy application fills the ring; another one waits for its lines now and then. */
function operationsOf(isBusy: boolean): fc.Arbitrary<Plan['operations']> {
  const of = (weight: number, operation: Operation): fc.WeightedArbitrary<Operation> => {
    return { weight, arbitrary: fc.constant(operation) }
  }
  const rests = isBusy ? [of(1, 'flush'), of(1, 'quiet')] : [of(6, 'flush'), of(3, 'quiet'), of(1, 'control message')]
  const operation = fc.oneof(
    of(8, 'message'),
    of(4, 'fields'),
    of(4, 'template'),
    of(6, 'long message'),
    of(2, 'rendered'),
    of(3, 'in parts'),
    of(6, 'error'),
    ...rests,
  )
  const nobody = fc.constant(null)
  const meeting = isBusy ? nobody : fc.oneof(nobody, nobody, meetingBefore)
  return fc.array(fc.record({ operation, meeting }), { maxLength: 80, size: 'max' })
}

function planOf(isBusy: boolean): fc.Arbitrary<Plan> {
  return fc.record({
    ringBytes: fc.constantFrom(SMALL_RING_BYTES, LARGE_RING_BYTES),
    beforeWrapBytes: fc.integer({ min: 0, max: 100 }).map((doubles) => doubles * 8),
    wrap: fc.constantFrom('int32', 'uint32'),
    operations: operationsOf(isBusy),
    beforeMidnight: fc.integer({ min: 0, max: 60 }),
    slices: slicesOf(isBusy),
    seed: fc.nat(),
    bytesPerStep: fc.constantFrom(64, 64, 64, 64, 64, 64, 64, 1),
    lastOwner: fc.constantFrom('writer', 'writer', 'main thread'),
  })
}

describe('Single stores', () => {
  it('no line is lost, doubled, torn or out of order, whoever goes when and wherever owners die', async (t) => {
    t.diagnostic(`SPILLWAY_TEST_SEED=${SEED}`)
    await using thread = new OwnerThread()
    using _atomics = new WatchedAtomics()
    const counts = new Map<string, number>()
    let shrinks = 0
    let hasFailed = false
    const property = fc.property(fc.oneof(planOf(false), planOf(true)), (plan) => {
      // Ends the search. That of fast-check itself would take minutes.
      if (hasFailed && ++shrinks > SHRINKS_MAX) throw new fc.PreconditionFailure(true)
      using run = new SingleStoresRun(plan, thread)
      try {
        run.run()
      } catch (error) {
        hasFailed = true
        throw error
      } finally {
        if (!hasFailed) for (const [name, count] of run.counts) counts.set(name, counted(counts, name) + count)
      }
    })
    for (let seed = SEED; counted(counts, 'steps') < STEPS; seed++) {
      const details = fc.check(property, {
        seed,
        numRuns: RUNS_PER_SEED,
        ...(PATH === undefined ? {} : { path: PATH }),
      })
      if (details.failed) assert.fail(failureText(details, counted(counts, 'steps')))
      if (PATH !== undefined) return
    }
    t.diagnostic([...counts].map(([name, count]) => `${name} ${count}`).join(', '))
    for (const [name, minimum] of Object.entries(MINIMA)) {
      const wanted = Math.floor((minimum * STEPS) / 1_000_000)
      assert.ok(counted(counts, name) >= wanted, `only ${counted(counts, name)} ${name} of at least ${wanted}`)
    }
  })
})

function counted(counts: ReadonlyMap<string, number>, name: string): number {
  return counts.get(name) ?? 0
}

/** How to repeat a failure, the smallest plan that was found, and why it fails. */
function failureText({ seed, counterexamplePath, counterexample, errorInstance }: Details, steps: number): string {
  const { slices, operations, ...rest } = counterexample![0]
  return [
    `SPILLWAY_TEST_SEED=${seed} SPILLWAY_TEST_PATH=${counterexamplePath}, after ${steps} steps:`,
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    JSON.stringify(rest),
    `operations: ${operations.map(operationText).join(', ')}`,
    `slices (producer/owner): ${slices.map(sliceText).join(' ')}`,
  ].join('\n')
}

function operationText({ operation, meeting }: Plan['operations'][number]): string {
  if (meeting === null) return operation
  const { ownerUntil, ownerSteps, producerSteps } = meeting
  return `${operation} (${producerSteps}/${stepsText(ownerUntil, ownerSteps)})`
}

function sliceText({ producerUntil, producerSteps, ownerUntil, ownerSteps, fate }: Slice): string {
  const text = `${stepsText(producerUntil, producerSteps)}/${stepsText(ownerUntil, ownerSteps)}`
  return fate === 'goes on' ? text : `${text} ${fate}`
}

function stepsText(until: number, steps: number): string {
  return until === AT_ONCE ? `${steps}` : `${wordName(until)}+${steps}`
}
