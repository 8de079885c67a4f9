import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { levelNameOf } from '../../../scripts/replay/level-names.js'
import { InputError, Replay, type ReplayCounts, type ReplayOptions } from '../../../scripts/replay/replay.js'
import { type RecordedCall, recordingLogger } from '../entry-recorder.js'

interface Outcome {
  readonly calls: readonly RecordedCall[]
  readonly told: readonly (readonly [string, number])[]
  readonly counts: ReplayCounts
}

const NOTHING_COUNTED: ReplayCounts = {
  read: 0,
  objects: 0,
  keyed: 0,
  belowLevel: 0,
  withoutKey: 0,
  overlongKey: 0,
  blank: 0,
  unparsed: 0,
  categories: 0,
}

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  for (let start = 0; start < text.length; start += 16) yield Buffer.from(text.slice(start, start + 16))
}

async function replay(text: string, options: Partial<ReplayOptions> = {}): Promise<Outcome> {
  const calls: RecordedCall[] = []
  const told: [string, number][] = []
  const run = new Replay({
    by: 'component',
    level: 'trace',
    loggerOf: (category) => recordingLogger(category, calls),
    onUnparsed: (input, lineNumber) => told.push([input, lineNumber]),
    ...options,
  })
  await run.run('in.ndjson', chunksOf(text))
  return { calls, told, counts: run.counts }
}

describe('Replay.run()', () => {
  it('logs an object with its own fields, its message, and its category', async () => {
    const { calls } = await replay(
      '{"level":"error","component":"db","ms":3,"nested":{"a":[1]},"msg":"100% slow %s"}\n',
    )
    const fields = { component: 'db', ms: 3, nested: { a: [1] } }
    assert.deepEqual(calls, [{ category: 'db', level: 'error', bindings: {}, values: [fields, '100% slow %s'] }])
  })

  it('takes msg before message, and only a text as either', async () => {
    const { calls } = await replay('{"message":"m"}\n{"msg":"a","message":"b"}\n{"msg":7,"message":"b"}\n{"msg":7}\n')
    assert.deepEqual(
      calls.map((call) => call.values),
      [[{}, 'm'], [{ message: 'b' }, 'a'], [{ msg: 7 }, 'b'], [{ msg: 7 }]],
    )
  })

  it('logs a level it does not know as info, and keeps it as a field', async () => {
    const { calls } = await replay('{"level":"loud"}\n{"level":35}\n{}\n{"level":{"a":1}}\n')
    assert.deepEqual(
      calls.map((call) => [call.level, call.values]),
      [
        ['info', [{ level: 'loud' }]],
        ['info', [{ level: 35 }]],
        ['info', [{}]],
        ['info', [{ level: { a: 1 } }]],
      ],
    )
  })

  it('names the category by any scalar, and general if there is none', async () => {
    const values = ['7', 'true', '""', 'null', '{"toString":1}', '["a"]']
    const { calls } = await replay(`${values.map((value) => `{"component":${value}}`).join('\n')}\n{}\n`)
    assert.deepEqual(
      calls.map((call) => call.category),
      ['7', 'true', 'general', 'general', 'general', 'general', 'general'],
    )
  })

  it('logs a name that is too long for a category in general, counts it, and goes on', async () => {
    const long = 'x'.repeat(257)
    const { calls, counts } = await replay(`{"component":"${long}","a":1}\n{"component":"${long.slice(1)}"}\n`)
    assert.deepEqual(
      calls.map((call) => call.category),
      ['general', long.slice(1)],
    )
    assert.deepEqual(calls[0]?.values, [{ component: long, a: 1 }])
    assert.deepEqual([counts.overlongKey, counts.withoutKey, counts.keyed, counts.categories], [1, 0, 2, 1])
  })

  it('counts the categories, and the lines without the key that it logs', async () => {
    const text = '{"component":"a"}\n{"component":"b"}\n{"component":"a"}\n{"level":10}\n{"component":null}\n'
    const { counts } = await replay(text, { level: 'info' })
    assert.deepEqual([counts.categories, counts.keyed, counts.withoutKey, counts.belowLevel], [2, 3, 1, 1])
  })

  it('rejects with an InputError for what the input throws, and with any other error as it is', async () => {
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('{}\n')
      throw new Error('EIO')
    }
    const options: ReplayOptions = {
      by: 'component',
      level: 'trace',
      loggerOf: (category) => recordingLogger(category, []),
      onUnparsed: () => {},
    }
    await assert.rejects(new Replay(options).run('in', failing()), new InputError('EIO'))
    const broken = new RangeError('no logger')
    const loggerOf = (): never => {
      throw broken
    }
    await assert.rejects(new Replay({ ...options, loggerOf }).run('in', chunksOf('{}\n')), (error) => error === broken)
  })

  it('does not take what every object inherits for the category', async () => {
    const { calls } = await replay('{}\n{"constructor":"own"}\n', { by: 'constructor' })
    assert.deepEqual(
      calls.map((call) => call.category),
      ['general', 'own'],
    )
  })

  it('keeps unparsed lines verbatim with input, line and reason, whatever the level', async () => {
    const { calls, told, counts } = await replay('{"a":1}\n\n{torn\n[1]', { level: 'fatal' })
    assert.deepEqual(
      calls.map(({ category, level, values }) => [category, level, (values[0] as { text: string }).text]),
      [
        ['unparsed', 'info', '{torn'],
        ['unparsed', 'info', '[1]'],
      ],
    )
    assert.deepEqual(calls[1]?.values, [{ input: 'in.ndjson', line: 4, reason: 'not a JSON object', text: '[1]' }])
    assert.deepEqual(told, [
      ['in.ndjson', 3],
      ['in.ndjson', 4],
    ])
    assert.deepEqual(
      { ...counts },
      { ...NOTHING_COUNTED, read: 4, objects: 1, keyed: 0, belowLevel: 1, blank: 1, unparsed: 2 },
    )
  })

  it('leaves out entries below the level and counts them', async () => {
    const levels = ['trace', 'info', 'warning', 60]
    const text = levels.map((level) => JSON.stringify({ level })).join('\n')
    const { calls, counts } = await replay(text, { level: 'warn' })
    assert.deepEqual(
      calls.map((call) => call.level),
      ['warn', 'fatal'],
    )
    assert.equal(counts.belowLevel, 2)
  })

  it('keeps a bounded number of loggers when every line has a category of its own', async () => {
    let made = 0
    const calls: RecordedCall[] = []
    const loggerOf = (category: string) => {
      made++
      return recordingLogger(category, calls)
    }
    const text = Array.from({ length: 1100 }, (_, index) => `{"component":${index}}`).join('\n')
    await replay(`${text}\n${text}`, { loggerOf })
    assert.equal(calls.length, 2200)
    assert.ok(made > 1100, 'loggers beyond the limit are made again')
  })
})

describe('levelNameOf()', () => {
  it('maps texts in any case and numbers as pino writes them', () => {
    const pairs = [
      [10, 'trace'],
      [60, 'fatal'],
      ['30', 'info'],
      [' Warning ', 'warn'],
      ['ERR', 'error'],
      ['Notice', 'info'],
    ]
    for (const [value, level] of pairs) assert.equal(levelNameOf(value), level)
    for (const value of [undefined, null, 35, 0, '', 'constructor', {}, true])
      assert.equal(levelNameOf(value), undefined)
  })
})
