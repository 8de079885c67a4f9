import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildModels, countsOf } from './fault-model.js'
import { allPoints, type RunCounts, spreadOver } from './fault-points.js'
import { failureText, runPoints, summaryTable } from './run-points.js'
import { noStrace } from './strace.js'

/** Of the thousands that `npm run test:faults` runs. */
const POINTS = 150
const JOBS = 2

describe('allPoints()', () => {
  const counts: RunCounts = {
    partitions: [
      { system: { write: 3, open: 2 }, functions: { write: 3 } },
      { system: { write: 1, fsync: 1 }, functions: {} },
    ],
    pages: 4,
  }

  it('gives each call of each partition its points, each with a name of its own', () => {
    const points = allPoints(counts)
    const names = points.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
    for (const name of [
      'p0 write EIO once 3',
      'p0 open kill 2',
      'p0 write death after 3',
      'p1 fsync EROFS from 1',
      'disk freed 3',
    ]) {
      assert.ok(names.includes(name), name)
    }
    assert.equal(names.filter((name) => name.includes('mkdir')).length, 0)
    assert.deepEqual(allPoints(counts), points)
  })

  it('takes each way of a fallback for each call and error that fails from there on', () => {
    const ways = new Set(
      allPoints(counts).flatMap((point) => {
        return point.kind === 'fault' && point.mode === 'from' && point.call === 'write' ? [point.fallback] : []
      }),
    )
    assert.equal(ways.size, 3)
  })

  it('is spread evenly, and always in the same way', () => {
    const points = allPoints(counts)
    const some = spreadOver(points, 10)
    assert.equal(new Set(some).size, 10)
    assert.deepEqual(spreadOver(points, 10), some)
    assert.deepEqual(spreadOver(points, points.length + 1), points)
  })
})

describe('a system call that fails, a writer that dies, a process that is killed', () => {
  it(`loses, doubles, tears and swaps nothing, at ${POINTS} points`, { skip: noStrace() }, async (t) => {
    const models = await buildModels()
    const all = allPoints(countsOf(models))
    const results = await runPoints(spreadOver(all, POINTS), models, JOBS)
    t.diagnostic(`${POINTS} of ${all.length} points: ${results.map(({ point }) => point.name).join(', ')}`)
    for (const row of summaryTable(results).split('\n')) t.diagnostic(row)
    const missed = results.filter(({ happened }) => !happened).map(({ point }) => point.name)
    assert.deepEqual(missed, [], 'points at which nothing happened')
    const failed = results.filter(({ problems }) => problems.length > 0)
    assert.equal(failed.length, 0, `${failed.length} points failed:\n${failed.map(failureText).join('\n')}`)
  })
})
