import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { newDirectory } from '../support/new-directory.js'
import { linesOf } from '../workers/partition-rig.js'

const THREADS = new URL('../support/collected-threads.js', import.meta.url)
const SABOTAGE = new URL('../support/sabotage.js', import.meta.url)
const INDEX = new URL('../../src/main/index.js', import.meta.url)

/** From here on no writer comes to its partition: each thread that starts stays in its beginning. */
const NO_WRITERS = "atStart('loop', 1000)"

/** Runs a script with a Spillway that has journals, and a terminal; `before` that is made something else. */
function run(
  directory: string,
  script: string,
  before = '',
): { stdout: string; stderr: string; signal: string | null } {
  const text = `
    import { writeSync } from 'node:fs'
    import { atStart } from '${SABOTAGE}'
    import { liveThreads } from '${THREADS}'
    import { Spillway } from '${INDEX}'
    ${before}
    const options = { directory: '${directory}', arena: 'memory', journal: true, utc: true, pretty: true }
    const spillway = new Spillway(options)
    const logger = spillway.logger('actions')
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    const owner = () => spillway.stats().partitions[0].owner
    let logged = 0
    /** Logs so many entries without a turn of the event loop, each so many milliseconds after the one before. */
    const logInTurn = (entries, apartMs) => {
      for (let i = 0; i < entries; i++) {
        logger.info(String(logged++))
        const until = performance.now() + apartMs
        while (performance.now() < until);
      }
    }
    /** Some milliseconds of entries, a pause, and entries of the last moment: all before the pause are to be there. */
    const logAndDie = () => {
      logInTurn(50, 0)
      logInTurn(20, 0.3)
      logInTurn(1, 2)
      logInTurn(10, 0)
      writeSync(1, 'owner: ' + owner() + '\\n')
      process.kill(process.pid, 'SIGKILL')
    }
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

  it('has at SIGKILL what was logged before any writer came, but for the last millisecond', (context) => {
    const directory = newDirectory(context)
    const { stdout, signal } = run(directory, 'logAndDie()', NO_WRITERS)
    assert.equal(signal, 'SIGKILL')
    assert.match(stdout, /^owner: starting$/m)
    run(directory, '')
    const found = messagesIn(directory)
    assert.ok(found.length >= 71, `${found.length} of 81 lines`)
    assert.deepEqual(
      found,
      Array.from(found, (_, i) => `${i}`),
    )
  })

  it('has at SIGKILL what was logged while a dead writer has no successor yet, behind what that one had', (context) => {
    const directory = newDirectory(context)
    const script = `
      logInTurn(10, 0)
      await spillway.flush()
      logInTurn(10, 0)
      await pause(200)
      ${NO_WRITERS}
      for (const thread of liveThreads()) void thread.terminate()
      while (owner() !== 'starting') await new Promise(setImmediate)
      logAndDie()
    `
    const { stdout, signal } = run(directory, script)
    assert.equal(signal, 'SIGKILL')
    assert.match(stdout, /^owner: starting$/m)
    run(directory, '')
    const found = messagesIn(directory)
    assert.ok(found.length >= 91, `${found.length} of 101 lines`)
    assert.deepEqual(
      found,
      Array.from(found, (_, i) => `${i}`),
    )
  })

  it('writes all at an end that comes before any writer', (context) => {
    for (const end of ['process.exit()', '', 'await spillway.close()', 'spillway.flushSync(); process.exit()']) {
      const directory = newDirectory(context)
      const { stderr } = run(directory, `logInTurn(50, 0); logInTurn(5, 0.5); logInTurn(3, 0); ${end}`)
      assert.equal(stderr, '')
      assert.deepEqual(
        messagesIn(directory),
        Array.from({ length: 58 }, (_, i) => `${i}`),
      )
      assert.equal(readdirSync(directory).includes('.spillway'), false)
    }
  })
})
