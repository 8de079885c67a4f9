import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Condition } from '../../src/main/index.js'
import { LogDirectory } from '../support/log-directory.js'
import { writtenLines } from '../support/written-lines.js'

const NOON_MS = Date.UTC(2026, 10, 23, 12)
const DAY = '2026-11-23'
const SETTINGS = { utc: true, clock: () => NOON_MS, performance: { buffer: { flushInterval: 20 } } }
const WAIT_MAX_MS = 20_000
/** Longer than the pause between two looks at an open file. */
const LOOK_MS = 1200

/** Logs until something has happened, and never asks for a flush: it is noticed by itself. */
async function logUntil(log: () => void, condition: () => boolean): Promise<number> {
  const giveUpAt = performance.now() + WAIT_MAX_MS
  let lines = 0
  while (!condition()) {
    assert.ok(performance.now() < giveUpAt, 'nobody noticed')
    log()
    lines++
    await pause(5)
  }
  return lines
}

describe('a file that is moved away while the application logs', () => {
  it('is noticed without a flush: renamed as logrotate does, no line is lost', async (t) => {
    const { spillway, path } = new LogDirectory(t, SETTINGS)
    const events: Condition[] = []
    spillway.on('warning', (event) => events.push(event))
    const file = join(path, DAY, 'actions.jsonl')
    const log = spillway.logger('actions')
    let logged = await logUntil(
      () => log.info('x'),
      () => existsSync(file),
    )
    renameSync(file, join(path, DAY, 'rotated.jsonl'))
    logged += await logUntil(
      () => log.info('x'),
      () => existsSync(file),
    )
    logged += await logUntil(
      () => log.info('x'),
      () => events.length > 0,
    )
    await spillway.close()
    assert.deepEqual(
      events.map(({ code, path: of }) => [code, of]),
      [['FILE_REPLACED', file]],
    )
    assert.deepEqual(
      writtenLines(path).map(({ seq }) => seq),
      Array.from({ length: logged }, (_, index) => index + 1),
    )
  })

  it('is noticed without a flush: cut as copytruncate does, and its directory removed', async (t) => {
    const { spillway, path } = new LogDirectory(t, SETTINGS)
    const codes: string[] = []
    spillway.on('warning', ({ code }) => codes.push(code))
    const file = join(path, DAY, 'actions.jsonl')
    const log = spillway.logger('actions')
    await logUntil(
      () => log.info('x'),
      () => existsSync(file),
    )
    const copy = join(path, 'copy', 'actions.jsonl')
    mkdirSync(dirname(copy))
    copyFileSync(file, copy)
    truncateSync(file)
    // Till the next look is due: what is as long again by then was not cut for anybody who looks at its size.
    await pause(LOOK_MS)
    await logUntil(
      () => log.info('x'),
      () => codes.includes('FILE_TRUNCATED'),
    )
    assert.ok(writtenLines(path, 'actions').length > 0)
    rmSync(dirname(file), { recursive: true })
    await logUntil(
      () => log.info('x'),
      () => existsSync(file),
    )
    await spillway.close()
    assert.equal(spillway.stats().dropped, 0)
  })
})
