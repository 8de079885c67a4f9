import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rulePathBy } from '../../../src/main/classify/source-rules.js'
import { ENGINE_SOURCES } from '../../../src/main/index.js'
import type { SourceRules } from '../../../src/shared/options.js'

function assertCategories(rules: SourceRules | null, expected: Readonly<Record<string, string>>): void {
  const rulePath = rulePathBy(rules)
  for (const [path, category] of Object.entries(expected)) assert.equal(rulePath(path).category, category, path)
}

describe('rulePathBy()', () => {
  it('takes the first folder under the last src/ where there are no rules', () => {
    assertCategories(null, {
      'src/actions/move.ts': 'actions',
      'src/actions/deep/er/move.ts': 'actions',
      'packages/game/src/ai/plan.ts': 'ai',
      'src/vendor/src/engine/x.js': 'engine',
      '/home/me/src/game/src/events/x.js': 'events',
      'C:/game/src/loaders/x.js': 'loaders',
      'src/index.ts': 'general',
      'src/ai/src/x.ts': 'general',
      'lib/x.js': 'general',
      'x.js': 'general',
      '': 'general',
      'Src/actions/x.js': 'general',
      'src//x.js': 'general',
      'src//ai/x.js': 'ai',
      [`src/${'\x01'.repeat(9)}/x.js`]: 'general',
      'mysrc/actions/x.js': 'general',
      'src/errors/failure.ts': 'errors',
      'src/Actions/x.ts': 'Actions',
    })
  })

  it('knows tests/ and llm-proxy-server/ as categories of their own', () => {
    assertCategories(null, {
      'tests/unit/move.test.ts': 'tests',
      'tests/src/ai/x.ts': 'tests',
      'llm-proxy-server/src/handlers/x.js': 'llm-proxy',
      '/home/me/llm-proxy-server/src/handlers/x.js': 'llm-proxy',
      '/home/me/game/tests/unit/x.js': 'tests',
      'src/tests/x.js': 'tests',
      'test/x.js': 'general',
      'src/actions/tests/x.js': 'actions',
      'tests.js': 'general',
    })
  })

  it('takes the longest pattern that matches: folders by their segments, globs, anchored or not; case counts', () => {
    const rules = {
      'src/actions': 'actions',
      'src/actions/combat/': 'combat',
      'src/**/*.gen.ts': 'generated',
      '/tools': 'tools',
      'lib/*/core': 'core',
      '{packages,modules}/*/src/**': 'package',
    }
    assertCategories(rules, {
      'src/actions/move.ts': 'actions',
      'src/actions': 'actions',
      'src/actionsX/move.ts': 'general',
      'src/actions/combat/hit.ts': 'combat',
      'src/actions/combatX/hit.ts': 'actions',
      'web/src/actions/move.ts': 'actions',
      'src/ai/x.gen.ts': 'generated',
      'src/actions/combat/x.gen.ts': 'combat',
      'tools/build.ts': 'tools',
      'src/tools/build.ts': 'general',
      'lib/a/core': 'core',
      'packages/a/src/deep/x.ts': 'package',
      'SRC/actions/move.ts': 'general',
    })
  })

  it('takes no path of more than 256 characters for a glob', () => {
    const rulePath = rulePathBy({ 'src/**/*a*': 'x', src: 'short' })
    assert.equal(rulePath('src/b/ca').category, 'x')
    assert.equal(rulePath(`src/${'a'.repeat(300)}`).category, 'short')
  })

  it('says which rule it was', () => {
    assert.equal(rulePathBy(null)('src/ai/x.ts').rule, 'first folder under src/')
    assert.equal(rulePathBy(null)('lib/x.ts').rule, 'no rule')
    assert.equal(rulePathBy({ 'src/a': 'x', 'src/a/b': 'y' })('src/a/b/c.ts').rule, 'src/a/b')
    assert.equal(rulePathBy(() => 'x')('src/a.ts').rule, 'function')
  })

  it('takes what a function says, and general for what is no category', () => {
    const categories: Record<string, unknown> = { a: 'x', b: '', c: null, d: undefined, e: 7, f: 'y'.repeat(300) }
    const rulePath = rulePathBy((path) => categories[path] as string)
    assert.equal(rulePath('a').category, 'x')
    for (const path of ['b', 'c', 'd', 'e']) assert.equal(rulePath(path).category, 'general')
    assert.equal(rulePath('f').category, 'y'.repeat(256))
  })

  it('has every folder of the engine as a preset, and nothing else', () => {
    const folders = Object.entries(ENGINE_SOURCES).filter(([pattern]) => pattern.startsWith('src/'))
    assert.equal(folders.length, 48)
    for (const [pattern, category] of folders) {
      assert.equal(pattern, `src/${category}`)
      assertCategories(ENGINE_SOURCES, { [`${pattern}/deep/x.ts`]: category, [`web/${pattern}/x.js`]: category })
    }
    assertCategories(ENGINE_SOURCES, {
      'src/other/x.ts': 'general',
      'src/actionsX/x.ts': 'general',
      'tests/unit/x.ts': 'tests',
      'llm-proxy-server/src/x.js': 'llm-proxy',
      'src/configuration/x.ts': 'configuration',
      'src/config/x.ts': 'config',
      'index.ts': 'general',
    })
  })
})
