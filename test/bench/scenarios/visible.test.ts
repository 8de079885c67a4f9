import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scenario } from '../../../bench/scenarios/visible.js'
import { quickPass } from './quick-pass.js'

for (const cell of ['full', 'paced', 'paced-5ms', 'idle']) {
  test(`visible, ${cell}: every watched line is seen, none before its call, and all is measured`, async (t) => {
    const { result } = await quickPass(t, scenario, cell)
    const curves = Object.entries(result?.curves ?? {})
    assert.deepEqual(
      curves.map(([priority]) => priority),
      ['error', 'warn', 'info'],
    )
    for (const [priority, curve] of curves)
      assert.ok(
        curve.every(([, ns]) => ns > 0),
        priority,
      )
  })
}
