import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { pinoAsync } from '../../../bench/contenders/pino.js'
import { pinoTransport } from '../../../bench/contenders/pino-transport.js'
import openTarget from '../../../bench/contenders/pino-transport-target.js'
import { categoriesOf, entryAt, MESSAGE } from '../../../bench/workload/entries.js'
import { newDirectory } from '../../support/new-directory.js'

for (const [contender, doesWrite] of [
  [pinoTransport, false],
  [pinoAsync, true],
] as const) {
  test(`${contender.name} ${doesWrite ? 'writes' : 'leaves all writing to its worker, and writes nothing'} in the thread that logs`, async (t) => {
    const directory = newDirectory(t)
    const session = await (await contender.load())({ directory, categories: categoriesOf(3) })
    const writes = [t.mock.method(fs, 'write'), t.mock.method(fs, 'writeSync')]
    for (let entry = 0; entry < 300; entry++) session.calls.object(entry % 3, entryAt(entry), MESSAGE)
    await session.flush!()
    const written = writes.reduce((sum, method) => sum + method.mock.callCount(), 0)
    await session.close()
    assert.equal(written > 0, doesWrite)
    for (const name of categoriesOf(3)) {
      assert.equal(fs.readFileSync(`${directory}/${name}.jsonl`, 'utf8').split('\n').length, 101)
    }
  })
}

test('The target of pino-transport puts lines together that come in pieces', async (t) => {
  const directory = newDirectory(t)
  const target = await openTarget({ directory, categories: ['a', 'b'] })
  const lines = ['{"level":30,"category":"a","n":1}\n', '{"level":30,"category":"b","category":"a"}\n']
  for (const character of lines.join('')) target.write(character)
  await target.flush()
  assert.equal(fs.readFileSync(`${directory}/a.jsonl`, 'utf8'), lines[0])
  assert.equal(fs.readFileSync(`${directory}/b.jsonl`, 'utf8'), lines[1])
  await new Promise((resolve) => target.end(resolve))
})
