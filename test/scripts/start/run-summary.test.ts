import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type RunFigures, renderSummary, renderVerification } from '../../../scripts/start/run-summary.js'

const MIB = 1 << 20
const VERIFIED = { lines: 1500, copies: 0, files: 3, bytes: 2 * MIB, problemCount: 0, problems: [] }
const FIGURES: RunFigures = {
  entries: 1500,
  durationMs: 500,
  times: { samples: 10, p50Ns: 900, p99Ns: 12_000, p999Ns: 99_600, maxNs: 5e6 },
  rssBeforeBytes: 60 * MIB,
  rssPeakBytes: 100 * MIB,
}

describe('renderSummary()', () => {
  it('renderSummary() has a row for each figure, with its unit', () => {
    const rows = renderSummary(FIGURES, VERIFIED).trimEnd().split('\n')
    assert.deepEqual(rows, [
      'lines     1,500',
      'lines/s   3,000, until all were written (0.50 s)',
      'call      p50 0.9 us, p99 12 us, p99.9 100 us, max 5000 us (10 samples, clock included)',
      'files     3',
      'bytes     2,097,152 (2.0 MiB)',
      'RSS       100.0 MiB at most, 60.0 MiB before the first line',
    ])
  })

  it('renderSummary() tells what became of the input of a replay', () => {
    const counts = { read: 9, objects: 7, belowLevel: 2, blank: 1, unparsed: 1 }
    const text = renderSummary({ ...FIGURES, counts }, VERIFIED)
    assert.match(text, /^read {6}9 lines: 7 objects, 1 unparsed, 1 blank\nleft out {2}2 objects below the level\n$/m)
  })
})

describe('renderVerification()', () => {
  it('renderVerification() says that all is there, or tells the first problems and how many more there are', () => {
    assert.equal(
      renderVerification(VERIFIED),
      'verified: 1,500 lines in 3 files, seq 1 to 1,500 without gap or double, each in its place, in order in each file\n',
    )
    assert.match(
      renderVerification({ ...VERIFIED, lines: 1507, copies: 7 }),
      /1,507 lines .* seq 1 to 1,500 .*; 7 of the lines are the second one/,
    )
    const spoilt = { ...VERIFIED, problemCount: 3, problems: ['one', 'two'] }
    assert.equal(renderVerification(spoilt), 'NOT verified: 3 problems\n  one\n  two\n  and 1 more\n')
  })
})
