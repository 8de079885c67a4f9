import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MainThreadClock } from '../../../bench/child/main-thread-time.js'

/** Sleeps in a call, for so long at least. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, milliseconds)
}

test('MainThreadClock takes sleep in a call for work, and none of its CPU', () => {
  const clock = new MainThreadClock()
  for (let times = 0; times < 10; times++) block(20)
  const { atWorkNs, cpuNs } = clock.end()
  assert.ok(atWorkNs >= 190e6, `${atWorkNs} ns at work`)
  if (cpuNs !== undefined) assert.ok(cpuNs < atWorkNs / 2, `${cpuNs} ns of CPU`)
})

test('MainThreadClock does not take the wait of the event loop for work', async () => {
  const clock = new MainThreadClock()
  await new Promise((resolve) => setTimeout(resolve, 200))
  const { atWorkNs } = clock.end()
  assert.ok(atWorkNs < 100e6, `${atWorkNs} ns at work`)
})
