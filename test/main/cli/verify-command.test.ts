import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { VerificationReport } from '../../../src/main/verify/verify.js'
import { endOfChild } from '../../support/child-end.js'
import { newDirectory } from '../../support/new-directory.js'
import { append, DAY, makeLines, pathOf, seqs } from '../verify/made-directory.js'
import { ENTRY, runCommand } from './run-command.js'

describe('spillway verify', () => {
  it('is 0 where all is sound, with a line for each run', async (t) => {
    const directory = newDirectory(t)
    makeLines(directory, [...seqs(1, 1200), ...seqs(1, 2, { at: 2000 }), { dropped: 3, from: 3, to: 5, at: 2010 }])
    const { code, stdout, stderr } = await runCommand('verify', directory)
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(
      stdout,
      [
        `run 1: ${DAY}T12:00:00.001Z to ${DAY}T12:00:01.200Z, 1,200 lines in 1 file, seq 1 to 1200, no gap`,
        `run 2: ${DAY}T12:00:02.001Z to ${DAY}T12:00:02.010Z, 2 lines in 1 file, seq 1 to 5, 3 dropped`,
        `  3 lines dropped between seq 3 and 5: the ring was full (${pathOf(directory, {})}:1203)`,
        'sound: 1,202 lines in 1 file of 2 runs; what is missing is told in the files, nothing is there twice',
        '',
      ].join('\n'),
    )
  })

  it('is 1 where something is wrong, and says what in path:line: what', async (t) => {
    const directory = newDirectory(t)
    makeLines(directory, [...seqs(1, 2), ...seqs(4, 4)])
    append(pathOf(directory, {}), 'x\n')
    const { code, stdout } = await runCommand('verify', directory)
    assert.equal(code, 1)
    assert.equal(
      stdout.split('\n').slice(1).join('\n'),
      [
        `${pathOf(directory, {})}:4: not a JSON object: "x"`,
        'run 1: seq 3 is missing, no reason given',
        'NOT sound: 2 problems in 3 lines in 1 file of 1 run',
        '',
      ].join('\n'),
    )
  })

  it('--quiet prints nothing but problems', async (t) => {
    const directory = newDirectory(t)
    makeLines(directory, seqs(2, 4))
    assert.deepEqual(await runCommand('verify', directory, '--quiet'), {
      code: 0,
      signal: null,
      stdout: '',
      stderr: '',
    })
    const { code, stdout } = await runCommand('verify', directory, '--quiet', '--complete')
    assert.equal(code, 1)
    assert.match(stdout, /^run 1: seq 1 is missing, no reason given\nNOT sound: 1 problem in [^\n]*\n$/)
  })

  it('--json prints the report', async (t) => {
    const directory = newDirectory(t)
    makeLines(directory, seqs(1, 4))
    append(pathOf(directory, {}), 'x\n'.repeat(3000))
    const { code, stdout } = await runCommand('verify', directory, '--json')
    const report = JSON.parse(stdout) as VerificationReport
    assert.deepEqual([code, report.isSound, report.problemCount, report.problems.length], [1, false, 3000, 1000])
  })

  it('--day takes one day of several directories', async (t) => {
    const [directory, fallback] = [newDirectory(t), newDirectory(t)]
    makeLines(directory, [...seqs(1, 2), { seq: 9, day: '2026-02-01', at: 86_400_000 }])
    makeLines(fallback, seqs(3, 4))
    assert.equal((await runCommand('verify', directory, fallback)).code, 1)
    assert.equal((await runCommand('verify', directory, fallback, '--day', DAY)).code, 0)
    const { code, stderr } = await runCommand('verify', directory, '--day', '2026-03-01')
    assert.equal(code, 2)
    assert.match(stderr, /there is no day 2026-03-01\.\n$/)
  })

  it('is 2 where there is nothing that can be read, and 1 where there is no log file', async (t) => {
    const directory = newDirectory(t)
    writeFileSync(join(directory, 'file'), '')
    for (const path of ['nowhere', 'file']) {
      const { code, stdout, stderr } = await runCommand('verify', join(directory, path))
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /^spillway: ".*" cannot be read: E[A-Z]+: [^\n]*\n$/)
    }
    const { code, stdout } = await runCommand('verify', directory)
    assert.equal(code, 1)
    assert.match(stdout, /there is no log file: nothing was verified/)
  })

  it('tells no progress where nobody looks', async (t) => {
    const directory = newDirectory(t)
    makeLines(directory, seqs(1, 4))
    assert.equal((await runCommand('verify', directory, '--progress')).stderr, '') // It was over before there was any.
  })

  it('ends well where its reader goes away', async (t) => {
    const directory = newDirectory(t)
    append(pathOf(directory, {}), 'x\n'.repeat(3000))
    const child = spawn('/bin/sh', [
      '-c',
      '"$0" "$1" verify "$2" --json | head -c 1',
      process.execPath,
      ENTRY,
      directory,
    ])
    const { stdout, stderr } = await endOfChild(child)
    assert.deepEqual([stdout, stderr], ['{', ''])
  })
})
