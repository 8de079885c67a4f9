import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseCommandLine, UsageError } from '../../../scripts/start/command-line.js'
import { checkInput } from '../../../scripts/start/input-files.js'

const SETTINGS = { directory: undefined, workers: undefined, level: 'trace' }

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof UsageError)
    assert.doesNotMatch(error.message, /\n/)
    return error.message
  }
  return assert.fail('no error')
}

describe('parseCommandLine()', () => {
  it('runs the demo for five seconds when nothing is said', () => {
    assert.deepEqual(parseCommandLine([]), { ...SETTINGS, kind: 'demo', seconds: 5 })
  })

  it('takes the settings of a demo', () => {
    assert.deepEqual(parseCommandLine(['--seconds=0.5', '--workers', '2', '--directory', 'x', '--level', 'warn']), {
      kind: 'demo',
      seconds: 0.5,
      workers: 2,
      directory: 'x',
      level: 'warn',
    })
  })

  it('takes several inputs of a replay, one of them standard input', () => {
    const args = ['--input', 'a.ndjson', '--by', 'component', '--input', '-']
    assert.deepEqual(parseCommandLine(args), {
      ...SETTINGS,
      kind: 'replay',
      inputs: ['a.ndjson', '-'],
      by: 'component',
    })
  })

  it('says in one line what is wrong', () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['--speed', /Unknown option '--speed'$/],
      ['file', /Unexpected argument 'file'/],
      ['--seconds', /^--seconds needs a value$/],
      ['--input --by x', /^--input needs a value$/],
      ['--seconds soon', /--seconds must be a number above 0.*'soon'/],
      ['--seconds -1', /--seconds needs a value/],
      ['--seconds=-1', /--seconds must be/],
      ['--seconds=', /--seconds must be/],
      ['--workers 1.5', /--workers must be a whole number/],
      ['--workers 0', /--workers must be a whole number/],
      ['--level loud', /--level must be one of trace, .*'loud'/],
      ['--directory=', /--directory must not be empty/],
      ['--by key', /--by needs --input/],
      ['--input x', /--input needs --by/],
      ['--input x --by=', /--by must not be empty/],
      ['--input= --by key', /--input must not be empty/],
      ['--input x --by key --seconds 1', /--seconds is for the demo/],
      ['--input - --input - --by key', /standard input ends only once/],
    ]
    for (const [args, pattern] of cases)
      assert.match(
        messageOf(() => parseCommandLine(args.split(' '))),
        pattern,
      )
  })

  it('helps, whatever else is said', () => {
    assert.deepEqual(parseCommandLine(['--help', '--workers', '0']), { kind: 'help' })
  })
})

describe('checkInput()', () => {
  it('refuses a directory and a missing file, and takes standard input', () => {
    const directory = mkdtempSync(join(tmpdir(), 'spillway-input-'))
    try {
      assert.match(
        messageOf(() => checkInput(directory)),
        /is a directory/,
      )
      assert.match(
        messageOf(() => checkInput(join(directory, 'none'))),
        /does not exist$/,
      )
      checkInput('-')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
