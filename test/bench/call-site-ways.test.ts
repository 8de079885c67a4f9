import assert from 'node:assert/strict'
import { test } from 'node:test'
import util from 'node:util'
import { belowFrames, measureWays, WAYS } from '../../bench/programs/call-site-ways.js'

test('WAYS look at as many frames as they are asked for, and leave the stack trace limit as it was', () => {
  const before = Error.stackTraceLimit
  for (const { name, look } of WAYS) {
    if (look === undefined) continue
    const [one, three] = belowFrames(20, () => [look(1), look(3)])
    assert.ok(one > 0, name)
    assert.ok(three > one, name)
  }
  assert.equal(Error.stackTraceLimit, before)
})

test('WAYS have util.getCallSites() where Node has it', () => {
  assert.equal(WAYS.find(({ name }) => name.startsWith('util.'))?.look !== undefined, 'getCallSites' in util)
})

test('belowFrames() calls below as many frames as it was told', () => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 100
  const framesIn = (): number => new Error().stack?.match(/at belowFrames /g)?.length ?? 0
  assert.equal(belowFrames(20, framesIn), 20)
  Error.stackTraceLimit = stackTraceLimit
})

test('measureWays() has a time for each way that is there and each number of frames', () => {
  const { perCallNs, seen } = measureWays([1, 3], { runs: 2, calls: 10 })
  assert.equal(perCallNs.length, WAYS.length)
  assert.ok(seen > 0)
  for (const [index, row] of perCallNs.entries()) {
    const isThere = WAYS[index]?.look !== undefined
    assert.deepEqual(
      row.map((ns) => ns !== undefined && ns > 0),
      [isThere, isThere],
    )
  }
})
