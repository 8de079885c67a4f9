import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Source } from '../../../src/main/classify/source-cache.js'
import { placeText, SourceFinder } from '../../../src/main/classify/source-finder.js'
import { resolveOptions, type SourceOptions } from '../../../src/shared/options.js'
import { newDirectory } from '../../support/new-directory.js'

type Call = (log: () => Source) => Source

/** What a module of a small application exports: ways to a call of what it is given. */
interface Module {
  readonly direct: Call
  readonly viaNative: Call
  readonly viaEval: Call
  readonly nested: (inner: Call) => Call
  readonly wrapper: Call
  readonly recursive: (depth: number, log: () => Source) => Source
}

const MODULE = `
export const direct = (log) => log()
export const viaNative = (log) => [1].map(() => log())[0]
export const viaEval = (log) => new Function('log', 'return log()')(log)
export const nested = (inner) => (log) => inner(log)
export function wrapper(log) { return log() }
export const recursive = (depth, log) => (depth === 0 ? log() : recursive(depth - 1, log))
`

/** An application with a module of this text at each path, and a finder for it. */
async function application(t: TestContext, paths: readonly string[], sources: SourceOptions = {}) {
  const root = newDirectory(t)
  const modules: Module[] = []
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), MODULE)
    modules.push((await import(pathToFileURL(join(root, path)).href)) as Module)
  }
  const finder = new SourceFinder(resolveOptions({ sources: { root, ...sources } }, undefined, {}))
  function log(): Source {
    return finder.ofCall(log)
  }
  return { root, modules, finder, log }
}

describe('SourceFinder.ofCall()', () => {
  it('finds the calling file, at whatever depth, through native frames and eval', async (t) => {
    const { modules, log } = await application(t, ['src/actions/move.mjs'])
    const [{ direct, viaNative, viaEval, recursive }] = modules as [Module]
    assert.equal(placeText(direct(log)), 'src/actions/move.mjs:2')
    assert.equal(placeText(viaNative(log)), 'src/actions/move.mjs:3')
    assert.equal(placeText(viaEval(log)), 'src/actions/move.mjs:4')
    assert.equal(placeText(recursive(1000, log)), 'src/actions/move.mjs:7')
    assert.equal(direct(log).category, 'actions')
  })

  it('tells two calls of one file apart, and of two files of one name', async (t) => {
    const { modules, log } = await application(t, ['src/actions/x.mjs', 'src/ai/x.mjs'])
    const [actions, ai] = modules as [Module, Module]
    for (let round = 0; round < 3; round++) {
      assert.equal(actions.direct(log).category, 'actions')
      assert.equal(ai.direct(log).category, 'ai')
      assert.equal(actions.nested(ai.direct)(log).category, 'ai')
      assert.equal(ai.nested(actions.direct)(log).category, 'actions')
    }
  })

  it('skips packages, and wrappers by their path or their function', async (t) => {
    const paths = ['src/ai/x.mjs', 'node_modules/p/src/y.mjs', 'src/logging/wrap.mjs', 'src/actions/z.mjs']
    const plain = await application(t, paths)
    const skip = ['src/logging/', (plain.modules[3] as Module).wrapper]
    const finder = new SourceFinder(resolveOptions({ sources: { root: plain.root, skip } }, undefined, {}))
    function log(): Source {
      return finder.ofCall(log)
    }
    const [ai, packaged, wrapping, actions] = plain.modules as [Module, Module, Module, Module]
    for (let round = 0; round < 3; round++) {
      assert.equal(ai.nested(packaged.direct)(log).category, 'ai')
      assert.equal(ai.nested(wrapping.direct)(log).category, 'ai')
      assert.equal(ai.nested(actions.wrapper)(log).category, 'ai')
      assert.equal(ai.nested(wrapping.nested(actions.wrapper))(log).category, 'ai')
      // Not the wrapper, though in its file.
      assert.equal(ai.nested(actions.direct)(log).category, 'actions')
      assert.equal(packaged.direct(log).category, 'general')
    }
    assert.equal(ai.nested(wrapping.direct)(plain.log).category, 'logging')
  })

  it('remembers a place: the second entry from it is a hit, also behind wrappers', async (t) => {
    const { modules, finder, log } = await application(t, ['src/ai/x.mjs', 'src/w/w.mjs'], { skip: ['src/w'] })
    const [ai, wrapper] = modules as [Module, Module]
    for (let i = 0; i < 1000; i++) ai.nested(wrapper.nested(wrapper.nested(wrapper.direct)))(log)
    for (let i = 0; i < 1000; i++) ai.direct(log)
    const { hits, misses, hitRate, maxSize } = finder.cache.stats()
    assert.equal(hits + misses, 2000)
    assert.ok(misses <= 2, `${misses} misses`)
    assert.equal(hitRate, hits / 2000)
    assert.equal(maxSize, 500)
  })

  it('is right when the cache holds one place, and when places are forgotten at once', async (t) => {
    const { root, modules } = await application(t, ['src/ai/x.mjs', 'src/actions/y.mjs'])
    for (const cache of [{ maxSize: 1 }, { ttl: 1 }]) {
      const finder = new SourceFinder(resolveOptions({ sources: { root }, performance: { cache } }, undefined, {}))
      function log(): Source {
        return finder.ofCall(log)
      }
      for (let round = 0; round < 20; round++) {
        assert.equal((modules[0] as Module).direct(log).category, 'ai')
        assert.equal((modules[1] as Module).direct(log).category, 'actions')
      }
    }
  })

  it('skips wrappers that call themselves, that log after an await, and all of them with a cache that holds one', async (t) => {
    const text = `
      export function again(count, log) { return count > 0 ? again(count - 1, log) : log() }
      export async function later(log) { await null; return log() }
      export async function detached(log) { return new Promise((done) => setImmediate(() => later(log).then(done))) }
    `
    const root = newDirectory(t)
    mkdirSync(join(root, 'src/log'), { recursive: true })
    mkdirSync(join(root, 'src/ai'))
    writeFileSync(join(root, 'src/log/wrap.mjs'), text)
    writeFileSync(
      join(root, 'src/ai/x.mjs'),
      'export const go = (wrapper, ...values) => wrapper(...values); export const wait = async (wrapper, log) => await wrapper(log)',
    )
    const wrap = await import(pathToFileURL(join(root, 'src/log/wrap.mjs')).href)
    const { go, wait } = await import(pathToFileURL(join(root, 'src/ai/x.mjs')).href)
    for (const maxSize of [1, 500]) {
      const options = { sources: { root, skip: [wrap.again, wrap.later] }, performance: { cache: { maxSize } } }
      const finder = new SourceFinder(resolveOptions(options, undefined, {}))
      function log(): Source {
        return finder.ofCall(log)
      }
      for (let round = 0; round < 3; round++) {
        assert.equal(go(wrap.again, 3, log).category, 'ai')
        assert.notEqual((await wrap.detached(log)).category, 'log')
        assert.equal((await wait(wrap.later, log)).category, 'ai')
      }
    }
  })

  it("leaves the application's own hooks for stacks as they are", async (t) => {
    const { modules, log } = await application(t, ['src/ai/x.mjs'])
    const before = { prepare: Error.prepareStackTrace, limit: Error.stackTraceLimit }
    t.after(() => {
      Error.prepareStackTrace = before.prepare
      Error.stackTraceLimit = before.limit
    })
    const own = (): string => 'mine'
    Error.prepareStackTrace = own
    Error.stackTraceLimit = 0
    assert.equal((modules[0] as Module).direct(log).category, 'ai')
    assert.equal(Error.prepareStackTrace, own)
    assert.equal(Error.stackTraceLimit, 0)
    assert.equal(new Error('x').stack, 'mine')
  })

  it('gives general where nothing below is being called', async (t) => {
    const { finder } = await application(t, [])
    assert.equal(finder.ofCall(() => {}).category, 'general')
  })

  it('takes a rule function that throws for general, and warns once', async (t) => {
    const rules = (): string => {
      throw new Error('no')
    }
    const { modules, log } = await application(t, ['src/ai/x.mjs'], { rules })
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    assert.equal((modules[0] as Module).direct(log).category, 'general')
    assert.equal((modules[0] as Module).viaNative(log).category, 'general')
    assert.match((await warned).message, /sources\.rules threw for src\/ai\/x\.mjs: no/)
    const thrown = (): never => {
      throw Object.create(null)
    }
    const finder = new SourceFinder(resolveOptions({ sources: { rules: thrown } }, undefined, {}))
    assert.equal(finder.ofStack('f@https://h/src/ai/x.js:1:1').category, 'general')
  })

  it('keeps all frames where compression is off, and none where it is on', () => {
    const stack = 'Error\n    at a (/srv/app/src/ai/x.js:1:2)\n    at b (/srv/app/src/engine/y.js:3:4)'
    for (const compression of [true, false]) {
      const performance = { cache: { compression } }
      const finder = new SourceFinder(resolveOptions({ sources: { root: '/srv/app' }, performance }, undefined, {}))
      const { frames } = finder.ofStack(stack)
      assert.deepEqual(
        frames?.map(({ path }) => path),
        compression ? undefined : ['src/ai/x.js', 'src/engine/y.js'],
      )
    }
  })
})
