import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Spillway, type SpillwayOptions } from '../../src/main/index.js'
import { newDirectory } from '../support/new-directory.js'

const SETTINGS: readonly SpillwayOptions[] = [
  {},
  { workers: 5, pretty: true },
  { maxCategories: 16_384 },
  { ringBytes: 65_536, fileBufferBytes: 4096, performance: { buffer: { maxMemoryUsage: 4 * 1_048_576 } } },
]

describe('Spillway', () => {
  it('Spillway shares no more memory with its writers than maxMemoryUsage, and a page', async (t) => {
    const real = globalThis.SharedArrayBuffer
    let bytes = 0
    class CountedBuffer extends real {
      constructor(length: number) {
        super(length)
        bytes += length
      }
    }
    for (const settings of SETTINGS) {
      const directory = newDirectory(t)
      bytes = 0
      globalThis.SharedArrayBuffer = CountedBuffer as unknown as SharedArrayBufferConstructor
      let spillway: Spillway
      try {
        spillway = new Spillway({ directory, ...settings })
      } finally {
        globalThis.SharedArrayBuffer = real
      }
      const { maxMemoryUsage } = spillway.options.performance.buffer
      await spillway.close()
      assert.ok(bytes > 0 && bytes <= maxMemoryUsage + 4096, `${bytes} bytes of ${maxMemoryUsage}`)
    }
  })
})
