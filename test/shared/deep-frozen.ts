import assert from 'node:assert/strict'

export function assertDeepFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  assert.ok(Object.isFrozen(value))
  for (const part of Object.values(value)) assertDeepFrozen(part)
}
