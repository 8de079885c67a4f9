import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { newDirectory } from '../support/new-directory.js'
import { linesOf } from '../workers/partition-rig.js'

const INDEX = new URL('../../src/main/index.js', import.meta.url)

/** Runs a script with a Spillway that has journals, and a terminal. */
function run(directory: string, script: string): { stderr: string; signal: string | null } {
  const text = `
    import { Spillway } from '${INDEX}'
    const options = { directory: '${directory}', arena: 'memory', journal: true, utc: true, pretty: true }
    const spillway = new Spillway(options)
    const logger = spillway.logger('actions')
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    ${script}
  `
  return spawnSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' })
}

function messagesIn(directory: string): string[] {
  const days = readdirSync(directory).filter((name) => /^\d/.test(name))
  return days.flatMap((day) => linesOf(join(directory, day, 'actions.jsonl')).map(({ msg }) => msg))
}

describe('Spillway with journals', () => {
  it('says nothing, and leaves nothing behind at a clean end', (context) => {
    const directory = newDirectory(context)
    const { stderr } = run(directory, "logger.info('one'); await pause(100); await spillway.close()")
    assert.equal(stderr, '')
    assert.deepEqual(messagesIn(directory), ['one'])
    assert.equal(readdirSync(directory).includes('.spillway'), false)
  })

  it('has what was logged a moment before SIGKILL at the next start', (context) => {
    const directory = newDirectory(context)
    const kill =
      "logger.info('one'); await pause(400); logger.info('two'); await pause(100); process.kill(process.pid, 'SIGKILL')"
    assert.equal(run(directory, kill).signal, 'SIGKILL')
    run(directory, "logger.info('three'); await spillway.close()")
    assert.deepEqual(messagesIn(directory), ['one', 'two', 'three'])
  })
})
