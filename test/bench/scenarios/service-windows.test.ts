import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  lossPercent,
  measurePairs,
  requestsPerMainCpu,
  requestsPerSecond,
  together,
  type Window,
} from '../../../bench/scenarios/service-windows.js'

function windowOf(requests: number, elapsedMs = 100, mainCpuNs: number | undefined = 50): Window {
  return { requests, elapsedMs, cpuNs: 70, mainCpuNs }
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
  assert.deepEqual(together([windowOf(90), windowOf(110, 300)]), {
    requests: 200,
    elapsedMs: 400,
    cpuNs: 140,
    mainCpuNs: 100,
  })
  const unknown = { ...windowOf(1), mainCpuNs: undefined }
  assert.equal(together([windowOf(1), unknown, windowOf(1)]).mainCpuNs, undefined)
  assert.ok(Number.isNaN(requestsPerMainCpu(unknown)))
})
