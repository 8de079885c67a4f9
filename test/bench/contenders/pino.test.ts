import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { pinoAsync, pinoSync, writeAll } from '../../../bench/contenders/pino.js'
import { logBytesIn } from '../../../bench/passes/log-files.js'
import { categoriesOf, entryAt, MESSAGE } from '../../../bench/workload/entries.js'
import { newDirectory } from '../../support/new-directory.js'

for (const contender of [pinoAsync, pinoSync]) {
  test(`${contender.name}'s flush() ends the measured window with every byte in its file and no fsync`, async (t) => {
    const directory = newDirectory(t)
    const synced = [t.mock.method(fs, 'fsync'), t.mock.method(fs, 'fsyncSync')]
    const open = await contender.load()
    const session = await open({ directory, categories: categoriesOf(5) })
    for (let entry = 0; entry < 2003; entry++) session.calls.object(entry % 5, entryAt(entry), MESSAGE)
    await session.flush!()
    const bytes = logBytesIn(directory)
    assert.deepEqual(
      synced.map((method) => method.mock.callCount()),
      [0, 0],
    )
    await session.close()
    assert.ok(synced[0]!.mock.callCount() > 0, 'an fsync is seen where there is one')
    assert.equal(logBytesIn(directory), bytes)
    const lines = categoriesOf(5).flatMap((name) =>
      fs.readFileSync(join(directory, `${name}.jsonl`), 'utf8').split('\n'),
    )
    assert.equal(lines.filter((line) => line !== '').length, 2003)
  })
}

test('writeAll() rejects with the error of a file that cannot be written', {
  skip: !fs.existsSync('/dev/full'),
}, async (t) => {
  const destination = pino.destination({ dest: '/dev/full', sync: false, minLength: 4096 })
  t.after(() => destination.destroy())
  await new Promise((resolve) => destination.once('ready', resolve))
  destination.write('a line\n')
  await assert.rejects(writeAll(destination), { code: 'ENOSPC' })
})
