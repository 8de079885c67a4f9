import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type RunFigures,
  renderProgress,
  renderSummary,
  renderVerification,
} from '../../../scripts/start/run-summary.js'

const MIB = 1 << 20
const VERIFIED = { lines: 1500, copies: 0, dropped: 0, files: 3, bytes: 2 * MIB, problemCount: 0, problems: [] }
const FIGURES: RunFigures = {
  entries: 1500,
  durationMs: 500,
  flushFailure: null,
  times: { samples: 10, p50Ns: 900, p99Ns: 12_000, p999Ns: 99_600, maxNs: 5e6 },
  rssBeforeBytes: 60 * MIB,
  rssPeakBytes: 100 * MIB,
  categoryOverflows: 0,
}

const COUNTS = {
  read: 9,
  objects: 7,
  keyed: 7,
  belowLevel: 2,
  withoutKey: 0,
  overlongKey: 0,
  blank: 1,
  unparsed: 1,
  categories: 3,
}

describe('renderSummary()', () => {
  it('renderSummary() has a row for each figure, with its unit', () => {
    const rows = renderSummary(FIGURES, VERIFIED).trimEnd().split('\n')
    assert.deepEqual(rows, [
      'lines       1,500',
      'lines/s     3,000, until all were written (0.50 s)',
      'call        p50 0.9 us, p99 12 us, p99.9 100 us, max 5000 us (10 samples, clock included)',
      'files       3',
      'bytes       2,097,152 (2.0 MiB)',
      'RSS         100.0 MiB at most, 60.0 MiB before the first line',
    ])
  })

  it('renderSummary() does not say that all was written where it was not', () => {
    const text = renderSummary({ ...FIGURES, flushFailure: 'disk full' }, VERIFIED)
    assert.match(text, /^lines\/s {5}3,000, until the rest was given up \(0\.50 s\)$/m)
  })

  it('renderSummary() tells what became of the input of a replay', () => {
    const text = renderSummary({ ...FIGURES, counts: COUNTS }, VERIFIED)
    assert.match(
      text,
      /^read {8}9 lines: 7 objects, 1 unparsed, 1 blank\ncategories {2}3\nleft out {4}2 objects below the level\n$/m,
    )
  })

  it('renderSummary() tells which lines of a replay are in general, and why', () => {
    const counts = { ...COUNTS, categories: 1100, withoutKey: 1, overlongKey: 2 }
    const rows = renderSummary({ ...FIGURES, counts, categoryOverflows: 77 }, VERIFIED)
      .split('\n')
      .slice(7, 11)
    assert.deepEqual(rows, [
      'categories  1,100',
      'too many    77 beyond maxCategories share general.jsonl',
      'no category 1 line without a name under the key, in category general',
      'too long    2 lines with a value that is too long for a category, in category general',
    ])
    const most = { ...COUNTS, categories: 65_536 }
    const text = renderSummary({ ...FIGURES, counts: most, categoryOverflows: 64_512 }, VERIFIED)
    assert.match(text, /^categories {2}65,536 or more\ntoo many {4}64,512 or more beyond/m)
  })

  it('renderSummary() and the others count one thing as one', () => {
    const counts = { ...COUNTS, read: 1, objects: 1, belowLevel: 1 }
    const times = { ...FIGURES.times, samples: 1 }
    const summary = renderSummary({ ...FIGURES, times, counts }, VERIFIED)
    assert.match(summary, /\(1 sample, clock included\)/)
    assert.match(summary, /1 line: 1 object, /)
    assert.match(summary, /1 object below/)
    assert.match(renderVerification({ ...VERIFIED, lines: 1, files: 1 }), /^verified: 1 line in 1 file, /)
    assert.match(renderProgress(1, 1000, MIB), /^1 line {2}/)
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
