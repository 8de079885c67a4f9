import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  lossPercent,
  measurePairs,
  requestsPerMainSecond,
  requestsPerSecond,
  together,
  type Window,
} from '../../../bench/scenarios/service-windows.js'

function windowOf(requests: number, elapsedMs = 100): Window {
  return { requests, elapsedMs, cpuNs: 70, main: { atWorkNs: 60, cpuNs: 50 } }
}

test('measurePairs() switches logging on and off in turn, and the first changes from pair to pair', async () => {
  const order: boolean[] = []
  let requests = 0
  const service = {
    set isLogging(isLogging: boolean) {
      order.push(isLogging)
    },
    /** Read at the beginning and at the end of each window. */
    get requests() {
      requests += order.at(-1) ? 90 : 100
      return requests
    },
  }
  const pairs = await measurePairs(service, { pairs: 3, unmeasuredMs: 0, measuredMs: 1 })
  assert.deepEqual(order, [true, false, false, true, true, false])
  assert.deepEqual(
    pairs.map(({ logged, unlogged }) => [logged.requests, unlogged.requests]),
    [
      [90, 100],
      [90, 100],
      [90, 100],
    ],
  )
})

test('lossPercent() is what logging takes, and moments of a neighbour do not move it', () => {
  const pair = { logged: windowOf(90), unlogged: windowOf(100) }
  const disturbed = { logged: windowOf(10), unlogged: windowOf(100) }
  const reversed = { logged: windowOf(90), unlogged: windowOf(20) }
  const loss = lossPercent([pair, disturbed, pair, pair, reversed, pair], requestsPerSecond)
  assert.ok(Math.abs(loss - 10) < 1e-9, String(loss))
})

test('together() adds windows up, and does not know the CPU of the main thread where one does not', () => {
  const both = together([windowOf(90), windowOf(110, 300)])
  assert.deepEqual(both, { requests: 200, elapsedMs: 400, cpuNs: 140, main: { atWorkNs: 120, cpuNs: 100 } })
  assert.equal(requestsPerSecond(both), 500)
  assert.equal(requestsPerMainSecond(both), 200 / 120e-9)
  const unknown = { ...windowOf(1), main: { atWorkNs: 60, cpuNs: undefined } }
  assert.deepEqual(together([windowOf(1), unknown, windowOf(1)]).main, { atWorkNs: 180, cpuNs: undefined })
})
