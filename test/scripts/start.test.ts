import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { newDirectory } from '../support/new-directory.js'
import { logFiles, writtenLines } from '../support/written-lines.js'
import { runStart } from './start-run.js'

describe('npm start', () => {
  it('npm start writes into the directory of the options file, unless --directory says otherwise', async (t) => {
    const directory = newDirectory(t)
    const config = join(directory, 'spillway.json')
    writeFileSync(config, JSON.stringify({ directory: join(directory, 'of-file') }))
    const env = { SPILLWAY_CONFIG: config }
    assert.equal((await runStart(t, ['--seconds=0.1'], { env })).code, 0)
    assert.ok(logFiles(join(directory, 'of-file')).length > 0)

    const other = join(directory, 'of-flag')
    assert.equal((await runStart(t, ['--seconds=0.1', '--directory', other], { env })).code, 0)
    assert.ok(logFiles(other).length > 0)
  })

  it('npm start ends with 2 for a directory in which nothing can be made', {
    skip: !existsSync('/proc/self'),
  }, async (t) => {
    const { code, stderr } = await runStart(t, ['--directory', '/proc/x'])
    assert.equal(code, 2)
    assert.match(stderr, /^npm start: directory \/proc\/x cannot be written to/)
  })

  it('npm start verifies a run with alsoInCategoryFile', async (t) => {
    const env = { SPILLWAY_ALSO_IN_CATEGORY_FILE: 'true' }
    const { code, stdout } = await runStart(t, ['--seconds=0.1'], { env })
    assert.match(stdout, /^verified: .* of the lines are the second one/m)
    assert.equal(code, 0)
  })

  it('npm start goes on behind a name that is too long for a category, and counts what is in general', async (t) => {
    const lines = [{ by: 'x'.repeat(300) }, { by: 'a' }, {}, { by: 'b' }, { by: 'c' }]
    const input = lines.map((line) => JSON.stringify(line)).join('\n')
    const env = { SPILLWAY_MAX_CATEGORIES: '2' }
    const { code, stdout, stderr } = await runStart(t, ['--input=-', '--by=by'], { input, env })
    assert.doesNotMatch(stderr, /could not be read/)
    assert.match(stdout, /^categories {2}3\ntoo many {4}1 beyond .*\nno category 1 line .*\ntoo long {4}1 line /m)
    assert.match(stdout, /^verified: 5 lines /m)
    assert.equal(code, 0)
  })

  it('npm start ends with 1, and says why, where no line has the key', async (t) => {
    const { code, stdout, stderr } = await runStart(t, ['--input=-', '--by=kind'], { input: '{"component":"a"}\n' })
    assert.match(stderr, /^no line at all names a category by the key "kind"/m)
    assert.match(stdout, /^verified: 1 line in 1 file/m)
    assert.equal(code, 1)
  })

  it('npm start keeps what it says is kept, whatever level the environment sets', async (t) => {
    const directory = newDirectory(t)
    const input = '{"by":"a","level":"trace"}\n{torn\n'
    const env = { SPILLWAY_LEVEL: 'error' }
    const args = ['--input=-', '--by=by', '--directory', directory]
    const { code, stderr } = await runStart(t, args, { input, env })
    assert.match(stderr, /^1 line in all could not be parsed; it is kept in unparsed\.jsonl$/m)
    assert.deepEqual(
      writtenLines(directory).map(({ category, level, text }) => [category, level, text]),
      [
        ['a', 10, undefined],
        ['unparsed', 30, '{torn'],
      ],
    )
    assert.equal(code, 0)
  })

  it('npm start ends as it should when nobody reads what it prints any more', async (t) => {
    const onStart = (child: ChildProcess): void => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    const directory = newDirectory(t)
    const { code } = await runStart(t, ['--seconds=0.2', '--directory', directory], { onStart })
    assert.equal(code, 0)
    assert.ok(logFiles(directory).length > 0)
  })

  it('npm start says in a line that its output found no room', { skip: !existsSync('/dev/full') }, async (t) => {
    const stdout = openSync('/dev/full', 'w')
    t.after(() => closeSync(stdout))
    const { code, stderr } = await runStart(t, ['--seconds=0.1'], { stdout })
    assert.match(stderr, /^npm start: standard output cannot be written to \(ENOSPC.*\)$/m)
    assert.doesNotMatch(stderr, /^\s+at /m)
    assert.equal(code, 1)
  })

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`npm start verifies what was logged until a ${signal}`, async (t) => {
      const onStart = (child: ChildProcess): void => {
        child.stdout?.once('data', () => child.kill(signal))
      }
      const end = await runStart(t, ['--seconds=50'], { onStart })
      assert.match(end.stdout, /^verified: /m)
      assert.deepEqual([end.code, end.signal], [0, null])
    })
  }

  it('npm start verifies and sums up what is there when a file could not be written', async (t) => {
    const directory = newDirectory(t)
    // No log file may be a link. A day more, for a midnight in between.
    for (const date of [new Date(), new Date(Date.now() + 86_400_000)]) {
      const day = join(directory, dayOf(date))
      mkdirSync(day)
      symlinkSync('/dev/null', join(day, 'engine.jsonl'))
    }
    const { code, stdout, stderr } = await runStart(t, ['--seconds=0.2', '--directory', directory])
    assert.match(stderr, /^npm start: .*could not be written/m)
    assert.doesNotMatch(stderr, /^\s+at /m)
    assert.match(stdout, /^lines\/s .* until the rest was given up/m)
    assert.match(stdout, /^NOT verified: /m)
    assert.equal(code, 1)
  })
})

/** The name of a day's directory. */
function dayOf(date: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}
