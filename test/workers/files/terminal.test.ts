import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { SpillwayStats } from '../../../src/main/index.js'
import { type FixtureEnd, type FixtureSettings, runFixture, startFixture } from '../../support/fixture-run.js'
import { assertAllWritten, writtenLines } from '../../support/written-lines.js'

const FLOOD_ENTRIES = 30_000
/** An exit may wait 10 s for the terminal's writer, and a little for each of its buffers. */
const BOUNDED_MS = 25_000
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of pino-pretty.
const COLOUR = /\x1b\[\d+(;\d+)*m/g

async function run(context: TestContext, settings: FixtureSettings): Promise<FixtureEnd> {
  const end = await runFixture(context, 'pretty-output', { workers: 3, ...settings })
  assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null }, end.stderr)
  return end
}

function statsOf(end: FixtureEnd): SpillwayStats {
  return JSON.parse(end.stderr.trimEnd().split('\n').at(-1) ?? '') as SpillwayStats
}

describe('Terminal', () => {
  it('Terminal prints the entries of all categories and levels in the order of the calls', async (t) => {
    const end = await run(t, { args: ['order'] })
    assertAllWritten(end.directory, 2000)
    assert.equal(statsOf(end).linesNotShown, 0)
    const numbers = end.stdout.split('\n').flatMap((line) => / entry (\d+)$/.exec(line)?.[1] ?? [])
    assert.deepEqual(
      numbers.map(Number),
      Array.from({ length: 2000 }, (_, index) => index + 1),
    )
    assert.match(end.stdout, /^\[\d\d:\d\d:\d\d\.\d{3}\] DEBUG: part0: entry 1$/m)
  })

  it('Terminal shows control characters and sends none but newlines, without colours where it is no terminal', async (t) => {
    const end = await run(t, { args: ['hostile'] })
    assertAllWritten(end.directory, 6)
    assert.doesNotMatch(end.stdout, CONTROLS)
    assert.ok(end.stdout.split('\\x1b[31mred').length > 10, end.stdout)
    assert.match(end.stdout, /category \\x1b\[31mred\\x1b\[0m \\x9b31m \\x07 \\x7f \\x0d \\x00 \\u2028 bell\\nFORGED: /)
    // A stack breaks the line, but what is in it never begins one.
    assert.doesNotMatch(end.stdout, /^FORGED/m)
    for (const line of end.stdout.split('\n')) assert.match(line, /^$|^\[\d\d:| {4}/)
  })

  it('Terminal colours levels where it is told to, and still shows the escapes of the content', async (t) => {
    const end = await run(t, { args: ['hostile', 'coloured'] })
    assert.match(end.stdout, COLOUR)
    assert.doesNotMatch(end.stdout.replaceAll(COLOUR, ''), CONTROLS)
    assert.ok(!end.stdout.includes('\x1b[31mred'))
  })

  it('Terminal prints only entries of pretty.level and above; the files have all', async (t) => {
    const end = await run(t, { args: ['level'] })
    assertAllWritten(end.directory, 60)
    assert.equal(end.stdout.trimEnd().split('\n').length, 30)
    assert.doesNotMatch(end.stdout, /TRACE|DEBUG|INFO/)
  })

  it('Terminal prints linesPerSecond lines a second and says how many it left out', async (t) => {
    const end = await run(t, { args: ['sampled'] })
    const { entries, linesNotShown } = statsOf(end)
    assertAllWritten(end.directory, entries)
    const shown = end.stdout.split('\n').filter((line) => line.includes('one of very many')).length
    assert.ok(shown >= 8 && shown <= 16, `${shown} lines`)
    assert.equal(shown + linesNotShown, entries)
    const notes = [...end.stdout.matchAll(/^… ([\d,]+) lines not shown here$/gm)].map(([, count = '']) =>
      Number(count.replaceAll(',', '')),
    )
    assert.ok(notes.length >= 1, end.stdout)
    assert.ok(notes.reduce((sum, count) => sum + count, 0) <= linesNotShown)
  })

  it('Terminal says in the end how many lines of a burst it left out', async (t) => {
    const end = await run(t, { args: ['burst'] })
    assert.equal(statsOf(end).linesNotShown, 96)
    const told = [...end.stdout.matchAll(/^… (\d+) lines not shown here$/gm)].map(([, count]) => Number(count))
    assert.equal(
      told.reduce((sum, count) => sum + count, 0),
      96,
    )
  })

  it('Terminal leaves out what is too long for its ring, whole, and goes on', async (t) => {
    const end = await run(t, { args: ['long-lines'] })
    assertAllWritten(end.directory, 6)
    const shown = end.stdout.trimEnd().split('\n')
    assert.match(shown.findLast((line) => !line.startsWith('…')) ?? '', /after the long ones$/)
    for (const line of shown.slice(0, -1)) {
      const [, length, text = ''] = / (\d+) (x+)$/.exec(line) ?? []
      if (!line.startsWith('…')) assert.equal(text.length, Number(length))
    }
    assert.equal(shown.filter((line) => line.startsWith('[')).length + statsOf(end).linesNotShown, 6)
  })

  it('Terminal makes no file of a line that is longer than its buffer', async (t) => {
    const end = await run(t, { args: ['long-first'] })
    assertAllWritten(end.directory, 1)
    assert.equal(end.stdout.split('\n').filter((line) => line.startsWith('[')).length + statsOf(end).linesNotShown, 1)
    assert.doesNotMatch(end.stderr, /cannot be written/)
  })

  for (const scenario of ['flood', 'flood-flush', 'flood-close']) {
    it(`Terminal holds up neither the files nor the end where nobody reads standard output (${scenario})`, async (t) => {
      const end = await run(t, { args: [scenario], reads: false })
      assertAllWritten(end.directory, FLOOD_ENTRIES)
      assert.ok(end.durationMs < BOUNDED_MS, `it took ${end.durationMs} ms`)
      assert.ok(statsOf(end).linesNotShown > 0)
    })
  }

  it('Terminal holds up neither the files nor the end where standard output is closed', async (t) => {
    const { child, ended } = startFixture(t, 'pretty-output', { args: ['flood-flush'], workers: 3, reads: false })
    child.stdout?.destroy()
    const end = await ended
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null }, end.stderr)
    assertAllWritten(end.directory, FLOOD_ENTRIES)
    assert.ok(end.durationMs < BOUNDED_MS, `it took ${end.durationMs} ms`)
  })

  it('Terminal is not there, and prints nothing, where pretty is off', async (t) => {
    const end = await run(t, { args: ['no-pretty'] })
    assert.equal(end.stdout, '')
    assert.equal(writtenLines(end.directory).length, 1)
  })
})
