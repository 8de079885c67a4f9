import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { runEngine } from '../../../scripts/demo/engine-run.js'
import { MODULES } from '../../../scripts/demo/modules.js'
import { World } from '../../../scripts/demo/world.js'
import { type RecordedCall, recordingLogger } from '../entry-recorder.js'

const TURNS = 300
const MODULE_COUNT = 48

function play(turns: number): RecordedCall[] {
  const calls: RecordedCall[] = []
  const world = new World(1)
  const steps = Object.entries(MODULES).map(([folder, start]) => start(world, recordingLogger(folder, calls)))
  for (let turn = 0; turn < turns; turn++) for (const step of steps) step()
  return calls
}

describe('MODULES', () => {
  it('has one module for each folder of the engine', () => {
    const folders = readdirSync(new URL('../../../scripts/demo/src/', import.meta.url)).sort()
    assert.equal(folders.length, MODULE_COUNT)
    assert.deepEqual(Object.keys(MODULES).sort(), folders)
  })

  it('logs from every module, with every call shape, and breaks no invariant of the world', () => {
    const calls = play(TURNS)
    assert.equal(new Set(calls.map((call) => call.category)).size, MODULE_COUNT)
    assert.deepEqual([...new Set(calls.map((call) => call.level))].sort(), ['debug', 'error', 'info', 'trace', 'warn'])

    const shapes = new Set(calls.map(({ values: [first, ...rest] }) => shapeOf(first, rest.length)))
    assert.deepEqual([...shapes].sort(), ['error', 'fields', 'printf', 'template', 'text'])
    assert.ok(calls.some((call) => Object.keys(call.bindings).length > 0))
    assert.ok(calls.some(({ values: [first] }) => first instanceof Error && first.cause instanceof Error))
  })

  it('plays the same game again', () => {
    const hashes = () => play(50).filter((call) => call.category === 'common')
    assert.deepEqual(hashes(), hashes())
  })
})

describe('runEngine()', () => {
  it('lets the event loop have its turn, and ends at the signal', async () => {
    const abort = new AbortController()
    const turns = runEngine({
      durationMs: 60_000,
      loggerOf: (folder) => recordingLogger(folder, []),
      signal: abort.signal,
    })
    setImmediate(() => abort.abort())
    assert.ok((await turns) >= 1)
  })
})

function shapeOf(first: unknown, restLength: number): string {
  if (typeof first === 'string') return restLength > 0 ? 'printf' : 'text'
  if (first instanceof Error) return 'error'
  return Array.isArray(first) && 'raw' in first ? 'template' : 'fields'
}
