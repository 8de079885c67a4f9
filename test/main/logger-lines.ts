/** Calls of a logger, and what their lines say. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { LevelName, Logger } from '../../src/main/index.js'
import { assertNoGap, LogDirectory } from '../support/log-directory.js'

export const LEVELS: readonly LevelName[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
/** The first sight of a shape or a template is rendered, later ones are typed; a repeated message is interned. */
export const REPETITIONS = 7

export type Fields = Readonly<Record<string, unknown>>

/** What a call's lines say behind the frame; each call is made several times, and must say the same each time. */
export async function written(t: TestContext, ...calls: ((log: Logger) => void)[]): Promise<Fields[]> {
  const logs = new LogDirectory(t)
  const log = logs.spillway.logger('calls')
  for (const call of calls) for (let i = 0; i < REPETITIONS; i++) call(log)
  const lines = await logs.lines()
  assertNoGap(lines)
  assert.equal(lines.length, calls.length * REPETITIONS)
  const contents = lines.map((line) => {
    const { level: _level, time: _time, seq: _seq, category: _category, ...fields } = line.parsed
    return fields
  })
  for (const [index, content] of contents.entries()) {
    const first = contents[index - (index % REPETITIONS)]
    assert.deepEqual(content, first, `call ${index % REPETITIONS} said otherwise`)
  }
  return contents.filter((_, index) => index % REPETITIONS === 0)
}

export function messages(contents: readonly Fields[]): unknown[] {
  return contents.map(({ msg }) => msg)
}

export function errOf(content: Fields | undefined): Fields {
  assert.ok(content !== undefined)
  return content.err as Fields
}

/** A call with arguments that the types do not allow. */
export function loosely(log: Logger, ...args: readonly unknown[]): void {
  const method = log.info.bind(log) as (...given: readonly unknown[]) => void
  method(...args)
}
