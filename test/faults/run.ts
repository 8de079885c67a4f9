/**
 * `npm run test:faults`: every point at which something can be made to fail, then a thousand deaths of writers at random
 * instants. `--only TEXT` runs the points whose name begins with it, `--spread N` as many at even distances, `--jobs N` so
 * many at a time; `--list` only names them. `--deaths N` is how many writers die at random.
 */
import { parseArgs } from 'node:util'
import { buildModels, countsOf, type PartitionModel } from './fault-model.js'
import { allPoints, FAILING_CALLS, type Point, spreadOver } from './fault-points.js'
import { runRandomDeaths } from './random-deaths.js'
import type { PointResult } from './run-point.js'
import { failureText, runPoints, summaryTable } from './run-points.js'
import { noSmallDisk } from './small-disk.js'
import { noStrace } from './strace.js'

const PROGRESS_EVERY = 100

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    kind: { type: 'string' },
    spread: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    deaths: { type: 'string', default: '1000' },
    list: { type: 'boolean', default: false },
  },
})

/** Which calls have points and which have none, so that a call that is never made is not taken for one that passed. */
function countsText(models: readonly PartitionModel[]): string {
  const rows = FAILING_CALLS.map((call) => {
    const counts = models.map(({ counts: { system } }) => system[call] ?? 0)
    const none = counts.every((count) => count === 0) ? ', so it has no points: the library does not make it here' : ''
    return `- ${call}: ${counts.join(' + ')} calls${none}`
  })
  const noDisk = noSmallDisk()
  if (noDisk !== false) rows.push(`- a full disk has no points: ${noDisk}`)
  return `Calls on log files in an undisturbed run, by partition:\n${rows.join('\n')}`
}

function chosenPoints(points: readonly Point[]): readonly Point[] {
  const { only, kind, spread } = values
  const ofKind = kind === undefined ? points : points.filter((point) => point.kind === kind)
  const named = only === undefined ? ofKind : ofKind.filter(({ name }) => name === only || name.startsWith(`${only} `))
  return spread === undefined ? named : spreadOver(named, Number(spread))
}

function report(results: readonly PointResult[], seconds: number): boolean {
  const failed = results.filter(({ happened, problems }) => happened && problems.length > 0)
  const missed = results.filter(({ happened }) => !happened)
  console.log(`\n${summaryTable(results)}`)
  if (failed.length > 0) console.log(`\nFailed:\n${failed.map(failureText).join('\n')}`)
  if (missed.length > 0) console.log(`\nDid not happen: ${missed.map(({ point }) => point.name).join(', ')}`)
  const happened = results.length - missed.length
  console.log(
    `\n${happened} points in ${Math.round(seconds)} s, ${failed.length} failed, ${missed.length} did not happen.`,
  )
  return failed.length === 0 && missed.length === 0 && results.length > 0
}

async function reportDeaths(): Promise<boolean> {
  const deathsMin = Number(values.deaths)
  if (deathsMin === 0 || values.only !== undefined || values.kind !== undefined) return true
  const seed = Math.floor(Math.random() * 1_000_000)
  const startMs = performance.now()
  console.log(`\nDeaths at random instants, seed ${seed} ...`)
  const { deaths, entries, problems } = await runRandomDeaths(deathsMin, Number(values.jobs), seed)
  const seconds = (performance.now() - startMs) / 1000
  for (const problem of problems) console.log(`    ${problem}`)
  console.log(`${deaths} writers died in ${seconds.toFixed()} s, ${entries} entries, ${problems.length} problems.`)
  return problems.length === 0 && deaths >= deathsMin
}

async function main(): Promise<void> {
  const reason = noStrace()
  if (reason !== false) throw new Error(`No fault can be injected: ${reason}.`)
  const models = await buildModels()
  console.log(countsText(models))
  const points = chosenPoints(allPoints(countsOf(models)))
  console.log(`${points.length} points`)
  if (values.list) {
    for (const { name } of points) console.log(name)
    return
  }
  const startMs = performance.now()
  let failures = 0
  const results = await runPoints(points, models, Number(values.jobs), ({ problems }, done) => {
    if (problems.length > 0) failures++
    const seconds = (performance.now() - startMs) / 1000
    if (done % PROGRESS_EVERY === 0)
      console.log(`${done} of ${points.length}, ${failures} failed, ${seconds.toFixed()} s`)
  })
  const isPassed = report(results, (performance.now() - startMs) / 1000)
  if (!(await reportDeaths()) || !isPassed) process.exitCode = 1
}

await main()
