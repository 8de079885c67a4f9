import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recoveryText } from '../../../src/main/cli/recovery-text.js'
import type { RecoveryReport } from '../../../src/main/recover.js'

const LEFTOVER: RecoveryReport['leftovers'][number] = {
  leftover: 'seat-1/p0.arena',
  kind: 'arena',
  lines: 1204,
  linesFound: 1210,
  files: 9,
  damaged: 0,
  quarantined: null,
  isDone: true,
  problem: null,
}
const REPORT: RecoveryReport = { directory: '/logs', leftovers: [], lines: 0, damaged: 0, isDone: true, heldBy: [] }

describe('recoveryText()', () => {
  it('says that there was nothing', () => {
    assert.equal(recoveryText(REPORT), 'nothing to recover\n')
  })

  it('tells of each leftover what was written, what was there, and what is damaged', () => {
    const damaged = { ...LEFTOVER, leftover: 'seat-2/p1.journal', damaged: 3, quarantined: 'quarantine/x.journal' }
    const leftovers = [LEFTOVER, damaged]
    assert.equal(
      recoveryText({ ...REPORT, leftovers, lines: 2408, damaged: 3, heldBy: [17, 18] }),
      [
        'seat-1/p0.arena: 1,204 lines written to 9 files, 6 lines found there',
        'seat-2/p1.journal: 1,204 lines written to 9 files, 6 lines found there, 3 items damaged, kept as .spillway/quarantine/x.journal',
        'left alone, for they are alive: what processes 17, 18 have',
        'recovered 2,408 lines; 3 items were damaged',
        '',
      ].join('\n'),
    )
  })

  it('tells what could not be written, and why', () => {
    const leftovers = [
      { ...LEFTOVER, lines: 0, linesFound: 0, files: 0, isDone: false, problem: 'ENOSPC: \x1b[2Jno space' },
    ]
    assert.equal(
      recoveryText({ ...REPORT, leftovers, isDone: false }),
      [
        'seat-1/p0.arena: 0 lines written to 0 files, 0 lines found there, NOT done, it stays, ENOSPC: \\u{1b}[2Jno space',
        'NOT recovered: some lines could not be written; run it again when they can be',
        '',
      ].join('\n'),
    )
  })
})
