import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attachPublishKernel, publishKernel } from '../../../src/main/produce/publish-kernel.js'
import { attachArena } from '../../../src/shared/arena.js'
import { PARKED, PUBLISHED, PUBLISHED_CHECK } from '../../../src/shared/arena-layout.js'
import { smallArena } from '../../workers/partition-rig.js'

describe('the publish kernel', () => {
  it('stores PUBLISHED with its check and gives PARKED, and touches nothing else', () => {
    const arena = smallArena()
    const publish = attachPublishKernel(arena)!
    const { words } = arena
    words[PARKED] = 7
    const expected = words.slice()
    expected[PUBLISHED] = -24
    expected[PUBLISHED_CHECK] = 0x1234567
    assert.equal(publish(-24, 0x1234567), 7)
    assert.deepEqual(words, expected)
  })

  it('is not there where the memory is not WebAssembly’s', () => {
    const shared = new SharedArrayBuffer(smallArena().words.byteLength)
    new Uint8Array(shared).set(smallArena().bytes)
    assert.equal(attachPublishKernel(attachArena(shared)), null)
  })

  it('is given to one ring of a process', () => {
    assert.equal(typeof publishKernel(smallArena()), 'function')
    assert.equal(publishKernel(smallArena()), null)
  })

  it('stores nothing where the stack is at its end', () => {
    const arena = smallArena()
    const publish = attachPublishKernel(arena)!
    let published = 0
    // Each turn of the recursion publishes; the last one has no stack left for it, or for what is around it.
    const recurse = (end: number): void => {
      publish(end, ~end)
      published = end
      recurse(end + 8)
    }
    assert.throws(() => recurse(8), RangeError)
    assert.ok(published > 8)
    assert.equal(arena.words[PUBLISHED], published)
    assert.equal(arena.words[PUBLISHED_CHECK], ~published)
  })
})
