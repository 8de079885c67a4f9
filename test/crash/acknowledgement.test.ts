import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { newDirectory } from '../support/new-directory.js'
import { Acknowledged, Acknowledgement, openAcknowledgement } from './acknowledgement.js'

/** More than are kept. */
const MANY = 20_000

describe('Acknowledged', () => {
  it('knows the last call that was told of, and how long ago others were', (t) => {
    const path = join(newDirectory(t), 'acknowledged')
    openAcknowledgement(path)
    const child = new Acknowledgement(path)
    for (let n = 1; n <= MANY; n++) child.tell(n)
    child.close()
    const acknowledged = new Acknowledged(path)
    assert.equal(acknowledged.last, MANY)
    const spans = [1, MANY - 10_000, MANY - 5_000, MANY].map((n) => acknowledged.sinceMs(n))
    assert.deepEqual(
      spans,
      spans.toSorted((left, right) => right - left),
    )
    assert.ok((spans[2] as number) > (spans[3] as number) && (spans[3] as number) > 0, String(spans))
    assert.equal(acknowledged.sinceMs(MANY + 1), 0)
  })

  it('knows of none where none was told of', (t) => {
    const path = join(newDirectory(t), 'acknowledged')
    openAcknowledgement(path)
    const acknowledged = new Acknowledged(path)
    assert.deepEqual([acknowledged.last, acknowledged.sinceMs(1)], [0, 0])
  })
})
