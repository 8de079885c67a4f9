import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { switchesBetween, threadSwitches } from '../../bench/child/thread-switches.js'

test('switchesBetween() counts new threads whole, and none that ended', () => {
  const before = new Map([
    ['1', 10],
    ['2', 500],
  ])
  const after = new Map([
    ['1', 13],
    ['3', 4],
  ])
  assert.equal(switchesBetween(before, after), 7)
})

test('threadSwitches() sees a thread that sleeps and wakes', {
  skip: threadSwitches() === undefined && 'there is no /proc',
}, async () => {
  const before = threadSwitches()!
  for (let nap = 0; nap < 20; nap += 1) await pause(2)
  assert.ok(switchesBetween(before, threadSwitches()!) >= 20)
})
