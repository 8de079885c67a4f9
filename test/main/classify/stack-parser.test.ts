import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SourceFinder } from '../../../src/main/classify/source-finder.js'
import { frameLines, parseFrame } from '../../../src/main/classify/stack-parser.js'
import { resolveOptions, type SpillwayOptions } from '../../../src/shared/options.js'
import { STACKS } from './stack-table.js'

const ROOT = '/srv/app'

function finder(options: SpillwayOptions = {}): SourceFinder {
  return new SourceFinder(resolveOptions({ ...options, sources: { root: ROOT, ...options.sources } }, undefined, {}))
}

describe('SourceFinder.ofStack()', () => {
  it('finds the application frame and its category in stacks of all engines', () => {
    assert.ok(STACKS.length >= 200, `${STACKS.length} stacks`)
    assert.equal(new Set(STACKS.map(({ form }) => form)).size, STACKS.length, 'a form stands twice')
    const wrong = STACKS.filter(({ stack, frame, category }) => {
      const found = finder().ofStack(stack)
      return JSON.stringify([found.frame, found.category]) !== JSON.stringify([frame, category])
    })
    const shown = wrong.map(({ form, stack, frame, category }) => {
      const found = finder().ofStack(stack)
      return { form, stack, expected: { frame, category }, found: { frame: found.frame, category: found.category } }
    })
    assert.deepEqual(shown, [])
  })

  it('finds the same when the frames are remembered', () => {
    const shared = finder({ performance: { cache: { maxSize: 10_000 } } })
    for (let round = 0; round < 2; round++) {
      for (const { form, stack, frame, category } of STACKS) {
        const found = shared.ofStack(stack)
        assert.deepEqual([found.frame, found.category], [frame, category], form)
      }
    }
  })

  it('gives general for what is no stack, whatever it is', () => {
    const texts = [
      '',
      '\n',
      ' ',
      '\0',
      'at',
      'at ',
      'at (',
      'at )',
      '@',
      '@:1:2',
      '(',
      ')'.repeat(2000),
      'at '.repeat(600),
    ]
    for (const text of [...texts, 'x'.repeat(1 << 20), '\n'.repeat(1 << 20), 'at eval at '.repeat(180)]) {
      const { category, frame } = finder().ofStack(text)
      assert.deepEqual({ category, frame }, { category: 'general', frame: null }, JSON.stringify(text.slice(0, 40)))
    }
  })

  it('looks at a bounded part of a stack of a megabyte', () => {
    const line = `    at f (${'a('.repeat(900)}/srv/app/src/ai/x.js:1:2)\n`
    assert.equal(frameLines(line.repeat(600)).length, 64)
    assert.equal(frameLines('\n'.repeat(2000) + line).length, 0)
    assert.deepEqual(frameLines(`    at f (${'a'.repeat(3000)}:1:2)\n    at g (b.js:1:2)`), ['at g (b.js:1:2)'])
  })

  it('does not take time that grows faster than the stack', () => {
    // A bound on the work, not on the clock: every function of the parser looks at a line from one end to the other.
    const parens = `at ${'('.repeat(1000)}${')'.repeat(1000)}`
    assert.equal(parseFrame(parens)?.line ?? null, null)
    assert.doesNotThrow(() => parseFrame(`at ${'eval at f ('.repeat(150)}${'), <anonymous>:1:1'.repeat(20)})`))
  })

  it('finds the category by the frame, never by the message', () => {
    const stack =
      'Error: failed in src/engine/x.js at /srv/app/src/events/a.js:1:2\n    at f (/srv/app/src/ai/x.js:1:2)'
    assert.equal(finder().ofStack(stack).category, 'ai')
  })
})
