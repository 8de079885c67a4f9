import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busyNote, type Criterion, criteriaOf, criteriaScenarios, criteriaTable } from '../../bench/criteria.js'
import { DEFAULTS } from '../../bench/options.js'
import type { LineCount } from '../../bench/passes/count-lines.js'
import { plannedPasses } from '../../bench/passes/rounds.js'
import type { Pass } from '../../bench/passes/run-pass.js'
import { scenarioNamed } from '../../bench/scenarios/index.js'

const NO_FAULTS = { lost: 0, doubled: 0, torn: 0, outOfOrder: 0, wrong: 0, foreign: 0 }

const DETAILS = { handles: { exhausted: 3 }, dropped: 0, stderrLines: 0, fallbackLines: 0 }

function passOf(
  scenario: string,
  cell: string,
  contender: string,
  figures: Readonly<Record<string, number>>,
  { filesFound = 48, lost = 0, details = undefined as unknown } = {},
): Pass {
  const lineCount: LineCount = { ...NO_FAULTS, expected: 100, found: 100 - lost, lost, filesFound, bytes: 1 }
  return {
    scenario,
    cell: { name: cell, title: cell, parameters: {} },
    contender,
    round: 1,
    result: { figures, logged: null, bytesAtEnd: 1, details },
    lineCount,
  }
}

/** A run in which all criteria are met, some of whose passes a test replaces, by scenario and cell. */
function criteriaWith(replaced: Readonly<Record<string, Pass | undefined>> = {}): Criterion[] {
  const load = { callP99Ns: 500, linesPerSecond: 1e6, peakRssBytes: 95e6 }
  const passes: Record<string, Pass | undefined> = {
    fanout: passOf('fanout', 'files-48', 'spillway', load),
    descriptors: passOf('criteria', 'descriptors', 'spillway', {}, { filesFound: 200, details: DETAILS }),
    places: passOf('criteria', 'places', 'spillway-call-site', { hitPercent: 99 }),
    full: passOf('visible', 'full', 'spillway', { errorP99Ns: 4e6 }),
    soon: passOf('visible', 'paced-5ms', 'spillway', { infoP99Ns: 8e6 }),
    work: passOf('service', 'work-1ms', 'spillway', { mainLossPercent: 1 }),
    // The design loses lines.
    present: passOf('service', 'present-system', 'seed', { mainLossPercent: 9 }, { lost: 50 }),
    ...replaced,
  }
  return criteriaOf(Object.values(passes).flatMap((pass) => pass ?? []))
}

/** The ways of measuring whose outcome this is. */
function waysThat(outcome: Criterion['outcome'], criteria: readonly Criterion[]): string[] {
  return criteria.filter((each) => each.outcome === outcome).map(({ criterion, way }) => `${criterion}: ${way}`)
}

test('criteriaOf() has the criteria in the words of the design, all passed where they are met', () => {
  const criteria = criteriaWith()
  assert.deepEqual(
    [...new Set(criteria.map(({ criterion }) => criterion))],
    [
      '< 5% performance overhead vs current system',
      'Cache hit rate > 80%',
      'No EMFILE errors under load',
      'Memory usage < 100MB',
      'Throughput > 10,000 logs/second',
      'Write latency < 10ms p99',
      'Successful handling of 40+ concurrent files',
    ],
  )
  assert.deepEqual(waysThat('passed', criteria).length, criteria.length)
  assert.match(criteriaTable(criteria), /All are met\.$/)
})

test('criteriaOf() finds each criterion missed that is missed, and no other', () => {
  const fanout = { callP99Ns: 500, linesPerSecond: 1e6, peakRssBytes: 95e6 }
  const load = (figures: object): Pass => passOf('fanout', 'files-48', 'spillway', { ...fanout, ...figures })
  const cases: readonly (readonly [RegExp, Readonly<Record<string, Pass>>])[] = [
    [/overhead.*against no logging/, { work: passOf('service', 'work-1ms', 'spillway', { mainLossPercent: 5 }) }],
    [/overhead.*coordinator/, { present: passOf('service', 'present-system', 'seed', { mainLossPercent: -5 }) }],
    [/hit rate/, { places: passOf('criteria', 'places', 'spillway-call-site', { hitPercent: 80 }) }],
    [/Memory/, { fanout: load({ peakRssBytes: 100e6 }) }],
    [/Throughput/, { fanout: load({ linesPerSecond: 10_000 }) }],
    [/latency.*in the call/, { fanout: load({ callP99Ns: 10e6 }) }],
    [/latency.*errors/, { full: passOf('visible', 'full', 'spillway', { errorP99Ns: 10e6 }) }],
    [/latency.*all lines/, { soon: passOf('visible', 'paced-5ms', 'spillway', { infoP99Ns: 10e6 }) }],
    [/40\+/, { fanout: passOf('fanout', 'files-48', 'spillway', fanout, { filesFound: 39 }) }],
    [
      /EMFILE/,
      {
        descriptors: passOf(
          'criteria',
          'descriptors',
          'spillway',
          {},
          { filesFound: 200, details: { ...DETAILS, stderrLines: 1 } },
        ),
      },
    ],
    [
      /EMFILE/,
      { descriptors: passOf('criteria', 'descriptors', 'spillway', {}, { filesFound: 199, details: DETAILS }) },
    ],
  ]
  for (const [expected, replaced] of cases) {
    const criteria = criteriaWith(replaced)
    const missed = waysThat('missed', criteria)
    assert.equal(missed.length, 1, `${expected}: ${missed.join('; ')}`)
    assert.match(missed[0]!, expected)
    assert.match(criteriaTable(criteria), /1 of 10 are not met\.$/)
  }
})

test('criteriaOf() has nothing measured of lines that were lost, or of descriptors that were enough', () => {
  const load = passOf('fanout', 'files-48', 'spillway', { peakRssBytes: 1 }, { lost: 1 })
  assert.equal(waysThat('passed', criteriaWith({ fanout: load })).length, 6)
  const enough = { ...DETAILS, handles: { exhausted: 0 } }
  const descriptors = passOf('criteria', 'descriptors', 'spillway', {}, { filesFound: 200, details: enough })
  assert.match(waysThat('not measured', criteriaWith({ descriptors })).join(), /^No EMFILE/)
})

test('criteriaOf() has nothing measured where nothing ran, or failed', () => {
  assert.equal(waysThat('not measured', criteriaOf([])).length, 10)
  const { result: _, ...work } = passOf('service', 'work-1ms', 'spillway', {})
  assert.equal(waysThat('not measured', criteriaWith({ work: { ...work, failure: 'hung' } })).length, 2)
})

test('criteriaScenarios() runs only what the criteria are judged by', () => {
  const settings = { lines: 1, files: DEFAULTS.files, isQuick: true, library: {}, corpus: null }
  const planned = plannedPasses({ scenarios: criteriaScenarios(), contenders: null, runs: 7, settings })
  assert.deepEqual(
    new Set(planned.map(({ scenario, cell, contender }) => `${scenario.name} ${cell.name} ${contender.name}`)),
    new Set([
      'fanout files-48 spillway',
      'criteria descriptors spillway',
      'criteria places spillway-call-site',
      'visible full spillway',
      'visible paced-5ms spillway',
      'service work-1ms spillway',
      'service present-system seed',
    ]),
  )
})

test('busyNote() tells of neighbours, and of nothing on a quiet machine', () => {
  assert.equal(busyNote(1, 2), undefined)
  assert.match(busyNote(9.4, 2) ?? '', /a load of 9\.4 on 2 cores/)
})

test('plannedPasses() leaves a contender that writes no lines out where lines are what is measured', () => {
  const settings = { lines: 1, files: DEFAULTS.files, isQuick: true, library: {}, corpus: null }
  const namesIn = (scenario: string): string[] => {
    const contenders = ['no-logging', 'bunyan']
    const planned = plannedPasses({ scenarios: [scenarioNamed(scenario)], contenders, runs: 1, settings })
    return [...new Set(planned.map(({ contender }) => contender.name))]
  }
  assert.deepEqual(namesIn('visible'), ['bunyan'])
  assert.deepEqual(namesIn('fanout'), ['no-logging', 'bunyan'])
})
