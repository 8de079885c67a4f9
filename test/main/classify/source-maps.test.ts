import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, mock, type TestContext } from 'node:test'
import { SourceFinder } from '../../../src/main/classify/source-finder.js'
import { resolveOptions, type SourceOptions } from '../../../src/shared/options.js'
import { newDirectory } from '../../support/new-directory.js'

/** Line 1, column 1 of the code is line 7, column 3 of the first source; the second line is the second one's first. */
const MAPPINGS = 'AAME;ACNF'
const MAP = { version: 3, sources: ['../src/ai/plan.ts', '../src/events/bus.ts'], names: [], mappings: MAPPINGS }
const CODE = 'first()\nsecond()\n'

/** A finder for an application with these files, and the warnings while it looks at a place in dist/app.js. */
function look(t: TestContext, files: Readonly<Record<string, string>>, settings: SourceOptions = {}, at = '1:1') {
  const root = join(newDirectory(t), 'app')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const warnings: string[] = []
  const emitWarning = mock.method(process, 'emitWarning', (warning: string) => warnings.push(warning))
  t.after(() => emitWarning.mock.restore())
  const finder = new SourceFinder(resolveOptions({ sources: { root, ...settings } }, undefined, {}))
  const stackAt = (place: string): string => `Error\n    at f (${join(root, 'dist/app.js')}:${place})`
  return { root, warnings, finder, stackAt, source: () => finder.ofStack(stackAt(at)) }
}

function withMap(map: unknown, reference = 'app.js.map'): Record<string, string> {
  const text = typeof map === 'string' ? map : JSON.stringify(map)
  return { 'dist/app.js': `${CODE}//# sourceMappingURL=${reference}\n`, 'dist/app.js.map': text }
}

function inline(map: string, type = 'application/json;charset=utf-8;base64'): Record<string, string> {
  const data = type.endsWith('base64') ? Buffer.from(map).toString('base64') : encodeURIComponent(map)
  return { 'dist/app.js': `${CODE}//# sourceMappingURL=data:${type},${data}\n` }
}

describe('SourceMaps', () => {
  it('leads from generated code to its source: beside it, named, inline, in sections', (t) => {
    const sections = { version: 3, sections: [{ offset: { line: 0, column: 0 }, map: MAP }] }
    const forms = {
      external: withMap(MAP),
      'named with a query': withMap(MAP, './app.js.map?v=1'),
      beside: { ...withMap(MAP), 'dist/app.js': CODE },
      inline: inline(JSON.stringify(MAP)),
      'inline without base64': inline(JSON.stringify(MAP), 'application/json'),
      sections: withMap(sections),
      'guarded by a prefix': withMap(`)]}'\n${JSON.stringify(MAP)}`),
    }
    for (const [form, files] of Object.entries(forms)) {
      const { source, finder, stackAt, warnings } = look(t, files)
      assert.deepEqual(source().frame, { path: 'src/ai/plan.ts', line: 7, column: 3, function: 'f' }, form)
      assert.equal(finder.ofStack(stackAt('2:1')).category, 'events', form)
      assert.deepEqual(warnings, [])
    }
  })

  it('finds the files of a browser below the folders that are served', (t) => {
    const files = withMap(MAP)
    const { finder } = look(t, files, { served: ['public', 'dist'] })
    assert.equal(finder.ofStack('f@https://game.example:8080/app.js?v=7:1:1').category, 'ai')
    assert.equal(finder.ofStack('Error\n    at f (https://game.example/app.js:2:1)').category, 'events')
    assert.equal(look(t, files).finder.ofStack('f@https://game.example/app.js:1:1').category, 'general')
  })

  it('takes a source with a drive as it is, and code whose source has no name', (t) => {
    const windows = { ...MAP, sources: ['C:\\game\\src\\ai\\plan.ts', null] }
    const { finder, stackAt } = look(t, withMap(windows))
    assert.equal(finder.ofStack(stackAt('1:1')).frame?.path, 'C:/game/src/ai/plan.ts')
    assert.equal(finder.ofStack(stackAt('2:1')).frame?.path, 'dist/app.js')
  })

  it('keeps the maps it has whatever other files are asked for', (t) => {
    const { finder, stackAt, root } = look(t, withMap(MAP))
    assert.equal(finder.ofStack(stackAt('1:1')).category, 'ai')
    for (let i = 0; i < 2000; i++) finder.ofStack(`f@https://h/none${i}.js:1:1`)
    rmSync(join(root, 'dist/app.js.map'))
    assert.equal(finder.ofStack(stackAt('2:1')).category, 'events')
  })

  it('skips what a bundle has of packages', (t) => {
    const map = { ...MAP, sources: ['../node_modules/p/src/x.js', 'webpack://game/./src/events/bus.ts'] }
    const { finder, root } = look(t, withMap(map))
    const file = join(root, 'dist/app.js')
    assert.equal(finder.ofStack(`Error\n    at p (${file}:1:1)\n    at q (${file}:2:1)`).category, 'events')
  })

  it('takes code as it is where it has no map, or maps are off, without a word', (t) => {
    for (const [files, settings] of [
      [{ 'dist/app.js': CODE }, {}],
      [withMap(MAP), { maps: false }],
      [withMap({ ...MAP, mappings: '' }), {}],
      [{ 'dist/app.js': '' }, {}],
      [{}, {}],
    ] as const) {
      const { source, warnings } = look(t, files, settings)
      assert.deepEqual(source().frame, { path: 'dist/app.js', line: 1, column: 1, function: 'f' })
      assert.deepEqual(warnings, [])
    }
  })

  it('warns once of a map that is missing, malformed, circular or elsewhere, and takes the code as it is', (t) => {
    const faults: readonly (readonly [string, Record<string, string>, RegExp])[] = [
      ['missing', { 'dist/app.js': withMap(MAP)['dist/app.js'] as string }, /app\.js\.map cannot be read: ENOENT/],
      ['no JSON', withMap('{'), /is malformed: /],
      ['null', withMap('null'), /is malformed: /],
      ['a number', withMap('7'), /is malformed: /],
      ['empty', withMap(''), /is malformed: /],
      ['without sources', withMap({ version: 3, mappings: 'AAAA' }), /is malformed: |cannot be read: /],
      ['wrong mappings', withMap({ ...MAP, mappings: { a: 1 } }), /is malformed: |cannot be read: /],
      ['an index beyond the sources', withMap({ ...MAP, mappings: 'AEAA' }), /./],
      ['circular: the code itself', withMap(MAP, 'app.js'), /is malformed: /],
      ['a folder', withMap(MAP, '.'), /cannot be read: EISDIR/],
      ['outside of the root', withMap(MAP, '../../secret.map'), /cannot be read: ENOENT|is outside of/],
      ['absolute', withMap(MAP, '/etc/hostname'), /is outside of|cannot be read/],
      ['on a server', withMap(MAP, 'https://cdn.example/app.js.map'), /is not in a file/],
      ['a data URL of something else', withMap(MAP, 'data:text/plain,x'), /data URL that is no JSON/],
      ['inline, no JSON', inline('{'), /is malformed: /],
      ['inline, wrong percent', withMap(MAP, 'data:application/json,%7B%2'), /cannot be decoded/],
    ]
    for (const [fault, files, message] of faults) {
      const { source, finder, stackAt, warnings } = look(t, files)
      const { category, frame } = source()
      assert.deepEqual({ category, path: frame?.path }, { category: 'general', path: 'dist/app.js' }, fault)
      for (let column = 1; column < 20; column++) finder.ofStack(stackAt(`1:${column}`))
      // An index that leads nowhere may be taken for no mapping at all.
      assert.ok(
        warnings.length === 1 || (fault.startsWith('an index') && warnings.length === 0),
        `${fault}: ${warnings}`,
      )
      for (const warning of warnings) {
        assert.match(warning, message, fault)
        assert.match(warning, /^spillway: dist\/app\.js is taken as it is, for /, fault)
      }
    }
  })

  it('follows no link out of the root, for code or map, and no circle of links', (t) => {
    const { root, finder, stackAt, warnings } = look(t, { 'dist/other.js': '' })
    const outside = dirname(root)
    for (const [path, text] of Object.entries(withMap(MAP))) writeFileSync(join(outside, path.slice(5)), text)
    symlinkSync(join(outside, 'app.js'), join(root, 'dist/app.js'))
    assert.equal(finder.ofStack(stackAt('1:1')).category, 'general')
    assert.deepEqual(warnings, [], 'code outside is not looked at')
    const second = look(t, { 'dist/app.js': withMap(MAP)['dist/app.js'] as string })
    writeFileSync(join(dirname(second.root), 'app.js.map'), JSON.stringify(MAP))
    symlinkSync(join(dirname(second.root), 'app.js.map'), join(second.root, 'dist/app.js.map'))
    assert.equal(second.source().category, 'general')
    assert.match(second.warnings.join(), /is outside of/)
    const third = look(t, { 'dist/app.js': withMap(MAP)['dist/app.js'] as string })
    symlinkSync('app.js.map', join(third.root, 'dist/app.js.map'))
    assert.equal(third.source().category, 'general')
    assert.match(third.warnings.join(), /ELOOP/)
  })

  it('reads no file by a path that leads out of the root, and none that is no code', (t) => {
    const { finder, warnings, root } = look(t, { '.env': 'SECRET=1\n//# sourceMappingURL=x' }, { served: ['.'] })
    writeFileSync(join(dirname(root), 'app.js'), '//# sourceMappingURL=x')
    for (const path of ['../app.js', '..%2fapp.js', '.env', '/etc/passwd', '%00.js', 'a/'.repeat(900)]) {
      assert.equal(finder.ofStack(`f@https://h/${path}:1:1`).category, 'general')
    }
    assert.deepEqual(warnings, [])
  })

  it('does not read a file of code that is too large', (t) => {
    const { root, source, warnings } = look(t, withMap(MAP))
    truncateSync(join(root, 'dist/app.js'), 33 * 1024 * 1024)
    assert.equal(source().category, 'general')
    assert.deepEqual(warnings, [])
  })
})
