import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProgressLine } from '../../../src/main/cli/progress-line.js'

const MIB = 1 << 20

/** What is written for the progress at these times. */
function written(isTerminal: boolean, times: readonly number[]): string {
  let now = 0
  let text = ''
  const line = new ProgressLine(
    isTerminal,
    (piece) => {
      text += piece
    },
    () => now,
  )
  for (const [index, time] of times.entries()) {
    now = time
    line.show({ bytesRead: (index + 1) * MIB, bytesToRead: times.length * MIB })
  }
  line.end()
  return text
}

describe('ProgressLine', () => {
  it('writes over one line of a terminal, ten times a second at the most, and clears it', () => {
    assert.equal(
      written(true, [50, 120, 150, 230]),
      '\r\x1b[K50 %, 2 of 4 MiB read\r\x1b[K100 %, 4 of 4 MiB read\r\x1b[K',
    )
  })

  it('writes plain lines elsewhere, one in two seconds', () => {
    assert.equal(written(false, [1000, 2500, 3000, 4600]), '50 %, 2 of 4 MiB read\n100 %, 4 of 4 MiB read\n')
  })

  it('writes nothing for what is over at once', () => {
    assert.equal(written(true, [1, 99]), '')
  })
})
