import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWrittenAs, priorityAt, watchedNumberOf } from '../../../bench/workload/priorities.js'

test('watchedNumberOf() numbers the entries of the first file, and no others', () => {
  const watched = { files: 3, linesPerError: 4 }
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6].map((entry) => watchedNumberOf(entry, watched)),
    [0, undefined, undefined, 1, undefined, undefined, 2],
  )
})

test('priorityAt() makes one of so many an error and one a warning', () => {
  const watched = { files: 3, linesPerError: 4 }
  const priorities = Array.from({ length: 8 }, (_, number) => priorityAt(number, watched))
  assert.deepEqual(priorities, ['error', 'info', 'warn', 'info', 'error', 'info', 'warn', 'info'])
})

test('isWrittenAs() knows levels by number and by name', () => {
  for (const level of [50, 'error', 'ERROR']) assert.ok(isWrittenAs('error', level))
  for (const level of [40, 'warn', 'warning', 'WARN']) assert.ok(isWrittenAs('warn', level))
  for (const level of [30, 60, undefined, 'info', 'warn']) assert.ok(!isWrittenAs('error', level))
})
